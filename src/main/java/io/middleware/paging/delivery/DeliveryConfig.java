package io.middleware.paging.delivery;

import java.time.Duration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where and how deliveries are kept. Environment: {@code PAGING_DELIVERIES_TABLE} and so on. */
@ConfigMapping(prefix = "paging")
public interface DeliveryConfig {
    @WithDefault("Deliveries")
    String deliveriesTable();

    /** For how long after PagerDuty confirmed an incident a repeat of its alert needs no call. */
    @WithDefault("5M")
    Duration repeatWindow();

    /** The time-out of the function itself. */
    @WithDefault("30S")
    Duration timeout();

    /** For how long an episode that is over stays in the ledger after its last change. */
    @WithDefault("P30D")
    Duration retention();

    /**
     * For how long a claim holds: a little longer than the function can live, so that a claim that has lapsed belongs to
     * nobody who could still act on it.
     */
    default Duration lease() {
        return timeout().plusSeconds(5);
    }
}
