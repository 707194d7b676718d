package io.middleware.paging.local.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

import io.middleware.paging.local.process.ChildProcess;

/**
 * Amazon's DynamoDB Local, in memory, in a process of its own. All clients share one set of tables, whatever their
 * region and credentials.
 */
public final class DynamoDbEngine implements AutoCloseable {

    // Started by name: its licence does not allow compiling it into other programs.
    private static final String MAIN_CLASS = "software.amazon.dynamodb.services.local.main.ServerRunner";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final int KEPT_LINES = 20;

    private static DynamoDbEngine shared;

    private final ChildProcess process;
    private final URI endpoint;
    private final Deque<String> lastLines;

    private DynamoDbEngine(ChildProcess process, URI endpoint, Deque<String> lastLines) {
        this.process = process;
        this.endpoint = endpoint;
        this.lastLines = lastLines;
    }

    /** The one engine of this JVM for tests that bring their own table names. Never close it: it ends with the JVM. */
    public static synchronized DynamoDbEngine shared() {
        if (shared == null || !shared.process.isAlive()) {
            shared = start();
        }
        return shared;
    }

    /** Starts on a free port and returns once the engine answers. */
    public static DynamoDbEngine start() {
        return FreePort.on(DynamoDbEngine::start);
    }

    /**
     * Starts and returns once the engine answers.
     *
     * @throws IllegalStateException if it ends instead, or does not answer within a minute, with its last output
     */
    public static DynamoDbEngine start(int port) {
        Deque<String> lastLines = new ArrayDeque<>();
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Djava.io.tmpdir=" + temporaryDirectory(),
                // Its store is native code loaded by System.load, about which JDK 24 and later would warn.
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN_CLASS,
                "-inMemory",
                "-sharedDb",
                "-disableTelemetry",
                "-port",
                Integer.toString(port));
        // What it says about a port in use is asserted on, in English.
        command.environment().put("LC_ALL", "C");
        ChildProcess process = ChildProcess.start(command, line -> keep(lastLines, line));
        DynamoDbEngine engine = new DynamoDbEngine(process, URI.create("http://localhost:" + port), lastLines);
        engine.awaitAnswer();
        return engine;
    }

    public URI endpoint() {
        return endpoint;
    }

    /** A new client of this engine, to be closed by the caller. */
    public DynamoDbClient client() {
        return AwsClients.dynamoDb(endpoint);
    }

    @Override
    public void close() {
        process.close();
    }

    private void awaitAnswer() {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers()) {
            if (!process.isAlive()) {
                process.close();
                throw new IllegalStateException("DynamoDB Local ended while starting:\n" + lastOutput());
            }
            if (System.nanoTime() > deadline) {
                process.close();
                throw new IllegalStateException("DynamoDB Local did not answer on " + endpoint + " within "
                        + START_TIMEOUT + ":\n" + lastOutput());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private boolean answers() {
        try {
            HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(10_000);
            // 400, as the request is not signed: any status says that it is up. If the port was somebody else's, our
            // process has ended with "address already in use".
            return connection.getResponseCode() > 0 && process.isAlive();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** It unpacks its native library anew at each start, and leaves it there when it is killed. */
    private static Path temporaryDirectory() {
        Path directory = Path.of("target", "dynamodb-local").toAbsolutePath();
        Instant longAgo = Instant.now().minus(Duration.ofMinutes(5));
        try (Stream<Path> leftOvers = Files.list(Files.createDirectories(directory))) {
            for (Path leftOver : leftOvers.filter(Files::isRegularFile).toList()) {
                if (Files.getLastModifiedTime(leftOver).toInstant().isBefore(longAgo)) {
                    Files.deleteIfExists(leftOver);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot use " + directory, e);
        }
        return directory;
    }

    private String lastOutput() {
        synchronized (lastLines) {
            return String.join("\n", List.copyOf(lastLines));
        }
    }

    private static void keep(Deque<String> lastLines, String line) {
        synchronized (lastLines) {
            lastLines.addLast(line);
            if (lastLines.size() > KEPT_LINES) {
                lastLines.removeFirst();
            }
        }
    }
}
