package io.middleware.paging.pacing;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.middleware.paging.pagerduty.Urgency;

/**
 * The calls that may still be made for a PagerDuty user, shared by all processes of notify and all workspaces.
 *
 * <p>As slots are handed out, in any span of time T at most rate × T + burst + 1 of one urgency come due, and at most one
 * more of both together. A slot that was given back is handed out again within 10 s of its time: with those the bound is
 * rate × (T + 12 s) + burst + 1, and one more of both together. (One that is given back late more than once can move by 10 s
 * each time.)
 *
 * <p>High urgency alone has the whole rate, low urgency alone its share. While low urgency has slots ahead, high urgency
 * has the rest of the rate and is not queued behind them. Every reservation gets a slot, so none starves.
 *
 * <p>A clock that is ahead of the others keeps them waiting for {@link #MAX_AHEAD} at most: what begins farther ahead is
 * the mistake of a clock, and the next reservation begins anew.
 *
 * <p>Thread-safe. A store that cannot be reached, or that refuses again and again, is an exception.
 */
public interface RateBudgets {
    /** The longest block ({@link Pacer#LONGEST_BLOCK}) and a minute for clocks that differ. */
    Duration MAX_AHEAD = Pacer.LONGEST_BLOCK.plusMinutes(1);

    /**
     * Takes the next slot: one that was given back, if it comes sooner than the end of the queue. High urgency may have
     * any; low urgency has those of low urgency, and of those of high urgency as many as leave high urgency its part of the
     * rate. Not safe to repeat: what is taken, not used and not given back is lost to all.
     *
     * @return a slot at or after {@link #blockedUntil}
     */
    Reservation reserve(BudgetId id, Urgency urgency);

    /**
     * Makes a slot that nobody used free for others. One whose time is over by 4 s at most is moved to the next 2 s that
     * begin; one that is older, lies before the end of a block or more than 12 h ahead is lost. Not safe to repeat: each
     * repeat, such as that of a write whose answer was lost, may cost a call above the rate.
     */
    void giveBack(Slot slot);

    /**
     * No slot that is taken from now on comes before {@code until}, and from there on they come evenly, without a burst.
     * Slots that were taken before stay where they are. Never shortens a block; safe to repeat.
     *
     * @param until at most {@link #MAX_AHEAD} from now: anything later counts as no block
     */
    void block(BudgetId id, Instant until);

    /** Until when no call may be made; empty when that is over or was never so. May lag behind a block by a moment. */
    Optional<Instant> blockedUntil(BudgetId id);

    /**
     * Whether slots have been handed out up to there. If not, a slot of that time is from a clock that was ahead. May lag
     * behind the last reservations by a moment.
     */
    boolean reaches(BudgetId id, Instant at);

    /** How far the budget is used up. Changes nothing; may lag behind by a moment. */
    Ahead ahead(BudgetId id);

    /**
     * @param blockedUntil as {@link RateBudgets#blockedUntil}
     * @param nextHigh when the next slot of high urgency would come due at the end of the queue; not in the past
     * @param nextLow the same of low urgency
     */
    record Ahead(Optional<Instant> blockedUntil, Instant nextHigh, Instant nextLow) {}

    /**
     * @param slot from when on the call may be made; not in the future means at once
     * @param blockedUntil as {@link RateBudgets#blockedUntil}, at the moment of the reservation
     */
    record Reservation(Slot slot, Optional<Instant> blockedUntil) {
        Instant at() {
            return slot.at();
        }
    }
}
