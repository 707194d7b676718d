package io.middleware.paging.local.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.local.template.EventSourceDefinition;

/**
 * One event source mapping. Receives messages, gives them to the function in batches, and deletes those that succeeded;
 * the others return when their visibility time-out ends, which this class never changes. A batch of a FIFO queue keeps
 * its order, and the queue itself gives out no further message of a group while one is in flight. Starts working at once.
 */
public final class EventSourcePoller implements AutoCloseable {

    /** One receive gives at most ten: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/ */
    private static final int MAX_RECEIVE = 10;

    /** Short, so that a pause or an end need not wait long. A receive that is broken off may have taken messages. */
    private static final Duration LONG_POLL = Duration.ofSeconds(1);

    private static final Duration AFTER_PROBLEM = Duration.ofSeconds(1);
    private static final long POLL_MILLIS = 20;

    private final EventSourceDefinition mapping;
    private final String queueUrl;
    private final SqsClient sqs;
    private final SqsClient observer;
    private final FunctionInvoker function;
    private final Consumer<String> problems;
    private final ExecutorService workers;
    private boolean paused;
    private boolean closed;
    private int working;
    private int received;
    private int failedInvocations;

    /**
     * @param sqs receives and deletes; closed by the caller, after this poller
     * @param observer counts what is there, which is no part of an event source; closed as {@code sqs}, and may be the same
     * @param instances as many as the function may have; a mapping with a lower maximum gives it no more batches at a time
     *     than that, and receives no more messages than those
     * @param problems is told, in a sentence, what keeps messages in the queue
     */
    public EventSourcePoller(
            EventSourceDefinition mapping,
            String queueUrl,
            SqsClient sqs,
            SqsClient observer,
            FunctionInvoker function,
            int instances,
            Consumer<String> problems) {
        this.mapping = mapping;
        this.queueUrl = queueUrl;
        this.sqs = sqs;
        this.observer = observer;
        this.function = function;
        this.problems = problems;
        int concurrency = Math.min(instances, mapping.maximumConcurrency().orElse(instances));
        this.workers = Executors.newFixedThreadPool(concurrency, work -> {
            Thread thread = new Thread(work, "event-source-" + mapping.logicalId());
            thread.setDaemon(true);
            return thread;
        });
        for (int i = 0; i < concurrency; i++) {
            workers.execute(this::work);
        }
    }

    /** Stops receiving. Returns when the batches in flight are done. Safe to repeat. */
    public synchronized void pause() throws InterruptedException {
        paused = true;
        while (working > 0) {
            wait();
        }
    }

    /** Receives again after {@link #pause()}. */
    public synchronized void resume() {
        paused = false;
        notifyAll();
    }

    /** Whether it receives nothing now, by {@link #pause()}. */
    public synchronized boolean isPaused() {
        return paused;
    }

    /**
     * Waits until there is nothing to do: no message that is visible or in flight. One that is sent to be delivered later is none
     * yet, such as what ends a test in any case.
     *
     * @throws IllegalStateException if it still does after that time
     */
    public void awaitDrained(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        for (Map<QueueAttributeName, String> counts = counts(); total(counts) > 0; counts = counts()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(queueUrl + " is not empty after " + atMost + ": " + counts);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Whether there is nothing to do now: no message that is visible or in flight. */
    public boolean isDrained() {
        return total(counts()) == 0;
    }

    /** How many messages the function was given so far, each as often as it came. */
    public synchronized int received() {
        return received;
    }

    /** How many calls of the function ended in an error, a time-out or a killed process. */
    public synchronized int failedInvocations() {
        return failedInvocations;
    }

    /** Stops receiving for good, and does not wait. */
    public synchronized void stop() {
        closed = true;
        notifyAll();
    }

    /** Stops receiving and waits for the batches in flight. */
    @Override
    public void close() {
        stop();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(10, TimeUnit.SECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            while (begin()) {
                try {
                    List<Message> batch = receiveBatch();
                    if (!batch.isEmpty()) {
                        process(batch);
                    }
                } catch (SdkException e) {
                    problems.accept("Cannot use " + queueUrl + ": " + e.getMessage());
                    waitAfterProblem();
                } catch (RuntimeException e) {
                    // As a function that fails: its batch comes again, and so do later ones.
                    count(0, 1);
                    problems.accept("The function could not be called: " + e);
                    waitAfterProblem();
                } finally {
                    end();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Message> receiveBatch() {
        List<Message> batch = new ArrayList<>(receive(mapping.batchSize(), LONG_POLL));
        if (batch.isEmpty() || mapping.batchingWindow().isZero()) {
            return batch;
        }
        long windowEnd = System.nanoTime() + mapping.batchingWindow().toNanos();
        while (batch.size() < mapping.batchSize()) {
            long left = windowEnd - System.nanoTime();
            if (left <= 0) {
                break;
            }
            // Receives wait for whole seconds: within the last one, what is there is taken, and no more waited for.
            Duration wait = Duration.ofSeconds(Math.min(LONG_POLL.toSeconds(), TimeUnit.NANOSECONDS.toSeconds(left)));
            List<Message> more = receive(mapping.batchSize() - batch.size(), wait);
            if (more.isEmpty() && wait.isZero()) {
                break;
            }
            batch.addAll(more);
        }
        return batch;
    }

    private List<Message> receive(int atMost, Duration wait) {
        return sqs.receiveMessage(request -> request.queueUrl(queueUrl)
                        .maxNumberOfMessages(Math.min(atMost, MAX_RECEIVE))
                        .waitTimeSeconds((int) wait.toSeconds())
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                        .messageAttributeNames("All"))
                .messages();
    }

    private void process(List<Message> batch) throws InterruptedException {
        count(batch.size(), 0);
        Optional<byte[]> answer = function.invoke(SqsEvents.event(batch, mapping.queueArn()));
        if (answer.isEmpty()) {
            count(0, 1);
            problems.accept(
                    "The function failed: " + batch.size() + " messages return when their visibility time-out ends");
            return;
        }
        Set<String> ids = batch.stream().map(Message::messageId).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> failed =
                mapping.reportsBatchItemFailures() ? BatchResponse.failed(answer.get(), ids) : Set.<String>of();
        delete(batch.stream()
                .filter(message -> !failed.contains(message.messageId()))
                .toList());
    }

    private void delete(List<Message> messages) {
        for (int from = 0; from < messages.size(); from += MAX_RECEIVE) {
            List<DeleteMessageBatchRequestEntry> entries =
                    messages.subList(from, Math.min(from + MAX_RECEIVE, messages.size())).stream()
                            .map(message -> DeleteMessageBatchRequestEntry.builder()
                                    .id(message.messageId())
                                    .receiptHandle(message.receiptHandle())
                                    .build())
                            .toList();
            // A function may have deleted its message itself. AWS takes that for a success, ElasticMQ does not.
            List<BatchResultErrorEntry> kept =
                    sqs.deleteMessageBatch(request -> request.queueUrl(queueUrl).entries(entries)).failed().stream()
                            .filter(failure -> !failure.code().contains("ReceiptHandleIsInvalid"))
                            .toList();
            if (!kept.isEmpty()) {
                problems.accept(kept.size() + " messages were handled and not deleted, so they come again: "
                        + kept.get(0).message());
            }
        }
    }

    private synchronized void count(int messages, int failures) {
        received += messages;
        failedInvocations += failures;
    }

    private synchronized void waitAfterProblem() throws InterruptedException {
        if (!closed) {
            wait(AFTER_PROBLEM.toMillis());
        }
    }

    private synchronized boolean begin() throws InterruptedException {
        while (paused && !closed) {
            wait();
        }
        if (closed) {
            return false;
        }
        working++;
        return true;
    }

    private synchronized void end() {
        working--;
        notifyAll();
    }

    private Map<QueueAttributeName, String> counts() {
        return observer.getQueueAttributes(request -> request.queueUrl(queueUrl)
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributes();
    }

    private static int total(Map<QueueAttributeName, String> counts) {
        return counts.values().stream().mapToInt(Integer::parseInt).sum();
    }
}
