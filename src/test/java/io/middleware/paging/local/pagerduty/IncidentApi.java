package io.middleware.paging.local.pagerduty;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Reading and changing incidents; opening one is {@link IncidentOpening}. Runs under the account's monitor. */
final class IncidentApi {
    // https://developer.pagerduty.com, "Manage incidents": more are answered 413.
    private static final int MAX_BULK = 250;
    // https://support.pagerduty.com, "Edit incidents".
    private static final int MAX_NOTES = 2_000;

    private final Quirks quirks;

    IncidentApi(Quirks quirks) {
        this.quirks = quirks;
    }

    Answer create(Call call, Token token, User actor, ObjectNode body) {
        return new IncidentOpening(quirks, token, actor, call.header("From"), body.path("incident")).answer();
    }

    Answer list(Call call, Token token) {
        return new IncidentSearch(call, token).answer();
    }

    Answer get(Call call, Token token) {
        return find(call.segment(1), token)
                .map(incident -> single(200, incident, call.includes("body")))
                .orElseGet(Answer::notFound);
    }

    /** Newest first. An overview leaves out the notifications. */
    Answer logEntries(Call call, Token token) {
        Optional<Incident> found = find(call.segment(1), token);
        if (found.isEmpty()) {
            return Answer.notFound();
        }
        boolean overview = call.parameter("is_overview").filter("true"::equals).isPresent();
        List<LogEntry> entries = new ArrayList<>(found.get().log);
        entries.removeIf(entry -> overview && entry.type().equals("notify"));
        Collections.reverse(entries);
        String notifiedBy = quirks.notificationChannel();
        return Page.of(
                call,
                "log_entries",
                entries,
                entry -> Shapes.logEntry(found.get(), entry, notifiedBy, call.includes("channels")));
    }

    Answer update(Call call, Token token, User actor, ObjectNode body) {
        Optional<Incident> found = find(call.segment(1), token);
        if (found.isEmpty()) {
            return Answer.notFound();
        }
        JsonNode change = body.path("incident");
        return refusal(found.get(), change, token).orElseGet(() -> {
            apply(found.get(), change, actor);
            return single(200, found.get(), false);
        });
    }

    /** All or nothing: nothing is changed unless every change is valid. */
    Answer updateAll(Token token, User actor, ObjectNode body) {
        JsonNode changes = body.path("incidents");
        if (!changes.isArray() || changes.isEmpty()) {
            return Answer.invalid("Incidents must be a list.");
        }
        if (changes.size() > MAX_BULK) {
            return Answer.tooLarge();
        }
        for (JsonNode change : changes) {
            Optional<Incident> found = find(change.path("id").asText(), token);
            if (found.isEmpty()) {
                return Answer.notFound();
            }
            Optional<Answer> refusal = refusal(found.get(), change, token);
            if (refusal.isPresent()) {
                return refusal.get();
            }
        }

        List<JsonNode> shapes = new ArrayList<>();
        for (JsonNode change : changes) {
            Incident incident = find(change.path("id").asText(), token).orElseThrow();
            apply(incident, change, actor);
            shapes.add(Shapes.incident(incident, false));
        }
        return Answer.json(200, Json.object().set("incidents", Json.array(shapes)));
    }

    Answer addNote(Call call, Token token, User actor, ObjectNode body) {
        Optional<Incident> found = find(call.segment(1), token);
        if (found.isEmpty()) {
            return Answer.notFound();
        }
        JsonNode content = body.path("note").path("content");
        if (!content.isTextual() || content.asText().isBlank()) {
            return Answer.invalid("Content cannot be empty.");
        }
        if (!token.account().mayPage(token, found.get().service.id())) {
            return quirks.forbidden();
        }
        if (found.get().entries("annotate").size() >= MAX_NOTES) {
            return Answer.error(400, 2019, "Product Limit Exceeded");
        }
        LogEntry note = token.account().book().note(found.get(), actor, content.asText());
        return Answer.json(quirks.noteStatus(), Json.object().set("note", Shapes.note(note)));
    }

    static Answer single(int status, Incident incident, boolean withBody) {
        return Answer.json(status, Json.object().set("incident", Shapes.incident(incident, withBody)));
    }

    private static Optional<Incident> find(String idOrNumber, Token token) {
        return token.account().book().find(idOrNumber).filter(incident -> incident.isVisibleTo(token));
    }

    private Optional<Answer> refusal(Incident incident, JsonNode change, Token token) {
        if (!change.isObject()) {
            return Optional.of(Answer.invalid("Incident must be an object."));
        }
        if (!token.account().mayPage(token, incident.service.id())) {
            return Optional.of(quirks.forbidden());
        }
        if (change.has("title") && change.path("title").asText().isBlank()) {
            return Optional.of(Answer.invalid("Title cannot be empty."));
        }
        if (assignees(change).anyMatch(id -> token.account().user(id).isEmpty())) {
            return Optional.of(Answer.error(400, 1007, "Assigned To User Not Found"));
        }
        if (!change.has("status")) {
            return Optional.empty();
        }
        Optional<IncidentStatus> asked =
                IncidentStatus.ofWord(change.path("status").asText());
        return asked.isEmpty()
                ? Optional.of(Answer.error(400, 1003, "Invalid Status Provided"))
                : statusRefusal(incident, asked.get());
    }

    private Optional<Answer> statusRefusal(Incident incident, IncidentStatus asked) {
        if (incident.mergedInto.isPresent()) {
            return Optional.of(Answer.error(400, 1019, "Incident Already Merged"));
        }
        if (asked != incident.status || !quirks.repeatedStatusRefused()) {
            return Optional.empty();
        }
        return switch (asked) {
            case RESOLVED -> Optional.of(Answer.error(400, 1001, "Incident Already Resolved"));
            case ACKNOWLEDGED -> Optional.of(Answer.error(400, 1002, "Incident Already Acknowledged"));
            case TRIGGERED -> Optional.empty();
        };
    }

    private static void apply(Incident incident, JsonNode change, User actor) {
        IncidentBook book = incident.account.book();
        if (change.has("title")) {
            incident.title = change.path("title").asText();
        }
        if (Stream.of("high", "low").anyMatch(change.path("urgency").asText()::equals)) {
            incident.urgency = change.path("urgency").asText();
        }
        List<User> assignees = assignees(change)
                .flatMap(id -> incident.account.user(id).stream())
                .toList();
        if (!assignees.isEmpty()) {
            book.assign(incident, assignees, actor);
        }
        IncidentStatus.ofWord(change.path("status").asText())
                .filter(asked -> asked != incident.status)
                .ifPresent(asked -> {
                    switch (asked) {
                        case TRIGGERED -> book.trigger(incident, actor);
                        case ACKNOWLEDGED -> book.acknowledge(incident, actor);
                        case RESOLVED ->
                            book.resolve(
                                    incident, actor, change.path("resolution").asText(""));
                    }
                });
    }

    static Stream<String> assignees(JsonNode incident) {
        List<String> ids = new ArrayList<>();
        incident.path("assignments")
                .forEach(assignment ->
                        ids.add(assignment.path("assignee").path("id").asText()));
        return ids.stream();
    }
}
