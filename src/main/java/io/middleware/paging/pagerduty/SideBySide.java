package io.middleware.paging.pagerduty;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Questions that need not wait for each other, asked at the same time:
 *
 * <pre>
 * Supplier&lt;Answer&lt;ServiceDetail&gt;&gt; service = sideBySide.start(() -&gt; reads.service(access, id, deadline));
 * Supplier&lt;Answer&lt;IncidentLog&gt;&gt; log = sideBySide.start(() -&gt; reads.log(access, incident, deadline));
 * tell(service.get(), log.get());
 * </pre>
 *
 * <p>Thread-safe. A question may itself start others and wait for them: each has a thread of its own, and one that is free is
 * used again. So it is for the handful of questions of one request, not for a batch.
 */
@ApplicationScoped
public class SideBySide {
    private final ExecutorService threads;

    SideBySide() {
        AtomicInteger count = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "question-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** @return waits for the answer, and throws what {@code question} threw */
    public <T> Supplier<T> start(Supplier<T> question) {
        CompletableFuture<T> asked = CompletableFuture.supplyAsync(question, threads);
        return () -> {
            try {
                return asked.join();
            } catch (CompletionException thrown) {
                if (thrown.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                if (thrown.getCause() instanceof Error cause) {
                    throw cause;
                }
                throw thrown;
            }
        };
    }

    @PreDestroy
    void stop() {
        threads.shutdownNow();
    }
}
