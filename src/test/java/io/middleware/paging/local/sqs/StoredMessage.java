package io.middleware.paging.local.sqs;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A message in its queue. Guarded by {@link Actions}. */
final class StoredMessage {

    /** "The maximum visibility timeout is 12 hours from the time that SQS receives the ReceiveMessage request." */
    private static final Duration MAX_HIDDEN = Duration.ofHours(12);

    final String id;
    final String body;
    final MessageAttributes attributes;
    final Instant sentAt;

    /** The queue from which SQS itself moved it to this one; empty if somebody sent it here. */
    final Optional<String> sourceArn;

    /** From then on a receive finds it. */
    Instant visibleAt;

    int receiveCount;
    Optional<Instant> firstReceivedAt = Optional.empty();
    private Instant receivedAt;
    private String handle = "";

    private StoredMessage(
            String id, String body, MessageAttributes attributes, Instant sentAt, Optional<String> sourceArn) {
        this.id = id;
        this.body = body;
        this.attributes = attributes;
        this.sentAt = sentAt;
        this.sourceArn = sourceArn;
    }

    static StoredMessage sent(String body, MessageAttributes attributes, Instant now, Duration delay) {
        StoredMessage message =
                new StoredMessage(UUID.randomUUID().toString(), body, attributes, now, Optional.empty());
        message.visibleAt = now.plus(delay);
        return message;
    }

    /** The same message in the dead-letter queue of {@code from}: its id, age and receive count stay. */
    StoredMessage dead(String from, Instant now) {
        StoredMessage dead = new StoredMessage(id, body, attributes, sentAt, Optional.of(from));
        dead.visibleAt = now;
        dead.receiveCount = receiveCount;
        dead.firstReceivedAt = firstReceivedAt;
        return dead;
    }

    /** What a move task makes of it: a new message, with a new id and a new time. */
    StoredMessage redriven(Instant now) {
        return sent(body, attributes, now, Duration.ZERO);
    }

    boolean isVisible(Instant now) {
        return !visibleAt.isAfter(now);
    }

    boolean isInFlight(Instant now) {
        return !isVisible(now) && !handle.isEmpty();
    }

    boolean isDelayed(Instant now) {
        return !isVisible(now) && handle.isEmpty();
    }

    /** @return the handle by which it can be deleted or hidden; older ones no longer count */
    String receive(Instant now, Duration hidden) {
        receiveCount++;
        receivedAt = now;
        firstReceivedAt = firstReceivedAt.or(() -> Optional.of(now));
        visibleAt = now.plus(hidden);
        handle = id + "#" + receiveCount;
        return handle;
    }

    boolean wasLastReceivedAs(String otherHandle) {
        return handle.equals(otherHandle);
    }

    static Optional<String> idOf(String handle) {
        int separator = handle.indexOf('#');
        return separator == 36 ? Optional.of(handle.substring(0, separator)) : Optional.empty();
    }

    void hide(Instant now, int seconds) {
        Instant until = now.plusSeconds(seconds);
        if (until.isAfter(receivedAt.plus(MAX_HIDDEN))) {
            throw Errors.invalid(
                    "VisibilityTimeout",
                    seconds,
                    "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]");
        }
        visibleAt = until;
    }

    String md5OfBody() {
        return MessageAttributes.md5(body.getBytes(StandardCharsets.UTF_8));
    }
}
