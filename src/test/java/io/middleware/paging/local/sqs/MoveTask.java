package io.middleware.paging.local.sqs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Messages on their way out of a dead-letter queue, at a pace. Guarded by {@link Actions}. */
final class MoveTask {

    enum Status {
        RUNNING,
        COMPLETED,
        CANCELLED,
        FAILED
    }

    final String handle = UUID.randomUUID().toString();
    final Instant startedAt;
    final int toMove;
    final int perSecond;
    final Optional<Queue> destination;

    /** By which queue a message came is asked only where no destination was given. */
    private final Function<String, Optional<Queue>> queueByArn;

    private final Queue source;
    Status status = Status.RUNNING;
    Optional<String> failureReason = Optional.empty();
    int moved;

    MoveTask(
            Queue source,
            Optional<Queue> destination,
            int perSecond,
            Function<String, Optional<Queue>> queueByArn,
            Instant now) {
        this.source = source;
        this.destination = destination;
        this.perSecond = perSecond;
        this.queueByArn = queueByArn;
        this.startedAt = now;
        this.toMove = source.messages.size();
    }

    /** Moves what is due by now. */
    void advance(Instant now) {
        while (status == Status.RUNNING) {
            List<StoredMessage> next = source.visible(now, 1);
            if (moved >= toMove || source.messages.isEmpty()) {
                status = Status.COMPLETED;
            } else if (next.isEmpty() || nextDue().isAfter(now)) {
                return;
            } else {
                move(next.get(0), nextDue());
            }
        }
    }

    private void move(StoredMessage message, Instant due) {
        Optional<Queue> target = destination.or(() -> message.sourceArn.flatMap(queueByArn));
        if (target.isEmpty()) {
            status = Status.FAILED;
            failureReason = Optional.of("CouldNotDetermineMessageSource");
            return;
        }
        source.messages.remove(message.id);
        target.get().add(message.redriven(due));
        moved++;
    }

    /** Empty if it will move nothing more by itself. */
    Optional<Instant> next() {
        if (status != Status.RUNNING) {
            return Optional.empty();
        }
        return source.nextVisible().map(visible -> visible.isAfter(nextDue()) ? visible : nextDue());
    }

    private Instant nextDue() {
        return startedAt.plus(Duration.ofSeconds(moved + 1L).dividedBy(perSecond));
    }
}
