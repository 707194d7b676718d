package io.middleware.paging.local.template;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.harness.MutableClock;
import io.middleware.paging.metrics.EmfLine;
import io.middleware.paging.metrics.Metrics;

/** What the functions write, to hold alarms and dashboard to. */
final class WrittenMetrics {
    static final String NAMESPACE = "PagerDutyIntegration";
    static final String SOME_REASON = "REASON";

    private static final MutableClock CLOCK = new MutableClock(Instant.parse("2026-11-23T03:00:00Z"));

    private WrittenMetrics() {}

    /** Each metric with each set of its dimensions, such as {@code Alerts {outcome=OPENED}}. */
    static Set<String> withDimensions() {
        return lines().flatMap(line -> line.dimensionSets().stream()
                        .map(names -> line.metric() + " "
                                + names.stream()
                                        .map(name -> name + "=" + line.field(name))
                                        .collect(Collectors.joining(", ", "{", "}"))))
                .collect(Collectors.toSet());
    }

    /** Each metric with the names of each set of its dimensions, such as {@code Alerts [outcome]}. */
    static Set<String> withNamesOfDimensions() {
        return lines().flatMap(line -> line.dimensionSets().stream().map(names -> line.metric() + " " + names))
                .collect(Collectors.toSet());
    }

    private static Stream<EmfLine> lines() {
        List<String> lines = new ArrayList<>();
        Metrics metrics = new Metrics(() -> NAMESPACE, lines::add, CLOCK);
        Stream.of(Outcome.values()).forEach(outcome -> metrics.outcome(outcome.name(), SOME_REASON));
        metrics.paged(Duration.ofSeconds(1));
        metrics.waits(Duration.ofSeconds(1));
        metrics.needsAction(SOME_REASON);
        metrics.firstNeedsAction("acme", "cpu-high", SOME_REASON);
        metrics.reauthRequired("acme", SOME_REASON);
        metrics.reauthCleared("acme");
        metrics.flush();
        return lines.stream().map(EmfLine::read);
    }
}
