package io.middleware.paging.delivery;

import java.time.Instant;
import java.util.Objects;

/** Which of the messages about an alert a try is for: its kind and its {@code occurredAt}. */
public record Cause(boolean isTrigger, Instant occurredAt) {
    public Cause {
        Objects.requireNonNull(occurredAt, "occurredAt is null");
    }
}
