/**
 * An alert arrives and becomes an outcome.
 *
 * <p>Read {@link io.middleware.paging.alert.AlertNotifier} first: the steps from an alert to its incident. Around it,
 * {@link io.middleware.paging.alert.BatchNotifier} handles the messages of a batch side by side, and
 * {@link io.middleware.paging.alert.AlertParser} reads them. The promise of this room: a message is done only when each
 * of its alerts has an incident or a recorded reason; otherwise it goes back to the queue, or to the dead-letter queue.
 */
package io.middleware.paging.alert;
