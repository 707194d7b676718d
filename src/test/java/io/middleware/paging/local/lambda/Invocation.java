package io.middleware.paging.local.lambda;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** One call of a function on its way through an instance. Thread-safe. */
final class Invocation {

    /** What Lambda returns of the log: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html (LogResult). */
    private static final int LOG_TAIL_BYTES = 4 * 1024;

    final String requestId = UUID.randomUUID().toString();
    final String traceId;
    final byte[] payload;
    final CompletableFuture<InvocationResult> result = new CompletableFuture<>();
    private volatile Instant deadline;

    private final Deque<String> logTail = new ArrayDeque<>();
    private int logTailChars;

    Invocation(byte[] payload) {
        this.payload = payload;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        this.traceId = String.format(
                "Root=1-%08x-%08x%016x;Parent=%016x;Sampled=0",
                Instant.now().getEpochSecond(), random.nextInt(), random.nextLong(), random.nextLong());
    }

    void startUntil(Instant deadline) {
        this.deadline = deadline;
    }

    Instant deadline() {
        return deadline;
    }

    void succeed(byte[] answer) {
        result.complete(new InvocationResult(false, answer, logTail()));
    }

    /** Completes with an error of the function's own making. */
    void fail(byte[] error) {
        result.complete(new InvocationResult(true, error, logTail()));
    }

    /** Completes with an error of the platform, in the words of Lambda. */
    void fail(String errorType, String problem) {
        result.complete(InvocationResult.error(errorType, "RequestId: " + requestId + " Error: " + problem, logTail()));
    }

    synchronized void log(String line) {
        logTail.addLast(line);
        logTailChars += line.length() + 1;
        while (logTailChars > LOG_TAIL_BYTES && logTail.size() > 1) {
            logTailChars -= logTail.removeFirst().length() + 1;
        }
    }

    synchronized String logTail() {
        return String.join("\n", logTail);
    }
}
