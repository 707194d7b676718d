package io.middleware.paging.local.template;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An alarm of the template on a series of points, looked at once a minute as CloudWatch does: when does it begin to ring?
 * Only then its topic is told; while it rings nobody is told anything. Source: CloudWatch User Guide, "Alarm evaluation" and
 * "Configuring how CloudWatch alarms treat missing data". For sums above a threshold without dimensions, and missing data
 * that is no breach.
 */
public final class AlarmReplay {
    private final Duration period;
    private final int periods;
    private final int breaches;
    private final double threshold;

    /** What a metric counted at a moment. */
    public record Point(Instant at, long value) {}

    /** @throws TemplateException if the template has no such alarm */
    public AlarmReplay(String logicalId) {
        Map<String, Object> alarm =
                SamTemplate.read(Path.of("template.yaml"), "paging", Map.of()).properties(logicalId, ByName.REFERENCES);
        require(alarm, "Statistic", "Sum");
        require(alarm, "ComparisonOperator", "GreaterThanThreshold");
        require(alarm, "TreatMissingData", "notBreaching");
        this.period = Duration.ofSeconds(Long.parseLong(alarm.get("Period").toString()));
        this.periods = Integer.parseInt(alarm.get("EvaluationPeriods").toString());
        this.breaches = Integer.parseInt(alarm.get("DatapointsToAlarm").toString());
        this.threshold = Double.parseDouble(alarm.get("Threshold").toString());
    }

    private static void require(Map<String, Object> alarm, String property, String value) {
        if (!value.equals(alarm.get(property))) {
            throw new TemplateException(property + " " + alarm.get(property) + " is not understood here");
        }
    }

    /**
     * The moments at which it begins to ring.
     *
     * @param lag how late the points come: out of a log it may be minutes
     * @param more periods that CloudWatch looks at before those of the alarm; it does not say how many
     */
    public List<Instant> rings(List<Point> points, Duration lag, int more) {
        List<Instant> rings = new ArrayList<>();
        if (points.isEmpty()) {
            return rings;
        }
        Instant first = points.stream().map(Point::at).min(Instant::compareTo).orElseThrow();
        Instant end = points.stream()
                .map(Point::at)
                .max(Instant::compareTo)
                .orElseThrow()
                .plus(lag);
        boolean ringing = false;
        for (Instant now = first.truncatedTo(ChronoUnit.MINUTES); !now.isAfter(end.plus(period.multipliedBy(2))); ) {
            now = now.plus(1, ChronoUnit.MINUTES);
            boolean rang = ringing;
            ringing = breached(points, now, lag, more) >= breaches;
            if (ringing && !rang) {
                rings.add(now);
            }
        }
        return rings;
    }

    private long breached(List<Point> points, Instant now, Duration lag, int more) {
        Instant until = now;
        Instant from = until.minus(period.multipliedBy(periods + more));
        Map<Long, Long> sums = new TreeMap<>();
        points.stream()
                .filter(point -> !point.at().plus(lag).isAfter(now))
                .filter(point -> !point.at().isBefore(from) && point.at().isBefore(until))
                .forEach(point ->
                        sums.merge(point.at().getEpochSecond() / period.toSeconds(), point.value(), Long::sum));
        return sums.values().stream().filter(sum -> sum > threshold).count();
    }
}
