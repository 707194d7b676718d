package io.middleware.paging.pacing;

/** Settings as a test wants them. */
record FixedPacingConfig(String budgetsTable, int ratePerMinute, double lowUrgencyShare, int burst)
        implements PacingConfig {
    /** One call a second, half of the rate for low urgency, no burst: instants that can be counted on fingers. */
    static final FixedPacingConfig ONE_A_SECOND = new FixedPacingConfig("RateBudgets", 60, 0.5, 0);

    FixedPacingConfig withBurst(int burst) {
        return new FixedPacingConfig(budgetsTable, ratePerMinute, lowUrgencyShare, burst);
    }

    FixedPacingConfig withShare(double share) {
        return new FixedPacingConfig(budgetsTable, ratePerMinute, share, burst);
    }

    FixedPacingConfig in(String table) {
        return new FixedPacingConfig(table, ratePerMinute, lowUrgencyShare, burst);
    }
}
