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
 * <p>System property {@code bench.as=lambda}: see {@link LambdaBench}. System property {@code bench.runs}: rounds of each
 * measurement, default 20, as on Lambda 10. Ends with status 0 whatever the numbers
 * are, and with 1 if something could not be measured. The numbers are worth something only on an idle machine.
 */
public final class BenchMain {

    private static final String LAMBDA = "lambda";
    private static final Path TARGET = Path.of("target");
    private static final Path DIRECTORY = TARGET.resolve("bench");
    private static final int RUNS = 20;
    private static final int RUNS_AS_LAMBDA = 10;

    private BenchMain() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
        QuietEngines.apply();
        PrintStream out = System.out;
        out.println();
        out.println("Benchmark of the packaged functions");
        out.println();
        String as = System.getProperty("bench.as", "");
        if (!as.isEmpty() && !as.equals(LAMBDA)) {
            System.err.println("bench.as is \"" + as + "\": leave it out, or set it to " + LAMBDA);
            System.exit(1);
        }
        try {
            if (as.equals(LAMBDA)) {
                int runs = Integer.getInteger("bench.runs", RUNS_AS_LAMBDA);
                String command = command("mvn -Pbench -Dbench.as=lambda", runs, RUNS_AS_LAMBDA);
                new LambdaBench(out, runs, command).run(TARGET, DIRECTORY);
            } else {
                run(out, Integer.getInteger("bench.runs", RUNS));
            }
        } catch (IllegalStateException e) {
            System.err.println("The benchmark cannot go on. " + e.getMessage());
            QuietEngines.silence();
            System.exit(1);
        }
        QuietEngines.silence();
        System.exit(0);
    }

    private static String command(String command, int runs, int usual) {
        return runs == usual ? command : command + " -Dbench.runs=" + runs;
    }

    private static void run(PrintStream out, int runs) throws InterruptedException, IOException {
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
            results = new Measurements(stage, runs, new Progress(out)).measure();
        }
        String command = command("mvn -Pbench", runs, RUNS);
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
