/**
 * When PagerDuty may be called.
 *
 * <p>Read {@link io.middleware.paging.pacing.Pacer} first: what a try asks before its call. Then {@link
 * io.middleware.paging.pacing.RateBudgets}, and {@link io.middleware.paging.pacing.DynamoRateBudgets}, where each
 * reservation is one conditional write. The promise of this package: every call gets a slot of its own, all slots together
 * keep to the rate, no call is let through before the instant that PagerDuty asked for, and what nobody uses is given back
 * ({@link io.middleware.paging.pacing.UnusedSlots}).
 */
package io.middleware.paging.pacing;
