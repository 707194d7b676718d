package io.middleware.paging.pagerduty;

/**
 * PagerDuty's {@code incident_key}: while an incident with this key is open on a service, PagerDuty refuses a second.
 *
 * <p>64 hex digits, since PagerDuty documents no limit here and 255 for the same thing in its Events API.
 */
public record IncidentKey(String value) {
    /** @throws IllegalArgumentException if it is empty: as a filter that means every open incident */
    public IncidentKey {
        if (value.isBlank()) {
            throw new IllegalArgumentException("an incident key is never empty");
        }
    }

    /** The same three always give the same key, whatever characters they hold. Safe to repeat. */
    public static IncidentKey of(String workspaceId, String ruleId, String alertId) {
        return new IncidentKey(Sha256.hex(workspaceId + '\n' + ruleId + '\n' + alertId));
    }

    /** The key of what all alerts of a rule share: never that of an alert. */
    public static IncidentKey ofRule(String workspaceId, String ruleId) {
        return new IncidentKey(Sha256.hex(workspaceId + '\n' + ruleId));
    }
}
