package io.middleware.paging.harness;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test moves it, or moves on a little with each look at it. Thread-safe. */
public final class MutableClock extends Clock {
    private volatile Instant now;
    private volatile Duration perLook = Duration.ZERO;

    public MutableClock(Instant start) {
        this.now = start;
    }

    public synchronized void advance(Duration time) {
        now = now.plus(time);
    }

    /** Whoever looks at the clock has worked for so long since the last look: a slow function on one core. */
    public void takePerLook(Duration time) {
        perLook = time;
    }

    @Override
    public Instant instant() {
        if (!perLook.isZero()) {
            advance(perLook);
        }
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock stays in UTC");
    }
}
