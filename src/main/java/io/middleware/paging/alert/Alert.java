package io.middleware.paging.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.delivery.Cause;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.IncidentKey;
import io.middleware.paging.pagerduty.NewIncident;
import io.middleware.paging.pagerduty.Urgency;

/**
 * One alert that fires or has resolved, valid and in our own words, whatever sent it.
 *
 * @param occurredAt orders the messages about one alert: queues do not
 * @param labels in the order of the message
 * @param remarks what could not be read of optional parts, for the responder
 */
record Alert(
        WorkspaceId workspaceId,
        RuleId ruleId,
        String alertId,
        Status status,
        String title,
        Optional<String> summary,
        Severity severity,
        Instant occurredAt,
        Optional<String> source,
        Map<String, String> labels,
        List<Link> links,
        List<String> remarks) {
    /** Longer ids are malformed. */
    static final int MAX_ALERT_ID_CHARS = 1_024;

    enum Status {
        TRIGGERED,
        RESOLVED
    }

    record Link(String text, String href) {}

    Alert {
        Objects.requireNonNull(workspaceId, "workspaceId is null");
        Objects.requireNonNull(ruleId, "ruleId is null");
        Objects.requireNonNull(alertId, "alertId is null");
        Objects.requireNonNull(status, "status is null");
        Objects.requireNonNull(title, "title is null");
        Objects.requireNonNull(severity, "severity is null");
        Objects.requireNonNull(occurredAt, "occurredAt is null");
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        links = List.copyOf(links);
        remarks = List.copyOf(remarks);
    }

    /**
     * Why no alert can have this id; empty when one can. Half of a surrogate pair has no form in UTF-8: two ids that
     * differ in nothing else would count as one alert.
     */
    static Optional<String> problemOfId(String alertId) {
        if (alertId.length() > MAX_ALERT_ID_CHARS) {
            return Optional.of("must have at most " + MAX_ALERT_ID_CHARS + " characters, found " + alertId.length());
        }
        return alertId.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)
                ? Optional.of("holds half of a surrogate pair, as if it had been cut inside a character")
                : Optional.empty();
    }

    /** The same alert with another time, and a remark on it for the responder. */
    Alert movedTo(Instant time, String remark) {
        List<String> allRemarks = new ArrayList<>(remarks);
        allRemarks.add(remark);
        return new Alert(
                workspaceId,
                ruleId,
                alertId,
                status,
                title,
                summary,
                severity,
                time,
                source,
                labels,
                links,
                allRemarks);
    }

    Cause cause() {
        return new Cause(status == Status.TRIGGERED, occurredAt);
    }

    DeliveryKey deliveryKey() {
        return new DeliveryKey(workspaceId, ruleId.value(), alertId);
    }

    IncidentKey incidentKey() {
        return IncidentKey.of(workspaceId.value(), ruleId.value(), alertId);
    }

    /** Where the ledger keeps what the alerts of its rule share. */
    DeliveryKey ruleDeliveryKey() {
        return DeliveryKey.ofRule(workspaceId, ruleId.value());
    }

    IncidentKey ruleIncidentKey() {
        return IncidentKey.ofRule(workspaceId.value(), ruleId.value());
    }

    /**
     * The incident that this alert opens.
     *
     * @param remarks for the responder, above all else: that the page is late, or that it stands for others too
     */
    NewIncident toIncident(RuleBinding binding, IncidentKey key, List<String> remarks) {
        IncidentText text = IncidentText.of(this, remarks);
        return new NewIncident(
                binding.serviceId(), key, text.title(), text.details(), urgency(binding), binding.escalationPolicyId());
    }

    /** Empty leaves it to the service's own rule. */
    Optional<Urgency> urgency(RuleBinding binding) {
        return switch (binding.urgency()) {
            case HIGH -> Optional.of(Urgency.HIGH);
            case LOW -> Optional.of(Urgency.LOW);
            case SEVERITY -> Optional.of(severity.urgency());
            case SERVICE -> Optional.empty();
        };
    }
}
