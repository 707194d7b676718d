package io.middleware.paging.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.middleware.paging.local.lambda.FunctionPackage.Form;

/** The results for programs, every single value among them. */
final class JsonReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Results results;
    private final List<Form> forms;

    private JsonReport(Results results) {
        this.results = results;
        this.forms = Stream.of(Form.NATIVE, Form.JVM).filter(results::has).toList();
    }

    /** @param facts see {@link Machine} */
    static ObjectNode of(Results results, Map<String, String> facts, List<String> notes, String command) {
        JsonReport report = new JsonReport(results);
        ObjectNode root = JSON.createObjectNode();
        root.put("command", command);
        root.set("machine", JSON.valueToTree(facts));
        root.set("notes", JSON.valueToTree(notes));
        report.measures(root.putObject("measures"));
        report.calls(root.putObject("calls"));
        report.steps(root.putObject("coldPageSteps"));
        results.methods()
                .forEach(method -> root.withObject("/methods")
                        .putObject(method.method())
                        .put("unit", "µs")
                        .put("median", method.median())
                        .put("p95", method.p95()));
        report.sizes(root.putObject("packageBytes"));
        Targets.of(results)
                .forEach(target -> root.withArray("targets")
                        .addObject()
                        .put("target", target.text())
                        .put("measured", target.value())
                        .put("verdict", target.verdict().name()));
        return root;
    }

    private void measures(ObjectNode node) {
        for (Measure measure : Measure.values()) {
            ObjectNode one = node.putObject(name(measure));
            one.put("label", measure.label).put("unit", measure.unit);
            for (Form form : forms) {
                results.samples(form, measure).ifPresent(samples -> {
                    ObjectNode values = one.putObject(name(form));
                    values.put("median", samples.median()).put("p95", samples.p95());
                    samples.values().forEach(values.putArray("values")::add);
                });
            }
        }
    }

    private void calls(ObjectNode node) {
        for (Handled handled : Handled.values()) {
            ObjectNode one = node.putObject(name(handled));
            for (Form form : forms) {
                ObjectNode counts = one.putObject(name(form));
                List<List<WireCall>> rounds = results.calls(form, handled);
                Report.SERVICES.forEach(service ->
                        counts.put(service, CallCount.of(rounds, service).average()));
                rounds.get(rounds.size() - 1)
                        .forEach(call -> counts.withArray("lastRound").add(call.name()));
            }
        }
    }

    private void steps(ObjectNode node) {
        for (Form form : forms) {
            Report.medians(results.coldPages(form))
                    .forEach(step -> node.withArray(name(form))
                            .addObject()
                            .put("step", step.name())
                            .put("ownMillis", step.own())
                            .put("waitedMillis", step.waited()));
        }
    }

    private void sizes(ObjectNode node) {
        forms.forEach(form -> results.size(form)
                .ifPresent(size ->
                        node.putObject(name(form)).put("zipped", size.zipped()).put("unzipped", size.unzipped())));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
