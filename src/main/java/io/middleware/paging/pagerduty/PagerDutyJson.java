package io.middleware.paging.pagerduty;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * PagerDuty's objects, out of their JSON. Read leniently: every field but the id may be null in an answer (PagerDuty,
 * "Types"), its schema is not always true, and what is masked for a user may be missing altogether.
 */
final class PagerDutyJson {
    private PagerDutyJson() {}

    static User user(JsonNode node) {
        return new User(
                id(node),
                node.path("name").asText(""),
                required(node, "email"),
                node.path("role").asText(""),
                User.subdomainOf(node.path("html_url").asText("")));
    }

    static Service service(JsonNode node) {
        return new Service(
                id(node),
                node.path("name").asText(node.path("summary").asText("")),
                node.path("description").asText(null),
                node.path("status").asText(null),
                node.path("escalation_policy").hasNonNull("id")
                        ? escalationPolicy(node.path("escalation_policy"))
                        : null,
                node.path("html_url").asText(null));
    }

    static EscalationPolicy escalationPolicy(JsonNode node) {
        return new EscalationPolicy(
                id(node), node.path("name").asText(node.path("summary").asText(null)));
    }

    static Incident incident(JsonNode node) {
        return new Incident(
                id(node),
                node.path("incident_number").asLong(0),
                node.path("status").asText(""),
                node.path("html_url").asText(""),
                node.path("service").path("id").asText(""),
                acknowledgers(node));
    }

    private static Set<String> acknowledgers(JsonNode incident) {
        Set<String> ids = new HashSet<>();
        for (JsonNode acknowledgement : incident.path("acknowledgements")) {
            String id = acknowledgement.path("acknowledger").path("id").asText("");
            if (!id.isEmpty()) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** Every field but the id may be null in an answer. Source: PagerDuty, "Types". */
    static String id(JsonNode node) {
        return required(node, "id");
    }

    static String required(JsonNode node, String field) {
        String text = node.path(field).asText("");
        if (text.isEmpty()) {
            throw new IllegalArgumentException("no " + field);
        }
        return text;
    }

    static ServiceDetail serviceDetail(JsonNode node) {
        return new ServiceDetail(
                service(node),
                urgencyRule(node.path("incident_urgency_rule")),
                supportHours(node.path("support_hours")),
                seconds(node, "auto_resolve_timeout"),
                seconds(node, "acknowledgement_timeout"));
    }

    private static ServiceUrgency urgencyRule(JsonNode rule) {
        return switch (rule.path("type").asText("")) {
            case "constant" -> new ServiceUrgency.Constant(word(rule, "urgency"));
            case "use_support_hours" ->
                new ServiceUrgency.BySupportHours(
                        word(rule.path("during_support_hours"), "urgency"),
                        word(rule.path("outside_support_hours"), "urgency"));
            default -> new ServiceUrgency.NotSaid();
        };
    }

    /** Empty also when it is written in a way that we cannot read: guessed hours would be worse than none. */
    private static Optional<SupportHours> supportHours(JsonNode hours) {
        try {
            Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
            hours.path("days_of_week").forEach(day -> days.add(DayOfWeek.of(day.asInt())));
            return days.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new SupportHours(
                            days,
                            timeOfDay(hours, "start_time"),
                            timeOfDay(hours, "end_time"),
                            ZoneId.of(hours.path("time_zone").asText(""))));
        } catch (DateTimeException notUnderstood) {
            return Optional.empty();
        }
    }

    /** {@code 09:00:00}, or the end of a whole date and time, whose date PagerDuty ignores. */
    private static LocalTime timeOfDay(JsonNode node, String field) {
        String text = node.path(field).asText("").replaceFirst("^.*T", "").replaceFirst("(Z|[+-]\\d\\d:?\\d\\d)$", "");
        return LocalTime.parse(text);
    }

    static OnCall onCall(JsonNode node) {
        return new OnCall(
                reference(node.path("user")),
                node.path("escalation_level").asInt(1),
                referenceIfAny(node.path("schedule")).map(Reference::name),
                time(node, "end"));
    }

    static MaintenanceWindow maintenanceWindow(JsonNode node) {
        return new MaintenanceWindow(
                id(node),
                node.path("description").asText(node.path("summary").asText("")),
                time(node, "start_time"),
                time(node, "end_time"));
    }

    static IncidentDetail incidentDetail(JsonNode node) {
        return new IncidentDetail(
                incident(node),
                node.path("title").asText(""),
                word(node, "urgency"),
                referenceIfAny(node.path("service")),
                referenceIfAny(node.path("escalation_policy")),
                time(node, "created_at"),
                list(
                        node.path("acknowledgements"),
                        ack -> new IncidentDetail.Acknowledgement(
                                reference(ack.path("acknowledger")), time(ack, "at"))),
                list(node.path("assignments"), assignment -> reference(assignment.path("assignee"))),
                "direct_assignment".equals(node.path("assigned_via").asText()),
                time(node, "last_status_change_at"),
                referenceIfAny(node.path("last_status_change_by")),
                pending(node, "unacknowledge"),
                pending(node, "resolve"),
                mergedInto(node.path("resolve_reason")));
    }

    private static Optional<Instant> pending(JsonNode incident, String type) {
        for (JsonNode action : incident.path("pending_actions")) {
            if (type.equals(action.path("type").asText())) {
                return time(action, "at");
            }
        }
        return Optional.empty();
    }

    /** The only reason that PagerDuty has. An older one may be plain text. */
    private static Optional<Reference> mergedInto(JsonNode reason) {
        return "merge_resolve_reason".equals(reason.path("type").asText())
                ? Optional.of(reference(reason.path("incident")))
                : Optional.empty();
    }

    static IncidentLog incidentLog(JsonNode body) {
        return new IncidentLog(
                listed(body, "log_entries", PagerDutyJson::logEntry),
                body.path("more").asBoolean(false));
    }

    private static IncidentLog.Entry logEntry(JsonNode node) {
        String type = node.path("type").asText("").replaceFirst("_log_entry(_reference)?$", "");
        return new IncidentLog.Entry(
                node.path("id").asText(""),
                type,
                time(node, "created_at"),
                referenceIfAny(node.path("agent")),
                node.path("summary").asText(""),
                type.equals(IncidentLog.NOTIFY) ? Optional.of(notification(node)) : Optional.empty());
    }

    private static IncidentLog.Notification notification(JsonNode entry) {
        JsonNode channel = entry.path("channel");
        JsonNode notification = channel.path("notification");
        return new IncidentLog.Notification(
                reference(entry.path("user")),
                word(notification, "type").or(() -> word(channel, "type").filter(type -> !type.equals("auto"))),
                word(notification, "status"));
    }

    /** Of what is not there, or masked, too: somebody acted, and nothing is known of them. */
    private static Reference reference(JsonNode node) {
        return new Reference(
                node.path("type").asText("").replaceFirst("_reference$", ""),
                node.path("id").asText(""),
                node.path("name").asText(node.path("summary").asText("")));
    }

    private static Optional<Reference> referenceIfAny(JsonNode node) {
        return node.isObject() ? Optional.of(reference(node)) : Optional.empty();
    }

    /** An answer without the list that was asked for cannot be read: it must not pass for an empty one. */
    static <T> List<T> listed(JsonNode body, String field, Function<JsonNode, T> decode) {
        if (!body.path(field).isArray()) {
            throw new IllegalArgumentException("no " + field);
        }
        return list(body.path(field), decode);
    }

    private static <T> List<T> list(JsonNode nodes, Function<JsonNode, T> decode) {
        List<T> decoded = new ArrayList<>();
        nodes.forEach(node -> decoded.add(decode.apply(node)));
        return decoded;
    }

    private static Optional<String> word(JsonNode node, String field) {
        return Optional.of(node.path(field).asText("")).filter(text -> !text.isEmpty());
    }

    /** PagerDuty writes null, and not 0, for what it never does. */
    private static Optional<Duration> seconds(JsonNode node, String field) {
        return Optional.of(node.path(field).asLong(0)).filter(time -> time > 0).map(Duration::ofSeconds);
    }

    /** In UTC or with an offset, as PagerDuty writes both. */
    static Optional<Instant> time(JsonNode node, String field) {
        try {
            return Optional.of(Instant.parse(node.path(field).asText("")));
        } catch (DateTimeException notSaid) {
            return Optional.empty();
        }
    }
}
