package io.middleware.paging.recall;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** Makes caches that go by a clock that is passed in, and never grow without end. */
public final class Recall {
    private static final int MAX_ENTRIES = 10_000;

    private Recall() {}

    /** Thread-safe, starts no thread, and keeps 10,000 entries at most, each for {@code time} after it was written. */
    public static <K, V> Cache<K, V> lasting(Duration time, Clock clock) {
        return Caffeine.newBuilder()
                .expireAfterWrite(time)
                .maximumSize(MAX_ENTRIES)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build();
    }
}
