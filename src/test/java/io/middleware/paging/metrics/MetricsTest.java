package io.middleware.paging.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.harness.MutableClock;

/** Every line that is read here is checked against the rules of the format, see {@link EmfLine}. */
class MetricsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");

    private final List<String> written = Collections.synchronizedList(new ArrayList<>());
    private final MutableClock clock = new MutableClock(NOW);
    private final Metrics metrics = metrics("PagerDutyIntegration", written::add);

    @Test
    void anOutcomeIsKeptAloneAndWithItsReason() {
        metrics.outcome("WAITING", "OUTAGE");
        metrics.flush();

        EmfLine line = onlyLine();
        assertThat(line.namespace()).isEqualTo("PagerDutyIntegration");
        assertThat(line.at()).isEqualTo(NOW);
        assertThat(line.metric()).isEqualTo("Alerts");
        assertThat(line.unit()).isEqualTo("Count");
        assertThat(line.values()).containsExactly(1L);
        assertThat(line.dimensionSets()).containsExactly(List.of("outcome"), List.of("outcome", "reason"));
        assertThat(line.field("outcome")).isEqualTo("WAITING");
        assertThat(line.field("reason")).isEqualTo("OUTAGE");
    }

    @Test
    void anOutcomeWithoutAReasonHasNoDimensionForIt() {
        metrics.outcome("OPENED", "");
        metrics.flush();

        assertThat(onlyLine().dimensionSets()).containsExactly(List.of("outcome"));
        assertThat(onlyLine().field("reason")).isNull();
    }

    @Test
    void equalEndsShareALineAndOthersHaveTheirOwn() {
        metrics.outcome("OPENED", "");
        metrics.outcome("WAITING", "RATE_LIMITED");
        metrics.outcome("OPENED", "");
        metrics.outcome("WAITING", "OUTAGE");
        metrics.flush();

        assertThat(lines())
                .extracting(line -> line.field("outcome") + " " + line.field("reason") + " " + line.values())
                .containsExactly("OPENED null [2]", "WAITING RATE_LIMITED [1]", "WAITING OUTAGE [1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Service \"Payments\" is disabled", "outage", "ÄRGER", "A\nB", " ", "A-B"})
    void aTextIsNoReasonAndBecomesNoMetricOfItsOwn(String text) {
        metrics.outcome("WAITING", text);
        metrics.needsAction(text);
        metrics.reauthRequired("acme", text);
        metrics.firstNeedsAction("acme", "cpu-high", text);
        metrics.flush();

        assertThat(lines())
                .extracting(line -> line.field("reason"))
                .containsExactly("OTHER", "OTHER", "OTHER", "OTHER");
    }

    @Test
    void theTimeToAPageIsKeptWithoutDimensions() {
        metrics.paged(Duration.ofMillis(1_250));
        metrics.flush();

        EmfLine line = onlyLine();
        assertThat(line.metric()).isEqualTo("AlertToPage");
        assertThat(line.unit()).isEqualTo("Milliseconds");
        assertThat(line.values()).containsExactly(1_250L);
        assertThat(line.dimensionSets()).containsExactly(List.of());
    }

    @Test
    void anAlertOfAProducerWhoseClockIsAheadPagedAtOnce() {
        metrics.paged(Duration.ofSeconds(-3));
        metrics.flush();

        assertThat(onlyLine().values()).containsExactly(0L);
    }

    @Test
    void moreTimesThanALineMayHoldGoIntoSeveral() {
        LongStream.range(0, 201).forEach(milliseconds -> metrics.paged(Duration.ofMillis(milliseconds)));
        metrics.flush();

        assertThat(lines()).extracting(line -> line.values().size()).containsExactly(100, 100, 1);
        assertThat(lines().stream().flatMap(line -> line.values().stream()).toList())
                .isEqualTo(LongStream.range(0, 201).boxed().toList());
    }

    @Test
    void theLongestTimesThereAreFitIntoALine() {
        IntStream.range(0, 100).forEach(i -> metrics.paged(Duration.ofMillis(Long.MAX_VALUE)));
        metrics.flush();

        assertThat(onlyLine().values()).hasSize(100).containsOnly(Long.MAX_VALUE);
    }

    @Test
    void ofAllWhoGoBackToTheQueueTheOneWhoHasWaitedLongestIsKept() {
        metrics.waits(Duration.ofMinutes(3));
        metrics.waits(Duration.ofHours(5));
        metrics.waits(Duration.ofSeconds(-1));
        metrics.flush();

        EmfLine line = onlyLine();
        assertThat(line.metric()).isEqualTo("WaitingTime");
        assertThat(line.unit()).isEqualTo("Seconds");
        assertThat(line.values()).containsExactly(18_000L);
        assertThat(line.dimensionSets()).containsExactly(List.of());
    }

    @Test
    void whatAProducerWhoseClockIsAheadHasSentHasNotWaitedYet() {
        metrics.waits(Duration.ofSeconds(-3));
        metrics.flush();

        assertThat(onlyLine().values()).containsExactly(0L);
    }

    @Test
    void whatOnlyAPersonCanMendIsKeptAloneAndWithItsReason() {
        metrics.needsAction("NOT_PAGEABLE");
        metrics.needsAction("NOT_PAGEABLE");
        metrics.needsAction("TOKEN");
        metrics.flush();

        assertThat(lines())
                .extracting(line -> line.metric() + " " + line.unit() + " " + line.field("reason") + " " + line.values()
                        + " " + line.dimensionSets())
                .containsExactly(
                        "NeedsAction Count NOT_PAGEABLE [2] [[], [reason]]",
                        "NeedsAction Count TOKEN [1] [[], [reason]]");
    }

    @Test
    void aDeadTokenIsWrittenAtOnceAndTheWorkspaceIsNoDimension() {
        metrics.reauthRequired("acme", "UNAUTHORIZED");

        EmfLine line = onlyLine();
        assertThat(line.metric()).isEqualTo("ReauthRequired");
        assertThat(line.unit()).isEqualTo("Count");
        assertThat(line.values()).containsExactly(1L);
        assertThat(line.dimensionSets()).containsExactly(List.of(), List.of("reason"));
        assertThat(line.field("reason")).isEqualTo("UNAUTHORIZED");
        assertThat(line.field("workspace")).isEqualTo("acme");
    }

    @Test
    void aFirstWaitIsWrittenAtOnceAndItsRuleIsNoDimension() {
        metrics.firstNeedsAction("acme", "cpu-high", "TOKEN");

        EmfLine line = onlyLine();
        assertThat(line.metric()).isEqualTo("FirstNeedsAction");
        assertThat(line.values()).containsExactly(1L);
        assertThat(line.dimensionSets()).containsExactly(List.of(), List.of("reason"));
        assertThat(line.field("workspace") + " " + line.field("rule")).isEqualTo("acme cpu-high");
    }

    @Test
    void aTokenThatWorksAgainIsWrittenAtOnce() {
        metrics.reauthCleared("acme");

        EmfLine line = onlyLine();
        assertThat(line.metric()).isEqualTo("ReauthCleared");
        assertThat(line.values()).containsExactly(1L);
        assertThat(line.dimensionSets()).containsExactly(List.of());
        assertThat(line.field("workspace")).isEqualTo("acme");
    }

    @Test
    void whateverIsInATextStaysInsideItsField() {
        String odd = "a\"b\\c\n\r\t{\"_aws\":1}\u0000\u2028é😀";
        Metrics metrics = metrics("Name \"space\"", written::add);

        metrics.reauthRequired(odd, "FORBIDDEN");

        assertThat(onlyLine().field("workspace")).isEqualTo(odd);
        assertThat(onlyLine().namespace()).isEqualTo("Name \"space\"");
    }

    @Test
    void whatWasWrittenIsNotWrittenAgain() {
        metrics.outcome("OPENED", "");
        metrics.paged(Duration.ofSeconds(1));
        metrics.waits(Duration.ofSeconds(1));
        metrics.needsAction("TOKEN");
        metrics.flush();
        written.clear();

        metrics.flush();

        assertThat(written).isEmpty();
    }

    @Test
    void aLineBearsTheTimeAtWhichItIsWritten() {
        metrics.outcome("OPENED", "");
        clock.advance(Duration.ofSeconds(7));
        metrics.flush();

        assertThat(onlyLine().at()).isEqualTo(NOW.plusSeconds(7));
    }

    @Test
    void theNamespaceNoneWritesNothing() {
        Metrics off = metrics("none", written::add);

        off.outcome("OPENED", "");
        off.paged(Duration.ofSeconds(1));
        off.waits(Duration.ofSeconds(1));
        off.needsAction("TOKEN");
        off.reauthRequired("acme", "FORBIDDEN");
        off.firstNeedsAction("acme", "cpu-high", "FORBIDDEN");
        off.flush();

        assertThat(written).isEmpty();
    }

    @Test
    void aLineThatCannotBeWrittenTakesNoOtherWithIt() {
        Metrics metrics = metrics("PagerDutyIntegration", line -> {
            if (line.contains("WAITING")) {
                throw new IllegalStateException("the disk is full");
            }
            written.add(line);
        });

        metrics.outcome("WAITING", "OUTAGE");
        metrics.outcome("OPENED", "");
        metrics.flush();

        assertThat(onlyLine().field("outcome")).isEqualTo("OPENED");
    }

    @Test
    void nothingIsLostBetweenThoseWhoCountAndThoseWhoFlush() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int task = 0; task < 8; task++) {
            threads.submit(() -> {
                for (int i = 0; i < 1_000; i++) {
                    metrics.outcome("OPENED", "");
                    metrics.paged(Duration.ofMillis(i));
                    if (i % 50 == 0) {
                        metrics.flush();
                    }
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        metrics.flush();

        assertThat(linesOf("Alerts")
                        .flatMap(line -> line.values().stream())
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(8_000);
        assertThat(linesOf("AlertToPage").flatMap(line -> line.values().stream()))
                .hasSize(8_000);
    }

    private Metrics metrics(String namespace, MetricLines lines) {
        return new Metrics(() -> namespace, lines, clock);
    }

    private List<EmfLine> lines() {
        return written.stream().map(EmfLine::read).toList();
    }

    private Stream<EmfLine> linesOf(String metric) {
        return lines().stream().filter(line -> line.metric().equals(metric));
    }

    private EmfLine onlyLine() {
        assertThat(written).hasSize(1);
        return lines().get(0);
    }
}
