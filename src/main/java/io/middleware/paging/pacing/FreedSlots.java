package io.middleware.paging.pacing;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.middleware.paging.pagerduty.Urgency;

/**
 * How many slots were given back in each bucket of {@value #BUCKET_SECONDS} s. Within its bucket a slot has no time of its
 * own: whoever takes it is told one. All times are microseconds since 1970.
 *
 * <p>Immutable.
 *
 * @param high by the start of the bucket
 * @param low by the start of the bucket
 */
record FreedSlots(Map<Long, Integer> high, Map<Long, Integer> low) {
    /** Short, so that a page waits briefly and a slot moves little; still some calls long at the usual rate. */
    static final int BUCKET_SECONDS = 2;

    static final long BUCKET = TimeUnit.SECONDS.toMicros(BUCKET_SECONDS);

    /** What comes back from the queue for its turn comes some seconds late. */
    private static final long LATE = TimeUnit.SECONDS.toMicros(4);

    /** Longer than SQS hides a message, so that nobody comes back with a slot that is farther ahead. */
    private static final long FARTHEST =
            TimeUnit.MILLISECONDS.toMicros(Duration.ofHours(12).toMillis());

    static final FreedSlots NONE = new FreedSlots(Map.of(), Map.of());

    FreedSlots {
        high = Map.copyOf(high);
        low = Map.copyOf(low);
    }

    /** The bucket that a slot of this time is given back to; empty if it is too late for that, or too early. */
    static OptionalLong bucketFor(long at, long now, long blockedUntil) {
        long own = at - Math.floorMod(at, BUCKET);
        // A whole bucket ahead: where slots are given back one after the other there is always one that can be taken.
        long next = now + BUCKET + Math.floorMod(-now, BUCKET);
        long bucket = own > now ? own : next;
        return at < now - LATE || at > now + FARTHEST || bucket < blockedUntil
                ? OptionalLong.empty()
                : OptionalLong.of(bucket);
    }

    /**
     * The first that somebody of this urgency may take.
     *
     * @param after no bucket that begins by then is any good
     * @param before when it would be its turn otherwise
     */
    Optional<Freed> first(Pace pace, Urgency urgency, long after, long before) {
        TreeMap<Long, Integer> buckets = new TreeMap<>(high);
        buckets.putAll(low);
        for (long bucket : buckets.tailMap(after, false).headMap(before, false).keySet()) {
            Optional<Freed> freed = in(bucket, pace, urgency).filter(it -> it.at(pace, of(it)) < before);
            if (freed.isPresent()) {
                return freed;
            }
        }
        return Optional.empty();
    }

    private Optional<Freed> in(long bucket, Pace pace, Urgency urgency) {
        boolean isLow = urgency == Urgency.LOW && !pace.lowAsHigh();
        Freed ofHigh = new Freed(bucket, Urgency.HIGH, isLow ? 1 + pace.keptForHigh(BUCKET) : 1);
        Freed ofLow = new Freed(bucket, Urgency.LOW, 1);
        Freed own = isLow ? ofLow : ofHigh;
        Freed other = isLow ? ofHigh : ofLow;
        return Optional.of(own).filter(this::has).or(() -> Optional.of(other).filter(this::has));
    }

    private boolean has(Freed freed) {
        return of(freed) >= freed.least();
    }

    /** How many there are. */
    int of(Freed freed) {
        return (freed.urgency() == Urgency.HIGH ? high : low).getOrDefault(freed.bucket(), 0);
    }

    /**
     * One of those in a bucket.
     *
     * @param urgency whose share it is out of
     * @param least how many there must be for it to be taken
     */
    record Freed(long bucket, Urgency urgency, int least) {
        /**
         * Counted from the end of the bucket, so that those who take one after the other come one after the other.
         *
         * @param count how many there were before it was taken
         */
        long at(Pace pace, int count) {
            long interval = urgency == Urgency.HIGH ? pace.interval() : pace.lowInterval();
            return Math.max(bucket, bucket + BUCKET - count * interval);
        }
    }
}
