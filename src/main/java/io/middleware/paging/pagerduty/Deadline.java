package io.middleware.paging.pagerduty;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The moment at which Lambda ends this invocation. A call that could outlast it is not started. */
public record Deadline(Instant at, Clock clock) {
    /** Kept free at the end, so that what was learnt can still be written down and answered. */
    private static final Duration RESERVE = Duration.ofSeconds(1);

    /** The deadline of an invocation that starts now and may take {@code timeout}. */
    public static Deadline after(Duration timeout, Clock clock) {
        return new Deadline(clock.instant().plus(timeout), clock);
    }

    /** The same invocation, with so much of its end kept free. */
    public Deadline keeping(Duration time) {
        return new Deadline(at.minus(time), clock);
    }

    public boolean leavesTimeFor(Duration call) {
        return !clock.instant().plus(call).plus(RESERVE).isAfter(at);
    }
}
