package io.middleware.paging.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import io.middleware.paging.bench.ColdPage.Step;
import io.middleware.paging.local.lambda.FunctionPackage.Form;

/** The results as Markdown that can also be read as it is. */
final class Report {

    static final List<String> SERVICES =
            List.of(WireCall.DYNAMO_DB, WireCall.SECRETS_MANAGER, WireCall.SQS, WireCall.PAGER_DUTY);

    private final Results results;
    private final List<Form> forms;
    private final StringBuilder text = new StringBuilder();

    private Report(Results results) {
        this.results = results;
        this.forms = Stream.of(Form.NATIVE, Form.JVM).filter(results::has).toList();
    }

    /** @param facts see {@link Machine} */
    static String of(Results results, Map<String, String> facts, List<String> notes, String command) {
        Report report = new Report(results);
        report.times(command, notes);
        report.calls();
        report.steps();
        report.methods();
        report.targets(Targets.of(results));
        report.line("");
        facts.forEach((name, value) -> report.line("- " + name + ": " + value));
        return report.text.toString();
    }

    private void times(String command, List<String> notes) {
        line("Measured by `" + command + "`"
                + (forms.contains(Form.NATIVE)
                        ? ". "
                        : "; there is no native binary in" + " `target/`, so the JVM package alone. ")
                + "Engines and PagerDuty are on the same machine, over"
                + " plain HTTP; their time is in the numbers.");
        notes.forEach(note -> line("Note: " + note + "."));
        line("");
        Rows rows = new Rows();
        List<String> head = new ArrayList<>(List.of(""));
        forms.forEach(form -> head.addAll(List.of(Contender.name(form) + ", median", "p95")));
        head.add("runs");
        if (forms.size() == 2) {
            head.add("native : JVM");
        }
        rows.head(head);
        for (Measure measure : Measure.values()) {
            rows.add(row(measure));
        }
        rows.add(sizeRow("`function.zip`, MB", PackageSize::zipped));
        rows.add(sizeRow("unzipped, MB", PackageSize::unzipped));
        line(rows.toString());
    }

    private List<String> row(Measure measure) {
        List<String> cells = new ArrayList<>(List.of(measure.label + ", " + measure.unit));
        int runs = 0;
        for (Form form : forms) {
            Optional<Samples> samples = results.samples(form, measure);
            cells.add(samples.map(found -> number(found.median())).orElse("–"));
            cells.add(samples.filter(found -> found.values().size() > 1)
                    .map(found -> number(found.p95()))
                    .orElse(""));
            runs = Math.max(runs, samples.map(found -> found.values().size()).orElse(0));
        }
        cells.add(Integer.toString(runs));
        return withRatio(
                cells,
                results.samples(Form.NATIVE, measure).map(Samples::median),
                results.samples(Form.JVM, measure).map(Samples::median));
    }

    private interface Bytes {
        long of(PackageSize size);
    }

    private List<String> sizeRow(String label, Bytes bytes) {
        List<String> cells = new ArrayList<>(List.of(label));
        for (Form form : forms) {
            cells.add(
                    results.size(form).map(size -> number(bytes.of(size) / 1e6)).orElse("–"));
            cells.add("");
        }
        cells.add("");
        return withRatio(
                cells,
                results.size(Form.NATIVE).map(size -> (double) bytes.of(size)),
                results.size(Form.JVM).map(size -> (double) bytes.of(size)));
    }

    private List<String> withRatio(List<String> cells, Optional<Double> ofNative, Optional<Double> ofJvm) {
        if (forms.size() == 2) {
            cells.add(ofNative.flatMap(own -> ofJvm.map(other -> ratio(own, other)))
                    .orElse(""));
        }
        return cells;
    }

    private static String ratio(double ofNative, double ofJvm) {
        return ofNative <= ofJvm
                ? String.format(Locale.ROOT, "1 : %.1f", ofJvm / ofNative)
                : String.format(Locale.ROOT, "%.1f : 1", ofNative / ofJvm);
    }

    private void calls() {
        line("");
        line("Calls for one alert, counted on the wire:");
        line("");
        Rows rows = new Rows();
        List<String> head = new ArrayList<>(List.of("", "package"));
        head.addAll(SERVICES);
        rows.head(head);
        for (Handled handled : Handled.values()) {
            for (Form form : forms) {
                List<String> cells = new ArrayList<>(List.of(handled.label, Contender.name(form)));
                SERVICES.forEach(service -> cells.add(
                        CallCount.of(results.calls(form, handled), service).toString()));
                rows.add(cells);
            }
        }
        line(rows.toString());
    }

    private void steps() {
        line("");
        line(
                "A cold page step by step, medians in ms: how long the function worked until the step, and how long it then"
                        + " waited for the answer (through the counting proxy, which takes a little more):");
        line("");
        Rows rows = new Rows();
        List<String> head = new ArrayList<>(List.of(""));
        forms.forEach(form -> head.addAll(List.of(Contender.name(form) + ", own", "waited")));
        rows.head(head);
        Map<Form, List<Step>> steps = new EnumMap<>(Form.class);
        forms.forEach(form -> steps.put(form, medians(results.coldPages(form))));
        List<Step> first = steps.get(forms.get(0));
        for (int i = 0; i < first.size(); i++) {
            List<String> cells = new ArrayList<>(List.of(first.get(i).name()));
            for (Form form : forms) {
                // Both run the same code; if they ever differ in their calls, the table must not mix them up.
                boolean same = i < steps.get(form).size()
                        && steps.get(form).get(i).name().equals(first.get(i).name());
                cells.add(same ? number(steps.get(form).get(i).own()) : "–");
                cells.add(
                        same && steps.get(form).get(i).waited() > 0
                                ? number(steps.get(form).get(i).waited())
                                : "");
            }
            rows.add(cells);
        }
        line(rows.toString());
    }

    /** Of the pages that took the same steps as the first one. */
    static List<Step> medians(List<ColdPage> pages) {
        List<List<Step>> all = pages.stream().map(ColdPage::steps).toList();
        List<String> names = names(all.get(0));
        List<List<Step>> alike =
                all.stream().filter(steps -> names(steps).equals(names)).toList();
        List<Step> medians = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Samples own = new Samples();
            Samples waited = new Samples();
            for (List<Step> steps : alike) {
                own.add(steps.get(i).own());
                waited.add(steps.get(i).waited());
            }
            medians.add(new Step(names.get(i), own.median(), waited.median()));
        }
        return medians;
    }

    private static List<String> names(List<Step> steps) {
        return steps.stream().map(Step::name).toList();
    }

    private void methods() {
        line("");
        line("Single methods on the JVM, measured by JMH, in µs:");
        line("");
        Rows rows = new Rows();
        rows.head(List.of("", "median", "p95"));
        results.methods()
                .forEach(method ->
                        rows.add(List.of("`" + method.method() + "`", number(method.median()), number(method.p95()))));
        line(rows.toString());
    }

    private void targets(List<Target> targets) {
        line("");
        line("Targets, held against the native medians; for information:");
        line("");
        Rows rows = new Rows();
        rows.head(List.of("target", "measured", ""));
        targets.forEach(target -> rows.add(List.of(target.text(), target.value(), target.verdict().label)));
        line(rows.toString());
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 1_000 ? "%.1f" : "%,.0f", value);
    }
}
