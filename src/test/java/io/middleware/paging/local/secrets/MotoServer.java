package io.middleware.paging.local.secrets;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import io.middleware.paging.local.engine.FreePort;

/**
 * moto (https://docs.getmoto.org), an AWS emulator that others maintain, as a child process on a free port: a judge of our
 * own fakes. It is found as {@code moto_server} on the PATH; the environment variable {@code MOTO_SERVER} names another
 * command, such as {@code /usr/bin/python3 /opt/moto/moto_server}.
 */
public final class MotoServer implements AutoCloseable {

    /** What a skipped test says. */
    public static final String ABSENT = "moto is not installed: no moto_server on the PATH and no MOTO_SERVER command";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final int port;
    private final Path log;
    private final Thread endWithTheJvm;

    private MotoServer(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
        this.endWithTheJvm = new Thread(() -> kill(process));
    }

    /**
     * Starts moto and returns once it accepts connections; empty if it is not installed.
     *
     * @throws IllegalStateException if it is installed but does not start; with its output
     */
    public static Optional<MotoServer> start() {
        return command().map(MotoServer::start);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        kill(process);
        Runtime.getRuntime().removeShutdownHook(endWithTheJvm);
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<List<String>> command() {
        String configured = System.getenv("MOTO_SERVER");
        if (configured != null && !configured.isBlank()) {
            return Optional.of(List.of(configured.trim().split("\\s+")));
        }
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator)))
                .map(folder -> Path.of(folder, "moto_server"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(file -> List.of(file.toString()));
    }

    private static MotoServer start(List<String> command) {
        try {
            int port = FreePort.find();
            Path log = Files.createTempFile("moto", ".log");
            List<String> line = new ArrayList<>(command);
            line.addAll(List.of("-H", "127.0.0.1", "-p", Integer.toString(port)));
            Process process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            MotoServer moto = new MotoServer(process, port, log);
            Runtime.getRuntime().addShutdownHook(moto.endWithTheJvm);
            moto.awaitConnections();
            return moto;
        } catch (IOException e) {
            throw new IllegalStateException("moto does not start: " + command, e);
        }
    }

    private void awaitConnections() throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!acceptsConnections()) {
            if (hasEndedWithin(100) || System.nanoTime() > deadline) {
                String output = Files.readString(log);
                close();
                throw new IllegalStateException("moto does not start. It says: " + output);
            }
        }
    }

    private boolean acceptsConnections() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean hasEndedWithin(long millis) {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill(process);
            throw new IllegalStateException("Interrupted while moto was starting", e);
        }
    }

    /** With its children: the command may be a wrapper. */
    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }
}
