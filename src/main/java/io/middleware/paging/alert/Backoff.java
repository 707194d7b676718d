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

    /** As long as a call to PagerDuty may take. */
    private static final Duration LONGEST_MOMENT = Duration.ofSeconds(5);

    /** The shortest slow wait is this part of the longest: spread, and yet so long that the receives can be counted on. */
    private static final double SHORTEST_SLOW = 2.0 / 3;

    /** Of the receives that a message has, this part goes by at the pace of the settings. */
    private static final double PART_AT_FIRST_PACE = 0.4;

    /** And by this part of them the time is over for which the queue keeps it; the rest is for tries of other kinds. */
    private static final double PART_FOR_ALL_TIME = 0.9;

    private final AlertConfig config;
    private final RandomGenerator random;
    private final Clock clock;

    public Backoff(AlertConfig config, RandomGenerator random, Clock clock) {
        this.config = config;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Exponential with full jitter: anything from a second to {@code base * 2^(receiveCount - 1)}, the cap at most. The cap
     * grows once the slow wait does, by so much that on average this is no shorter than the shortest slow wait.
     */
    Duration exponential(int receiveCount) {
        long base = config.backoffBase().toMillis();
        long cap = config.backoffCap().toMillis();
        if (receiveCount > config.maxReceives() * PART_AT_FIRST_PACE) {
            cap = Math.max(cap, (long) (2 * SHORTEST_SLOW * longestSlow(receiveCount)));
        }
        int doublings = Math.min(Math.max(receiveCount - 1, 0), 30);
        return between(0, Math.min(cap, base << doublings));
    }

    /**
     * As above, but until then at most: what stands in the way is over by then, and a message that was received often must not
     * wait for minutes after that.
     */
    Duration exponential(int receiveCount, Instant atTheLatest) {
        Duration wait = exponential(receiveCount);
        Duration left = until(atTheLatest);
        return wait.compareTo(left) <= 0 ? wait : left;
    }

    /** Around the slow retry, spread so that a thousand waiting messages do not come back as one. */
    Duration slow(int receiveCount) {
        long longest = longestSlow(receiveCount);
        return between((long) (longest * SHORTEST_SLOW), longest);
    }

    /** While another try is about to find out what this one wants to know. */
    Duration moment() {
        return between(MIN.toMillis(), LONGEST_MOMENT.toMillis());
    }

    /** Until then, as far as SQS can hide a message for it. */
    Duration until(Instant at) {
        return withinLimits(Duration.between(clock.instant(), at));
    }

    /**
     * The slow retry, for as many receives as that pace can be kept up. After those it grows by the same span with each
     * receive, so that even a message that draws the shortest wait each time is kept waiting for as long as the queue keeps
     * it: else SQS would move it to the dead-letter queue without a reason when its receives are used up.
     */
    private long longestSlow(int receiveCount) {
        double retry = config.slowRetry().toMillis();
        double atFirstPace = config.maxReceives() * PART_AT_FIRST_PACE;
        double growing = config.maxReceives() * PART_FOR_ALL_TIME - atFirstPace;
        // What the growth alone has to make up for; the sum of 1 to n is about n² / 2.
        double missing = config.queueRetention().toMillis() / SHORTEST_SLOW - retry * (atFirstPace + growing);
        double growth = Math.max(0, missing) * 2 / (growing * growing);
        return (long) (retry + growth * Math.max(0, Math.min(receiveCount, config.maxReceives()) - atFirstPace));
    }

    private Duration between(long minMillis, long maxMillis) {
        return withinLimits(
                Duration.ofMillis(minMillis == maxMillis ? minMillis : random.nextLong(minMillis, maxMillis + 1)));
    }

    private static Duration withinLimits(Duration delay) {
        return delay.compareTo(MIN) < 0 ? MIN : delay.compareTo(MAX) > 0 ? MAX : delay;
    }
}
