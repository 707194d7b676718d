package io.middleware.paging.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import io.middleware.paging.harness.AwsCalls;
import io.middleware.paging.harness.EventSource.Pace;
import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;

/**
 * What the settings of the event source cost, as tables: {@code mvn test -Dtest=EventSourceTableTest
 * -Dstorm.concurrency=2,5,10,20,50 -Dstorm.alerts=2000}. The times are those of the storm's own clock.
 */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
@EnabledIfSystemProperty(
        named = "storm.concurrency",
        matches = "[0-9,]+",
        disabledReason = "prints tables: -Dstorm.concurrency=2,5,10,20,50")
class EventSourceTableTest extends StormProof {
    private static final int ALERTS = Integer.getInteger("storm.alerts", 2_000);
    private static final Duration AT_MOST = Duration.ofHours(6);

    /** How long a batch takes: as a rule, and while PagerDuty answers as late as it may. */
    private static final Duration QUICK = Duration.ofMillis(200);

    private static final Duration SLOW = Duration.ofSeconds(5);

    @Test
    void concurrency() {
        StringBuilder table = new StringBuilder(
                "| at most at a time | a batch takes | last page | ideal | last : ideal | longest wait of what is due |"
                        + " receives, mean | most | calls of DynamoDB for an alert |\n"
                        + "|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        for (Duration round : List.of(QUICK, SLOW)) {
            for (int concurrency : concurrencies()) {
                renew(new Pace(10, concurrency, round));
                storm.fire(ALERTS, "critical");
                storm.handleAll(AT_MOST);
                StormReport report = storm.report("", Storm.ideal(ALERTS, VirtualTimeCloud.RATE_PER_MINUTE));
                assertThat(report.incidents()).isEqualTo(ALERTS);
                table.append(row(concurrency, round, report));
            }
        }
        print(ALERTS + " alerts at once", table);
    }

    /** Half of the alerts still wait when the token dies; a fresh one is installed ten minutes later. */
    @Test
    void tokenDeath() {
        int alerts = Math.max(10, ALERTS / 4);
        StringBuilder table = new StringBuilder(
                "| at most at a time | a batch takes | last page after the reinstall | longest wait of what is due |"
                        + " receives, mean | most | calls with the dead token | calls of DynamoDB for an alert |\n"
                        + "|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        for (Duration round : List.of(QUICK, SLOW)) {
            for (int concurrency : concurrencies()) {
                renew(new Pace(10, concurrency, round));
                storm.fire(alerts, "critical");
                storm.pass(Duration.ofSeconds(alerts * 30L / VirtualTimeCloud.RATE_PER_MINUTE));
                Instant death = storm.now();
                cloud.pagerDuty().us().revoke(Sample.MANAGER_TOKEN);
                storm.pass(Duration.ofMinutes(10));
                Instant reinstall = storm.now();
                long refused = cloud.pagerDuty().requests().stream()
                        .filter(request -> !request.receivedAt().isBefore(death))
                        .filter(request -> request.carried(Sample.MANAGER_TOKEN))
                        .count();
                storm.mendToken();
                storm.handleAll(AT_MOST);
                StormReport report = storm.report("", Duration.ofSeconds(1));
                assertThat(report.incidents()).isEqualTo(alerts);
                Duration last = report.lastPage().minus(Duration.between(storm.start(), reinstall));
                table.append(String.format(
                        Locale.ROOT,
                        "| %d | %s | %.1f s | %.1f s | %.2f | %d | %d | %.1f |%n",
                        concurrency,
                        seconds(round),
                        last.toMillis() / 1e3,
                        storm.longestWait().toMillis() / 1e3,
                        report.meanReceives(),
                        report.mostReceives(),
                        refused,
                        AwsCalls.ofDynamo() / (double) alerts));
            }
        }
        print(alerts + " alerts, the token dead for ten minutes", table);
    }

    @Test
    void batchAndWindow() {
        int alerts = ALERTS / 2;
        StringBuilder table = new StringBuilder("| batch, window | a page that comes alone | last of " + alerts
                + " pages | invocations | resolves of those: calls of PagerDuty | last resolve |"
                + " a page that fires meanwhile |\n|---|---:|---:|---:|---:|---:|---:|\n");
        for (Pace pace : List.of(
                new Pace(10, Duration.ZERO, 10, QUICK),
                new Pace(10, Duration.ofSeconds(1), 10, QUICK),
                new Pace(50, Duration.ofSeconds(1), 10, QUICK),
                new Pace(100, Duration.ofSeconds(1), 10, QUICK))) {
            renew(pace);
            List<String> alone = storm.fire(1, "critical");
            storm.handleAll(AT_MOST);
            List<String> storming = storm.fire(alerts, "critical");
            storm.handleAll(AT_MOST);
            StormReport report = storm.report("", Storm.ideal(alerts, VirtualTimeCloud.RATE_PER_MINUTE));
            Instant resolved = storm.now();
            storm.resolve(storming);
            List<String> meanwhile = storm.fire(1, "critical");
            storm.handleAll(AT_MOST);
            long calls = cloud.pagerDuty().requests(Operation.UPDATE_INCIDENTS).size();
            Instant last = cloud.pagerDuty().requests(Operation.UPDATE_INCIDENTS).stream()
                    .map(request -> request.receivedAt())
                    .max(Instant::compareTo)
                    .orElseThrow();
            assertThat(cloud.pagerDuty().incidents().stream().filter(IncidentView::isOpen))
                    .hasSize(2);
            table.append(String.format(
                    Locale.ROOT,
                    "| %d, %s | %s | %.1f s | %d | %d | %.1f s | %s |%n",
                    pace.batchSize(),
                    seconds(pace.window()),
                    seconds(storm.latencies(alone).get(0)),
                    storm.latencies(storming).get(alerts - 1).toMillis() / 1e3,
                    report.invocations(),
                    calls,
                    Duration.between(resolved, last).toMillis() / 1e3,
                    seconds(storm.latencies(meanwhile).get(0))));
        }
        print(alerts + " alerts fire, and resolve", table);
    }

    /** Another storm, received at this pace. */
    private void renew(Pace pace) {
        storm.end();
        storm.begin();
        storm.pace(pace);
    }

    private static List<Integer> concurrencies() {
        return Stream.of(System.getProperty("storm.concurrency").split(","))
                .map(Integer::valueOf)
                .toList();
    }

    private String row(int concurrency, Duration round, StormReport report) {
        return String.format(
                Locale.ROOT,
                "| %d | %s | %.1f s | %.1f s | %.3f | %.1f s | %.2f | %d | %.1f |%n",
                concurrency,
                seconds(round),
                report.lastPage().toMillis() / 1e3,
                report.ideal().toMillis() / 1e3,
                report.ratio(),
                storm.longestWait().toMillis() / 1e3,
                report.meanReceives(),
                report.mostReceives(),
                AwsCalls.ofDynamo() / (double) ALERTS);
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }

    private static void print(String what, CharSequence table) {
        System.out.println("\n" + what + "\n\n" + table);
    }
}
