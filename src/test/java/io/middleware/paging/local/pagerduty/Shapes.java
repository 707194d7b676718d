package io.middleware.paging.local.pagerduty;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How PagerDuty writes its objects. Fields that the fake does not model hold what a plain account has there. */
final class Shapes {
    private static final Duration ACKNOWLEDGEMENT_TIMEOUT = Duration.ofMinutes(30);

    private Shapes() {}

    static ObjectNode user(User user) {
        ObjectNode shape = Json.object()
                .put("id", user.id())
                .put("type", "user")
                .put("summary", user.name())
                .put("name", user.name())
                .put("email", user.email())
                .put("role", user.role())
                .put("time_zone", "Etc/UTC")
                .put("color", "purple")
                .put("html_url", user.htmlUrl())
                .put("invitation_sent", false)
                .putNull("description")
                .putNull("job_title");
        shape.set("teams", none());
        return shape;
    }

    static ObjectNode service(Service service, boolean withPolicy) {
        Account account = service.account();
        ObjectNode shape = Json.object()
                .put("id", service.id())
                .put("type", "service")
                .put("summary", service.name())
                .put("self", account.region().apiUrl() + "/services/" + service.id())
                .put("html_url", webUrl(account, "/service-directory/", service.id()))
                .put("name", service.name())
                .put("description", service.description())
                .put("status", service.status())
                .put("created_at", time(service.createdAt()))
                .putNull("auto_resolve_timeout")
                .put("acknowledgement_timeout", ACKNOWLEDGEMENT_TIMEOUT.toSeconds())
                .put("alert_creation", "create_alerts_and_incidents");
        List<Incident> incidents = account.book().ofService(service.id());
        shape.put(
                "last_incident_timestamp",
                incidents.isEmpty() ? null : time(incidents.get(incidents.size() - 1).createdAt));
        shape.set("incident_urgency_rule", service.urgencyRule().shape());
        shape.set(
                "escalation_policy",
                withPolicy ? policy(account, service.policy()) : policyReference(account, service.policy()));
        shape.set("teams", none());
        shape.set("integrations", none());
        shape.set("scheduled_actions", none());
        return shape.set("support_hours", service.urgencyRule().supportHours());
    }

    static ObjectNode policy(Account account, EscalationPolicy policy) {
        ObjectNode shape = policyReference(account, policy)
                .put("type", "escalation_policy")
                .put("name", policy.name())
                .put("num_loops", 0);
        shape.set(
                "escalation_rules",
                Json.array(policy.levels().stream()
                        .filter(level -> !level.isEmpty())
                        .map(level -> {
                            ObjectNode rule = Json.object().put("escalation_delay_in_minutes", 30);
                            rule.set(
                                    "targets",
                                    Json.array(level.stream()
                                            .map(Shapes::userReference)
                                            .toList()));
                            return rule;
                        })
                        .toList()));
        shape.set(
                "services",
                Json.array(account.services().stream()
                        .filter(service -> service.policy() == policy)
                        .map(Shapes::serviceReference)
                        .toList()));
        shape.set("teams", none());
        return shape;
    }

    /** @param level from 1 */
    static ObjectNode onCall(Account account, EscalationPolicy policy, int level, User user, boolean withUser) {
        ObjectNode shape = Json.object();
        shape.set("user", withUser ? user(user) : userReference(user));
        shape.set("escalation_policy", policyReference(account, policy));
        shape.put("escalation_level", level);
        Optional<EscalationPolicy.Shift> shift = policy.shift();
        shape.set(
                "schedule",
                shift.<JsonNode>map(by -> reference(by.scheduleId(), "schedule_reference", by.schedule()))
                        .orElseGet(shape::nullNode));
        return shape.put("start", shift.map(by -> time(by.start())).orElse(null))
                .put("end", shift.map(by -> time(by.end())).orElse(null));
    }

    static ObjectNode window(MaintenanceWindow window) {
        ObjectNode shape = Json.object()
                .put("id", window.id())
                .put("type", "maintenance_window")
                .put("summary", window.description())
                .put("description", window.description())
                .put("start_time", time(window.start()))
                .put("end_time", time(window.end()));
        shape.set("services", Json.array(List.of(serviceReference(window.service()))));
        shape.set("teams", none());
        return shape;
    }

    static ObjectNode incident(Incident incident, boolean withBody) {
        Account account = incident.account;
        ObjectNode shape = incidentReference(incident)
                .put("type", "incident")
                .put("incident_number", incident.number)
                .put("title", incident.title)
                .put("created_at", time(incident.createdAt))
                .put("updated_at", time(incident.changedAt))
                .put("status", incident.status.word())
                .put("incident_key", incident.key)
                .put("urgency", incident.urgency)
                .put("assigned_via", incident.directlyAssigned ? "direct_assignment" : "escalation_policy")
                .put("last_status_change_at", time(incident.changedAt))
                .put("resolved_at", incident.resolvedAt.map(Shapes::time).orElse(null))
                .put("is_mergeable", true)
                .putNull("priority");
        shape.set(
                "resolve_reason",
                incident.mergedInto
                        .<JsonNode>map(target -> Json.object()
                                .put("type", "merge_resolve_reason")
                                .set("incident", incidentReference(target)))
                        .orElseGet(shape::nullNode));
        shape.set("service", serviceReference(incident.service));
        shape.set("escalation_policy", policyReference(account, incident.policy));
        shape.set("last_status_change_by", userReference(incident.changedBy));
        shape.set(
                "first_trigger_log_entry",
                logEntryReference(account, incident.entries("trigger").get(0)));
        shape.set(
                "assignments",
                Json.array(incident.assignees.stream()
                        .map(user -> at(incident.changedAt).<ObjectNode>set("assignee", userReference(user)))
                        .toList()));
        shape.set(
                "acknowledgements",
                incident.status == IncidentStatus.ACKNOWLEDGED
                        ? Json.array(List.of(at(incident.changedAt)
                                .<ObjectNode>set("acknowledger", userReference(incident.changedBy))))
                        : none());
        shape.set(
                "alert_counts", Json.object().put("all", 0).put("triggered", 0).put("resolved", 0));
        shape.set("incident_type", Json.object().put("name", "incident_default"));
        shape.set("teams", none());
        shape.set("pending_actions", pendingActions(incident));
        if (withBody) {
            shape.set("body", Json.object().put("type", "incident_body").put("details", incident.details));
        }
        return shape;
    }

    /** Until when it stays acknowledged. That it is triggered again then is not played. */
    private static ArrayNode pendingActions(Incident incident) {
        return incident.status == IncidentStatus.ACKNOWLEDGED
                ? Json.array(List.of(at(incident.snoozedUntil.orElse(incident.changedAt.plus(ACKNOWLEDGEMENT_TIMEOUT)))
                        .put("type", "unacknowledge")))
                : none();
    }

    /** @param withChannel otherwise a notification does not tell its channel */
    static ObjectNode logEntry(Incident incident, LogEntry entry, String notifiedBy, boolean withChannel) {
        ObjectNode shape = logEntryReference(incident.account, entry)
                .put("type", entry.type() + "_log_entry")
                .put("created_at", time(entry.createdAt()));
        shape.set(
                "agent", entry.agent().map(Shapes::userReference).orElseGet(() -> serviceReference(incident.service)));
        shape.set("incident", incidentReference(incident));
        shape.set("service", serviceReference(incident.service));
        shape.set("teams", none());
        ObjectNode channel = channel(entry, notifiedBy);
        shape.set("channel", withChannel ? channel : channel.without("notification"));
        entry.concerned().ifPresent(user -> concern(shape, entry, user));
        return shape;
    }

    private static ObjectNode channel(LogEntry entry, String notifiedBy) {
        if (entry.type().equals("notify")) {
            ObjectNode channel = Json.object().put("type", "auto");
            channel.set(
                    "notification",
                    Json.object()
                            .put("type", notifiedBy)
                            .put("address", "not-for-others@acme.example")
                            .put("status", "success"));
            return channel;
        }
        ObjectNode channel = Json.object().put("type", "api");
        return switch (entry.type()) {
            case "resolve" -> channel.put("resolution", entry.text());
            case "annotate" -> channel.put("summary", entry.text());
            default -> channel;
        };
    }

    private static void concern(ObjectNode shape, LogEntry entry, User user) {
        if (entry.type().equals("assign")) {
            shape.set("assignees", Json.array(List.of(userReference(user))));
        } else {
            shape.set("user", userReference(user));
        }
    }

    static ObjectNode note(LogEntry note) {
        ObjectNode shape = Json.object()
                .put("id", note.id())
                .put("content", note.text())
                .put("created_at", time(note.createdAt()));
        shape.set("user", note.agent().<JsonNode>map(Shapes::userReference).orElseGet(Json::object));
        shape.set("channel", Json.object().put("summary", "The PagerDuty website or APIs"));
        return shape;
    }

    private static ObjectNode userReference(User user) {
        return reference(user.id(), "user_reference", user.name()).put("html_url", user.htmlUrl());
    }

    private static ObjectNode serviceReference(Service service) {
        return reference(service.id(), "service_reference", service.name())
                .put("self", service.account().region().apiUrl() + "/services/" + service.id())
                .put("html_url", webUrl(service.account(), "/service-directory/", service.id()));
    }

    private static ObjectNode policyReference(Account account, EscalationPolicy policy) {
        return reference(policy.id(), "escalation_policy_reference", policy.name())
                .put("self", account.region().apiUrl() + "/escalation_policies/" + policy.id())
                .put("html_url", webUrl(account, "/escalation_policies/", policy.id()));
    }

    private static ObjectNode incidentReference(Incident incident) {
        String summary = "[#" + incident.number + "] " + incident.title;
        return reference(incident.id, "incident_reference", summary)
                .put("self", incident.account.region().apiUrl() + "/incidents/" + incident.id)
                .put("html_url", incident.htmlUrl());
    }

    private static ObjectNode logEntryReference(Account account, LogEntry entry) {
        String summary =
                entry.type() + entry.concerned().map(user -> " " + user.name()).orElse("");
        return reference(entry.id(), entry.type() + "_log_entry_reference", summary)
                .put("self", account.region().apiUrl() + "/log_entries/" + entry.id());
    }

    private static ObjectNode reference(String id, String type, String summary) {
        return Json.object().put("id", id).put("type", type).put("summary", summary);
    }

    private static ObjectNode at(Instant when) {
        return Json.object().put("at", time(when));
    }

    private static String webUrl(Account account, String path, String id) {
        return account.region().webUrl(account.subdomain()) + path + id;
    }

    /** PagerDuty writes whole seconds. */
    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static ArrayNode none() {
        return Json.array(List.of());
    }
}
