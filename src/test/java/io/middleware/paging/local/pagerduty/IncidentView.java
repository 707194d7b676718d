package io.middleware.paging.local.pagerduty;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An incident as it was at one moment.
 *
 * @param key the incident key, never empty: PagerDuty makes one if the request has none
 * @param details the body's text, empty if none was sent
 * @param urgency {@code high} or {@code low}
 * @param from the {@code From} header of the request that opened it, empty if it had none
 * @param createdBy e-mail of the user who opened it: the token's owner, or with an account key the one named by {@code From}
 * @param resolvedBy e-mail of the user who resolved it last
 * @param assigneeIds the users it is assigned to
 * @param pagedIds the users that were notified of it, in order
 * @param merged whether it was merged into another one, and resolved by that
 */
public record IncidentView(
        Region region,
        String subdomain,
        String id,
        int number,
        String key,
        String title,
        String details,
        String serviceId,
        String urgency,
        IncidentStatus status,
        Optional<String> from,
        String createdBy,
        Instant createdAt,
        Optional<Instant> resolvedAt,
        Optional<String> resolvedBy,
        List<String> assigneeIds,
        List<String> pagedIds,
        List<String> notes,
        boolean merged) {

    public boolean isOpen() {
        return status.isOpen();
    }
}
