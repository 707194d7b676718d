package io.middleware.paging.alert;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;

/**
 * What became of one alert, and what that means for its message.
 *
 * @param reason one line; empty where the outcome says it all
 * @param delay how long the message hides when it goes back to the queue
 */
record NotifyOutcome(
        Outcome outcome, Next next, String reason, Optional<Duration> delay, Optional<KnownIncident> incident) {
    /** In rising order: a message with several alerts goes the way of the one that needs most. */
    enum Next {
        DONE,
        DEAD_LETTER,
        BACK_TO_QUEUE
    }

    NotifyOutcome {
        Objects.requireNonNull(outcome, "outcome is null");
        Objects.requireNonNull(reason, "reason is null");
    }

    static NotifyOutcome done(Outcome outcome, String reason) {
        return new NotifyOutcome(outcome, Next.DONE, reason, Optional.empty(), Optional.empty());
    }

    static NotifyOutcome done(Outcome outcome, KnownIncident incident) {
        return new NotifyOutcome(outcome, Next.DONE, "", Optional.empty(), Optional.of(incident));
    }

    static NotifyOutcome waiting(String reason, Duration delay) {
        return new NotifyOutcome(Outcome.WAITING, Next.BACK_TO_QUEUE, reason, Optional.of(delay), Optional.empty());
    }

    static NotifyOutcome refused(String reason) {
        return new NotifyOutcome(Outcome.REFUSED, Next.DEAD_LETTER, reason, Optional.empty(), Optional.empty());
    }

    static NotifyOutcome malformed(String reason) {
        return new NotifyOutcome(Outcome.MALFORMED, Next.DEAD_LETTER, reason, Optional.empty(), Optional.empty());
    }
}
