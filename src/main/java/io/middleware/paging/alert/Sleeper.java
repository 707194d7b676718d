package io.middleware.paging.alert;

import java.time.Duration;

/** Waits. What is made for a queue needs none: the queue waits. */
@FunctionalInterface
public interface Sleeper {
    /** Returns after {@code time}. Throws if the process is about to end. */
    void sleep(Duration time);
}
