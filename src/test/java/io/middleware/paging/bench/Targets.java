package io.middleware.paging.bench;

import static io.middleware.paging.local.lambda.FunctionPackage.Form.JVM;
import static io.middleware.paging.local.lambda.FunctionPackage.Form.NATIVE;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.middleware.paging.bench.Target.Verdict;

/** What the native package is meant to reach, and whether its medians did. */
final class Targets {

    private static final double PAGER_DUTY_MILLIS = Measurements.SLOW_PAGER_DUTY.toMillis();

    /** The template's default, see AlertConfig. */
    private static final int CONCURRENCY = 16;

    private final Results results;
    private final List<Target> targets = new ArrayList<>();

    private Targets(Results results) {
        this.results = results;
    }

    static List<Target> of(Results results) {
        return new Targets(results).all();
    }

    private List<Target> all() {
        Optional<Double> next = median(Measure.NEXT);
        Optional<Double> onJvm = results.samples(JVM, Measure.NEXT).map(Samples::median);
        add(
                "exec → first `/next`: at most 1/20 of the JVM's",
                next.flatMap(own -> onJvm.map(other -> other / own)),
                ratio -> ratio >= 20,
                "1/%.1f");
        add("exec → first `/next`: at most 50 ms", next, value -> value <= 50, "%.1f ms");
        add("cold page over plain HTTP: at most 150 ms", median(Measure.COLD_PAGE), value -> value <= 150, "%.1f ms");
        add(
                "RSS after a cold page: at most 80 MiB",
                median(Measure.MEMORY_AFTER_PAGE),
                value -> value <= 80,
                "%.1f MiB");
        add(
                "batch of 10: at most 1.3 times its slowest call",
                median(Measure.BATCH_OF_10).map(value -> value / PAGER_DUTY_MILLIS),
                ratio -> ratio <= 1.3,
                "%.2f times");
        double waves = Math.ceil(100.0 / CONCURRENCY) * PAGER_DUTY_MILLIS;
        add(
                String.format(Locale.ROOT, "batch of 100, %d at a time: at most 1.2 times %.0f ms", CONCURRENCY, waves),
                median(Measure.BATCH_OF_100).map(value -> value / waves),
                ratio -> ratio <= 1.2,
                "%.2f times");
        calls("warm trigger: at most 3 DynamoDB calls", Handled.TRIGGER, WireCall.DYNAMO_DB, 3);
        calls("warm trigger: no Secrets Manager call", Handled.TRIGGER, WireCall.SECRETS_MANAGER, 0);
        calls("warm trigger: 1 PagerDuty call", Handled.TRIGGER, WireCall.PAGER_DUTY, 1);
        calls("repeat inside the window: no PagerDuty call", Handled.REPEAT, WireCall.PAGER_DUTY, 0);
        calls("resolve: 1 PagerDuty call", Handled.RESOLVE, WireCall.PAGER_DUTY, 1);
        add(
                "cold `status` without `verify`: at most 60 ms",
                median(Measure.COLD_STATUS),
                value -> value <= 60,
                "%.1f ms");
        calls("warm `explain` of an alert: at most 6 DynamoDB calls", Handled.EXPLAIN, WireCall.DYNAMO_DB, 6);
        add(
                "warm `explain` of an alert: at most 1.3 times the calls to PagerDuty that need each other",
                median(Measure.WARM_EXPLAIN)
                        .map(value -> value / (PAGER_DUTY_MILLIS * PeoplesMeasurements.CALLS_THAT_NEED_EACH_OTHER)),
                ratio -> ratio <= 1.3,
                "%.2f times");
        add(
                "function.zip: at most 30 MB",
                results.size(NATIVE).map(size -> size.zipped() / 1e6),
                value -> value <= 30,
                "%.1f MB");
        return targets;
    }

    private Optional<Double> median(Measure measure) {
        return results.samples(NATIVE, measure).map(Samples::median);
    }

    private void calls(String text, Handled handled, String service, int most) {
        List<List<WireCall>> rounds =
                results.calls(NATIVE, handled).isEmpty() ? results.calls(JVM, handled) : results.calls(NATIVE, handled);
        CallCount count = CallCount.of(rounds, service);
        targets.add(new Target(text, count.toString(), count.most() <= most ? Verdict.REACHED : Verdict.NOT_REACHED));
    }

    private interface Reached {
        boolean test(double value);
    }

    private void add(String text, Optional<Double> value, Reached reached, String format) {
        targets.add(new Target(
                text,
                value.map(number -> String.format(Locale.ROOT, format, number)).orElse("–"),
                value.map(number -> reached.test(number) ? Verdict.REACHED : Verdict.NOT_REACHED)
                        .orElse(Verdict.NOT_MEASURED)));
    }
}
