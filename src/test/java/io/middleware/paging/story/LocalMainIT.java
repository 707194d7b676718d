package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.middleware.paging.local.LocalMain;

/** {@code mvn -Plocal} for a person, in a directory of its own: one that runs beside these tests keeps its files. */
class LocalMainIT {

    @TempDir
    Path directory;

    private Process process;

    @BeforeEach
    void layOut() throws IOException {
        Files.createDirectories(directory.resolve("target/local"));
        Files.createDirectories(directory.resolve("src/main"));
        Files.copy(Path.of("template.yaml"), directory.resolve("template.yaml"));
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            for (Path file : files.filter(LocalMainIT::isPackage).toList()) {
                Files.copy(
                        file,
                        directory.resolve("target").resolve(file.getFileName()),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static boolean isPackage(Path file) {
        return file.endsWith("function.zip") || file.toString().endsWith("-runner");
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void whoEndsItDuringTheTourLeavesNoEndpointsAndNoStackTrace() throws Exception {
        start("on");
        List<String> lines = readUntil("1. A user pastes the wrong key.");

        interrupt();
        lines.addAll(rest());

        assertThat(process.waitFor()).isNotZero();
        assertThat(directory.resolve("target/local/endpoints.json")).doesNotExist();
        assertThat(lines).noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"));
    }

    @Test
    void onceReadyItRepeatsItsAddressAndShowsTheLog() throws Exception {
        start("off");

        List<String> lines = readUntil("Ready: http://localhost:");

        assertThat(directory.resolve("target/local/endpoints.json")).exists();
        interrupt();
        rest();
        assertThat(process.waitFor()).isNotZero();
        assertThat(directory.resolve("target/local/endpoints.json")).doesNotExist();
        assertThat(lines).as("the page").anyMatch(line -> line.contains("target/in.json"));
    }

    private void start(String tour) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dlocal.port=0",
                        "-Dlocal.form=" + System.getProperty("local.form", "jvm"),
                        "-Dlocal.tour=" + tour,
                        "-classpath",
                        absoluteClassPath(),
                        LocalMain.class.getName())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
    }

    /** As Ctrl-C does. {@link Process#destroy()} would close the output, too. */
    private void interrupt() {
        process.toHandle().destroy();
    }

    private static String absoluteClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private List<String> readUntil(String beginning) throws IOException {
        List<String> lines = new ArrayList<>();
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
            if (line.startsWith(beginning)) {
                return lines;
            }
        }
        throw new AssertionError("It ended without \"" + beginning + "\":\n" + String.join("\n", lines));
    }

    private List<String> rest() throws IOException {
        List<String> lines = new ArrayList<>();
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
        }
        return lines;
    }
}
