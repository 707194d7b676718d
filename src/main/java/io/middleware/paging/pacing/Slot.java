package io.middleware.paging.pacing;

import java.time.Instant;
import java.util.Objects;

import io.middleware.paging.pagerduty.Urgency;

/**
 * The right to call PagerDuty once, from {@code at} on.
 *
 * @param budget {@link BudgetId#value()} of the budget it was taken from; it is worth nothing in another
 * @param urgency whose share of the rate it was taken from: where it goes when it is given back
 */
public record Slot(String budget, Instant at, Urgency urgency) {
    public Slot {
        Objects.requireNonNull(budget, "budget is null");
        Objects.requireNonNull(at, "at is null");
        Objects.requireNonNull(urgency, "urgency is null");
    }
}
