package io.middleware.paging.pacing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How fast PagerDuty is called. Environment: {@code PAGING_BUDGETS_TABLE} and so on. */
@ConfigMapping(prefix = "paging")
public interface PacingConfig {
    @WithDefault("RateBudgets")
    String budgetsTable();

    /** Calls a minute for one PagerDuty user, from all processes of notify and all workspaces together. At least 1. */
    @WithDefault("240")
    int ratePerMinute();

    /** Which part of the rate low urgency may use: more than 0, and 1 when it is to be treated as high urgency is. */
    @WithDefault("0.5")
    double lowUrgencyShare();

    /** How many calls may run ahead of the rate after a pause: with 10, eleven start at once. 0 for none. */
    @WithDefault("10")
    int burst();
}
