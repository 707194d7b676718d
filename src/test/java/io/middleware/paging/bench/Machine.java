package io.middleware.paging.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import software.amazon.awssdk.core.util.VersionInfo;

import io.middleware.paging.local.lambda.FunctionPackage;
import io.middleware.paging.local.lambda.FunctionPackage.Form;

/**
 * Where and of what something was measured: name and value, in the order to be told. What cannot be found out is left out,
 * and so is what tells one machine of a kind from another.
 */
final class Machine {

    private static final String UNKNOWN = "unknown";

    private Machine() {}

    static Map<String, String> describe(Stage stage) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("commit", commit());
        facts.put("arch", System.getProperty("os.arch"));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        field("/proc/meminfo", "MemTotal").ifPresent(memory -> facts.put("memory", gibibytes(memory)));
        facts.put("os", System.getProperty("os.name"));
        firstLine("/proc/loadavg")
                .ifPresent(load ->
                        facts.put("load before", load.split(" ")[0] + " (1 min), " + load.split(" ")[1] + " (5 min)"));
        facts.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        for (Contender contender : stage.contenders()) {
            if (contender.form() == Form.NATIVE) {
                facts.computeIfAbsent(
                        "native image",
                        key -> imageBuilder(contender.functionPackage().artifact()));
            }
            facts.merge(
                    "memory of the " + Contender.name(contender.form()) + " function",
                    contender.function("notify").memoryMegabytes() + " MB",
                    (some, other) -> some + ", " + other);
        }
        String quarkus = System.getProperty("bench.quarkus", "");
        if (!quarkus.isBlank()) {
            facts.put("quarkus", quarkus);
        }
        facts.put("aws sdk", VersionInfo.SDK_VERSION);
        return facts;
    }

    /** The source file that the package should know and does not, if there is one. */
    static Optional<String> staleness(FunctionPackage functionPackage) {
        return functionPackage
                .newerSource(Path.of(""))
                .map(source -> functionPackage.artifact().getFileName() + " is older than " + source.getFileName()
                        + ": what was measured is not what the sources say");
    }

    private static String commit() {
        return output("git", "rev-parse", "HEAD")
                .map(hash -> hash.substring(0, Math.min(12, hash.length()))
                        + (output("git", "status", "--porcelain").orElse("").isEmpty() ? "" : " with local changes"))
                .orElse(UNKNOWN);
    }

    /** The image builder leaves its name and version in each binary. */
    private static String imageBuilder(Path binary) {
        String marker = "com.oracle.svm.core.VM=";
        try {
            String content = Files.readString(binary, StandardCharsets.ISO_8859_1);
            int start = content.indexOf(marker);
            int end = content.indexOf('\0', start);
            return start < 0 || end < 0 || end - start > 200
                    ? UNKNOWN
                    : content.substring(start + marker.length(), end);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    private static Optional<String> field(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException notLinux) {
            return Optional.empty();
        }
    }

    private static Optional<String> firstLine(String file) {
        try {
            return Optional.of(Files.readString(Path.of(file)).strip());
        } catch (IOException notLinux) {
            return Optional.empty();
        }
    }

    private static String gibibytes(String kilobytes) {
        return Math.round(Double.parseDouble(kilobytes.replaceAll("\\D", "")) / 1024 / 1024) + " GiB";
    }

    /** Empty if the command does not run here, or fails. */
    private static Optional<String> output(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream output = process.getInputStream()) {
                String text = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
                return process.waitFor() == 0 ? Optional.of(text) : Optional.empty();
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
