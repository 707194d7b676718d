package io.middleware.paging.pacing;

import java.time.Duration;

/** Waits within an invocation: for what is asked in a row, and for a table that is short of capacity. */
@FunctionalInterface
public interface Pause {
    /** Returns after {@code time}; at once if that is zero or less. */
    void lasting(Duration time);
}
