package io.middleware.paging.metrics;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;

import io.middleware.paging.metrics.EmbeddedMetricFormat.Metric;
import io.middleware.paging.metrics.EmbeddedMetricFormat.Unit;

/**
 * What CloudWatch is told about alerts and tokens. No workspace, rule or alert is a dimension: each value of one would be
 * a metric of its own, and cost as such.
 *
 * <p>Thread-safe, and nothing here throws: a metric that cannot be written is logged, and the alert goes its way.
 */
@ApplicationScoped
public class Metrics {
    private static final Logger LOG = Logger.getLogger(Metrics.class);
    private static final String OFF = "none";

    /** What may be the value of a dimension: a word of the code, never a text that somebody else wrote. */
    private static final Pattern WORD = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    private static final String NO_WORD = "OTHER";

    private final boolean wanted;
    private final EmbeddedMetricFormat format;
    private final MetricLines lines;
    private final Clock clock;
    private Counted counted = new Counted();

    public Metrics(MetricsConfig config, MetricLines lines, Clock clock) {
        this.wanted = !config.metricsNamespace().equals(OFF);
        this.format = new EmbeddedMetricFormat(config.metricsNamespace());
        this.lines = lines;
        this.clock = clock;
    }

    private record End(String outcome, String reason) {}

    /** What was counted since the last flush. */
    private static final class Counted {
        private final Map<End, Long> ends = new LinkedHashMap<>();
        private final Map<String, Long> needsAction = new LinkedHashMap<>();
        private final List<Long> millisecondsToPage = new ArrayList<>();
        private Optional<Duration> longestWait = Optional.empty();
    }

    /**
     * Counts how one try for one alert ended; an alert that waits is counted again with its next try. Written with the next
     * {@link #flush()}.
     *
     * @param outcome one of the ledger's, such as {@code WAITING}
     * @param reason one word for why, such as {@code RATE_LIMITED}; empty when the outcome says it all. Anything but a
     *     word in capitals is counted as {@code OTHER}, so that no text becomes a metric of its own
     */
    public synchronized void outcome(String outcome, String reason) {
        if (wanted) {
            counted.ends.merge(new End(word(outcome), reason.isEmpty() ? "" : word(reason)), 1L, Long::sum);
        }
    }

    /**
     * A page went out. Written with the next {@link #flush()}.
     *
     * @param alertToPage how long after the alert occurred; a negative one, since the producer's clock is ahead of ours,
     *     counts as none
     */
    public synchronized void paged(Duration alertToPage) {
        if (wanted) {
            counted.millisecondsToPage.add(Math.max(0, alertToPage.toMillis()));
        }
    }

    /**
     * An alert goes back to the queue. Of all of them the longest time is written with the next {@link #flush()}: SQS's own
     * age of the oldest message leaves out what was received three times or more (AWS, "Available CloudWatch metrics for
     * Amazon SQS"), which is just what waits for long.
     *
     * @param sinceSent how long after the queue first took it; a negative one counts as none
     */
    public synchronized void waits(Duration sinceSent) {
        if (wanted) {
            Duration time = sinceSent.isNegative() ? Duration.ZERO : sinceSent;
            counted.longestWait = Optional.of(counted.longestWait
                    .filter(longest -> longest.compareTo(time) >= 0)
                    .orElse(time));
        }
    }

    /**
     * Counts a try that ended waiting for what only a person can fix. Written with the next {@link #flush()}.
     *
     * @param reason one word for what that is, as for {@link #outcome}
     */
    public synchronized void needsAction(String reason) {
        if (wanted) {
            counted.needsAction.merge(word(reason), 1L, Long::sum);
        }
    }

    /**
     * Alerts of a rule begin to wait for what only a person can fix. Written at once: it is counted nowhere else, and what
     * is not flushed when a process ends is lost.
     *
     * @param workspace to be found in the log, as {@code rule}; no dimensions
     * @param reason one word for what that is, as for {@link #outcome}
     */
    public void firstNeedsAction(String workspace, String rule, String reason) {
        if (!wanted) {
            return;
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("reason", word(reason));
        fields.put("workspace", workspace);
        fields.put("rule", rule);
        write(() -> inAllAndByReason("FirstNeedsAction", 1, fields));
    }

    /**
     * A workspace's token died. Written at once: functions that never flush meet dead tokens too.
     *
     * @param workspace to be found in the log; no dimension
     * @param reason one word for why, as for {@link #outcome}
     */
    public void reauthRequired(String workspace, String reason) {
        if (!wanted) {
            return;
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("reason", word(reason));
        fields.put("workspace", workspace);
        write(() -> inAllAndByReason("ReauthRequired", 1, fields));
    }

    /**
     * PagerDuty accepts a workspace's token again, and nobody had to install one. Written at once, as its death.
     *
     * @param workspace to be found in the log; no dimension
     */
    public void reauthCleared(String workspace) {
        if (wanted) {
            write(() -> format.line(
                    clock.instant(),
                    new Metric("ReauthCleared", Unit.COUNT, List.of(1L)),
                    List.of(List.of()),
                    Map.of("workspace", workspace)));
        }
    }

    /** Writes what was counted, and starts anew. Writes nothing if nothing was. */
    public void flush() {
        Counted done = takeCounted();
        done.ends.forEach((end, count) -> write(() -> line(end, count)));
        done.needsAction.forEach(
                (reason, count) -> write(() -> inAllAndByReason("NeedsAction", count, Map.of("reason", reason))));
        done.longestWait.ifPresent(time ->
                write(() -> inAll(new Metric("WaitingTime", Unit.SECONDS, List.of(time.toSeconds())))));
        List<Long> times = done.millisecondsToPage;
        for (int from = 0; from < times.size(); from += EmbeddedMetricFormat.MAX_VALUES) {
            List<Long> some = times.subList(from, Math.min(from + EmbeddedMetricFormat.MAX_VALUES, times.size()));
            write(() -> inAll(new Metric("AlertToPage", Unit.MILLISECONDS, some)));
        }
    }

    private synchronized Counted takeCounted() {
        Counted taken = counted;
        counted = new Counted();
        return taken;
    }

    private String line(End end, long count) {
        Metric alerts = new Metric("Alerts", Unit.COUNT, List.of(count));
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("outcome", end.outcome());
        if (end.reason().isEmpty()) {
            return format.line(clock.instant(), alerts, List.of(List.of("outcome")), fields);
        }
        fields.put("reason", end.reason());
        return format.line(clock.instant(), alerts, List.of(List.of("outcome"), List.of("outcome", "reason")), fields);
    }

    private String inAll(Metric metric) {
        return format.line(clock.instant(), metric, List.of(List.of()), Map.of());
    }

    /** @param fields the {@code reason}, and whatever else is to be found in the log */
    private String inAllAndByReason(String name, long count, Map<String, String> fields) {
        return format.line(
                clock.instant(),
                new Metric(name, Unit.COUNT, List.of(count)),
                List.of(List.of(), List.of("reason")),
                fields);
    }

    private void write(Supplier<String> line) {
        try {
            lines.write(line.get());
        } catch (RuntimeException failure) {
            LOG.warnf("A metric was not written: %s", failure.getMessage());
        }
    }

    private static String word(String text) {
        return WORD.matcher(text).matches() ? text : NO_WORD;
    }
}
