package io.middleware.paging.pagerduty;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An incident and what became of it.
 *
 * @param urgency {@code high} or {@code low}
 * @param acknowledgements in force now: none once the incident is triggered again or resolved
 * @param directlyAssigned to a user, not through an escalation policy: such an incident never escalates. Source: PagerDuty,
 *     "Create an incident"
 * @param statusChangedBy a user; a service when PagerDuty itself did it, as after a time-out
 * @param triggersAgainAt until then it is acknowledged: somebody snoozed it, or the acknowledgement times out. An entry
 *     {@code snooze} in its log tells which
 * @param resolvesItselfAt when the service's auto-resolve is due
 * @param mergedInto the incident that goes on in its place
 */
public record IncidentDetail(
        Incident incident,
        String title,
        Optional<String> urgency,
        Optional<Reference> service,
        Optional<Reference> escalationPolicy,
        Optional<Instant> createdAt,
        List<Acknowledgement> acknowledgements,
        List<Reference> assignees,
        boolean directlyAssigned,
        Optional<Instant> statusChangedAt,
        Optional<Reference> statusChangedBy,
        Optional<Instant> triggersAgainAt,
        Optional<Instant> resolvesItselfAt,
        Optional<Reference> mergedInto) {
    public IncidentDetail {
        Objects.requireNonNull(incident, "incident is null");
        Objects.requireNonNull(title, "title is null");
        acknowledgements = List.copyOf(acknowledgements);
        assignees = List.copyOf(assignees);
    }

    public record Acknowledgement(Reference by, Optional<Instant> at) {}
}
