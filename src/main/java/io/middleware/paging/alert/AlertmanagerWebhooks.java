package io.middleware.paging.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.WorkspaceId;

/**
 * Alertmanager's webhook body, version 4: several alerts in one message. The fingerprint is the alert, the label
 * {@code alertname} the rule; {@code workspaceId} (or {@code workspace_id}) is a label or a message attribute.
 *
 * <p>A body is a picture of its moment, so its messages are ordered by when they were sent: an alert that goes on firing
 * keeps its {@code startsAt}, even if Alertmanager held it to be resolved for a while. A reminder is thus a repeat.
 *
 * <p>Source of the shape: Prometheus, "Configuration", webhook_config.
 */
final class AlertmanagerWebhooks {
    private AlertmanagerWebhooks() {}

    static boolean is(JsonNode node) {
        return node.path("alerts").isArray() && (node.has("groupKey") || node.has("receiver"));
    }

    static ParsedMessage parse(JsonNode node, ForeignNames names, Optional<Instant> sentAt) {
        String version = node.path("version").asText("4");
        if (!version.equals("4")) {
            return ParsedMessage.malformed(
                    "Alertmanager webhook: version must be 4, found " + JsonFields.found(version));
        }
        List<String> remarks = new ArrayList<>();
        int leftOut = node.path("truncatedAlerts").asInt(0);
        if (leftOut > 0) {
            remarks.add("Alertmanager left " + leftOut + " more alerts of this group out (its max_alerts)");
        }
        List<Alert> alerts = new ArrayList<>();
        List<JsonNode> entries = new ArrayList<>();
        FirstTen malformed = new FirstTen();
        int index = 0;
        for (JsonNode alert : node.path("alerts")) {
            ParsedMessage one =
                    parseOne(alert, names, "Alertmanager webhook: alerts[" + index++ + "]", remarks, sentAt);
            one.alerts().forEach(valid -> {
                alerts.add(valid);
                entries.add(alert);
            });
            one.malformed().forEach(malformed::add);
        }
        Optional<Parts> parts = index > 1 && !alerts.isEmpty()
                ? Optional.of(Parts.of(node, entries, alerts, names.decisive(), sentAt))
                : Optional.empty();
        return index == 0
                ? ParsedMessage.malformed("Alertmanager webhook: alerts is empty")
                : new ParsedMessage(alerts, malformed.sentences(), "", parts);
    }

    private static ParsedMessage parseOne(
            JsonNode node, ForeignNames names, String where, List<String> remarks, Optional<Instant> sentAt) {
        if (!node.isObject()) {
            return ParsedMessage.malformed(where + " is " + JsonFields.kind(node) + ", not an object");
        }
        JsonFields fields = new JsonFields(node);
        JsonFields labels = fields.in("labels");
        JsonFields annotations = fields.in("annotations");
        String rule = labels.required("alertname");
        String status = fields.required("status");
        boolean resolved = status.equals("resolved");
        if (!status.isEmpty() && !resolved && !status.equals("firing")) {
            fields.problem("status must be firing or resolved, found " + JsonFields.found(status));
        }
        Instant ownTime = fields.time(resolved ? "endsAt" : "startsAt");
        // One that starts seconds ahead, by another machine's clock, must not be newer than its own resolve.
        Instant occurredAt =
                sentAt.filter(sent -> !AlertParser.isAhead(ownTime, sent)).orElse(ownTime);
        String fingerprint = fields.alertId("fingerprint");
        Optional<WorkspaceId> workspaceId = names.workspaceId(
                labels.optional("workspaceId").or(() -> labels.optional("workspace_id")), Optional.empty(), fields);
        Optional<RuleId> ruleId = names.ruleId(rule, fields);
        if (fields.problems().isPresent()) {
            return ParsedMessage.malformed(where + ": " + fields.problems().get());
        }
        Map<String, String> allLabels = new LinkedHashMap<>(OwnAlerts.labels(labels.node(), new ArrayList<>()));
        allLabels.remove("alertname");
        return ParsedMessage.alert(new Alert(
                workspaceId.orElseThrow(),
                ruleId.orElseThrow(),
                fingerprint,
                resolved ? Alert.Status.RESOLVED : Alert.Status.TRIGGERED,
                annotations.optional("summary").orElse(rule),
                annotations.optional("description").or(() -> annotations.optional("message")),
                labels.optional("severity").flatMap(Severity::parse).orElse(Severity.DEFAULT),
                occurredAt,
                labels.optional("instance"),
                allLabels,
                links(fields, annotations),
                remarks));
    }

    private static List<Alert.Link> links(JsonFields fields, JsonFields annotations) {
        List<Alert.Link> links = new ArrayList<>();
        annotations.optional("runbook_url").ifPresent(url -> links.add(new Alert.Link("Runbook", url)));
        annotations.optional("dashboard_url").ifPresent(url -> links.add(new Alert.Link("Dashboard", url)));
        fields.optional("generatorURL").ifPresent(url -> links.add(new Alert.Link("Source", url)));
        return links;
    }
}
