package io.middleware.paging.alert;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.WorkspaceId;

/**
 * CloudWatch alarms. The alarm's ARN is the alert, its name the rule, and its AWS account the workspace unless another is
 * named. {@code INSUFFICIENT_DATA} is neither firing nor resolved and asks for nothing.
 *
 * <p>Source of the shapes: AWS, "Alarm events and EventBridge" and "Notifying users on alarm changes".
 */
final class CloudWatchAlarms {
    private CloudWatchAlarms() {}

    static boolean isFromEventBridge(JsonNode node) {
        return node.path("detail-type").asText().equals("CloudWatch Alarm State Change");
    }

    static boolean isFromSns(JsonNode node) {
        return node.has("AlarmName") && node.has("NewStateValue");
    }

    static ParsedMessage fromEventBridge(JsonNode node, ForeignNames names) {
        JsonFields fields = new JsonFields(node);
        JsonFields detail = fields.in("detail");
        JsonFields state = detail.in("state");
        JsonNode arn = node.path("resources").path(0);
        return alarm(
                fields,
                names,
                new Alarm(
                        detail.required("alarmName"),
                        Optional.ofNullable(arn.textValue()).filter(text -> !JsonFields.isBlank(text)),
                        detail.in("configuration").optional("description"),
                        state.required("value"),
                        state.optional("reason"),
                        state.time("timestamp"),
                        fields.required("account"),
                        fields.optional("region")));
    }

    static ParsedMessage fromSns(JsonNode node, ForeignNames names) {
        JsonFields fields = new JsonFields(node);
        Optional<String> arn = fields.optional("AlarmArn");
        return alarm(
                fields,
                names,
                new Alarm(
                        fields.required("AlarmName"),
                        arn,
                        fields.optional("AlarmDescription"),
                        fields.required("NewStateValue"),
                        fields.optional("NewStateReason"),
                        fields.time("StateChangeTime"),
                        fields.required("AWSAccountId"),
                        // "Region" is a name for people here; the ARN holds the one for machines.
                        arn.map(text -> text.split(":"))
                                .filter(parts -> parts.length > 3)
                                .map(parts -> parts[3])));
    }

    private static ParsedMessage alarm(JsonFields fields, ForeignNames names, Alarm alarm) {
        Optional<WorkspaceId> workspaceId = fields.problems().isPresent()
                ? Optional.empty()
                : names.workspaceId(Optional.empty(), Optional.of(alarm.account()), fields);
        Optional<RuleId> ruleId = names.ruleId(alarm.name(), fields);
        Alert.problemOfId(alarm.id()).ifPresent(problem -> fields.problem("the ARN " + problem));
        if (fields.problems().isPresent()) {
            return ParsedMessage.malformed(
                    "CloudWatch alarm: " + fields.problems().get());
        }
        if (alarm.state().equals("INSUFFICIENT_DATA")) {
            return ParsedMessage.nothingToDo("CloudWatch alarm " + alarm.name() + " has insufficient data");
        }
        if (!alarm.state().equals("ALARM") && !alarm.state().equals("OK")) {
            return ParsedMessage.malformed("CloudWatch alarm: the state must be ALARM, OK or INSUFFICIENT_DATA, found "
                    + JsonFields.found(alarm.state()));
        }
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("account", alarm.account());
        alarm.region().ifPresent(region -> labels.put("region", region));
        return ParsedMessage.alert(new Alert(
                workspaceId.orElseThrow(),
                ruleId.orElseThrow(),
                alarm.id(),
                alarm.state().equals("ALARM") ? Alert.Status.TRIGGERED : Alert.Status.RESOLVED,
                alarm.name(),
                alarm.summary(),
                Severity.DEFAULT,
                alarm.changedAt(),
                Optional.of("CloudWatch"),
                labels,
                alarm.links(),
                List.of(),
                Optional.of(alarm.name()),
                Optional.empty()));
    }

    private record Alarm(
            String name,
            Optional<String> arn,
            Optional<String> description,
            String state,
            Optional<String> reason,
            Instant changedAt,
            String account,
            Optional<String> region) {
        String id() {
            return arn.orElse(account + '/' + region.orElse("-") + '/' + name);
        }

        Optional<String> summary() {
            return description.isPresent() && reason.isPresent()
                    ? Optional.of(description.get() + "\n" + reason.get())
                    : description.or(() -> reason);
        }

        List<Alert.Link> links() {
            return region.filter(r -> r.matches("[a-z0-9-]+"))
                    .map(r -> List.of(new Alert.Link(
                            "Alarm",
                            "https://" + r + ".console.aws.amazon.com/cloudwatch/home?region=" + r + "#alarmsV2:alarm/"
                                    + URLEncoder.encode(name, StandardCharsets.UTF_8)
                                            .replace("+", "%20"))))
                    .orElse(List.of());
        }
    }
}
