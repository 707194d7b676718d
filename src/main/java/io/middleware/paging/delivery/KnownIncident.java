package io.middleware.paging.delivery;

import java.util.Objects;

/**
 * The incident that the ledger knows for an alert.
 *
 * @param serviceId the service it was opened on; the rule may be bound to another by now
 */
public record KnownIncident(String id, long number, String htmlUrl, String serviceId) {
    public KnownIncident {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(htmlUrl, "htmlUrl is null");
        Objects.requireNonNull(serviceId, "serviceId is null");
    }
}
