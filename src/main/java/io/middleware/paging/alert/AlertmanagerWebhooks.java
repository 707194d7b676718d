package io.middleware.paging.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.WorkspaceId;

/**
 * Alertmanager's webhook body, version 4, and Grafana's, version 1: several alerts in one message. Amazon Managed Prometheus
 * sends the same through SNS, with the times as Go writes them. The fingerprint is the alert, the label {@code alertname}
 * the rule; {@code workspaceId} (or {@code workspace_id}) is a label or a message attribute.
 *
 * <p>A body is a picture of its moment, so its messages are ordered by when they were sent: an alert that goes on firing
 * keeps its {@code startsAt}, even if Alertmanager held it to be resolved for a while. A reminder is thus a repeat.
 *
 * <p>Source of the shape: Prometheus, "Configuration", webhook_config; AWS, "Configure alert manager to send messages to
 * Amazon SNS as JSON"; Grafana, "Configure webhook notifications".
 */
final class AlertmanagerWebhooks {
    private static final String VERSION = "4";
    private static final String VERSION_OF_GRAFANA = "1";

    /** The heading of a list of alerts in the default template of Alertmanager's SNS receiver. */
    private static final Pattern PLAIN_TEXT = Pattern.compile("(?m)^Alerts (Firing|Resolved):\\h*$");

    /** How Grafana's default title begins. */
    private static final Pattern COUNT = Pattern.compile("^\\[[A-Z]+:\\d+] ");

    /** Which of a rule's many boxes it is about, by the labels that exporters set. */
    private static final List<String> DISTINGUISHING_LABELS =
            List.of("pod", "container", "instance", "host", "hostname", "node", "device", "mountpoint", "path");

    private AlertmanagerWebhooks() {}

    static boolean is(JsonNode node) {
        return node.path("alerts").isArray() && (node.has("groupKey") || node.has("receiver"));
    }

    /** Whether {@code text} is what the SNS receiver sends unless it is given a template. */
    static boolean isPlainText(String text) {
        return PLAIN_TEXT.matcher(text).find();
    }

    static ParsedMessage parse(JsonNode node, ForeignNames names, Optional<Instant> sentAt) {
        String sender = GrafanaAlert.sent(node) ? "Grafana" : "Alertmanager";
        String version = node.path("version").asText(VERSION);
        if (!version.equals(VERSION) && !version.equals(VERSION_OF_GRAFANA)) {
            return ParsedMessage.malformed(sender + " webhook: version must be 4 (Alertmanager) or 1 (Grafana), found "
                    + JsonFields.found(version));
        }
        List<String> remarks = new ArrayList<>();
        int leftOut = node.path("truncatedAlerts").asInt(0);
        if (leftOut > 0) {
            remarks.add(sender + " left " + leftOut + " more alerts of this group out (its max_alerts)");
        }
        Group group = new Group(new JsonFields(node), names, sentAt, remarks);
        List<Alert> alerts = new ArrayList<>();
        List<JsonNode> entries = new ArrayList<>();
        FirstTen malformed = new FirstTen();
        int index = 0;
        for (JsonNode alert : node.path("alerts")) {
            ParsedMessage one = group.parse(alert, sender + " webhook: alerts[" + index++ + "]");
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
                ? ParsedMessage.malformed(sender + " webhook: alerts is empty")
                : new ParsedMessage(alerts, malformed.sentences(), "", parts);
    }

    /**
     * What the alerts of one body have in common.
     *
     * @param remarks about the body, for the responder of each alert
     */
    private record Group(JsonFields body, ForeignNames names, Optional<Instant> sentAt, List<String> remarks) {
        ParsedMessage parse(JsonNode node, String where) {
            if (!node.isObject()) {
                return ParsedMessage.malformed(where + " is " + JsonFields.kind(node) + ", not an object");
            }
            JsonFields fields = new JsonFields(node);
            JsonFields labels = fields.in("labels");
            JsonFields annotations = fields.in("annotations");
            GrafanaAlert kind = GrafanaAlert.of(labels);
            Optional<String> rule = labels.optional(kind.ruleLabel());
            String status = fields.required("status");
            boolean resolved = status.equals("resolved");
            if (!status.isEmpty() && !resolved && !status.equals("firing")) {
                fields.problem("status must be firing or resolved, found " + JsonFields.found(status));
            }
            String field = resolved ? "endsAt" : "startsAt";
            Optional<Instant> ownTime = fields.timeOrNone(field);
            // One that starts seconds ahead, by another machine's clock, must not be newer than its own resolve.
            Instant occurredAt = sentAt.filter(sent -> ownTime.filter(own -> AlertParser.isAhead(own, sent))
                            .isEmpty())
                    .or(() -> ownTime)
                    .orElseGet(() -> fields.time(field));
            String fingerprint = fields.alertId("fingerprint");
            Optional<WorkspaceId> workspaceId = names.workspaceId(
                    labels.optional("workspaceId").or(() -> labels.optional("workspace_id")), Optional.empty(), fields);
            Optional<RuleId> ruleId = names.ruleId(rule, "the label alertname", fields);
            if (fields.problems().isPresent()) {
                return ParsedMessage.malformed(where + ": " + fields.problems().get());
            }
            List<String> allRemarks = new ArrayList<>(remarks);
            kind.remark().ifPresent(allRemarks::add);
            Severity severity = Severity.of(labels.optional("severity"), allRemarks);
            Map<String, String> allLabels = new LinkedHashMap<>(OwnAlerts.labels(labels.node(), new ArrayList<>()));
            allLabels.remove(kind.ruleLabel());
            return ParsedMessage.alert(new Alert(
                    workspaceId.orElseThrow(),
                    ruleId.orElseThrow(),
                    fingerprint,
                    resolved ? Alert.Status.RESOLVED : Alert.Status.TRIGGERED,
                    title(kind, annotations, rule.orElse(ruleId.get().value())),
                    summary(kind, fields, annotations),
                    severity,
                    occurredAt,
                    labels.optional("instance"),
                    allLabels,
                    links(fields, annotations),
                    allRemarks,
                    rule,
                    resolved ? Optional.empty() : ownTime,
                    DISTINGUISHING_LABELS,
                    Optional.empty(),
                    ""));
        }

        private String title(GrafanaAlert kind, JsonFields annotations, String rule) {
            return kind.title(
                    rule,
                    headline(annotations)
                            .or(() -> ofTheOnlyAlert("title")
                                    .map(title -> COUNT.matcher(title).replaceFirst(""))));
        }

        private static Optional<String> headline(JsonFields annotations) {
            return annotations.optional("summary").or(() -> annotations.optional("title"));
        }

        private Optional<String> summary(GrafanaAlert kind, JsonFields fields, JsonFields annotations) {
            boolean isInTitle = kind == GrafanaAlert.OF_A_CONDITION || kind == GrafanaAlert.TEST;
            Optional<String> headline = headline(annotations);
            Optional<String> description =
                    annotations.optional("description").or(() -> annotations.optional("message"));
            String text = Stream.of(
                            isInTitle ? Optional.<String>empty() : headline,
                            headline.isPresent() ? description : description.or(() -> ofTheOnlyAlert("message")),
                            // What a query said that failed.
                            annotations.optional("Error"),
                            GrafanaAlert.values(fields.node()),
                            fields.optional("valueString"))
                    .flatMap(Optional::stream)
                    .collect(Collectors.joining("\n"));
            return Optional.of(text).filter(any -> !any.isEmpty());
        }

        /** Grafana's texts are about the whole group: of several alerts they would tell each responder of the others. */
        private Optional<String> ofTheOnlyAlert(String field) {
            return body.get("alerts").size() == 1 ? body.optional(field) : Optional.empty();
        }

        private static List<Alert.Link> links(JsonFields fields, JsonFields annotations) {
            Set<Alert.Link> links = new LinkedHashSet<>();
            link(links, "Runbook", annotations, "runbook_url");
            link(links, "Dashboard", annotations, "dashboard_url");
            link(links, "Dashboard", fields, "dashboardURL");
            link(links, "Panel", fields, "panelURL");
            link(links, "Graph", fields, "generatorURL");
            link(links, "Silence", fields, "silenceURL");
            link(links, "Image", fields, "imageURL");
            return List.copyOf(links);
        }

        private static void link(Set<Alert.Link> links, String text, JsonFields from, String field) {
            from.optional(field).ifPresent(url -> links.add(new Alert.Link(text, url)));
        }
    }
}
