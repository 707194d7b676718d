package io.middleware.paging.delivery;

import java.util.Objects;

import io.middleware.paging.pagerduty.Incident;

/**
 * The incident that the ledger knows for an alert.
 *
 * @param serviceId the service it was opened on; the rule may be bound to another by now
 * @param pagedNobody whether it started acknowledged, so that nobody was notified
 */
public record KnownIncident(String id, long number, String htmlUrl, String serviceId, boolean pagedNobody) {
    public KnownIncident {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(htmlUrl, "htmlUrl is null");
        Objects.requireNonNull(serviceId, "serviceId is null");
    }

    /** What became of an alert of this incident: {@code ifPaged}, unless it paged nobody. */
    public Outcome outcome(Outcome ifPaged) {
        return pagedNobody ? Outcome.NOBODY_PAGED : ifPaged;
    }

    /** {@code incident} as the ledger keeps it. PagerDuty's answers may leave its service out. */
    public static KnownIncident of(Incident incident, String serviceId, boolean pagedNobody) {
        return new KnownIncident(incident.id(), incident.number(), incident.htmlUrl(), serviceId, pagedNobody);
    }
}
