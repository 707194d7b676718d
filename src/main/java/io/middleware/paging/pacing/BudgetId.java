package io.middleware.paging.pacing;

import java.util.Objects;

import io.middleware.paging.pagerduty.Region;

/**
 * Whose calls PagerDuty counts together: a user's, whatever workspaces and tokens they come from.
 *
 * @param userId PagerDuty's id of the token's owner
 */
public record BudgetId(Region region, String userId) {
    public BudgetId {
        Objects.requireNonNull(region, "region is null");
        Objects.requireNonNull(userId, "userId is null");
    }

    /** Such as {@code us/PUSR001}. */
    public String value() {
        return region.wireName() + "/" + userId;
    }
}
