package io.middleware.paging.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

class LambdaReportTest {

    private static final Stage.Distance DISTANCE =
            new Stage.Distance(Duration.ofMillis(2), Duration.ofMillis(40), List.of(256));

    /** Each is answered in 1 ms. */
    private static final List<WireCall> CALLS = Stream.of(
                    WireCall.DYNAMO_DB, WireCall.DYNAMO_DB, WireCall.PAGER_DUTY, WireCall.DYNAMO_DB)
            .map(service -> new WireCall(service, "call", Instant.EPOCH, Instant.EPOCH.plusMillis(1)))
            .toList();

    private final LambdaResults results = new LambdaResults();

    @Test
    void warmPageIsHeldAgainstItsRoundTrips() {
        measured("native", 100, 60);

        assertThat(report())
                .contains("| native |        3 |               0 |   0 |         1 |               46.0 |")
                .contains("at most 1.3 times its round trips | 1.20 times |      reached |");
    }

    @Test
    void coldPageIsHeldAgainstThatOfNode() {
        measured("native", 100, 60);
        measured(Runner.NODE, 200, 50);

        assertThat(report()).contains("0.50 times | reached |");
    }

    @Test
    void whatWasNotMeasuredIsSaid() {
        measured("native", 100, 60);

        assertThat(report())
                .contains("Node.js: not measured, since npm is missing.")
                .contains("– | not measured |");
    }

    @Test
    void costIsThatOfBilledMilliseconds() {
        // 100 ms of a quarter of a GB, a million times, are 25,000 GB-seconds.
        assertThat(LambdaPrice.ofAMillion(99.2, 256)).isCloseTo(25_000 * 0.0000166667 + 0.20, within(1e-9));
    }

    private String report() {
        return LambdaReport.of(
                results, DISTANCE, List.of("Node.js: not measured, since npm is missing."), Map.of("cores", "2"));
    }

    private void measured(String name, double coldMillis, double warmMillis) {
        Runner runner = new Runner(name, 256, () -> {
            throw new IllegalStateException("nothing is started here");
        });
        for (LambdaMeasure measure : LambdaMeasure.values()) {
            switch (measure) {
                case WARM_DONE -> results.add(runner, measure, warmMillis);
                case WARM_ROUND_TRIPS -> results.add(runner, measure, DISTANCE.waited(CALLS));
                default -> results.add(runner, measure, coldMillis);
            }
        }
        results.addWarmCalls(runner, CALLS);
    }
}
