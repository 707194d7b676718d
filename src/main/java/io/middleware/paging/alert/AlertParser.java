package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
     * Times order messages, so one from far ahead would make every later one of its alert a late one. Producers' clocks
     * differ by seconds; what differs by a day is a mistake.
     */
    private static final Duration MAX_AHEAD = Duration.ofDays(1);

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

    /** Never throws: what cannot be read is malformed, with the reason. */
    ParsedMessage parse(AlertMessage message) {
        return withoutFutureAlerts(parse("the body", message.body(), message.attributes(), queuedAt(message)));
    }

    private ParsedMessage withoutFutureAlerts(ParsedMessage parsed) {
        Instant latest = clock.instant().plus(MAX_AHEAD);
        List<Alert> alerts = new ArrayList<>();
        List<String> malformed = new ArrayList<>(parsed.malformed());
        for (Alert alert : parsed.alerts()) {
            if (alert.occurredAt().isAfter(latest)) {
                malformed.add(
                        "occurredAt " + alert.occurredAt() + " is more than a day ahead of the clock; send the time"
                                + " at which the alert fired or resolved");
            } else {
                alerts.add(alert);
            }
        }
        return new ParsedMessage(alerts, malformed, parsed.ignored());
    }

    /** A message that came back from the dead-letter queue keeps the time of its first sending. */
    static Optional<Instant> queuedAt(AlertMessage message) {
        return time(message.attributes().get(SqsAlertQueue.SENT_AT)).or(message::sentAt);
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
        ForeignNames names = new ForeignNames(attributes, defaultWorkspace);
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
        return parse(MESSAGE_OF_ENVELOPE, envelope.path("Message").asText(""), all, published.or(() -> sentAt));
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
