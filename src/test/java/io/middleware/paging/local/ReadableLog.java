package io.middleware.paging.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A function's log for people: a line of JSON as a sentence, without the lines of metrics and of the runtime. */
final class ReadableLog {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Lambda's own lines: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html */
    private static final String OF_THE_RUNTIME = "(INIT_START|START|END|REPORT|RESTORE_START|RESTORE_REPORT) .*";

    private ReadableLog() {}

    /** One line for people; empty for a line that tells them nothing. */
    static Optional<String> line(String function, String line) {
        JsonNode json = parsed(line);
        if (json.has("_aws") || line.isBlank() || line.matches(OF_THE_RUNTIME)) {
            return Optional.empty();
        }
        String name = String.format("%-13s", function);
        if (!json.has("message")) {
            return Optional.of("         " + name + " " + line);
        }
        return Optional.of(time(json) + " " + name + " " + String.format("%-5s", text(json, "level")) + " "
                + text(json, "message") + about(json.path("mdc")) + failure(json.path("exception")));
    }

    private static String about(JsonNode fields) {
        List<String> about = new ArrayList<>();
        for (String field : new String[] {"workspace", "rule", "alert"}) {
            if (fields.hasNonNull(field)) {
                about.add(text(fields, field));
            }
        }
        if (fields.hasNonNull("number")) {
            about.add("incident #" + text(fields, "number"));
        }
        if (fields.hasNonNull("nextTryIn")) {
            about.add("next try in " + text(fields, "nextTryIn"));
        }
        return about.isEmpty() ? "" : "  [" + String.join(", ", about) + "]";
    }

    private static String failure(JsonNode exception) {
        return exception.isMissingNode()
                ? ""
                : "  " + text(exception, "exceptionType") + ": " + text(exception, "message");
    }

    /** Of "2026-11-23T03:00:00.123Z" the time of day. */
    private static String time(JsonNode json) {
        String timestamp = text(json, "timestamp");
        return timestamp.length() >= 19 ? timestamp.substring(11, 19) : "        ";
    }

    private static String text(JsonNode json, String field) {
        return json.path(field).asText();
    }

    private static JsonNode parsed(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            return json.isObject() ? json : JSON.createObjectNode();
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }
}
