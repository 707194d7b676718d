package io.middleware.paging.local.process;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs a main class for Maven in a process of its own, with the JVM options that it needs, and with the class path of this
 * class. If it ends with another exit code than 0, this JVM ends with the same at once: Maven's own words about it would
 * be thirty lines of stack trace, and bury what the process said.
 *
 * <p>Arguments: JVM options, the main class, its arguments.
 */
public final class OwnProcess {

    /** What runs has processes and files of its own to tidy up after Ctrl-C. */
    private static final long SECONDS_TO_END = 20;

    private OwnProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-classpath", classPath()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        // Whoever pressed Ctrl-C gets the prompt back when it is over.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "end-own-process"));
        int exitCode = process.waitFor();
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }

    /** Maven gives classes a loader of their own, and does not name their places anywhere else. */
    private static String classPath() {
        return OwnProcess.class.getClassLoader() instanceof URLClassLoader loader
                ? Stream.of(loader.getURLs())
                        .map(URL::toString)
                        .map(url -> Path.of(URI.create(url)).toString())
                        .collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }
}
