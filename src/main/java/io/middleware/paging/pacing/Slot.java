package io.middleware.paging.pacing;

import java.time.Instant;
import java.util.Objects;

/**
 * The right to call PagerDuty once, from {@code at} on.
 *
 * @param budget {@link BudgetId#value()} of the budget it was taken from; it is worth nothing in another
 */
public record Slot(String budget, Instant at) {
    public Slot {
        Objects.requireNonNull(budget, "budget is null");
        Objects.requireNonNull(at, "at is null");
    }
}
