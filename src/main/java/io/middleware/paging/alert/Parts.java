package io.middleware.paging.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.middleware.paging.pagerduty.Sha256;

/**
 * What a message of several alerts is split into: at most ten messages of the same format, of which each has fewer. Those that
 * still have several are split in their turn, so that no receive has more to do than this.
 *
 * @param bodies the messages
 * @param names the message attributes that decide whom the alerts page, see {@link ForeignNames}
 * @param sentAt the time that orders the alerts; empty when they have only their own
 */
record Parts(List<Part> bodies, Map<String, String> names, Optional<Instant> sentAt) {
    /** As many as one call of SQS takes. Source: AWS, "SendMessageBatch". */
    private static final int MAX_PARTS = 10;

    /**
     * What the alerts have in common is repeated in each part. A field that is larger than what is left of this is left out: with
     * thousands of alerts it would be sent thousands of times.
     */
    private static final int MAX_COMMON_CHARS = 4_096;

    /** Texts about all alerts of the message together, which would tell the responder of one about the others. */
    private static final Set<String> ABOUT_ALL = Set.of("title", "message");

    private static final String ALERTS = "alerts";

    /** Half of a surrogate pair, and two that are no characters. */
    private static final Pattern NOT_SENDABLE = Pattern.compile("[\\p{Cs}\\uFFFE\\uFFFF]");

    /**
     * A message to be sent.
     *
     * @param group the message group on a FIFO queue
     */
    record Part(String body, String group) {}

    Parts {
        bodies = List.copyOf(bodies);
        names = Map.copyOf(names);
        Objects.requireNonNull(sentAt, "sentAt is null");
    }

    /**
     * @param message an object whose {@code alerts} these are some of
     * @param entries of {@code alerts}, one at least
     * @param alerts what the entries say, in the same order
     */
    static Parts of(
            JsonNode message,
            List<JsonNode> entries,
            List<Alert> alerts,
            Map<String, String> names,
            Optional<Instant> sentAt) {
        ObjectNode common = common(message);
        int size = sizeOfAPart(entries.size());
        List<Part> parts = new ArrayList<>();
        for (int from = 0; from < entries.size(); from += size) {
            int to = Math.min(from + size, entries.size());
            ObjectNode part = common.deepCopy();
            part.putArray(ALERTS).addAll(entries.subList(from, to));
            String body = sendable(part.toString());
            // The alert is the group, as our producers have it: nothing else waits for it.
            String group = size == 1 ? alerts.get(from).incidentKey().value() : Sha256.hex(body);
            parts.add(new Part(body, group));
        }
        return new Parts(parts, names, sentAt);
    }

    /** The largest power of ten that leaves no more than ten parts: 2,000 alerts go 1,000, 100, 10, 1. */
    private static int sizeOfAPart(int alerts) {
        int size = 1;
        while ((long) size * MAX_PARTS < alerts) {
            size *= MAX_PARTS;
        }
        return size;
    }

    /** The small fields first: among them are those by which the format is known. */
    private static ObjectNode common(JsonNode message) {
        List<Field> fields = new ArrayList<>();
        message.fields().forEachRemaining(field -> {
            if (!field.getKey().equals(ALERTS) && !ABOUT_ALL.contains(field.getKey())) {
                fields.add(new Field(field.getKey(), field.getValue().toString()));
            }
        });
        fields.sort(Comparator.comparingInt(Field::chars));
        ObjectNode common = JsonNodeFactory.instance.objectNode();
        int left = MAX_COMMON_CHARS;
        for (Field field : fields) {
            if (field.chars() <= left) {
                common.set(field.name(), message.get(field.name()));
                left -= field.chars();
            }
        }
        if (!AlertmanagerWebhooks.is(common.deepCopy().set(ALERTS, JsonNodeFactory.instance.arrayNode()))) {
            common.put("receiver", "");
        }
        return common;
    }

    private record Field(String name, String value) {
        int chars() {
            return name.length() + value.length();
        }
    }

    /** What JSON may hold and SQS refuses is written as JSON's escape. Source: AWS, "SendMessage". */
    private static String sendable(String json) {
        return NOT_SENDABLE
                .matcher(json)
                .replaceAll(
                        found -> String.format("\\\\u%04x", (int) found.group().charAt(0)));
    }
}
