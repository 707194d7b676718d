package io.middleware.paging.pagerduty;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * A PagerDuty service.
 *
 * @param status {@code active}, {@code warning} and {@code critical} all page; {@code maintenance} and {@code disabled}
 *     do not
 */
public record Service(
        String id, String name, String description, String status, EscalationPolicy escalationPolicy, String htmlUrl) {
    @JsonIgnore
    public boolean isDisabled() {
        return "disabled".equals(status);
    }

    @JsonIgnore
    public boolean isInMaintenance() {
        return "maintenance".equals(status);
    }
}
