package io.middleware.paging.pacing;

import java.time.Clock;

/** The rules as they read, by many random runs. */
class InMemoryRateBudgetsTest extends RateBudgetsContract {
    @Override
    RateBudgets budgets(FixedPacingConfig config, Clock clock) {
        return new InMemoryRateBudgets(config, clock);
    }

    @Override
    RateBudgets seenBy(Clock other, RateBudgets budgets) {
        return ((InMemoryRateBudgets) budgets).seenBy(FixedPacingConfig.ONE_A_SECOND, other);
    }

    @Override
    int runs() {
        return 300;
    }
}
