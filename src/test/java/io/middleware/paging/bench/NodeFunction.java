package io.middleware.paging.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.middleware.paging.local.lambda.Program;

/**
 * What people would write instead, in Node.js: it reads the secret by AWS' SDK, which Lambda's runtime has with it, and posts
 * the incident. It claims nothing, paces nothing and records nothing. {@code runtime.mjs} stands for Lambda's own runtime.
 */
record NodeFunction(Path taskRoot) implements Program {

    private static final Path SOURCES = Path.of("src", "test", "node", "page");
    private static final List<String> FILES = List.of("package.json", "index.mjs", "runtime.mjs");
    private static final int INSTALL_MINUTES = 3;

    /**
     * Copies it to a folder of its own and has npm fetch the SDK there, unless it is there already.
     *
     * @throws UnavailableException if node or npm is missing, or npm cannot fetch
     */
    static NodeFunction install(Path workDirectory) throws UnavailableException {
        Path folder = workDirectory.resolve("node").toAbsolutePath();
        try {
            Files.createDirectories(folder);
            for (String file : FILES) {
                Files.copy(SOURCES.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            run(folder, "node", "--version");
            if (!Files.isDirectory(folder.resolve("node_modules"))) {
                run(folder, "npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--omit=dev");
            }
            return new NodeFunction(folder);
        } catch (IOException e) {
            throw new UnavailableException(e.getMessage());
        }
    }

    /** What {@code node --version} says. */
    String version() {
        try {
            return run(taskRoot, "node", "--version");
        } catch (IOException | UnavailableException e) {
            return "unknown";
        }
    }

    @Override
    public List<String> command(int memoryMegabytes) {
        return List.of("node", "runtime.mjs");
    }

    private static String run(Path folder, String... command) throws IOException, UnavailableException {
        Path output = folder.resolve("npm.log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new UnavailableException(
                        String.join(" ", command) + " failed: " + lastLine(Files.readString(output)));
            }
            return Files.readString(output).strip();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted");
        }
    }

    private static String lastLine(String text) {
        return text.lines().filter(line -> !line.isBlank()).reduce("", (first, second) -> second);
    }

    /** Node.js is not measured here; the message says why. */
    static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        UnavailableException(String why) {
            super(why);
        }
    }
}
