package io.middleware.paging.alert;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import io.middleware.paging.binding.RuleId;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.installation.WorkspaceId;

/**
 * CloudWatch alarms. The alarm's ARN is the alert, its name the rule, and its AWS account the workspace unless another is
 * named. Each contributor of an alarm on several time series is an alert of its own. What CloudWatch suppresses or mutes does
 * not page for as long.
 *
 * <p>Source of the shapes: AWS, "Alarm events and EventBridge", "Notifying users on alarm changes", "Alarm suppression" and
 * "How alarm mute rules work".
 */
final class CloudWatchAlarms {
    private static final String STATE_CHANGE = "CloudWatch Alarm State Change";
    private static final String CONTRIBUTOR_CHANGE = "CloudWatch Alarm Contributor State Change";
    private static final String CONFIGURATION_CHANGE = "CloudWatch Alarm Configuration Change";

    /** The reason of an alarm on several time series, and the query of one: there is a contributor for each of its groups. */
    private static final Pattern SUMS_UP = Pattern.compile(
            "\\s*\\d+ out of \\d+ (time series|contributors) evaluated to .*|\\s*SELECT\\s.*\\sGROUP\\s+BY\\s.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Longer texts of CloudWatch's in a reason say no more. */
    private static final int MAX_REASON_CHARS = 300;

    private CloudWatchAlarms() {}

    static boolean isEvent(String detailType) {
        return Set.of(STATE_CHANGE, CONTRIBUTOR_CHANGE, CONFIGURATION_CHANGE).contains(detailType);
    }

    static boolean isFromSns(JsonNode node) {
        return node.has("AlarmName") && node.has("NewStateValue");
    }

    static ParsedMessage fromEventBridge(
            String detailType, JsonNode node, ForeignNames names, InsufficientData insufficientData) {
        JsonFields fields = new JsonFields(node);
        JsonFields detail = fields.in("detail");
        return detailType.equals(CONFIGURATION_CHANGE)
                ? configurationChange(fields, detail, names)
                : stateChange(fields, detail, detailType.equals(CONTRIBUTOR_CHANGE), names, insufficientData);
    }

    private static ParsedMessage stateChange(
            JsonFields fields,
            JsonFields detail,
            boolean ofContributor,
            ForeignNames names,
            InsufficientData insufficientData) {
        JsonFields state = detail.in("state");
        JsonFields contributor = detail.in("alarmContributor");
        JsonFields configuration = detail.in("configuration");
        List<String> remarks = new ArrayList<>();
        String name = detail.required("alarmName");
        String value = state.required("value");
        Alarm alarm = new Alarm(
                name,
                arn(fields),
                ofContributor ? Optional.of(contributor.required("id")) : Optional.empty(),
                OwnAlerts.labels(contributor.get("attributes"), new ArrayList<>()),
                configuration.optional("description"),
                state.optional("reason"),
                state.time("timestamp"),
                fields.required("account"),
                fields.optional("region"),
                AlarmMetrics.ofEventBridge(configuration.node()),
                configuration.optional("alarmRule"));
        Optional<Alert.Silence> silence =
                value.equals("ALARM") ? suppressed(state).or(() -> muted(detail, remarks)) : Optional.empty();
        return parsed(
                fields,
                names,
                alarm,
                value,
                detail.in("previousState").optional("value"),
                silence,
                remarks,
                insufficientData);
    }

    static ParsedMessage fromSns(JsonNode node, ForeignNames names, InsufficientData insufficientData) {
        JsonFields fields = new JsonFields(node);
        Optional<Arn> arn = fields.optional("AlarmArn").map(Arn::new);
        List<String> remarks = new ArrayList<>();
        if (node.path("ActionExecutedAfterMuteWindow").asBoolean()) {
            remarks.add("CloudWatch sent this at the end of a mute window; the alarm fired while it was muted");
        }
        String name = fields.required("AlarmName");
        String value = fields.required("NewStateValue");
        Alarm alarm = new Alarm(
                name,
                arn,
                fields.optional("AlarmContributorId"),
                OwnAlerts.labels(node.path("AlarmContributorAttributes"), new ArrayList<>()),
                fields.optional("AlarmDescription"),
                fields.optional("NewStateReason"),
                fields.time("StateChangeTime"),
                fields.required("AWSAccountId"),
                // "Region" is a name for people here; the ARN holds the one for machines.
                arn.flatMap(Arn::region).or(() -> fields.optional("Region")),
                AlarmMetrics.ofSns(node.path("Trigger")),
                fields.optional("AlarmRule"));
        return parsed(
                fields,
                names,
                alarm,
                value,
                fields.optional("OldStateValue"),
                Optional.empty(),
                remarks,
                insufficientData);
    }

    /** Of a created or updated alarm nothing follows: its state comes in events of its own. */
    private static ParsedMessage configurationChange(JsonFields fields, JsonFields detail, ForeignNames names) {
        String operation = detail.optional("operation").orElse("");
        if (!operation.equals("delete")) {
            return ParsedMessage.nothingToDo(
                    "CloudWatch alarm " + detail.optional("alarmName").orElse("without a name")
                            + ": a configuration change (" + JsonFields.found(operation) + ") that needs no page");
        }
        Instant deletedAt = fields.time("time");
        // EventBridge cuts its times to the second: by that the alarm would have been deleted before it fired.
        Instant changedAt = detail.in("state")
                .timeIfReadable("timestamp")
                .filter(deletedAt::isBefore)
                .orElse(deletedAt);
        Alarm alarm = new Alarm(
                detail.required("alarmName"),
                arn(fields),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                changedAt,
                fields.required("account"),
                fields.optional("region"),
                AlarmMetrics.ofEventBridge(detail.get("configuration")),
                Optional.empty());
        return alert(fields, names, alarm, Alert.Status.RESOLVED, Optional.empty(), List.of(), "the alarm was deleted");
    }

    private static Optional<Arn> arn(JsonFields fields) {
        return Optional.ofNullable(fields.get("resources").path(0).textValue())
                .filter(text -> !JsonFields.isBlank(text))
                .map(Arn::new);
    }

    private static ParsedMessage parsed(
            JsonFields fields,
            ForeignNames names,
            Alarm alarm,
            String state,
            Optional<String> previousState,
            Optional<Alert.Silence> silence,
            List<String> remarks,
            InsufficientData insufficientData) {
        switch (state) {
            case "ALARM":
                return alert(fields, names, alarm, Alert.Status.TRIGGERED, silence, remarks, "");
            case "OK":
                return alert(fields, names, alarm, Alert.Status.RESOLVED, Optional.empty(), remarks, "");
            case "INSUFFICIENT_DATA":
                if (insufficientData == InsufficientData.RESOLVE) {
                    return alert(
                            fields,
                            names,
                            alarm,
                            Alert.Status.RESOLVED,
                            Optional.empty(),
                            remarks,
                            "CloudWatch has insufficient data");
                }
                if (insufficientData == InsufficientData.NOTE && !previousState.equals(Optional.of("OK"))) {
                    return alert(fields, names, alarm, Alert.Status.TRIGGERED, Optional.of(noData(alarm)), remarks, "");
                }
                return fields.problems()
                        .map(problems -> ParsedMessage.malformed("CloudWatch alarm: " + problems))
                        .orElseGet(() -> ParsedMessage.nothingToDo(
                                "CloudWatch alarm " + alarm.name() + " has insufficient data"));
            default:
                if (!state.isEmpty()) {
                    fields.problem(
                            "the state must be ALARM, OK or INSUFFICIENT_DATA, found " + JsonFields.found(state));
                }
                return alert(fields, names, alarm, Alert.Status.TRIGGERED, silence, remarks, "");
        }
    }

    private static Alert.Silence noData(Alarm alarm) {
        return new Alert.Silence(
                Reason.NO_DATA,
                "CloudWatch has insufficient data for this alarm since " + alarm.changedAt()
                        + ": it neither fires nor has it resolved, and an incident that is open stays open",
                Optional.empty());
    }

    /** When it ends, CloudWatch sends the same state again, without these fields. */
    private static Optional<Alert.Silence> suppressed(JsonFields state) {
        return state.optional("actionsSuppressedBy")
                .map(by -> new Alert.Silence(
                        Reason.SUPPRESSED,
                        "CloudWatch suppresses this alarm: "
                                + shortened(state.optional("actionsSuppressedReason")
                                        .orElse("actions suppressed by " + by)),
                        Optional.empty()));
    }

    /** At the end of a mute window CloudWatch runs the alarm's actions, but promises no event: it pages then by itself. */
    private static Optional<Alert.Silence> muted(JsonFields detail, List<String> remarks) {
        JsonFields mute = detail.in("muteDetail");
        if (!mute.node().isObject()) {
            return Optional.empty();
        }
        String by = "the mute rule "
                + shortened(mute.optional("mutedByArn")
                        .map(arn -> arn.substring(arn.lastIndexOf(':') + 1))
                        .orElse("without a name"));
        Optional<Instant> end = mute.timeIfReadable("muteWindowEnd");
        if (end.isEmpty()) {
            remarks.add("Muted by " + by + ", with no end that can be read; it pages now");
            return Optional.empty();
        }
        String until = by + " until " + IncidentText.time(end.get());
        remarks.add("Muted by " + until);
        return Optional.of(new Alert.Silence(Reason.MUTED, "CloudWatch mutes this alarm by " + until, end));
    }

    private static String shortened(String text) {
        return IncidentText.cut(IncidentText.oneLine(text), MAX_REASON_CHARS);
    }

    private static ParsedMessage alert(
            JsonFields fields,
            ForeignNames names,
            Alarm alarm,
            Alert.Status status,
            Optional<Alert.Silence> silence,
            List<String> remarks,
            String resolvedBecause) {
        Optional<WorkspaceId> workspaceId = fields.problems().isPresent()
                ? Optional.empty()
                : names.workspaceId(Optional.empty(), Optional.of(alarm.account()), fields);
        Optional<RuleId> ruleId = names.ruleId(alarm.name(), fields);
        Alert.problemOfId(alarm.id()).ifPresent(problem -> fields.problem("the ARN " + problem));
        if (fields.problems().isPresent()) {
            return ParsedMessage.malformed(
                    "CloudWatch alarm: " + fields.problems().get());
        }
        List<String> allRemarks = new ArrayList<>(remarks);
        if (alarm.sumsUp()) {
            allRemarks.add(
                    "This sums up the alarm's contributors (its time series); each of them pages by itself if events"
                            + " of type \"" + CONTRIBUTOR_CHANGE + "\" come to this queue");
        }
        Map<String, String> labels = alarm.distinguishingLabels();
        List<String> distinguishing = List.copyOf(labels.keySet());
        alarm.addOtherLabels(labels);
        return ParsedMessage.alert(new Alert(
                workspaceId.orElseThrow(),
                ruleId.orElseThrow(),
                alarm.id(),
                status,
                alarm.sumsUp() ? alarm.name() + " (summary of its contributors)" : alarm.name(),
                alarm.summary(),
                Severity.DEFAULT,
                alarm.changedAt(),
                Optional.of("CloudWatch"),
                labels,
                alarm.links(),
                allRemarks,
                Optional.of(alarm.name()),
                Optional.empty(),
                distinguishing,
                silence,
                resolvedBecause));
    }

    /**
     * @param contributor the id of the one that it is about; empty for the alarm itself
     * @param attributes of the contributor
     * @param alarmRule of a composite alarm
     */
    private record Alarm(
            String name,
            Optional<Arn> arn,
            Optional<String> contributor,
            Map<String, String> attributes,
            Optional<String> description,
            Optional<String> reason,
            Instant changedAt,
            String account,
            Optional<String> region,
            AlarmMetrics metrics,
            Optional<String> alarmRule) {
        String id() {
            String id = arn.map(Arn::text)
                    .orElseGet(() -> Stream.of(Optional.of(account), region, Optional.of(name))
                            .flatMap(Optional::stream)
                            .collect(Collectors.joining("/")));
            return contributor.map(which -> id + "/contributor/" + which).orElse(id);
        }

        boolean sumsUp() {
            return contributor.isEmpty()
                    && Stream.concat(reason.stream(), metrics.expressions().stream())
                            .anyMatch(text -> SUMS_UP.matcher(text).matches());
        }

        Optional<String> summary() {
            return description.isPresent() && reason.isPresent()
                    ? Optional.of(description.get() + "\n" + reason.get())
                    : description.or(() -> reason);
        }

        Map<String, String> distinguishingLabels() {
            Map<String, String> labels = new LinkedHashMap<>(attributes);
            metrics.dimensions().forEach((name, values) -> labels.putIfAbsent(name, String.join(", ", values)));
            add(labels, "account", account);
            region.ifPresent(where -> add(labels, "region", where));
            return labels;
        }

        void addOtherLabels(Map<String, String> labels) {
            if (!metrics.namespaces().isEmpty()) {
                add(labels, "namespace", String.join(", ", metrics.namespaces()));
            }
            if (!metrics.names().isEmpty()) {
                add(labels, "metric", String.join(", ", metrics.names()));
            }
            if (!metrics.expressions().isEmpty()) {
                add(labels, "expression", String.join(", ", metrics.expressions()));
            }
            alarmRule.ifPresent(rule -> add(labels, "alarmRule", rule));
        }

        /** A dimension may be named as one of ours. */
        private static void add(Map<String, String> labels, String name, String value) {
            if (labels.putIfAbsent(name, value) != null) {
                labels.put("alarm " + name, value);
            }
        }

        List<Alert.Link> links() {
            return region.filter(where -> where.matches("[a-z0-9-]+"))
                    .flatMap(where -> console(arn.map(Arn::partition).orElseGet(() -> partitionOf(where)), where))
                    .map(console -> List.of(new Alert.Link(
                            "Alarm",
                            "https://" + console + "/cloudwatch/home?region=" + region.get() + "#alarmsV2:alarm/"
                                    + URLEncoder.encode(name, StandardCharsets.UTF_8)
                                            .replace("+", "%20"))))
                    .orElse(List.of());
        }

        private static String partitionOf(String region) {
            if (region.startsWith("cn-")) {
                return "aws-cn";
            }
            if (region.startsWith("us-gov-")) {
                return "aws-us-gov";
            }
            return region.contains("iso") || region.startsWith("eusc-") ? "" : "aws";
        }

        /** Empty for a partition whose console we do not know. Source: AWS, "AWS Management Console" of each partition. */
        private static Optional<String> console(String partition, String region) {
            return switch (partition) {
                case "aws" -> Optional.of(region + ".console.aws.amazon.com");
                case "aws-cn" -> Optional.of(region + ".console.amazonaws.cn");
                case "aws-us-gov" -> Optional.of(region + ".console.amazonaws-us-gov.com");
                default -> Optional.empty();
            };
        }
    }

    /** {@code arn:partition:cloudwatch:region:account:alarm:name}, or any text in its place. */
    private record Arn(String text) {
        String partition() {
            return part(1).orElse("aws");
        }

        Optional<String> region() {
            return part(3);
        }

        private Optional<String> part(int index) {
            String[] parts = text.split(":", 6);
            return parts.length == 6 && parts[0].equals("arn")
                    ? Optional.of(parts[index]).filter(part -> !part.isBlank())
                    : Optional.empty();
        }
    }
}
