package io.middleware.paging.local.sqs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A standard queue. Guarded by {@link Actions}. */
final class Queue {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** With AWS's defaults; SetQueueAttributes of the API reference. */
    static final Map<String, String> DEFAULTS = Map.of(
            "VisibilityTimeout", "30",
            "DelaySeconds", "0",
            "MaximumMessageSize", "1048576",
            "MessageRetentionPeriod", "345600",
            "ReceiveMessageWaitTimeSeconds", "0",
            "SqsManagedSseEnabled", "true");

    static final Set<String> WITHOUT_DEFAULT = Set.of("RedrivePolicy", "RedriveAllowPolicy");

    final String name;
    final String arn;
    final Instant createdAt;
    final Map<String, String> attributes = new TreeMap<>(DEFAULTS);

    /** By id, the longest here first. */
    final Map<String, StoredMessage> messages = new LinkedHashMap<>();

    /** Out of this queue, the newest first. */
    final Deque<MoveTask> moveTasks = new ArrayDeque<>();

    Queue(String name, String arn, Map<String, String> attributes, Instant now) {
        this.name = name;
        this.arn = arn;
        this.createdAt = now;
        this.attributes.putAll(attributes);
    }

    Duration seconds(String attribute) {
        return Duration.ofSeconds(Long.parseLong(attributes.get(attribute)));
    }

    Optional<Redrive> redrive() {
        return Optional.ofNullable(attributes.get("RedrivePolicy"))
                .filter(policy -> !policy.isEmpty())
                .map(Redrive::of);
    }

    /** As its RedriveAllowPolicy says; without one, from all. */
    boolean takesRedrivesFrom(String sourceArn) {
        String policy = attributes.getOrDefault("RedriveAllowPolicy", "");
        if (policy.isEmpty()) {
            return true;
        }
        try {
            JsonNode json = JSON.readTree(policy);
            return switch (json.path("redrivePermission").asText()) {
                case "allowAll" -> true;
                case "denyAll" -> false;
                case "byQueue" ->
                    StreamSupport.stream(json.path("sourceQueueArns").spliterator(), false)
                            .anyMatch(arn -> arn.asText().equals(sourceArn));
                default ->
                    throw Errors.invalid(
                            "RedriveAllowPolicy", policy, "redrivePermission must be allowAll, denyAll or byQueue.");
            };
        } catch (JsonProcessingException notJson) {
            throw Errors.invalid("RedriveAllowPolicy", policy, "Redrive allow policy is not a valid JSON map.");
        }
    }

    void add(StoredMessage message) {
        messages.put(message.id, message);
    }

    List<StoredMessage> visible(Instant now, int atMost) {
        return messages.values().stream()
                .filter(message -> message.isVisible(now))
                .limit(atMost)
                .toList();
    }

    Optional<Instant> nextVisible() {
        return messages.values().stream().map(message -> message.visibleAt).min(Instant::compareTo);
    }

    /** Nobody is told of it, and no dead-letter queue gets them. */
    void dropWhatIsTooOld(Instant now) {
        Duration retention = seconds("MessageRetentionPeriod");
        messages.values().removeIf(message -> !message.sentAt.plus(retention).isAfter(now));
    }

    /** When SQS gives a message up, and where it goes then. */
    record Redrive(String deadLetterTargetArn, int maxReceiveCount) {

        static Redrive of(String policy) {
            try {
                JsonNode json = JSON.readTree(policy);
                int max = json.path("maxReceiveCount").asInt();
                String target = json.path("deadLetterTargetArn").asText();
                if (max < 1 || max > 1_000 || target.isEmpty()) {
                    throw Errors.invalid("RedrivePolicy", policy, "Invalid value for maxReceiveCount or its target.");
                }
                return new Redrive(target, max);
            } catch (JsonProcessingException notJson) {
                throw Errors.invalid("RedrivePolicy", policy, "Redrive policy is not a valid JSON map.");
            }
        }
    }
}
