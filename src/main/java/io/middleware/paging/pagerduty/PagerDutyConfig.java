package io.middleware.paging.pagerduty;

import java.net.URI;
import java.time.Duration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How PagerDuty is reached. Environment: {@code PAGING_PAGERDUTY_URL_US} and so on. */
@ConfigMapping(prefix = "paging")
public interface PagerDutyConfig {
    /** Base URL of the US service region. Never taken from a request. */
    @WithDefault("https://api.pagerduty.com")
    URI pagerdutyUrlUs();

    /** Base URL of the EU service region. */
    @WithDefault("https://api.eu.pagerduty.com")
    URI pagerdutyUrlEu();

    /** For the connection alone. */
    @WithDefault("2S")
    Duration connectTimeout();

    /** For a whole call, the connection included. */
    @WithDefault("5S")
    Duration callTimeout();

    /** So many calls in a row without an answer, or answered with 408 or 5xx, open the circuit. At least 1. */
    @WithDefault("5")
    int circuitFailures();

    /** For how long a circuit that opened lets no call out. Twice as long after each probe that fails. */
    @WithDefault("10S")
    Duration circuitPause();

    /** No pause of the circuit is longer. */
    @WithDefault("1M")
    Duration circuitMaxPause();

    /** The time-out of the function itself, which no call may outlast. The template sets it from the same value. */
    @WithDefault("30S")
    Duration timeout();

    /** Base URL of {@code region}. */
    default URI baseUrl(Region region) {
        return switch (region) {
            case US -> pagerdutyUrlUs();
            case EU -> pagerdutyUrlEu();
        };
    }
}
