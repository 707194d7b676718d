package io.middleware.paging.harness;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Randomness whose next numbers can be errors. Only {@link #nextLong()} fails, from which ids are made; a back-off asks for a
 * number within bounds. Thread-safe.
 */
public final class FailingRandom implements RandomGenerator {
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile Supplier<? extends Error> failure;

    /** The next {@code times} numbers are this instead. */
    public void failNext(int times, Supplier<? extends Error> error) {
        failure = error;
        failures.set(times);
    }

    public void heal() {
        failures.set(0);
    }

    @Override
    public long nextLong() {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw failure.get();
        }
        return random.nextLong();
    }

    @Override
    public long nextLong(long origin, long bound) {
        return random.nextLong(origin, bound);
    }
}
