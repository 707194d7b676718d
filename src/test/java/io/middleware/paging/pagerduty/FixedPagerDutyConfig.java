package io.middleware.paging.pagerduty;

import java.net.URI;
import java.time.Duration;

/** Settings as a value: the defaults, but for the host and the time for a call. */
record FixedPagerDutyConfig(URI pagerdutyUrlUs, URI pagerdutyUrlEu, Duration callTimeout) implements PagerDutyConfig {
    @Override
    public Duration connectTimeout() {
        return Duration.ofSeconds(2);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(30);
    }

    @Override
    public int circuitFailures() {
        return 5;
    }

    @Override
    public Duration circuitPause() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Duration circuitMaxPause() {
        return Duration.ofMinutes(1);
    }
}
