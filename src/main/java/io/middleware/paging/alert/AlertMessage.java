package io.middleware.paging.alert;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A message as the queue handed it over.
 *
 * @param queueArn where it came from
 * @param receiptHandle by which this receive is hidden or ended
 * @param receiveCount how often it was received, this time included; 1 when the queue does not say
 * @param sentAt when the queue took it; empty when the queue does not say
 * @param groupId the message group; empty on a standard queue
 * @param attributes the producer's message attributes that are text
 */
public record AlertMessage(
        String messageId,
        String queueArn,
        String receiptHandle,
        int receiveCount,
        Optional<Instant> sentAt,
        Optional<String> groupId,
        Map<String, String> attributes,
        String body) {
    public AlertMessage {
        Objects.requireNonNull(messageId, "messageId is null");
        Objects.requireNonNull(sentAt, "sentAt is null");
        Objects.requireNonNull(groupId, "groupId is null");
        attributes = Map.copyOf(attributes);
    }

    /** Without the body: it may hold anything. */
    @Override
    public String toString() {
        return "AlertMessage[" + messageId + ", received " + receiveCount + " times]";
    }
}
