package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.middleware.paging.harness.MutableClock;

class CircuitTest {
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration PROBE_TIME = Duration.ofSeconds(6);

    private final MutableClock clock = new MutableClock(Instant.parse("2026-11-23T03:00:00Z"));
    private final Circuit circuit = circuit(PAUSE);
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void failuresInARowOpenIt() {
        fails(4);
        assertThat(isOpen()).isFalse();

        fails(5);

        assertThat(isOpen()).isTrue();
    }

    @Test
    void answerBetweenThemStartsTheCountAnew() {
        fails(4);
        answers();
        fails(4);

        assertThat(isOpen()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "TIMEOUT, 0",
        "CONNECTION_BROKEN, 0",
        "UNREACHABLE, 0",
        "SERVER_ERROR, 500",
        "SERVER_ERROR, 503",
        "SERVER_ERROR, 408",
        "SERVER_ERROR, 200",
        "SERVER_ERROR, 302",
    })
    void whatIsNoAnswerCounts(Failure.Kind kind, int status) {
        for (int i = 0; i < 5; i++) {
            fails(kind, status);
        }

        assertThat(isOpen()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "UNAUTHORIZED, 401",
        "FORBIDDEN, 403",
        "NOT_FOUND, 404",
        "TOO_LARGE, 413",
        "REFUSED, 400",
        "RATE_LIMITED, 429",
        "SERVER_ERROR, 400",
    })
    void refusalIsAnAnswer(Failure.Kind kind, int status) {
        fails(4);
        fails(kind, status);
        fails(4);

        assertThat(isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Failure.Kind.class,
            names = {"NO_TIME_LEFT", "CIRCUIT_OPEN"})
    void whoAskedNobodyHasLearntNothing(Failure.Kind kind) {
        for (int i = 0; i < 5; i++) {
            fails(kind, 0);
        }
        assertThat(isOpen()).isFalse();

        fails(4);
        fails(kind, 0);
        fails(1);

        assertThat(isOpen()).isTrue();
    }

    @Test
    void whileItIsOpenNobodyIsAskedAndTheFailureSaysWhy() {
        fails(5);
        clock.advance(Duration.ofMillis(2_500));

        Failure failure = call(Answer.of("never asked")).orElseThrow();

        assertThat(asked).hasValue(5);
        assertThat(failure.kind()).isEqualTo(Failure.Kind.CIRCUIT_OPEN);
        assertThat(failure.kind().isTemporary()).isTrue();
        assertThat(failure.kind().mayHaveActed()).isFalse();
        assertThat(failure.retryAfter()).contains(Duration.ofMillis(7_500));
        assertThat(failure.describe())
                .isEqualTo("CIRCUIT_OPEN: pagerduty.test is not called since 2026-11-23T03:00:00Z:"
                        + " SERVER_ERROR (HTTP 503): failure 5");
    }

    @Test
    void oneProbeGoesOutWhenThePauseIsOver() {
        fails(5);
        clock.advance(PAUSE);

        Optional<Failure> probe = call(() -> {
            clock.advance(Duration.ofSeconds(1));
            assertThat(call(Answer.of("a second one")).orElseThrow().retryAfter())
                    .contains(Duration.ofSeconds(5));
            return Answer.of("the probe");
        });

        assertThat(probe).isEmpty();
        assertThat(asked).hasValue(6);
    }

    @Test
    void ofManyThreadsOneSendsTheProbe() throws Exception {
        int threads = 16;
        fails(5);
        clock.advance(PAUSE);
        CountDownLatch others = new CountDownLatch(threads - 1);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<Optional<Failure>>> ends = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            ends.add(pool.submit(() -> {
                Optional<Failure> end = call(() -> {
                    awaitQuietly(others);
                    return Answer.of("the probe");
                });
                others.countDown();
                return end;
            }));
        }

        List<Optional<Failure>> failures = new ArrayList<>();
        for (Future<Optional<Failure>> end : ends) {
            failures.add(end.get());
        }
        pool.shutdown();

        assertThat(asked).hasValue(6);
        assertThat(failures).filteredOn(Optional::isPresent).hasSize(threads - 1);
        assertThat(isOpen()).isFalse();
    }

    @Test
    void probeThatIsAnsweredClosesIt() {
        fails(5);
        clock.advance(PAUSE);

        answers();

        assertThat(isOpen()).isFalse();
        fails(4);
        assertThat(isOpen()).as("the count starts anew").isFalse();
    }

    @Test
    void probeThatIsRefusedClosesIt() {
        fails(5);
        clock.advance(PAUSE);

        fails(Failure.Kind.RATE_LIMITED, 429);

        assertThat(isOpen()).isFalse();
    }

    @Test
    void probeThatFailsDoublesThePauseUpToTheLongest() {
        fails(5);

        for (int seconds : new int[] {10, 20, 40, 60, 60}) {
            clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(isOpen()).as("after %s s less a moment", seconds).isTrue();
            clock.advance(Duration.ofMillis(1));
            int before = asked.get();
            fails(Failure.Kind.TIMEOUT, 0);
            assertThat(asked.get() - before).as("after %s s", seconds).isEqualTo(1);
        }

        assertThat(call(Answer.of("never asked")).orElseThrow().detail())
                .isEqualTo("pagerduty.test is not called since 2026-11-23T03:00:00Z: TIMEOUT: failure 10");
    }

    @Test
    void nextOutageStartsWithTheFirstPause() {
        fails(5);
        clock.advance(PAUSE);
        fails(1);
        clock.advance(PAUSE.multipliedBy(2));
        answers();

        fails(5);

        assertThat(call(Answer.of("never asked")).orElseThrow().retryAfter()).contains(PAUSE);
    }

    @Test
    void callsUnderWayWhenItOpensCountOnce() {
        call(() -> {
            call(() -> {
                fails(5);
                return failed(Failure.Kind.TIMEOUT, 0);
            });
            return failed(Failure.Kind.TIMEOUT, 0);
        });

        assertThat(call(Answer.of("never asked")).orElseThrow().retryAfter()).contains(PAUSE);
    }

    @Test
    void callUnderWayWhenItOpensDoesNotCloseIt() {
        call(() -> {
            fails(5);
            return Answer.of("started before");
        });

        assertThat(isOpen()).isTrue();
    }

    @Test
    void probeWhoseThreadDiesMakesWayForAnother() {
        fails(5);
        clock.advance(PAUSE);
        assertThatThrownBy(() -> circuit.call(() -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);

        clock.advance(PROBE_TIME.minusMillis(1));
        assertThat(isOpen()).isTrue();
        clock.advance(Duration.ofMillis(1));
        answers();

        assertThat(isOpen()).isFalse();
    }

    @Test
    void probeThatWasGivenUpForLostChangesNothingAnyMore() {
        fails(5);
        clock.advance(PAUSE);

        call(() -> {
            clock.advance(PROBE_TIME);
            fails(1);
            return Answer.of("late");
        });

        assertThat(call(Answer.of("never asked")).orElseThrow().retryAfter())
                .as("the pause after the second probe")
                .contains(PAUSE.multipliedBy(2));
    }

    @Test
    void openingAndClosingAreLoggedOnceEach() {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getLevel() + " " + new SimpleFormatter().formatMessage(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Circuit.class.getName());
        Level level = logger.getLevel();
        // Another test of this JVM may have asked for less.
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);

        fails(7);
        clock.advance(PAUSE);
        fails(2);
        clock.advance(PAUSE.multipliedBy(2));
        answers();
        answers();
        logger.removeHandler(handler);
        logger.setLevel(level);

        assertThat(lines)
                .containsExactly(
                        "WARN PagerDuty's host pagerduty.test failed 5 times in a row and is not called for"
                                + " PT10S: SERVER_ERROR (HTTP 503): failure 5",
                        "WARN PagerDuty's host pagerduty.test answers again; it was not called since"
                                + " 2026-11-23T03:00:00Z: SERVER_ERROR (HTTP 503): failure 6");
    }

    @Test
    void noPauseIsLongerThanTheLongest() {
        Circuit longPause = circuit(Duration.ofHours(1));
        for (int i = 0; i < 5; i++) {
            longPause.call(() -> failed(Failure.Kind.TIMEOUT, 0));
        }

        Answer<String> answer = longPause.call(() -> Answer.of("never asked"));

        assertThat(((Answer.Failed<String>) answer).failure().retryAfter()).contains(Duration.ofMinutes(1));
    }

    @Test
    void withoutAFailureItCannotOpen() {
        assertThatThrownBy(() -> new Circuit("pagerduty.test", 0, PAUSE, PAUSE, PROBE_TIME, clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 0");
    }

    private Circuit circuit(Duration pause) {
        return new Circuit("pagerduty.test", 5, pause, Duration.ofMinutes(1), PROBE_TIME, clock);
    }

    private void fails(int times) {
        for (int i = 0; i < times; i++) {
            fails(Failure.Kind.SERVER_ERROR, 503);
        }
    }

    private void fails(Failure.Kind kind, int status) {
        call(() -> failed(kind, status));
    }

    private void answers() {
        call(Answer.of("an answer"));
    }

    /** Asks nobody: a call of its own would be a probe, or start the count anew. */
    private boolean isOpen() {
        Answer<String> answer = circuit.call(() -> failed(Failure.Kind.NO_TIME_LEFT, 0));
        return ((Answer.Failed<String>) answer).failure().kind() == Failure.Kind.CIRCUIT_OPEN;
    }

    private Optional<Failure> call(Answer<String> answer) {
        return call(() -> answer);
    }

    /** How it failed; empty if it did not. */
    private Optional<Failure> call(Supplier<Answer<String>> request) {
        return circuit.call(() -> {
                    asked.incrementAndGet();
                    return request.get();
                })
                .fold(answer -> Optional.empty(), Optional::of);
    }

    private Answer<String> failed(Failure.Kind kind, int status) {
        return Answer.failed(
                new Failure(kind, status, 0, "failure " + asked.get(), Optional.empty(), AnswerHeaders.NONE));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
