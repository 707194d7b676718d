package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Assumptions;

/**
 * An example of {@code infra/examples} in a folder of its own, as Terraform applies it, with a local cloud for AWS. What the test
 * changes stands in override files beside the example's own, which stay as they are.
 */
final class Terraform {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path INFRA = Path.of("infra");

    private final Path folder;
    private final Path root;
    private final List<String> printed = new ArrayList<>();

    private Terraform(Path root, Path folder) {
        this.root = root;
        this.folder = folder;
    }

    /** Skipped, and reported so, where there is no terraform or no way to the AWS provider. */
    static Terraform example(String name, URI lambda) throws Exception {
        DocumentedCommands.assumeTools("terraform", "bash");
        Path root = Files.createDirectories(Path.of("target", "terraform")).toAbsolutePath();
        root = Files.createTempDirectory(root, name);
        copy(INFRA.resolve("modules"), root.resolve("modules"));
        copy(INFRA.resolve("examples").resolve(name), root.resolve("examples").resolve(name));
        Terraform terraform = new Terraform(root, root.resolve("examples").resolve(name));
        terraform.override("provider", provider(lambda));
        terraform.init();
        return terraform;
    }

    /** What the file {@code NAME_override.tf.json} says from now on: its arguments win over the example's. */
    void override(String name, JsonNode configuration) throws IOException {
        Files.writeString(folder.resolve(name + "_override.tf.json"), configuration.toString());
    }

    /** @return what it printed */
    String apply(String... variables) throws Exception {
        return expect(0, "apply", variables);
    }

    /** @return what it printed; that it failed is expected */
    String failingApply(String... variables) throws Exception {
        return expect(1, "apply", variables);
    }

    /** Plans, and expects nothing to do. @return what it printed, warnings too */
    String emptyPlan(String... variables) throws Exception {
        return expect(0, "plan", variables);
    }

    String destroy(String... variables) throws Exception {
        return expect(0, "destroy", variables);
    }

    /** Everything that Terraform printed or wrote, apart from what it brought along: output, states, their backups, plans. */
    List<String> everythingWritten() throws Exception {
        List<String> written = new ArrayList<>(printed);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                written.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return written;
    }

    /** The answer of the function that a resource of type {@code aws_lambda_invocation} invoked last. */
    JsonNode answer(String resource, String key) throws IOException {
        for (JsonNode candidate :
                JSON.readTree(folder.resolve("terraform.tfstate").toFile()).path("resources")) {
            if (candidate.path("name").asText().equals(resource)) {
                for (JsonNode instance : candidate.path("instances")) {
                    if (instance.path("index_key").asText().equals(key)) {
                        return JSON.readTree(
                                instance.path("attributes").path("result").asText());
                    }
                }
            }
        }
        throw new AssertionError("The state has no " + resource + " of " + key);
    }

    void delete() throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException error) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static JsonNode provider(URI lambda) {
        ObjectNode provider = JSON.createObjectNode();
        ObjectNode aws = provider.withObject("/provider/aws");
        aws.put("region", "us-east-1").put("access_key", "local").put("secret_key", "local");
        aws.put("skip_credentials_validation", true)
                .put("skip_metadata_api_check", true)
                .put("skip_requesting_account_id", true)
                .put("skip_region_validation", true);
        aws.putObject("endpoints").put("lambda", lambda.toString());
        return provider;
    }

    private void init() throws Exception {
        List<String> command = new ArrayList<>(List.of("init", "-input=false", "-no-color"));
        mirror().ifPresent(mirror -> command.add("-plugin-dir=" + mirror));
        Run init = run(command);
        Assumptions.assumeFalse(
                init.exitCode() != 0 && init.printed().matches("(?s).*Failed to (query available|install) provider.*"),
                "The AWS provider of Terraform is not to be had here: no mirror of it (CI_TERRAFORM_PLUGINS), no network");
        assertThat(init.exitCode()).as(init.printed()).isZero();
    }

    /** Where .ci/terraform finds a mirror of the provider, if there is one. */
    private static Optional<String> mirror() throws Exception {
        Process process = new ProcessBuilder("bash", "-c", "set -euo pipefail; . .ci/terraform; terraform_plugins")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String found = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(".ci/terraform").isZero();
        return Optional.of(found).filter(folder -> !folder.isEmpty());
    }

    private String expect(int exitCode, String command, String... variables) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(command, "-input=false", "-no-color"));
        if (command.equals("plan")) {
            // Then 2 is the code of a plan with something to do.
            arguments.addAll(List.of("-detailed-exitcode", "-out=plan"));
        } else {
            arguments.add("-auto-approve");
        }
        Stream.of(variables).forEach(variable -> arguments.addAll(List.of("-var", variable)));
        Run run = run(arguments);
        assertThat(run.exitCode()).as(run.printed()).isEqualTo(exitCode);
        if (command.equals("plan")) {
            // The plan is an archive; this is what it says.
            run(List.of("show", "-json", "plan"));
        }
        return run.printed();
    }

    private Run run(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("terraform"));
        command.addAll(arguments);
        File output = Files.createTempFile("terraform", ".txt").toFile();
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output);
            String configuration = builder.environment().getOrDefault("TF_CLI_CONFIG_FILE", "");
            if (!Files.exists(Path.of(configuration))) {
                // It is a warning in every answer.
                builder.environment().remove("TF_CLI_CONFIG_FILE");
            }
            builder.environment().put("CHECKPOINT_DISABLE", "1");
            Process process = builder.start();
            boolean ended = process.waitFor(10, TimeUnit.MINUTES);
            process.destroyForcibly();
            // In one line, as if the window were wide enough: Terraform breaks lines, and frames its warnings.
            String text = Files.readString(output.toPath(), StandardCharsets.UTF_8);
            printed.add(text);
            assertThat(ended).as(text).isTrue();
            return new Run(process.exitValue(), text.replaceAll("[│╷╵]", " ").replaceAll("\\s+", " "));
        } finally {
            Files.delete(output.toPath());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".tf")).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private record Run(int exitCode, String printed) {}
}
