package io.middleware.paging.alert;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;

/**
 * What became of one alert, and what that means for its message.
 *
 * @param detail the reason as a sentence; empty where the outcome says it all
 * @param delay how long the message hides when it goes back to the queue
 * @param requestId of the call to PagerDuty that decided it, for PagerDuty's support
 */
record NotifyOutcome(
        Outcome outcome,
        Next next,
        Reason reason,
        String detail,
        Optional<Duration> delay,
        Optional<KnownIncident> incident,
        Optional<String> requestId) {
    /** Where the message goes. */
    enum Next {
        DONE,
        DEAD_LETTER,
        BACK_TO_QUEUE
    }

    NotifyOutcome {
        Objects.requireNonNull(outcome, "outcome is null");
        Objects.requireNonNull(reason, "reason is null");
        Objects.requireNonNull(detail, "detail is null");
    }

    static NotifyOutcome done(Outcome outcome, String detail) {
        return done(outcome, Reason.NONE, detail);
    }

    static NotifyOutcome done(Outcome outcome, Reason reason, String detail) {
        return new NotifyOutcome(
                outcome, Next.DONE, reason, detail, Optional.empty(), Optional.empty(), Optional.empty());
    }

    static NotifyOutcome done(Outcome outcome, KnownIncident incident) {
        return done(outcome, "").with(incident);
    }

    static NotifyOutcome waiting(Reason reason, String detail, Duration delay) {
        return new NotifyOutcome(
                Outcome.WAITING,
                Next.BACK_TO_QUEUE,
                reason,
                detail,
                Optional.of(delay),
                Optional.empty(),
                Optional.empty());
    }

    static NotifyOutcome refused(Reason reason, String detail) {
        return dead(Outcome.REFUSED, reason, detail);
    }

    static NotifyOutcome malformed(String detail) {
        return dead(Outcome.MALFORMED, Reason.NONE, detail);
    }

    /** @param waiting what it would have had to do again */
    static NotifyOutcome expired(NotifyOutcome waiting, String detail) {
        return dead(Outcome.EXPIRED, waiting.reason(), detail).requestedAs(waiting.requestId());
    }

    private static NotifyOutcome dead(Outcome outcome, Reason reason, String detail) {
        return new NotifyOutcome(
                outcome, Next.DEAD_LETTER, reason, detail, Optional.empty(), Optional.empty(), Optional.empty());
    }

    NotifyOutcome with(KnownIncident of) {
        return new NotifyOutcome(outcome, next, reason, detail, delay, Optional.of(of), requestId);
    }

    /** Keeps the id that it has: that of a later call, which decided it. */
    NotifyOutcome requestedAs(Optional<String> id) {
        return requestId.isPresent() ? this : new NotifyOutcome(outcome, next, reason, detail, delay, incident, id);
    }
}
