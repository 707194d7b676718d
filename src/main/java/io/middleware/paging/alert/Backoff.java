package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * How long a message hides before its next try. The state is the message's receive count, which survives the process.
 *
 * <p>Thread-safe if the source of randomness is.
 */
@ApplicationScoped
public class Backoff {
    /** SQS counts whole seconds, and 0 would bring the message back at once. */
    static final Duration MIN = Duration.ofSeconds(1);

    /**
     * SQS hides a message for 12 hours at most, counted from its receive, and refuses what would go beyond. An hour is
     * kept free for the time since then: batching window and invocation. Source: AWS, "ChangeMessageVisibility".
     */
    static final Duration MAX = Duration.ofHours(11);

    /** The largest {@code maxReceiveCount}. Source: AWS, "SetQueueAttributes". */
    private static final int MAX_RECEIVES = 1_000;

    private final AlertConfig config;
    private final RandomGenerator random;
    private final Clock clock;

    public Backoff(AlertConfig config, RandomGenerator random, Clock clock) {
        this.config = config;
        this.random = random;
        this.clock = clock;
    }

    /** Exponential with full jitter: anything from a second to {@code base * 2^(receiveCount - 1)}, the cap at most. */
    Duration exponential(int receiveCount) {
        long base = config.backoffBase().toMillis();
        long cap = stretched(config.backoffCap(), receiveCount);
        int doublings = Math.min(Math.max(receiveCount - 1, 0), 30);
        return between(0, Math.min(cap, base << doublings));
    }

    /** Around the slow retry, spread so that a thousand waiting messages do not come back as one. */
    Duration slow(int receiveCount) {
        long millis = stretched(config.slowRetry(), receiveCount);
        return between(millis / 2, millis);
    }

    /** Until then, as far as SQS can hide a message for it. */
    Duration until(Instant at) {
        return withinLimits(Duration.between(clock.instant(), at));
    }

    /**
     * Twice as long after a hundred receives, three times after two hundred, and so on. At a constant five minutes a
     * message that waits for four days would be received more than a thousand times, and SQS would move it to the
     * dead-letter queue without a reason.
     */
    private static long stretched(Duration limit, int receiveCount) {
        return limit.toMillis() * (1 + Math.min(Math.max(receiveCount, 0), MAX_RECEIVES) / 100);
    }

    private Duration between(long minMillis, long maxMillis) {
        return withinLimits(
                Duration.ofMillis(minMillis == maxMillis ? minMillis : random.nextLong(minMillis, maxMillis + 1)));
    }

    private static Duration withinLimits(Duration delay) {
        return delay.compareTo(MIN) < 0 ? MIN : delay.compareTo(MAX) > 0 ? MAX : delay;
    }
}
