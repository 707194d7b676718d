package io.middleware.paging.alert;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Messages to begin a test with: the files of {@code events/messages}, and what a test changes in them. */
final class Samples {
    static final ObjectMapper JSON = new ObjectMapper();

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);

    private Samples() {}

    /** The object of {@code events/messages/<name>.json}, to change at will. */
    static ObjectNode message(String name) {
        return (ObjectNode) json(Path.of("events", "messages", name + ".json"));
    }

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** What SNS makes of {@code message}. */
    static ObjectNode inSnsEnvelope(JsonNode message) {
        return message("sns-envelope").put("Message", message.toString());
    }

    static AlertMessage received(String body, Map<String, String> attributes) {
        return received(body, attributes, Optional.empty());
    }

    static AlertMessage received(String body, Map<String, String> attributes, Optional<Instant> sentAt) {
        return new AlertMessage(
                "m-1",
                "arn:aws:sqs:us-east-1:000000000000:local-alerts",
                "r-1",
                1,
                sentAt,
                Optional.empty(),
                attributes,
                body);
    }
}
