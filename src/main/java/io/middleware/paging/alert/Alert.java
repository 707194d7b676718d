package io.middleware.paging.alert;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.delivery.Reason;
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
 * @param ruleName what its producer calls the rule, on one line; empty when that is the rule's id
 * @param firingSince when it began to fire; empty when that is not known, or not before {@code occurredAt}. An alert that
 *     has it was sent at {@code occurredAt}
 * @param distinguishingLabels names of the labels that tell this alert from others of its rule, the most telling first. The
 *     title gets those whose values it does not have
 * @param silence why its trigger does not page now; empty when it pages
 * @param resolvedBecause why it counts as resolved if it has not recovered: {@code the alarm was deleted}; otherwise empty
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
        List<String> remarks,
        Optional<String> ruleName,
        Optional<Instant> firingSince,
        List<String> distinguishingLabels,
        Optional<Silence> silence,
        String resolvedBecause) {
    /** Longer ids are malformed. */
    static final int MAX_ALERT_ID_CHARS = 1_024;

    /** Longer names are cut: they are for people to read. */
    private static final int MAX_RULE_NAME_CHARS = 255;

    enum Status {
        TRIGGERED,
        RESOLVED
    }

    record Link(String text, String href) {}

    /**
     * The sender's own wish that a trigger does not page.
     *
     * @param detail the reason as a sentence
     * @param until when it pages after all, unless it has resolved. Empty: a later message of the sender says when
     */
    record Silence(Reason reason, String detail, Optional<Instant> until) {}

    Alert {
        Objects.requireNonNull(workspaceId, "workspaceId is null");
        Objects.requireNonNull(ruleId, "ruleId is null");
        Objects.requireNonNull(alertId, "alertId is null");
        Objects.requireNonNull(status, "status is null");
        Objects.requireNonNull(title, "title is null");
        Objects.requireNonNull(severity, "severity is null");
        Objects.requireNonNull(occurredAt, "occurredAt is null");
        ruleName = ruleName.map(name -> IncidentText.cut(IncidentText.oneLine(name), MAX_RULE_NAME_CHARS))
                .filter(name -> !name.equals(ruleId.value()));
        // To the second, as a page shows it.
        firingSince = firingSince.filter(
                since -> since.truncatedTo(ChronoUnit.SECONDS).isBefore(occurredAt.truncatedTo(ChronoUnit.SECONDS)));
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        links = List.copyOf(links);
        remarks = List.copyOf(remarks);
        distinguishingLabels = List.copyOf(distinguishingLabels);
        Objects.requireNonNull(silence, "silence is null");
        Objects.requireNonNull(resolvedBecause, "resolvedBecause is null");
    }

    /** One whose rule has no other name than its id, and that fires since {@code occurredAt}. */
    Alert(
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
            List<String> remarks,
            List<String> distinguishingLabels,
            Optional<Silence> silence,
            String resolvedBecause) {
        this(
                workspaceId,
                ruleId,
                alertId,
                status,
                title,
                summary,
                severity,
                occurredAt,
                source,
                labels,
                links,
                remarks,
                Optional.empty(),
                Optional.empty(),
                distinguishingLabels,
                silence,
                resolvedBecause);
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

    /** {@code detail} of what became of its resolve, with why it counts as resolved. */
    String withResolvedBecause(String detail) {
        return resolvedBecause.isEmpty() || detail.isEmpty()
                ? resolvedBecause + detail
                : resolvedBecause + "; " + detail;
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
                allRemarks,
                ruleName,
                firingSince,
                distinguishingLabels,
                silence,
                resolvedBecause);
    }

    /** Whether {@code send-test} made it. */
    boolean isTest() {
        return TestAlert.ID.equals(alertId);
    }

    /** Whether it is to share the incident of its rule. A test never does. */
    boolean isFolded(RuleBinding binding) {
        return binding.groupBy() == GroupBy.RULE && !isTest();
    }

    /** Whether its incident is to be resolved with it. That of a test always is. */
    boolean resolvesIncident(RuleBinding binding) {
        return binding.notifyOnResolve() || isTest();
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
     * @param remarks for the responder, above what the alert says: that the page is late, or that it stands for others too
     */
    NewIncident toIncident(RuleBinding binding, IncidentKey key, List<String> remarks) {
        IncidentText ofRule = IncidentText.of(this, binding.pageText(), remarks);
        IncidentText text = isTest() ? TestAlert.marked(ofRule) : ofRule;
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
