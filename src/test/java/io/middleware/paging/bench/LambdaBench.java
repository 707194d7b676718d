package io.middleware.paging.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.middleware.paging.bench.NodeFunction.UnavailableException;
import io.middleware.paging.local.lambda.FunctionPackage;
import io.middleware.paging.local.lambda.FunctionPackage.Form;
import io.middleware.paging.local.lambda.Program;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.tls.PrivateCa;

/**
 * {@code mvn -Pbench -Dbench.as=lambda}: the packages as Lambda would run them, at several memory sizes, beside what people
 * would write instead. Every peer speaks TLS and is as far away as it is from Lambda, and after init the process has the share of
 * a CPU that goes with its memory.
 */
final class LambdaBench {

    /** The round trip to AWS is that inside of a region; the one to PagerDuty is a guess that nobody gave us. */
    private static final Stage.Distance DISTANCE =
            new Stage.Distance(Duration.ofMillis(2), Duration.ofMillis(40), List.of(256, 512, 1024, 1769));

    private final PrintStream out;
    private final int runs;
    private final String command;

    LambdaBench(PrintStream out, int runs, String command) {
        this.out = out;
        this.runs = runs;
        this.command = command;
    }

    /** Writes {@code lambda.md} and {@code lambda.json} to {@code directory}. */
    void run(Path target, Path directory) throws InterruptedException, IOException {
        List<String> conditions =
                new ArrayList<>(List.of("Measured by `" + command + "`: " + runs + " cold pages each."));
        String report;
        try (CpuShare share = CpuShare.find();
                Stage stage = Stage.openAsLambda(target, directory, DISTANCE)) {
            Map<String, String> facts = Machine.describe(stage);
            List<Runner> runners = new ArrayList<>();
            stage.contenders().forEach(contender -> runners.add(runner(contender, stage)));
            if (stage.contenders().stream().noneMatch(contender -> contender.form() == Form.NATIVE)) {
                conditions.add("Native: not built, so not measured (`mvn package -Dnative -DskipTests`).");
            }
            try {
                NodeFunction node = NodeFunction.install(directory);
                facts.put("node", node.version());
                stage.contenders().stream()
                        .filter(contender -> contender.form() == Form.JVM)
                        .forEach(contender -> runners.add(runner(node, contender, stage)));
            } catch (UnavailableException e) {
                conditions.add("Node.js: not measured, since " + e.getMessage() + ".");
            }
            conditions.add(
                    share.obstacle().isEmpty()
                            ? "CPU after init: memory / 1,769 MB of one, by a control group with a period of "
                                    + CpuShare.PERIOD_MICROS / 1_000 + " ms."
                            : "CPU after init: **not limited**, since " + share.obstacle() + ".");
            stage.contenders().stream()
                    .map(Contender::functionPackage)
                    .distinct()
                    .flatMap(measured -> Machine.staleness(measured).stream())
                    .forEach(note -> conditions.add("Note: " + note + "."));
            conditions.forEach(condition -> out.println("  " + condition));
            out.println();
            LambdaResults results =
                    new LambdaMeasurements(stage, DISTANCE, share, runners, runs, new Progress(out)).measure();
            report = LambdaReport.of(results, DISTANCE, conditions, facts);
            new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(
                            directory.resolve("lambda.json").toFile(), LambdaReport.json(results, conditions, facts));
        }
        Files.writeString(directory.resolve("lambda.md"), report);
        out.println();
        out.println(report);
        out.println("Written to " + directory.resolve("lambda.md") + " and " + directory.resolve("lambda.json"));
    }

    private static Runner runner(Contender contender, Stage stage) {
        FunctionPackage measured = contender.functionPackage();
        int memory = contender.function("notify").memoryMegabytes();
        Program program = measured.form() == Form.NATIVE ? new Trusting(measured, stage.ca()) : measured;
        Map<String, String> environment = measured.form() == Form.NATIVE
                ? Map.of()
                : Map.of(
                        "JAVA_TOOL_OPTIONS",
                        "-Djavax.net.ssl.trustStore=" + stage.trustStoreBesideThePublicOnes()
                                + " -Djavax.net.ssl.trustStorePassword=changeit");
        return new Runner(
                Contender.name(measured.form()),
                memory,
                () -> stage.startCounted(contender, "notify", program, environment));
    }

    /**
     * The native binary, told of the certificate on its command line. It has the public ones in its image, read while it was built;
     * a store of all of them would cost it what it never pays on Lambda, and so this one holds the one alone.
     */
    private record Trusting(FunctionPackage binary, PrivateCa ca) implements Program {

        @Override
        public Path taskRoot() {
            return binary.taskRoot();
        }

        @Override
        public List<String> command(int memoryMegabytes) {
            List<String> command = new ArrayList<>(binary.command(memoryMegabytes));
            command.add("-Djavax.net.ssl.trustStore=" + ca.trustStore());
            command.add("-Djavax.net.ssl.trustStorePassword=" + PrivateCa.PASSWORD);
            return command;
        }
    }

    private static Runner runner(NodeFunction node, Contender contender, Stage stage) {
        Map<String, String> set = contender.function("notify").environment();
        Map<String, String> environment = Map.of(
                "NODE_EXTRA_CA_CERTS",
                stage.ca().certificate().toString(),
                "SECRET_ID",
                set.get("PAGING_SECRET_PREFIX") + Stage.WORKSPACE,
                "PAGERDUTY_URL",
                stage.pagerDutyEndpoint(),
                "PAGERDUTY_FROM",
                Sample.MANAGER_EMAIL,
                "SERVICE_ID",
                Sample.PAYMENTS);
        return new Runner(
                Runner.NODE,
                contender.function("notify").memoryMegabytes(),
                () -> stage.startCounted(contender, "notify", node, environment));
    }
}
