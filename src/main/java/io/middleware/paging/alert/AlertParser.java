package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;

/**
 * Reads a message: our own alert, a CloudWatch alarm (from EventBridge or SNS), or an Alertmanager webhook body; each
 * bare or inside an SNS envelope.
 */
@ApplicationScoped
public class AlertParser {
    /** Windows tools put it before a text. It is no part of JSON. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final String MESSAGE_OF_ENVELOPE = "the Message of the SNS envelope";

    /**
     * Within this a sender's clock counts as right, and its times order its messages: a copy of an older one stays older.
     * What is farther ahead of the moment at which the queue took the message is no time at which anything has occurred.
     */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    /** A body that is larger is read alone: its tree can take forty times as much memory, and a batch has many. */
    private static final int MANY_CHARS = 65_536;

    private final Lock oneLargeBody = new ReentrantLock();
    private final ObjectReader json;
    private final Optional<String> defaultWorkspace;
    private final InsufficientData insufficientData;
    private final Clock clock;

    public AlertParser(ObjectMapper json, AlertConfig config, Clock clock) {
        this.clock = clock;
        // Two objects in one body are no alert: the second would be lost without a sign.
        this.json = json.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        this.defaultWorkspace = config.defaultWorkspace();
        this.insufficientData = config.insufficientData();
    }

    /** What cannot be read is malformed, with the reason. */
    ParsedMessage parse(AlertMessage message) {
        String body = message.body() == null ? "" : message.body();
        if (body.length() < MANY_CHARS) {
            return parse("the body", body, message.attributes(), queuedAt(message));
        }
        oneLargeBody.lock();
        try {
            return parse("the body", body, message.attributes(), queuedAt(message));
        } finally {
            oneLargeBody.unlock();
        }
    }

    /** Whether {@code time} is no time at which what was sent at {@code sentAt} can have occurred. */
    static boolean isAhead(Instant time, Instant sentAt) {
        return time.isAfter(sentAt.plus(TOLERANCE));
    }

    /**
     * Times order the messages about an alert, and one from ahead would make every later one stale: no alert is about something
     * later than the moment at which its message was sent.
     */
    private ParsedMessage withoutTimesAhead(ParsedMessage parsed, Optional<Instant> sentAt) {
        Instant latest = sentAt.orElseGet(clock::instant);
        return new ParsedMessage(
                parsed.alerts().stream()
                        .map(alert -> isAhead(alert.occurredAt(), latest)
                                ? alert.movedTo(
                                        latest,
                                        "The sender's clock is ahead: it says " + IncidentText.time(alert.occurredAt())
                                                + "; the queue took the message at " + IncidentText.time(latest) + ".")
                                : alert)
                        .toList(),
                parsed.malformed(),
                parsed.ignored(),
                parsed.parts());
    }

    /**
     * The id of tests is send-test's alone: else a test would adopt the incident of a producer's alert, and end it. A resolve of
     * that id can end nothing but a test.
     */
    private static ParsedMessage withoutTests(ParsedMessage parsed) {
        List<Alert> alerts = parsed.alerts().stream()
                .filter(alert -> !alert.isTest() || alert.status() == Alert.Status.RESOLVED)
                .toList();
        // What is split is read again, part by part.
        return alerts.size() == parsed.alerts().size() || parsed.parts().isPresent()
                ? parsed
                : new ParsedMessage(
                        alerts,
                        Stream.concat(parsed.malformed().stream(), Stream.of(TestAlert.RESERVED))
                                .toList(),
                        parsed.ignored());
    }

    /**
     * When the queue took the message. One that came back from the dead-letter queue, or was split off another, keeps the time of
     * its first sending.
     */
    static Optional<Instant> queuedAt(AlertMessage message) {
        return earliest(time(message.attributes().get(SqsAlertQueue.SENT_AT)), message.sentAt());
    }

    /** Whoever sends the first of them may have a clock that is ahead, too. */
    private static Optional<Instant> earliest(Optional<Instant> one, Optional<Instant> other) {
        return Stream.of(one, other).flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    private static Optional<Instant> time(String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }

    /** @param name what {@code text} is called in a reason */
    private ParsedMessage parse(String name, String sent, Map<String, String> attributes, Optional<Instant> sentAt) {
        String text = sent == null ? "" : sent;
        if (text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(BYTE_ORDER_MARK.length());
        }
        JsonNode node;
        try {
            node = json.readTree(text);
        } catch (StreamConstraintsException tooMuch) {
            return ParsedMessage.malformed(name + " is nested too deeply or holds a number that is too long");
        } catch (JsonProcessingException notJson) {
            Optional<String> template = new BrokenTemplate(text, notJson, attributes).reason(json);
            return ParsedMessage.malformed(name + ' ' + template.orElse(problemOf(text, notJson)));
        }
        if (!node.isObject()) {
            return ParsedMessage.malformed(name + " is " + (node.isMissingNode() ? "empty" : JsonFields.kind(node))
                    + "; send the alert as a JSON object"
                    + (node.isTextual() ? ": " + AwsEvents.HOW_TO_MAKE_AN_ALERT : ""));
        }
        if (node.path("Type").isTextual() && node.has("TopicArn")) {
            return name.equals(MESSAGE_OF_ENVELOPE)
                    ? ParsedMessage.malformed("an SNS envelope inside an SNS envelope; subscribe the queue directly")
                    : parseEnvelope(node, attributes, sentAt);
        }
        return withoutTests(
                withoutTimesAhead(parse(node, new ForeignNames(attributes, defaultWorkspace), sentAt), sentAt));
    }

    private ParsedMessage parse(JsonNode node, ForeignNames names, Optional<Instant> sentAt) {
        if (AwsEvents.is(node)) {
            return AwsEvents.parse(node, names, insufficientData);
        }
        if (AlertmanagerWebhooks.is(node)) {
            return AlertmanagerWebhooks.parse(node, names, sentAt);
        }
        return OwnAlerts.parse(node);
    }

    private ParsedMessage parseEnvelope(JsonNode envelope, Map<String, String> attributes, Optional<Instant> sentAt) {
        if (!envelope.path("Type").asText().equals("Notification")) {
            return ParsedMessage.malformed("an SNS message of Type "
                    + JsonFields.found(envelope.path("Type").asText())
                    + ", not a Notification; confirm or remove the subscription of this queue");
        }
        Map<String, String> all = new HashMap<>(attributes);
        envelope.path("MessageAttributes")
                .fields()
                .forEachRemaining(attribute -> all.putIfAbsent(
                        attribute.getKey(), attribute.getValue().path("Value").asText()));
        // SNS may deliver twice, and its own time is then the same.
        Optional<Instant> published = time(envelope.path("Timestamp").asText(null));
        return parse(MESSAGE_OF_ENVELOPE, envelope.path("Message").asText(""), all, earliest(published, sentAt));
    }

    /** Not Jackson's message: it repeats a piece of the payload. */
    private static String problemOf(String text, JsonProcessingException notJson) {
        if (AwsEvents.isPlainText(text)) {
            return "is plain text, not JSON; send the alert as a JSON object: " + AwsEvents.HOW_TO_MAKE_AN_ALERT;
        }
        return notJson instanceof MismatchedInputException
                ? "holds more than one JSON value; send each alert as a message"
                : "is not JSON" + at(notJson.getLocation()) + "; send the alert as a JSON object";
    }

    private static String at(JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
