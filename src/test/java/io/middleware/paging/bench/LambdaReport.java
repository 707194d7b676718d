package io.middleware.paging.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.middleware.paging.bench.Target.Verdict;
import io.middleware.paging.local.lambda.FunctionPackage.Form;

/** The results as on Lambda, for people and for programs. */
final class LambdaReport {

    /** How much longer than its round trips a warm page may take. */
    private static final double WARM_LIMIT = 1.3;

    private final LambdaResults results;
    private final Stage.Distance distance;
    private final StringBuilder text = new StringBuilder();

    private LambdaReport(LambdaResults results, Stage.Distance distance) {
        this.results = results;
        this.distance = distance;
    }

    /**
     * @param conditions a sentence each
     * @param facts see {@link Machine}
     */
    static String of(
            LambdaResults results, Stage.Distance distance, List<String> conditions, Map<String, String> facts) {
        LambdaReport report = new LambdaReport(results, distance);
        conditions.forEach(report::line);
        report.line("");
        report.line(report.times().toString());
        report.line("");
        report.line("Calls of a warm page, on the wire:");
        report.line("");
        report.line(report.calls().toString());
        report.line("");
        report.line("How it stands to the targets, medians:");
        report.line("");
        Rows rows = new Rows();
        rows.head(List.of("target", "measured", ""));
        report.targets().forEach(target -> rows.add(List.of(target.text(), target.value(), target.verdict().label)));
        report.line(rows.toString());
        report.line("");
        facts.forEach((name, value) -> report.line("- " + name + ": " + value));
        return report.text.toString();
    }

    /** Every single value among them. */
    static ObjectNode json(LambdaResults results, List<String> conditions, Map<String, String> facts) {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode();
        root.set("conditions", json.valueToTree(conditions));
        root.set("machine", json.valueToTree(facts));
        for (Runner runner : results.runners()) {
            ObjectNode one = root.withArray("runners")
                    .addObject()
                    .put("name", runner.name())
                    .put("memory", runner.memoryMegabytes());
            for (LambdaMeasure measure : LambdaMeasure.values()) {
                one.set(
                        measure.name().toLowerCase(Locale.ROOT),
                        json.valueToTree(results.samples(runner, measure).values()));
            }
        }
        return root;
    }

    private Rows times() {
        Rows rows = new Rows();
        rows.head(List.of(
                "ms, medians",
                "init",
                "first page after it",
                "its CPU",
                "**cold page**",
                "p95",
                "**warm page**",
                "done",
                "its round trips",
                "its CPU",
                "RSS, MiB",
                "USD per million warm",
                "cold"));
        for (Runner runner : results.runners()) {
            double init = results.median(runner, LambdaMeasure.INIT);
            double first = results.median(runner, LambdaMeasure.FIRST_DONE);
            double done = results.median(runner, LambdaMeasure.WARM_DONE);
            rows.add(List.of(
                    runner.label(),
                    number(init),
                    median(runner, LambdaMeasure.FIRST_PAGE),
                    median(runner, LambdaMeasure.FIRST_CPU),
                    median(runner, LambdaMeasure.COLD_PAGE),
                    number(results.samples(runner, LambdaMeasure.COLD_PAGE).p95()),
                    median(runner, LambdaMeasure.WARM_PAGE),
                    number(done),
                    median(runner, LambdaMeasure.WARM_ROUND_TRIPS),
                    median(runner, LambdaMeasure.WARM_CPU),
                    median(runner, LambdaMeasure.MEMORY),
                    dollars(LambdaPrice.ofAMillion(done, runner.memoryMegabytes())),
                    dollars(LambdaPrice.ofAMillion(init + first, runner.memoryMegabytes()))));
        }
        return rows;
    }

    private Rows calls() {
        Rows rows = new Rows();
        List<String> head = new ArrayList<>(List.of(""));
        head.addAll(Report.SERVICES);
        head.add("distance alone, ms");
        rows.head(head);
        for (String name : names()) {
            List<String> cells = new ArrayList<>(List.of(name));
            Report.SERVICES.forEach(service -> cells.add(
                    results.warmCalls(name, service).map(CallCount::toString).orElse("–")));
            cells.add(roundTrips(name).map(LambdaReport::number).orElse("–"));
            rows.add(cells);
        }
        return rows;
    }

    private List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        String own = Contender.name(Form.NATIVE);
        for (int memory : distance.memorySizes()) {
            Optional<Double> ours = median(own, memory, LambdaMeasure.COLD_PAGE);
            Optional<Double> theirs = median(Runner.NODE, memory, LambdaMeasure.COLD_PAGE);
            targets.add(target(
                    String.format(Locale.ROOT, "native cold page at %,d MB: sooner than Node.js", memory),
                    ours.flatMap(mine -> theirs.map(other -> mine / other)),
                    1,
                    "%.2f times"));
        }
        for (int memory : distance.memorySizes()) {
            Optional<Double> done = median(own, memory, LambdaMeasure.WARM_DONE);
            targets.add(target(
                    String.format(
                            Locale.ROOT,
                            "native warm page at %,d MB, done: at most %.1f times its round trips",
                            memory,
                            WARM_LIMIT),
                    done.flatMap(mine ->
                            median(own, memory, LambdaMeasure.WARM_ROUND_TRIPS).map(trips -> mine / trips)),
                    WARM_LIMIT,
                    "%.2f times"));
        }
        return targets;
    }

    private static Target target(String text, Optional<Double> ratio, double most, String format) {
        return new Target(
                text,
                ratio.map(value -> String.format(Locale.ROOT, format, value)).orElse("–"),
                ratio.map(value -> value <= most ? Verdict.REACHED : Verdict.NOT_REACHED)
                        .orElse(Verdict.NOT_MEASURED));
    }

    private Optional<Double> median(String name, int memory, LambdaMeasure measure) {
        return results.runner(name, memory).map(runner -> results.median(runner, measure));
    }

    /** All calls of a warm page need the one before. */
    private Optional<Double> roundTrips(String name) {
        return results.warmCalls(name, WireCall.PAGER_DUTY)
                .map(any -> Report.SERVICES.stream()
                        .mapToDouble(service -> results.warmCalls(name, service)
                                        .map(CallCount::average)
                                        .orElse(0.0)
                                * distance.roundTrip(service).toNanos()
                                / 1e6)
                        .sum());
    }

    private List<String> names() {
        return results.runners().stream().map(Runner::name).distinct().toList();
    }

    private String median(Runner runner, LambdaMeasure measure) {
        return number(results.median(runner, measure));
    }

    private static String number(double value) {
        return Report.number(value);
    }

    private static String dollars(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
