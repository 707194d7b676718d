package io.middleware.paging.pacing;

import java.time.Instant;
import java.util.Optional;

import io.middleware.paging.pagerduty.Urgency;

/**
 * The calls that may still be made for a PagerDuty user, shared by all processes of notify and all workspaces.
 *
 * <p>In any span of time T at most rate × T + burst + 1 slots of one urgency come due, and at most one more of both
 * together. High urgency alone has the whole rate, low urgency alone its share. While low urgency has slots ahead, high
 * urgency has the rest of the rate and is not queued behind them. Every reservation gets a slot, so none starves.
 *
 * <p>Thread-safe. A store that cannot be reached, or that refuses again and again, is an exception.
 */
public interface RateBudgets {
    /**
     * Takes the next slot. Not safe to repeat: what is taken and not used is lost to all.
     *
     * @return a slot at or after {@link #blockedUntil}
     */
    Reservation reserve(BudgetId id, Urgency urgency);

    /**
     * No slot that is taken from now on comes before {@code until}, and from there on they come evenly, without a burst.
     * Slots that were taken before stay where they are. Never shortens a block; safe to repeat.
     */
    void block(BudgetId id, Instant until);

    /** Until when no call may be made; empty when that is over or was never so. May lag behind a block by a moment. */
    Optional<Instant> blockedUntil(BudgetId id);

    /**
     * @param at from when on the call may be made; not in the future means at once
     * @param blockedUntil as {@link RateBudgets#blockedUntil}, at the moment of the reservation
     */
    record Reservation(Instant at, Optional<Instant> blockedUntil) {}
}
