package io.middleware.paging.alert;

import java.util.HashMap;
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
    private static final String MESSAGE_OF_ENVELOPE = "the Message of the SNS envelope";

    private final ObjectReader json;
    private final Optional<String> defaultWorkspace;

    public AlertParser(ObjectMapper json, AlertConfig config) {
        // Two objects in one body are no alert: the second would be lost without a sign.
        this.json = json.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        this.defaultWorkspace = config.defaultWorkspace();
    }

    /** Never throws: what cannot be read is malformed, with the reason. */
    ParsedMessage parse(AlertMessage message) {
        return parse("the body", message.body(), message.attributes());
    }

    /** @param name what {@code text} is called in a reason */
    private ParsedMessage parse(String name, String text, Map<String, String> attributes) {
        JsonNode node;
        try {
            node = json.readTree(text == null ? "" : text);
        } catch (StreamConstraintsException tooMuch) {
            return ParsedMessage.malformed(name + " is nested too deeply or holds a number that is too long");
        } catch (MismatchedInputException secondValue) {
            return ParsedMessage.malformed(name + " holds more than one JSON value; send each alert as a message");
        } catch (JsonProcessingException notJson) {
            // Not Jackson's message: it repeats a piece of the payload.
            return ParsedMessage.malformed(
                    name + " is not JSON" + at(notJson.getLocation()) + "; send the alert as a JSON object");
        }
        if (!node.isObject()) {
            return ParsedMessage.malformed(name + " is " + (node.isMissingNode() ? "empty" : JsonFields.kind(node))
                    + "; send the alert as a JSON object");
        }
        if (node.path("Type").isTextual() && node.has("TopicArn")) {
            return name.equals(MESSAGE_OF_ENVELOPE)
                    ? ParsedMessage.malformed("an SNS envelope inside an SNS envelope; subscribe the queue directly")
                    : parseEnvelope(node, attributes);
        }
        ForeignNames names = new ForeignNames(attributes, defaultWorkspace);
        if (CloudWatchAlarms.isFromEventBridge(node)) {
            return CloudWatchAlarms.fromEventBridge(node, names);
        }
        if (CloudWatchAlarms.isFromSns(node)) {
            return CloudWatchAlarms.fromSns(node, names);
        }
        if (AlertmanagerWebhooks.is(node)) {
            return AlertmanagerWebhooks.parse(node, names);
        }
        return OwnAlerts.parse(node);
    }

    private ParsedMessage parseEnvelope(JsonNode envelope, Map<String, String> attributes) {
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
        return parse(MESSAGE_OF_ENVELOPE, envelope.path("Message").asText(""), all);
    }

    private static String at(JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
