package io.middleware.paging.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.middleware.paging.local.QuietEngines;
import io.middleware.paging.local.lambda.FunctionPackage.Form;

/**
 * {@code mvn -Pbench}: measures the packages in {@code target/} and writes {@code target/bench/results.md} and {@code
 * results.json}. The JVM package is built by that command; for the native one beside it, build it first:
 *
 * <pre>
 * mvn package -Dnative -DskipTests &amp;&amp; mvn -Pbench
 * </pre>
 *
 * <p>System property {@code bench.runs}: rounds of each measurement, default 20. Ends with status 0 whatever the numbers
 * are, and with 1 if something could not be measured. The numbers are worth something only on an idle machine.
 */
public final class BenchMain {

    private static final Path TARGET = Path.of("target");
    private static final Path DIRECTORY = TARGET.resolve("bench");
    private static final int RUNS = Integer.getInteger("bench.runs", 20);

    private BenchMain() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
        QuietEngines.apply();
        PrintStream out = System.out;
        out.println();
        out.println("Benchmark of the packaged functions");
        out.println();
        try {
            run(out);
        } catch (IllegalStateException e) {
            System.err.println("The benchmark cannot go on. " + e.getMessage());
            QuietEngines.silence();
            System.exit(1);
        }
        QuietEngines.silence();
        System.exit(0);
    }

    private static void run(PrintStream out) throws InterruptedException, IOException {
        Results results;
        Map<String, String> facts;
        List<String> notes;
        try (Stage stage = Stage.open(TARGET, DIRECTORY)) {
            facts = Machine.describe(stage);
            notes = stage.contenders().stream()
                    .flatMap(contender -> Machine.staleness(contender.functionPackage()).stream())
                    .toList();
            stage.contenders()
                    .forEach(contender -> out.println("  " + Contender.name(contender.form()) + ": "
                            + contender.functionPackage().artifact()));
            if (stage.contenders().stream().noneMatch(contender -> contender.form() == Form.NATIVE)) {
                out.println("  native: not built, not measured (mvn package -Dnative -DskipTests)");
            }
            out.println();
            results = new Measurements(stage, RUNS, new Progress(out)).measure();
        }
        String command = "mvn -Pbench" + (RUNS == 20 ? "" : " -Dbench.runs=" + RUNS);
        String report = Report.of(results, facts, notes, command);
        Files.writeString(DIRECTORY.resolve("results.md"), report);
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(DIRECTORY.resolve("results.json").toFile(), JsonReport.of(results, facts, notes, command));
        out.println();
        out.println(report);
        out.println("Written to " + DIRECTORY.resolve("results.md") + " and " + DIRECTORY.resolve("results.json"));
    }
}
