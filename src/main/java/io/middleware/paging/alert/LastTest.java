package io.middleware.paging.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;

/**
 * What the ledger says of the last test of a rule, and which step is next. A test goes by the time of its trigger, and its
 * resolve has the same.
 *
 * @param episode empty if there was none yet
 */
record LastTest(Optional<Episode> episode) {
    /**
     * For how long after it was sent a test is the one that a call means: longer than the 60 s after which callers give up and
     * call again (AWS CLI, {@code --cli-read-timeout}), and than a test can take.
     */
    static final Duration REPEAT_WINDOW = Duration.ofSeconds(90);

    /** What brings a test on its way. */
    sealed interface Step {
        Instant at();

        /** Sends the trigger; again if an earlier try did not tell its end, so that what that one opened is found. */
        record Trigger(Instant at) implements Step {}

        record Resolve(Instant at) implements Step {}
    }

    /** Whether a call of {@code asked} means the test of {@code at}. */
    static boolean isMeant(Instant at, Instant asked) {
        return !at.plus(REPEAT_WINDOW).isBefore(asked);
    }

    /** When the test was sent that had an incident and is over; empty if the last one had none, or is not over. */
    Optional<Instant> overAt() {
        return episode.filter(it -> unfinished().isEmpty() && it.incident().isPresent())
                .flatMap(it -> it.outcome().equals(Optional.of(Outcome.RESOLVED))
                        ? it.resolvedAt()
                        : it.triggeredAt()
                                .filter(at ->
                                        it.resolvedAt().filter(at::isBefore).isEmpty()));
    }

    /** The step at which a test stands that is not over. */
    Optional<Step> unfinished() {
        return resolvePending().or(this::unsettled).or(this::toResolve);
    }

    private Optional<Step> resolvePending() {
        return episode.flatMap(Episode::pendingResolve)
                .filter(at -> unsettledAt().filter(at::isBefore).isEmpty())
                .map(Step.Resolve::new);
    }

    private Optional<Step> unsettled() {
        return unsettledAt().map(Step.Trigger::new);
    }

    private Optional<Step> toResolve() {
        return episode.filter(Episode::isOpen).flatMap(Episode::triggeredAt).map(Step.Resolve::new);
    }

    private Optional<Instant> unsettledAt() {
        return episode.flatMap(Episode::unsettled).flatMap(Episode.Unsettled::triggeredAt);
    }

    /**
     * What is to be done for a call of {@code asked}: an unfinished test that it means goes on, an older one is only resolved.
     * Otherwise a new one is sent.
     */
    Step next(Instant asked) {
        return unfinished()
                .map(step -> isMeant(step.at(), asked) ? step : new Step.Resolve(step.at()))
                .orElseGet(() -> anew(asked));
    }

    /** A test newer than all that the ledger has seen, also by the clocks of others. */
    Step anew(Instant asked) {
        return new Step.Trigger(
                Stream.of(episode.flatMap(Episode::triggeredAt), episode.flatMap(Episode::resolvedAt), unsettledAt())
                        .flatMap(Optional::stream)
                        .map(at -> at.plusMillis(1))
                        .filter(asked::isBefore)
                        .max(Comparator.naturalOrder())
                        .orElse(asked));
    }

    /** The last that is known, open or not. */
    Optional<KnownIncident> incident() {
        return episode.flatMap(Episode::incident);
    }

    /** Empty when none is known to be open. */
    Optional<KnownIncident> open() {
        return episode.flatMap(Episode::openIncident);
    }
}
