package io.middleware.paging.pagerduty;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;

import org.jboss.logging.Logger;

/**
 * Spares the callers of a host that is down the time-out of each call. After some calls in a row without an answer, or
 * answered with 408 or 5xx, it opens: calls fail at once. When the pause is over one call goes out as a probe. If it is
 * answered the circuit closes, else it stays open for twice the pause. Why it is our own, and one for each process: ADR 13.
 *
 * <p>Thread-safe. Time is the clock's alone.
 */
final class Circuit {
    private static final Logger LOG = Logger.getLogger(Circuit.class);

    private final String host;
    private final int failuresToOpen;
    private final Duration pause;
    private final Duration maxPause;
    private final Duration probeTime;
    private final Clock clock;

    private int failuresInARow;
    private Optional<Outage> outage = Optional.empty();

    /**
     * Rises when the circuit opens and when a probe goes out. How a call ends counts only in the era in which it was
     * started: those under way when it opens would each double the pause, and a probe given up for lost would end that
     * of its successor.
     */
    private long era;

    /**
     * @param host as people know it, for the log and the failures
     * @param failuresToOpen in a row, at least 1
     * @param pause the first of an outage
     * @param maxPause no pause is longer
     * @param probeTime after which a probe without an end counts for nothing, and another may go out
     * @throws IllegalArgumentException if {@code failuresToOpen} is below 1
     */
    Circuit(String host, int failuresToOpen, Duration pause, Duration maxPause, Duration probeTime, Clock clock) {
        if (failuresToOpen < 1) {
            throw new IllegalArgumentException("a circuit opens after at least 1 failure, not " + failuresToOpen);
        }
        this.host = host;
        this.failuresToOpen = failuresToOpen;
        this.pause = shorter(pause, maxPause);
        this.maxPause = maxPause;
        this.probeTime = probeTime;
        this.clock = clock;
    }

    /** What {@code request} answers; while the circuit is open {@code CIRCUIT_OPEN}, and it is not asked. */
    <T> Answer<T> call(Supplier<Answer<T>> request) {
        return enter().fold(
                        entered -> {
                            Answer<T> answer = request.get();
                            if (answer instanceof Answer.Failed<T> failed) {
                                learn(entered, failed.failure());
                            } else {
                                answered(entered);
                            }
                            return answer;
                        },
                        Answer::failed);
    }

    /** Why a call would not go out now; empty when it would, be it as the probe. */
    synchronized Optional<Failure> outage() {
        Instant now = clock.instant();
        return outage.filter(known -> now.isBefore(known.until())).map(known -> refusal(known, now));
    }

    /** The era of the call that may go out. */
    private synchronized Answer<Long> enter() {
        if (outage.isEmpty()) {
            return Answer.of(era);
        }
        Instant now = clock.instant();
        Outage known = outage.get();
        if (now.isBefore(known.until())) {
            return Answer.failed(refusal(known, now));
        }
        // This call is the probe. Until it ends the others wait, but not for ever: its thread may die.
        outage = Optional.of(new Outage(known.since(), known.last(), known.pause(), now.plus(probeTime)));
        return Answer.of(++era);
    }

    private Failure refusal(Outage known, Instant now) {
        return new Failure(
                Failure.Kind.CIRCUIT_OPEN,
                0,
                0,
                host + " is not called since " + known.since() + ": "
                        + known.last().describe(),
                Optional.of(Duration.between(now, known.until())),
                AnswerHeaders.NONE);
    }

    private void learn(long entered, Failure failure) {
        switch (failure.kind()) {
            case TIMEOUT, CONNECTION_BROKEN, UNREACHABLE -> failed(entered, failure);
            case SERVER_ERROR -> {
                // A 400 over lock contention is over a moment later too, but it is an answer.
                if (failure.status() == 400) {
                    answered(entered);
                } else {
                    failed(entered, failure);
                }
            }
            case UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_LARGE, REFUSED, RATE_LIMITED -> answered(entered);
            case NO_TIME_LEFT, CIRCUIT_OPEN -> {
                // Nobody was asked: that tells nothing of the host.
            }
        }
    }

    private synchronized void answered(long entered) {
        if (entered != era) {
            return;
        }
        failuresInARow = 0;
        // As loud as its beginning: whoever was told of that waits for this line.
        outage.ifPresent(over -> LOG.warnf(
                "PagerDuty's host %s answers again; it was not called since %s: %s",
                host, over.since(), over.last().describe()));
        outage = Optional.empty();
    }

    private synchronized void failed(long entered, Failure failure) {
        if (entered != era) {
            return;
        }
        Instant now = clock.instant();
        if (outage.isPresent()) {
            Duration longer = shorter(outage.get().pause().multipliedBy(2), maxPause);
            outage = Optional.of(new Outage(outage.get().since(), failure, longer, now.plus(longer)));
        } else if (++failuresInARow >= failuresToOpen) {
            LOG.warnf(
                    "PagerDuty's host %s failed %s times in a row and is not called for %s: %s",
                    host, failuresInARow, pause, failure.describe());
            outage = Optional.of(new Outage(now.truncatedTo(ChronoUnit.SECONDS), failure, pause, now.plus(pause)));
            era++;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /**
     * @param since when the circuit opened, to the second: for people
     * @param last the failure that opened it, or that of the last probe
     * @param until when the next probe may go out
     */
    private record Outage(Instant since, Failure last, Duration pause, Instant until) {}
}
