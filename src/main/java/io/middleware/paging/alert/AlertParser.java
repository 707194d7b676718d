package io.middleware.paging.alert;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Reads a message: our own alert, a CloudWatch alarm (from EventBridge or SNS), or an Alertmanager webhook body; each
 * bare or inside an SNS envelope.
 */
@ApplicationScoped
public class AlertParser {
    private final ObjectMapper json;
    private final Optional<String> defaultWorkspace;

    public AlertParser(ObjectMapper json, AlertConfig config) {
        this.json = json;
        this.defaultWorkspace = config.defaultWorkspace();
    }

    ParsedMessage parse(AlertMessage message) {
        return parse(message.body(), message.attributes(), true);
    }

    private ParsedMessage parse(String body, Map<String, String> attributes, boolean mayBeEnvelope) {
        JsonNode node;
        try {
            node = json.readTree(body == null ? "" : body);
        } catch (JsonProcessingException notJson) {
            // Not Jackson's message: it repeats a piece of the payload.
            return ParsedMessage.malformed("the body is not JSON"
                    + (notJson.getLocation() == null
                            ? ""
                            : " (line " + notJson.getLocation().getLineNr() + ", column "
                                    + notJson.getLocation().getColumnNr() + ")")
                    + "; send the alert as a JSON object");
        }
        if (!node.isObject()) {
            return ParsedMessage.malformed("the body is " + (node.isMissingNode() ? "empty" : JsonFields.kind(node))
                    + "; send the alert as a JSON object");
        }
        if (node.path("Type").isTextual() && node.has("TopicArn")) {
            return mayBeEnvelope
                    ? parseEnvelope(node, attributes)
                    : ParsedMessage.malformed("an SNS envelope inside an SNS envelope; subscribe the queue directly");
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
                    + JsonFields.quoted(envelope.path("Type").asText())
                    + ", not a Notification; confirm or remove the subscription of this queue");
        }
        Map<String, String> all = new HashMap<>(attributes);
        envelope.path("MessageAttributes")
                .fields()
                .forEachRemaining(attribute -> all.putIfAbsent(
                        attribute.getKey(), attribute.getValue().path("Value").asText()));
        return parse(envelope.path("Message").asText(""), all, false);
    }
}
