package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

/** The commands of a page, run as a person would who types them. */
final class DocumentedCommands {
    private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);

    private DocumentedCommands() {}

    /** Skipped, and reported so, where one of them is not installed. */
    static void assumeTools(String... tools) throws Exception {
        for (String tool : tools) {
            boolean there = false;
            try {
                there = new ProcessBuilder(tool, "--version")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
            } catch (IOException notInstalled) {
                // Told by the assumption.
            }
            Assumptions.assumeTrue(there, "the documented commands need " + tool + ", and there is none here");
        }
    }

    /** Skipped, and reported so, where Python or the module is missing. */
    static void assumePythonModule(String module) throws Exception {
        assumeTools("python3");
        Assumptions.assumeTrue(
                new ProcessBuilder("python3", "-c", "import " + module)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0,
                "the documented commands need Python's module " + module + ", and there is none here");
    }

    static Stream<String> blocksOf(String page) {
        return BLOCK.matcher(page).results().map(block -> block.group(1));
    }

    /** What the script prints, with the local cloud for AWS. */
    static String run(String script, URI aws, int expectedExitCode) throws Exception {
        Path file = Files.createTempFile("documented", ".sh");
        Path output = Files.createTempFile("documented", ".txt");
        try {
            Files.writeString(file, script);
            ProcessBuilder builder = new ProcessBuilder("bash", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment()
                    .putAll(Map.of(
                            "AWS_ACCESS_KEY_ID",
                            "local",
                            "AWS_SECRET_ACCESS_KEY",
                            "local",
                            "AWS_DEFAULT_REGION",
                            "us-east-1",
                            "AWS_ENDPOINT_URL",
                            aws.toString(),
                            "AWS_PAGER",
                            ""));
            Process process = builder.start();
            boolean ended = process.waitFor(10, TimeUnit.MINUTES);
            process.destroyForcibly();
            String printed = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(ended).as(printed).isTrue();
            assertThat(process.exitValue()).as(printed).isEqualTo(expectedExitCode);
            return printed;
        } finally {
            Files.delete(file);
            Files.delete(output);
        }
    }
}
