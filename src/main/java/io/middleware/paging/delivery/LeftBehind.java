package io.middleware.paging.delivery;

import java.time.Instant;
import java.util.Objects;

/**
 * How an earlier try ended that did not deliver.
 *
 * @param outcome {@code WAITING} or {@code REFUSED}
 * @param detail the reason as a sentence
 * @param nextAttemptAt when the next try is due; in the past or now if there is to be none
 */
public record LeftBehind(Outcome outcome, Reason reason, String detail, Instant nextAttemptAt) {
    public LeftBehind {
        Objects.requireNonNull(outcome, "outcome is null");
        Objects.requireNonNull(reason, "reason is null");
        Objects.requireNonNull(detail, "detail is null");
        Objects.requireNonNull(nextAttemptAt, "nextAttemptAt is null");
    }
}
