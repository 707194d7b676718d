package io.middleware.paging.alert;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;

/** Reads the fields of a message, with a reason for each that cannot be used. */
final class JsonFields {
    /** Enough to recognise a value, too little to leak one. */
    private static final int MAX_QUOTED_CHARS = 40;

    /** ISO-8601 with {@code Z}, {@code +00:00}, or CloudWatch's {@code +0000}. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendPattern("[XXX][XX]")
            .toFormatter();

    private JsonFields() {}

    /** The text of a required field. Numbers and booleans count as text. */
    static String required(JsonNode node, String field) throws MalformedMessageException {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw new MalformedMessageException(field + " is missing");
        }
        if (value.isContainerNode()) {
            throw new MalformedMessageException(field + " must be text, found " + kind(value));
        }
        if (value.asText().isBlank()) {
            throw new MalformedMessageException(field + " is empty");
        }
        return value.asText();
    }

    /** Empty when the field is absent, null, blank, an object or a list. */
    static Optional<String> optional(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isValueNode() && !value.isNull() && !value.asText().isBlank()
                ? Optional.of(value.asText())
                : Optional.empty();
    }

    static Instant time(JsonNode node, String field) throws MalformedMessageException {
        String text = required(node, field);
        try {
            Instant time = TIME.parse(text.strip(), OffsetDateTime::from).toInstant();
            int year = time.atOffset(ZoneOffset.UTC).getYear();
            if (year >= 1970 && year <= 9999) {
                return Instant.ofEpochMilli(time.toEpochMilli());
            }
        } catch (DateTimeException notATime) {
            // The reason below says what is expected.
        }
        throw new MalformedMessageException(
                field + " must be an ISO-8601 time with its offset, such as 2026-11-23T03:00:00Z, found " + quoted(text));
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
