/**
 * From queue to function as Lambda's event source mappings do it:
 * {@link io.middleware.paging.local.queue.EventSourcePoller} receives batches, {@code SqsEvents} writes the event that the
 * function reads, {@code BatchResponse} reads which messages failed. Visibility, receive counts and redrive are the
 * queue's own.
 */
package io.middleware.paging.local.queue;
