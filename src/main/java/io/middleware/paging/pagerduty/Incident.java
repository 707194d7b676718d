package io.middleware.paging.pagerduty;

import java.util.Set;

/**
 * An incident as PagerDuty shows it.
 *
 * @param status {@code triggered}, {@code acknowledged} or {@code resolved}
 * @param acknowledgedBy ids of the users who have acknowledged it; empty when PagerDuty does not say
 */
public record Incident(
        String id, long number, String status, String htmlUrl, String serviceId, Set<String> acknowledgedBy) {
    static final String RESOLVED = "resolved";

    public Incident {
        acknowledgedBy = Set.copyOf(acknowledgedBy);
    }

    public boolean isResolved() {
        return RESOLVED.equals(status);
    }

    public boolean isAcknowledged() {
        return "acknowledged".equals(status);
    }

    /**
     * Whether it is acknowledged and nobody but its author can be seen to have done so: PagerDuty acknowledges at once what a
     * user opens and is assigned to, and notifies nobody (PagerDuty, "Incidents").
     *
     * @param authorId id of the user who opened it
     */
    public boolean isAcknowledgedByItsAuthorAlone(String authorId) {
        return isAcknowledged() && acknowledgedBy.stream().allMatch(authorId::equals);
    }
}
