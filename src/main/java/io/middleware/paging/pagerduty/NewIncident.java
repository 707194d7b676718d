package io.middleware.paging.pagerduty;

import java.util.Objects;
import java.util.Optional;

/**
 * What to open.
 *
 * @param urgency empty leaves it to the service's own rule
 * @param escalationPolicyId empty leaves it to the service's own policy
 */
public record NewIncident(
        String serviceId,
        IncidentKey key,
        String title,
        String details,
        Optional<Urgency> urgency,
        Optional<String> escalationPolicyId) {
    public NewIncident {
        Objects.requireNonNull(serviceId, "serviceId is null");
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(title, "title is null");
        Objects.requireNonNull(details, "details is null");
        Objects.requireNonNull(urgency, "urgency is null");
        Objects.requireNonNull(escalationPolicyId, "escalationPolicyId is null");
    }

    /** The same with at most {@code maxChars} of details, for a server that finds it too large. */
    NewIncident withDetailsCutTo(int maxChars) {
        if (details.length() <= maxChars) {
            return this;
        }
        int end = Character.isHighSurrogate(details.charAt(maxChars - 1)) ? maxChars - 1 : maxChars;
        return new NewIncident(serviceId, key, title, details.substring(0, end), urgency, escalationPolicyId);
    }
}
