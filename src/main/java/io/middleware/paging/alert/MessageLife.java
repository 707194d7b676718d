package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * How long a message may wait. SQS deletes it without a sign when its retention ends, and moves it to the dead-letter
 * queue without a reason when it was received too often: before either, it is taken out with its reason.
 */
@ApplicationScoped
public class MessageLife {
    /** Kept free before the end, for the tries that bringing it to safety may need. */
    private static final Duration MARGIN = Duration.ofHours(1);

    private final Duration retention;
    private final int maxReceives;
    private final Clock clock;

    public MessageLife(AlertConfig config, Clock clock) {
        this.retention = config.queueRetention();
        this.maxReceives = config.maxReceives();
        this.clock = clock;
    }

    /** Whether this receive is the last at which the message can still be brought to safety. */
    boolean isOver(AlertMessage message) {
        return message.receiveCount() >= maxReceives
                || lastChance(message).map(at -> !clock.instant().isBefore(at)).orElse(false);
    }

    /** {@code delay}, or less, so that the message is back for its last chance. */
    Duration within(AlertMessage message, Duration delay) {
        return lastChance(message)
                .map(at -> Duration.between(clock.instant(), at))
                .filter(left -> !left.isNegative() && left.compareTo(delay) < 0)
                .map(left -> left.compareTo(Backoff.MIN) < 0 ? Backoff.MIN : left)
                .orElse(delay);
    }

    /** Empty when the queue does not say since when it has the message. */
    private Optional<Instant> lastChance(AlertMessage message) {
        Duration tenth = retention.dividedBy(10);
        Duration margin = tenth.compareTo(MARGIN) < 0 ? tenth : MARGIN;
        return message.sentAt().map(sentAt -> sentAt.plus(retention).minus(margin));
    }
}
