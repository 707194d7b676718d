/**
 * Holds the ledger, the queues and PagerDuty against each other and names what does not fit, by their wire protocols alone:
 * it works on the local cloud and on AWS with PagerDuty itself. {@code CheckMain} is {@code mvn -Pcheck}. Reading order:
 * {@link io.middleware.paging.local.check.Observed}, {@link io.middleware.paging.local.check.InvariantCheck},
 * {@link io.middleware.paging.local.check.WireObserver}.
 */
package io.middleware.paging.local.check;
