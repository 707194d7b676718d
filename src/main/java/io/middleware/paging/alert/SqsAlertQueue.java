package io.middleware.paging.alert;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SqsException;

import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.pagerduty.Sha256;

/**
 * The queue that alerts come from and the dead-letter queue beside it.
 *
 * <p>Thread-safe. Failures of SQS are thrown.
 */
@ApplicationScoped
public class SqsAlertQueue {
    private static final Logger LOG = Logger.getLogger(SqsAlertQueue.class);

    /** Source: AWS, "Amazon SQS message quotas". */
    private static final int MAX_ATTRIBUTES = 10;

    /** Source: AWS, "SendMessage". */
    private static final int MAX_DELAY_SECONDS = 900;

    /**
     * All messages of one call together. The limit was raised to 1 MiB in 2025, and not by every engine that speaks this protocol.
     * Source: AWS, "SendMessageBatch".
     */
    private static final int MAX_BATCH_BYTES = 262_144;

    private static final int BAD_REQUEST = 400;
    private static final String OUTCOME = "outcome";

    /** The attribute that keeps the id of the message as its producer sent it. */
    private static final String SOURCE_MESSAGE_ID = "sourceMessageId";

    /** The attribute that keeps a message's first sending time. */
    static final String SENT_AT = "sentAt";

    /** Enough for a reason; the attributes count towards the message's size. */
    private static final int MAX_REASON_CHARS = 1_000;

    private final SqsClient sqs;
    private final AlertConfig config;
    private final Map<String, String> urlByArn = new ConcurrentHashMap<>();

    public SqsAlertQueue(SqsClient sqs, AlertConfig config) {
        this.sqs = sqs;
        this.config = config;
    }

    /** Whether {@link #sendResolveOf} can wait: FIFO queues delay no single message. Source: AWS, "SendMessage". */
    boolean canDelay() {
        return config.alertQueueUrl().filter(url -> !url.endsWith(".fifo")).isPresent();
    }

    /**
     * Sends the resolve of {@code alert} to the queue, to be received after {@code delay}, at once on a FIFO queue. Safe to repeat.
     *
     * @param delay 15 minutes at most
     * @return whether it was sent; false where the queue is not configured
     */
    boolean sendResolveOf(Alert alert, Duration delay) {
        if (config.alertQueueUrl().isEmpty()) {
            return false;
        }
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("workspaceId", alert.workspaceId().value())
                .put("ruleId", alert.ruleId().value())
                .put("alertId", alert.alertId())
                .put("status", "resolved")
                .put("title", alert.title())
                .put("occurredAt", alert.occurredAt().toString());
        SendMessageRequest.Builder message = SendMessageRequest.builder()
                .queueUrl(config.alertQueueUrl().get())
                .messageBody(body.toString());
        if (canDelay()) {
            message.delaySeconds((int) delay.toSeconds());
        } else {
            message.messageGroupId(alert.incidentKey().value()).messageDeduplicationId(Sha256.hex(body.toString()));
        }
        sqs.sendMessage(message.build());
        return true;
    }

    /** Hides the message for {@code delay} from now; SQS counts whole seconds. Safe to repeat. */
    void hide(AlertMessage message, Duration delay) {
        // Rounded up: back a moment before its time, it would have to be hidden once more.
        long seconds = Math.max(1, delay.plusNanos(999_999_999).toSeconds());
        sqs.changeMessageVisibility(request -> request.queueUrl(url(message.queueArn()))
                .receiptHandle(message.receiptHandle())
                .visibilityTimeout((int) seconds));
    }

    /**
     * Moves the message to the dead-letter queue: copied there with {@code outcome} and {@code reason} as message
     * attributes, then deleted here. Deleted here and now, not by the event source: that would wait for the whole batch,
     * and a batch that times out would be copied again. A crash in between makes a second copy, never a loss.
     *
     * @return false when there is no dead-letter queue to move it to, or when it could not be deleted here
     */
    boolean moveToDeadLetterQueue(AlertMessage message, Outcome outcome, String reason) {
        if (config.deadLetterQueueUrl().isEmpty()) {
            return false;
        }
        try {
            sqs.sendMessage(copy(message, attributes(message, outcome, reason)));
        } catch (SqsException refused) {
            if (!isRefusedForGood(refused)) {
                throw refused;
            }
            // The attributes count towards the size of a message, and this one may have no room for them.
            LOG.warnf(
                    "message=%s goes to the dead-letter queue without its reason (%s), which SQS refused: %s",
                    message.messageId(), reason, refused.getMessage());
            copyWithLess(message, outcome);
        }
        return delete(message);
    }

    /** With what decides whom it pages once it is sent back; without anything if there is no room for that either. */
    private void copyWithLess(AlertMessage message, Outcome outcome) {
        Map<String, String> few = new LinkedHashMap<>(Map.of(OUTCOME, outcome.name()));
        few.putAll(firstSent(message));
        few.putAll(names(message));
        try {
            sqs.sendMessage(copy(message, texts(few)));
        } catch (SqsException refused) {
            if (!isRefusedForGood(refused)) {
                throw refused;
            }
            sqs.sendMessage(copy(message, Map.of()));
        }
    }

    /** SQS throttles with status 400 too. */
    private static boolean isRefusedForGood(SqsException refused) {
        return refused.statusCode() == BAD_REQUEST
                && refused.awsErrorDetails() != null
                && String.valueOf(refused.awsErrorDetails().errorCode()).startsWith("Invalid");
    }

    private SendMessageRequest copy(AlertMessage message, Map<String, MessageAttributeValue> attributes) {
        SendMessageRequest.Builder copy = SendMessageRequest.builder()
                .queueUrl(config.deadLetterQueueUrl().orElseThrow())
                .messageBody(message.body())
                .messageAttributes(attributes);
        if (message.groupId().isPresent()) {
            copy.messageGroupId(message.groupId().get()).messageDeduplicationId(message.messageId());
        } else if (message.attributes().containsKey(OUTCOME)) {
            // It came out of the dead-letter queue by a redrive, which may still be under way and would send it back at
            // once,
            // again and again. FIFO queues delay no single message.
            copy.delaySeconds(MAX_DELAY_SECONDS);
        }
        return copy.build();
    }

    /**
     * Sends the parts to the queue of the message that they are of. They keep the time of its first sending, so that they are no
     * newer than it, and its producer's attributes as far as there is room. Safe to repeat.
     *
     * @throws RuntimeException if SQS fails, or does not take all of them: some may have been sent
     */
    void send(AlertMessage message, Parts parts) {
        Map<String, String> ours = new LinkedHashMap<>();
        parts.sentAt().ifPresent(sentAt -> ours.put(SENT_AT, sentAt.toString()));
        ours.put(SOURCE_MESSAGE_ID, sourceMessageId(message));
        ours.putAll(parts.names());
        Map<String, MessageAttributeValue> attributes = withThoseOfItsProducer(ours, message);
        int bytesOfAttributes = attributes.entrySet().stream()
                .mapToInt(attribute -> bytes(attribute.getKey())
                        + bytes(attribute.getValue().dataType())
                        + bytes(attribute.getValue().stringValue()))
                .sum();
        List<SendMessageBatchRequestEntry> call = new ArrayList<>();
        int bytes = 0;
        for (Parts.Part part : parts.bodies()) {
            int more = bytes(part.body()) + bytesOfAttributes;
            if (!call.isEmpty() && bytes + more > MAX_BATCH_BYTES) {
                send(message, call);
                call.clear();
                bytes = 0;
            }
            call.add(entry(call.size(), message, part, attributes));
            bytes += more;
        }
        send(message, call);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static SendMessageBatchRequestEntry entry(
            int id, AlertMessage message, Parts.Part part, Map<String, MessageAttributeValue> attributes) {
        SendMessageBatchRequestEntry.Builder entry = SendMessageBatchRequestEntry.builder()
                .id(Integer.toString(id))
                .messageBody(part.body())
                .messageAttributes(attributes);
        if (message.groupId().isPresent()) {
            // The same for the same part: what is sent again within five minutes is dropped by SQS.
            entry.messageGroupId(part.group())
                    .messageDeduplicationId(Sha256.hex(message.messageId() + '\n' + part.body()));
        }
        return entry.build();
    }

    private void send(AlertMessage message, List<SendMessageBatchRequestEntry> entries) {
        List<BatchResultErrorEntry> failed = sqs.sendMessageBatch(
                        request -> request.queueUrl(url(message.queueArn())).entries(entries))
                .failed();
        if (!failed.isEmpty()) {
            throw SqsException.builder()
                    .message("SQS did not take " + failed.size() + " of " + entries.size() + " messages: "
                            + failed.get(0).code() + ' ' + failed.get(0).message())
                    .build();
        }
    }

    /** @return false when it could not be deleted, and comes again */
    boolean delete(AlertMessage message) {
        try {
            sqs.deleteMessage(
                    request -> request.queueUrl(url(message.queueArn())).receiptHandle(message.receiptHandle()));
            return true;
        } catch (RuntimeException awsFailed) {
            LOG.warnf(
                    "message=%s was sent on and could not be deleted, so it comes again: %s",
                    message.messageId(), awsFailed.getMessage());
            return false;
        }
    }

    /** The producer's own attributes stay, as far as there is room, so that the message can be sent back as it was. */
    private static Map<String, MessageAttributeValue> attributes(AlertMessage message, Outcome outcome, String reason) {
        Map<String, String> ours = new LinkedHashMap<>();
        ours.put(OUTCOME, outcome.name());
        ours.put("reason", sendable(reason));
        ours.put(SOURCE_MESSAGE_ID, sourceMessageId(message));
        ours.putAll(firstSent(message));
        ours.putAll(names(message));
        return withThoseOfItsProducer(ours, message);
    }

    /** That of the producer's message, if this is not the first time that it is moved or split. */
    private static String sourceMessageId(AlertMessage message) {
        return message.attributes().getOrDefault(SOURCE_MESSAGE_ID, message.messageId());
    }

    private static Map<String, MessageAttributeValue> withThoseOfItsProducer(
            Map<String, String> ours, AlertMessage message) {
        Map<String, String> all = new HashMap<>(ours);
        message.attributes().forEach((name, value) -> {
            if (all.size() < MAX_ATTRIBUTES) {
                all.putIfAbsent(name, value);
            }
        });
        return texts(all);
    }

    /** One that is sent back gets a new time from SQS, and must not pass for a newer one. */
    private static Map<String, String> firstSent(AlertMessage message) {
        return AlertParser.queuedAt(message)
                .map(sentAt -> Map.of(SENT_AT, sentAt.toString()))
                .orElse(Map.of());
    }

    /** Sent back without these, an alert of another system's making would page the people of another workspace. */
    private static Map<String, String> names(AlertMessage message) {
        Map<String, String> names = new LinkedHashMap<>(message.attributes());
        names.keySet().retainAll(ForeignNames.ATTRIBUTES);
        return names;
    }

    private static Map<String, MessageAttributeValue> texts(Map<String, String> texts) {
        Map<String, MessageAttributeValue> attributes = new HashMap<>();
        texts.forEach((name, value) -> attributes.put(
                name,
                MessageAttributeValue.builder()
                        .dataType("String")
                        .stringValue(value)
                        .build()));
        return attributes;
    }

    /** SQS refuses control characters. Source: AWS, "SendMessage". */
    private static String sendable(String reason) {
        String text = reason.replaceAll("[^\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
        return text.isEmpty() ? "-" : text.length() > MAX_REASON_CHARS ? text.substring(0, MAX_REASON_CHARS) : text;
    }

    /** The event names its queue by ARN, the API wants a URL: {@code arn:aws:sqs:region:account:name}. */
    private String url(String arn) {
        return urlByArn.computeIfAbsent(arn, key -> {
            String[] parts = key.split(":");
            if (parts.length != 6) {
                throw new IllegalArgumentException("not the ARN of a queue: " + key);
            }
            return sqs.getQueueUrl(request -> request.queueName(parts[5]).queueOwnerAWSAccountId(parts[4]))
                    .queueUrl();
        });
    }
}
