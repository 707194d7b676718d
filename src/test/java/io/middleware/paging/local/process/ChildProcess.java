package io.middleware.paging.local.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process that ends at the latest when this JVM does. Thread-safe. */
public final class ChildProcess implements AutoCloseable {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "end-child-processes"));
    }

    private final Process process;
    private final Thread reader;

    private ChildProcess(Process process, Consumer<String> lines) {
        this.process = process;
        this.reader = new Thread(() -> read(lines), "output-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts the process. Its standard output and standard error are read as one stream.
     *
     * @param lines is given each line of output, on a thread of this process alone
     * @throws UncheckedIOException if the executable cannot be started
     */
    public static ChildProcess start(ProcessBuilder builder, Consumer<String> lines) {
        try {
            Process process = builder.redirectErrorStream(true).start();
            RUNNING.add(process);
            Reaper.INSTANCE.watch(process.pid());
            process.onExit().thenAccept(ended -> {
                RUNNING.remove(ended);
                Reaper.INSTANCE.forget(ended.pid());
            });
            process.getOutputStream().close();
            return new ChildProcess(process, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + builder.command().get(0), e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit code once the process has ended and its last line has been delivered. */
    public CompletableFuture<Integer> onExit() {
        return process.onExit().thenApplyAsync(ended -> {
            awaitLastLine();
            return ended.exitValue();
        });
    }

    /** Sends SIGKILL and waits for the end. Safe to repeat. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        awaitLastLine();
    }

    @Override
    public void close() {
        kill();
    }

    private void awaitLastLine() {
        try {
            reader.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Consumer<String> lines) {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.accept(line);
            }
        } catch (IOException e) {
            // The JDK closes the stream under the reader when the process is killed: there is nothing left to read.
            if (process.isAlive()) {
                lines.accept("(output lost: " + e.getMessage() + ")");
            }
        }
    }
}
