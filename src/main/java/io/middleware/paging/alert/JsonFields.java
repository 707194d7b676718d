package io.middleware.paging.alert;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Reads the fields of one alert and gathers what is wrong with them, so that the reason names all of it at once.
 *
 * <p>Reasons go to the log, and the fields of a message get mixed up: what may be a secret is never repeated in one.
 */
final class JsonFields {
    /** Words and times, which help to find the mistake; no token looks like either. */
    private static final Pattern REPEATABLE = Pattern.compile("[A-Za-z_ -]{1,30}|[0-9TZtz:.,+ -]{1,40}");

    /** Ends a time of CloudWatch's, {@code +0000}, where ISO-8601 has {@code +00:00} beside extended times. */
    private static final Pattern OFFSET_WITHOUT_COLON = Pattern.compile("([+-]\\d\\d)(\\d\\d)$");

    /** {@code 2026-11-28 07:47:49.9 +0000 UTC}, maybe with {@code m=+0.01} of its monotonic clock behind it. */
    private static final Pattern TIME_OF_GO = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?) ([+-]\\d\\d\\d\\d) [A-Za-z0-9+-]{1,10}(?: m=[+-][\\d.]+)?");

    /** The day of Go's zero time, by which it writes none. */
    private static final String ZERO_TIME_OF_GO = "0001-01-01";

    private static final Pattern LEAP_SECOND = Pattern.compile("(\\d\\d:\\d\\d):60");

    private final JsonNode node;
    private final String path;
    private final List<String> problems;

    JsonFields(JsonNode node) {
        this(node, "", new ArrayList<>());
    }

    private JsonFields(JsonNode node, String path, List<String> problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
    }

    /** The fields of a nested object; problems found there count here. */
    JsonFields in(String field) {
        return new JsonFields(node.path(field), path + field + '.', problems);
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
            problem(path + field + " is missing");
        } else if (value.isContainerNode()) {
            problem(path + field + " must be text, found " + kind(value));
        } else if (isBlank(value.asText())) {
            problem(path + field + " is empty");
        } else {
            return value.asText();
        }
        return "";
    }

    /** A required id of an alert. Strict, since it tells one alert from another. */
    String alertId(String field) {
        String id = required(field);
        Alert.problemOfId(id).ifPresent(problem -> problem(path + field + ' ' + problem));
        return id;
    }

    /** Empty when the field is absent, null, blank, an object or a list. */
    Optional<String> optional(String field) {
        JsonNode value = node.path(field);
        return value.isValueNode() && !value.isNull() && !isBlank(value.asText())
                ? Optional.of(value.asText())
                : Optional.empty();
    }

    /** The same, with a remark when there is an object or a list. */
    Optional<String> optional(String field, List<String> remarks) {
        if (node.path(field).isContainerNode()) {
            remarks.add(field + " must be text, found " + kind(node.path(field)) + "; left out");
        }
        return optional(field);
    }

    /** A required time, to the millisecond; the epoch, and a problem, when it is none. */
    Instant time(String field) {
        String text = required(field);
        if (text.isEmpty()) {
            return Instant.EPOCH;
        }
        try {
            Instant time = parseTime(text.strip());
            int year = time.atOffset(ZoneOffset.UTC).getYear();
            // Four digits, so that the ledger's times compare as text.
            if (year >= 1970 && year <= 9999) {
                return Instant.ofEpochMilli(time.toEpochMilli());
            }
        } catch (DateTimeException notATime) {
            // The problem below says what is expected.
        }
        problem(path + field + " must be an ISO-8601 time with its offset, such as 2026-11-23T03:00:00Z, found "
                + found(text));
        return Instant.EPOCH;
    }

    /** Empty when there is none, or none that can be read. */
    Optional<Instant> timeIfReadable(String field) {
        return optional(field).flatMap(text -> {
            try {
                return Optional.of(parseTime(text.strip()));
            } catch (DateTimeException notATime) {
                return Optional.empty();
            }
        });
    }

    /** The same, but empty when the field is absent, null, blank or Go's zero time. */
    Optional<Instant> timeOrNone(String field) {
        JsonNode value = node.path(field);
        boolean isNone = value.isMissingNode()
                || value.isValueNode() && (isBlank(value.asText()) || value.isNull())
                || value.asText().startsWith(ZERO_TIME_OF_GO);
        return isNone ? Optional.empty() : Optional.of(time(field));
    }

    /** A leap second counts as the one before it. */
    private static Instant parseTime(String text) {
        String iso = TIME_OF_GO.matcher(text).replaceFirst("$1T$2$3");
        String withColon = OFFSET_WITHOUT_COLON.matcher(iso).replaceFirst("$1:$2");
        String withoutLeap = LEAP_SECOND.matcher(withColon).replaceFirst("$1:59");
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME
                .parse(withoutLeap, OffsetDateTime::from)
                .toInstant();
    }

    void problem(String problem) {
        problems.add(problem);
    }

    /** Empty when every field read so far can be used. */
    Optional<String> problems() {
        return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
    }

    /** Nothing that a person could see: PagerDuty takes such a title for an empty one. */
    static boolean isBlank(String text) {
        return text.codePoints()
                .allMatch(c -> Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT);
    }

    /** {@code text} for a reason: itself if it is a word or a time, otherwise its length. */
    static String found(String text) {
        return REPEATABLE.matcher(text).matches() ? '"' + text + '"' : "text of " + text.length() + " characters";
    }

    /** For a reason: the first character of an id that it cannot have, or its length if that is the mistake. */
    static String offence(String id, Predicate<String> isValid) {
        int index = 0;
        while (index < id.length()) {
            int codePoint = id.codePointAt(index);
            if (!isValid.test(Character.toString(codePoint))) {
                String shown = codePoint >= ' ' && codePoint < 0x7f
                        ? "\"" + (char) codePoint + '"'
                        : String.format("U+%04X", codePoint);
                return shown + " as character " + (index + 1);
            }
            index += Character.charCount(codePoint);
        }
        return id.length() + " characters";
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
