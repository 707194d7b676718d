package io.middleware.paging.pagerduty;

import java.util.Objects;

/**
 * An incident that is to be resolved.
 *
 * @param text goes into the incident's log, where PagerDuty shows it as the resolution
 */
public record Resolution(String incidentId, String text) {
    /** @throws IllegalArgumentException if {@code incidentId} is empty */
    public Resolution {
        Objects.requireNonNull(text, "text is null");
        if (incidentId.isBlank()) {
            throw new IllegalArgumentException("an incident id is never empty");
        }
    }
}
