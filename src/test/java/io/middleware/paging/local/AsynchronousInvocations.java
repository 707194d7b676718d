package io.middleware.paging.local;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.middleware.paging.local.lambda.InvocationResult;
import io.middleware.paging.local.lambda.LambdaEmulator;
import io.middleware.paging.local.lambda.TooManyRequestsException;

/** Invocations that nobody waits for. Those that fail are repeated as Lambda does, then given up. */
final class AsynchronousInvocations implements AutoCloseable {

    /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
    private static final List<Duration> RETRIES = List.of(Duration.ofMinutes(1), Duration.ofMinutes(2));

    private final LambdaEmulator lambda;
    private final Consumer<String> problems;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, work -> {
        Thread thread = new Thread(work, "asynchronous-invocations");
        thread.setDaemon(true);
        return thread;
    });

    AsynchronousInvocations(LambdaEmulator lambda, Consumer<String> problems) {
        this.lambda = lambda;
        this.problems = problems;
    }

    void add(String function, byte[] payload) {
        threads.execute(() -> attempt(function, payload, 0));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void attempt(String function, byte[] payload, int retries) {
        String problem;
        try {
            InvocationResult result = lambda.invoke(function, payload);
            if (!result.functionError()) {
                return;
            }
            problem = result.payloadText();
        } catch (TooManyRequestsException e) {
            problem = e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (retries == RETRIES.size()) {
            problems.accept("An event for " + function + " is given up: " + problem);
        } else {
            Duration delay = RETRIES.get(retries);
            problems.accept("An event for " + function + " failed, again in " + delay.toSeconds() + " s: " + problem);
            threads.schedule(() -> attempt(function, payload, retries + 1), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
