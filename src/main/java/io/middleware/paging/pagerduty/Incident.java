package io.middleware.paging.pagerduty;

/**
 * An incident as PagerDuty shows it.
 *
 * @param status {@code triggered}, {@code acknowledged} or {@code resolved}
 */
public record Incident(String id, long number, String status, String htmlUrl, String serviceId) {
    public boolean isResolved() {
        return "resolved".equals(status);
    }

    public boolean isAcknowledged() {
        return "acknowledged".equals(status);
    }
}
