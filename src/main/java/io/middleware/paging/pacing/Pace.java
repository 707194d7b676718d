package io.middleware.paging.pacing;

import java.util.concurrent.TimeUnit;

/**
 * The settings as spans of time, in microseconds; rounded so that no rounding makes a call too many.
 *
 * @param interval from one call to the next at the whole rate
 * @param lowInterval from one call of low urgency to the next
 * @param besideLowInterval from one call of high urgency to the next while low urgency has its share; unused when
 *     {@code lowAsHigh}
 * @param tolerance how far calls may run ahead of the rate
 * @param lowAsHigh whether low urgency has the whole rate, so that the two are one
 */
record Pace(long interval, long lowInterval, long besideLowInterval, long tolerance, boolean lowAsHigh) {
    private static final double MINUTE = TimeUnit.MINUTES.toMicros(1);

    /** @throws IllegalArgumentException naming the setting and what it may be, if one makes no sense */
    static Pace of(PacingConfig config) {
        int rate = config.ratePerMinute();
        double share = config.lowUrgencyShare();
        int burst = config.burst();
        require(rate >= 1, "PAGING_RATE_PER_MINUTE is " + rate + "; it must be 1 or more");
        // Written so that NaN is refused too.
        require(share > 0 && share <= 1, "PAGING_LOW_URGENCY_SHARE is " + share + "; it must be above 0 and at most 1");
        require(burst >= 0, "PAGING_BURST is " + burst + "; it must be 0 or more");
        return new Pace(
                span(MINUTE / rate),
                span(MINUTE / rate / share),
                share == 1 ? 0 : span(MINUTE / rate / (1 - share)),
                (long) (MINUTE / rate * burst),
                share == 1);
    }

    /** How many calls of high urgency fit into that time beside those of low urgency. */
    int keptForHigh(long time) {
        return lowAsHigh ? 0 : (int) ((time + besideLowInterval - 1) / besideLowInterval);
    }

    private static long span(double micros) {
        return (long) Math.ceil(micros);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
