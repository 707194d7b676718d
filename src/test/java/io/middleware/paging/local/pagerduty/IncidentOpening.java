package io.middleware.paging.local.pagerduty;

import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import io.middleware.paging.local.pagerduty.Incident.NewIncident;

/**
 * One {@code POST /incidents}: what is wrong with the request, then with the service, then whether the key is taken, then who is paged.
 * Runs under the account's monitor.
 */
final class IncidentOpening {
    /** The limit of an event's {@code dedup_key}; that of an incident key is not documented. */
    private static final int MAX_KEY_CHARS = 255;

    private final Quirks quirks;
    private final Token token;
    private final Account account;
    private final User actor;
    private final Optional<String> from;
    private final JsonNode incident;

    IncidentOpening(Quirks quirks, Token token, User actor, Optional<String> from, JsonNode incident) {
        this.quirks = quirks;
        this.token = token;
        this.account = token.account();
        this.actor = actor;
        this.from = from;
        this.incident = incident;
    }

    Answer answer() {
        return wrongText().or(this::wrongReference).orElseGet(() -> {
            Optional<Service> service = account.service(
                            incident.path("service").path("id").asText())
                    .filter(candidate -> candidate.isVisibleTo(token));
            return service.map(this::open).orElseGet(() -> Answer.arguments("Service not found"));
        });
    }

    private Optional<Answer> wrongText() {
        JsonNode title = incident.path("title");
        if (!title.isTextual() || title.asText().isBlank()) {
            return Optional.of(Answer.invalid("Title cannot be empty."));
        }
        if (title.asText().length() > quirks.maxTitleChars()) {
            return Optional.of(
                    Answer.invalid("Title is too long (maximum is " + quirks.maxTitleChars() + " characters)"));
        }
        JsonNode details = incident.path("body").path("details");
        if (!isTextOrAbsent(details)) {
            return Optional.of(Answer.invalid("Body details must be a string."));
        }
        JsonNode key = incident.path("incident_key");
        if (!isTextOrAbsent(key)) {
            return Optional.of(Answer.invalid("Incident key must be a string."));
        }
        if (key.asText().length() > MAX_KEY_CHARS) {
            return Optional.of(
                    Answer.invalid("Incident key is too long (maximum is " + MAX_KEY_CHARS + " characters)"));
        }
        JsonNode urgency = incident.path("urgency");
        return isTextOrAbsent(urgency) && List.of("", "null", "high", "low").contains(urgency.asText())
                ? Optional.empty()
                : Optional.of(Answer.invalid("Urgency must be high or low."));
    }

    private Optional<Answer> wrongReference() {
        if (!incident.path("type").asText().equals("incident")) {
            return Optional.of(Answer.invalid("Type must be incident."));
        }
        if (!incident.path("service").path("id").isTextual()) {
            return Optional.of(Answer.invalid("Service cannot be empty."));
        }
        boolean hasPolicy = incident.hasNonNull("escalation_policy");
        List<String> assignees = IncidentApi.assignees(incident).toList();
        if (hasPolicy && !assignees.isEmpty() || assignees.size() > 1) {
            return Optional.of(Answer.invalid("Give one assignee or an escalation policy."));
        }
        if (hasPolicy && account.policy(policyId()).isEmpty()) {
            return Optional.of(Answer.error(400, 1014, "Escalation Policy Not Found"));
        }
        return assignees.stream().allMatch(id -> account.user(id).isPresent())
                ? Optional.empty()
                : Optional.of(Answer.error(400, 1007, "Assigned To User Not Found"));
    }

    private Answer open(Service service) {
        if (!account.mayPage(token, service.id())) {
            return quirks.forbidden();
        }
        if (service.isDisabled()) {
            return quirks.disabledService();
        }
        if (account.isInMaintenance(service)) {
            return quirks.serviceInMaintenance();
        }
        Optional<String> key = Optional.of(incident.path("incident_key").asText(""))
                .filter(text -> !text.isEmpty() && incident.hasNonNull("incident_key"));
        if (key.flatMap(taken -> account.book().openWith(service, taken)).isPresent()) {
            return Answer.arguments("Open incident with matching dedup key already exists on this service");
        }
        EscalationPolicy policy = incident.hasNonNull("escalation_policy")
                ? account.policy(policyId()).orElseThrow()
                : service.policy();
        List<User> direct = IncidentApi.assignees(incident)
                .flatMap(id -> account.user(id).stream())
                .toList();
        List<User> assignees = direct.isEmpty() ? policy.paged() : direct;
        if (assignees.isEmpty()) {
            return quirks.nobodyOnCall();
        }
        NewIncident request = new NewIncident(
                service,
                policy,
                key,
                incident.path("title").asText(),
                textOf(incident.path("body").path("details")),
                urgency(service),
                assignees,
                !direct.isEmpty(),
                from,
                actor);
        boolean selfAssigned = quirks.selfAssignmentAcknowledges() && assignees.equals(List.of(actor));
        return IncidentApi.single(201, account.book().add(request, selfAssigned), false);
    }

    /** The service's rule counts only if the request does not say. */
    private String urgency(Service service) {
        if (incident.hasNonNull("urgency") && !incident.path("urgency").asText().isEmpty()) {
            return incident.path("urgency").asText();
        }
        return service.urgencyRule().at(account.now());
    }

    private String policyId() {
        return incident.path("escalation_policy").path("id").asText();
    }

    private static boolean isTextOrAbsent(JsonNode node) {
        return node.isTextual() || node.isMissingNode() || node.isNull();
    }

    private static String textOf(JsonNode node) {
        return node.isTextual() ? node.asText() : "";
    }
}
