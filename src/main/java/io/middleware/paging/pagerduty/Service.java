package io.middleware.paging.pagerduty;

/**
 * A PagerDuty service.
 *
 * @param status {@code active}, {@code warning} and {@code critical} all page; {@code maintenance} and {@code disabled}
 *     do not
 */
public record Service(
        String id, String name, String description, String status, EscalationPolicy escalationPolicy, String htmlUrl) {
    public boolean isDisabled() {
        return "disabled".equals(status);
    }

    public boolean isInMaintenance() {
        return "maintenance".equals(status);
    }
}
