package io.middleware.paging.local.lambda;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.middleware.paging.local.process.ChildProcess;
import io.middleware.paging.local.template.FunctionDefinition;

/** One process of a function. It serves one invocation at a time; its owner sees to that. */
final class FunctionInstance {

    private static final int SIGKILL_EXIT_CODE = 128 + 9;
    private static final int TOLD_LINES = 20;

    final String id = UUID.randomUUID().toString();

    private final FunctionDefinition function;
    private final FunctionLogs logs;
    private final CompletableFuture<Void> initialized = new CompletableFuture<>();
    private final BlockingQueue<Optional<Invocation>> inbox = new LinkedBlockingQueue<>();
    private final Deque<String> lastLines = new ArrayDeque<>();
    private volatile Invocation current;
    private volatile Instant idleSince = Instant.now();
    private volatile Instant startedAt;
    private volatile Duration initDuration;
    private volatile boolean unusable;
    private volatile Integer exitCode;
    private ChildProcess process;

    FunctionInstance(FunctionDefinition function, FunctionLogs logs) {
        this.function = function;
        this.logs = logs;
    }

    /**
     * Starts the process.
     *
     * @param apiAddress what the Runtime API gave for this instance
     * @param extraEnvironment wins over what the template and Lambda give it
     */
    void start(Program program, String apiAddress, Map<String, String> extraEnvironment) {
        ProcessBuilder builder = new ProcessBuilder(program.command(function.memoryMegabytes()))
                .directory(program.taskRoot().toFile());
        // A function sees what Lambda would give it, not what happens to be set on this machine.
        builder.environment().clear();
        builder.environment().putAll(FunctionEnvironment.of(function, program, id, apiAddress, extraEnvironment));
        startedAt = Instant.now();
        process = ChildProcess.start(builder, this::log);
        process.onExit().thenAccept(this::ended);
    }

    /**
     * Runs one invocation to its end, whatever that is. Afterwards the instance is either usable again or has ended.
     *
     * @param initTimeout how long a new instance may take to be ready
     */
    InvocationResult run(Invocation invocation, Duration initTimeout) throws InterruptedException {
        boolean cold = initDuration == null;
        current = invocation;
        if (exitCode != null) {
            tellExit(invocation);
        }
        awaitInitialized(invocation, initTimeout);
        platformLog("START RequestId: " + invocation.requestId + " Version: $LATEST");
        Instant start = Instant.now();
        if (!invocation.result.isDone()) {
            invocation.startUntil(start.plus(function.timeout()));
            inbox.add(Optional.of(invocation));
            awaitResult(invocation);
        }
        platformLog("END RequestId: " + invocation.requestId);
        platformLog(report(invocation, Duration.between(start, Instant.now()), cold));
        current = null;
        idleSince = Instant.now();
        InvocationResult result = invocation.result.join();
        return new InvocationResult(result.functionError(), result.payload(), invocation.logTail());
    }

    String functionArn() {
        return function.arn();
    }

    /** Whether it may be given another invocation. */
    boolean isAlive() {
        return !unusable && process.isAlive();
    }

    Instant idleSince() {
        return idleSince;
    }

    void kill() {
        process.kill();
    }

    long pid() {
        return process.pid();
    }

    /** The moment before its process was started. */
    Instant startedAt() {
        return startedAt;
    }

    /** When it first asked for an invocation. */
    Instant readyAt() {
        return startedAt.plus(initDuration);
    }

    /**
     * Waits until it first asks for an invocation.
     *
     * @throws IllegalStateException if it does not, with its last output
     */
    void awaitReady(Duration initTimeout) throws InterruptedException {
        try {
            initialized.get(initTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.kill();
        }
        if (initDuration == null) {
            throw new IllegalStateException(function.name() + " was not ready" + lastOutput());
        }
    }

    // ---- The runtime's side, called by the Runtime API ----

    /** The runtime asks for work, and waits for it. Empty if the instance has ended meanwhile. */
    Optional<Invocation> next() throws InterruptedException {
        if (initDuration == null) {
            initDuration = Duration.between(startedAt, Instant.now());
        }
        initialized.complete(null);
        return inbox.take();
    }

    /** The invocation that the runtime says it is answering. Empty if it is none of this instance. */
    Optional<Invocation> current(String requestId) {
        return Optional.ofNullable(current).filter(invocation -> invocation.requestId.equals(requestId));
    }

    void initFailed(byte[] error) {
        unusable = true;
        Invocation waiting = current;
        if (waiting != null) {
            waiting.fail(error);
        }
        initialized.complete(null);
    }

    // ---- The process ----

    private void awaitInitialized(Invocation invocation, Duration initTimeout) throws InterruptedException {
        try {
            initialized.get(initTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            process.kill();
            invocation.fail(
                    "Sandbox.Timedout",
                    "The function was not ready after " + initTimeout.toSeconds() + " seconds" + lastOutput());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitResult(Invocation invocation) throws InterruptedException {
        try {
            invocation.result.get(function.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            invocation.fail(
                    "Sandbox.Timedout",
                    String.format(
                            Locale.ROOT,
                            "Task timed out after %.2f seconds",
                            function.timeout().toMillis() / 1000.0));
            process.kill();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void ended(int code) {
        // In this order, while run() sets the invocation before it looks at the exit code: one of the two sees both.
        exitCode = code;
        Invocation interrupted = current;
        if (interrupted != null) {
            tellExit(interrupted);
        }
        initialized.complete(null);
        inbox.add(Optional.empty());
    }

    private void tellExit(Invocation invocation) {
        String reason = exitCode == SIGKILL_EXIT_CODE ? "signal: killed" : "exit status " + exitCode;
        // Lambda leaves the log to CloudWatch; without one, why a function does not start is worth telling here.
        invocation.fail(
                "Runtime.ExitError",
                "Runtime exited with error: " + reason + (initDuration == null ? lastOutput() : ""));
    }

    private void log(String line) {
        synchronized (lastLines) {
            lastLines.addLast(line);
            if (lastLines.size() > TOLD_LINES) {
                lastLines.removeFirst();
            }
        }
        platformLog(line);
    }

    private void platformLog(String line) {
        logs.add(function.exportName(), line);
        Invocation invocation = current;
        if (invocation != null) {
            invocation.log(line);
        }
    }

    private String lastOutput() {
        synchronized (lastLines) {
            return lastLines.isEmpty()
                    ? ", and it wrote nothing"
                    : ". Its last output:\n" + String.join("\n", lastLines);
        }
    }

    private String report(Invocation invocation, Duration duration, boolean cold) {
        String report = String.format(
                Locale.ROOT,
                "REPORT RequestId: %s\tDuration: %d ms\tMemory Size: %d MB",
                invocation.requestId,
                duration.toMillis(),
                function.memoryMegabytes());
        return cold && initDuration != null ? report + "\tInit Duration: " + initDuration.toMillis() + " ms" : report;
    }
}
