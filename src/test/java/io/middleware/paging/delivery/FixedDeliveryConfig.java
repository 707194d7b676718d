package io.middleware.paging.delivery;

import java.time.Duration;

/** The ledger's settings in its tests. */
record FixedDeliveryConfig(String deliveriesTable) implements DeliveryConfig {
    @Override
    public Duration repeatWindow() {
        return DeliveryLedgerContract.REPEAT_WINDOW;
    }

    @Override
    public Duration timeout() {
        return DeliveryLedgerContract.LEASE.minusSeconds(5);
    }

    @Override
    public Duration retention() {
        return Duration.ofDays(30);
    }
}
