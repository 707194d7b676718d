package io.middleware.paging.alert;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads the fields of one alert and gathers what is wrong with them, so that the reason names all of it at once. */
final class JsonFields {
    /** Enough to recognise a value, too little to leak one. */
    private static final int MAX_QUOTED_CHARS = 40;

    /** ISO-8601 with {@code Z}, {@code +00:00}, or CloudWatch's {@code +0000}. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendPattern("[XXX][XX]")
            .toFormatter();

    private final JsonNode node;
    private final List<String> problems;

    JsonFields(JsonNode node) {
        this(node, new ArrayList<>());
    }

    private JsonFields(JsonNode node, List<String> problems) {
        this.node = node;
        this.problems = problems;
    }

    /** The fields of a nested object; problems found there count here. */
    JsonFields in(String field) {
        return new JsonFields(node.path(field), problems);
    }

    JsonNode node() {
        return node;
    }

    JsonNode get(String field) {
        return node.path(field);
    }

    /** The text of a required field, numbers and booleans too; an empty text, and a problem, when there is none. */
    String required(String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            problem(field + " is missing");
        } else if (value.isContainerNode()) {
            problem(field + " must be text, found " + kind(value));
        } else if (value.asText().isBlank()) {
            problem(field + " is empty");
        } else {
            return value.asText();
        }
        return "";
    }

    /** Empty when the field is absent, null, blank, an object or a list. */
    Optional<String> optional(String field) {
        JsonNode value = node.path(field);
        return value.isValueNode() && !value.isNull() && !value.asText().isBlank()
                ? Optional.of(value.asText())
                : Optional.empty();
    }

    /** A required time, to the millisecond; the epoch, and a problem, when it is none. */
    Instant time(String field) {
        String text = required(field);
        if (text.isEmpty()) {
            return Instant.EPOCH;
        }
        try {
            Instant time = TIME.parse(text.strip(), OffsetDateTime::from).toInstant();
            int year = time.atOffset(ZoneOffset.UTC).getYear();
            // Four digits, so that the ledger's times compare as text.
            if (year >= 1970 && year <= 9999) {
                return Instant.ofEpochMilli(time.toEpochMilli());
            }
        } catch (DateTimeException notATime) {
            // The problem below says what is expected.
        }
        problem(field + " must be an ISO-8601 time with its offset, such as 2026-11-23T03:00:00Z, found "
                + quoted(text));
        return Instant.EPOCH;
    }

    void problem(String problem) {
        problems.add(problem);
    }

    /** Empty when every field read so far can be used. */
    Optional<String> problems() {
        return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
    }

    static String quoted(String text) {
        return '"' + (text.length() > MAX_QUOTED_CHARS ? text.substring(0, MAX_QUOTED_CHARS) + "…" : text) + '"';
    }

    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            case BINARY, MISSING, POJO -> "nothing";
        };
    }
}
