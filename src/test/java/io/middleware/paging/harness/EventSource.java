package io.middleware.paging.harness;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

import io.middleware.paging.local.queue.BatchResponse;
import io.middleware.paging.local.queue.FunctionInvoker;
import io.middleware.paging.local.queue.SqsEvents;
import io.middleware.paging.local.sqs.FakeSqs;
import io.middleware.paging.local.template.DeployedTemplate.Queue;

/**
 * An event source mapping that drives the clock. It works in rounds: receives what is visible, in batches; invokes the
 * function with all of them; deletes what succeeded and leaves the rest hidden, as Lambda does; then lets the service time
 * pass. When nothing is visible, the clock goes to the moment at which something will be.
 *
 * <p>During a round the clock stands still. The batches of a round are invoked side by side; how many of them a function
 * takes at a time is its own affair, and one instance, as on Lambda, takes one. Not thread-safe.
 */
public final class EventSource implements AutoCloseable {
    /** One receive gives at most ten: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/ */
    private static final int MAX_RECEIVE = 10;

    private final FakeSqs queues;
    private final SqsClient sqs;
    private final Queue queue;
    private final MutableClock clock;
    private final FunctionInvoker function;
    private final Pace pace;
    private final ExecutorService invocations;
    private final Map<String, Integer> receives = new HashMap<>();
    private int invoked;
    private int failed;
    private Duration longestWait = Duration.ZERO;

    /**
     * @param batchSize most messages in one invocation
     * @param window for how long a batch that is not full waits for more messages; nothing for none
     * @param concurrency most invocations in one round: the mapping's maximum concurrency
     * @param serviceTime how long a round takes, by the clock; more than nothing
     */
    public record Pace(int batchSize, Duration window, int concurrency, Duration serviceTime) {
        public Pace {
            if (batchSize < 1 || concurrency < 1 || serviceTime.isZero() || serviceTime.isNegative()) {
                throw new IllegalArgumentException("nothing would ever happen at a pace of " + batchSize + ", "
                        + concurrency + ", " + serviceTime);
            }
        }

        /** Without a window. */
        public Pace(int batchSize, int concurrency, Duration serviceTime) {
            this(batchSize, Duration.ZERO, concurrency, serviceTime);
        }
    }

    /** @param sqs a client of {@code queues}, closed by the caller */
    public EventSource(
            FakeSqs queues, SqsClient sqs, Queue queue, MutableClock clock, FunctionInvoker function, Pace pace) {
        this.queues = queues;
        this.sqs = sqs;
        this.queue = queue;
        this.clock = clock;
        this.function = function;
        this.pace = pace;
        this.invocations = Executors.newFixedThreadPool(pace.concurrency(), work -> {
            Thread thread = new Thread(work, "event-source");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Works until the queue is empty.
     *
     * @throws AssertionError if it still is not when the clock has gone this far
     */
    public void drain(Duration atMost) {
        Instant end = clock.instant().plus(atMost);
        while (!step(end)) {
            if (!clock.instant().isBefore(end)) {
                throw new AssertionError("after " + atMost + " by the clock, " + invoked + " invocations and "
                        + totalReceives() + " receives of " + receives.size()
                        + " messages, the queue is not empty: the next message is visible at "
                        + queues.nextVisible(queue.url()).orElseThrow());
            }
        }
    }

    /** Works until then, and leaves what comes later. The clock is at {@code end}, or where the last round took it. */
    public void runUntil(Instant end) {
        while (clock.instant().isBefore(end)) {
            if (step(end)) {
                goTo(end);
            }
        }
    }

    /** @return whether the queue is empty */
    private boolean step(Instant end) {
        List<List<Message>> batches = receive();
        if (!batches.isEmpty()) {
            invoke(batches);
            clock.advance(pace.serviceTime());
            return false;
        }
        Optional<Instant> next = queues.nextVisible(queue.url());
        // Never back, and never on the spot: each step costs time, so that any bound is reached.
        next.ifPresent(visible -> goTo(visible.isAfter(end) ? end : visible));
        return next.isEmpty();
    }

    private void goTo(Instant then) {
        if (then.isAfter(clock.instant())) {
            clock.advance(Duration.between(clock.instant(), then));
        } else {
            clock.advance(pace.serviceTime());
        }
    }

    private List<List<Message>> receive() {
        queues.nextVisible(queue.url())
                .map(visible -> Duration.between(visible, clock.instant()))
                .filter(wait -> wait.compareTo(longestWait) > 0)
                .ifPresent(wait -> longestWait = wait);
        List<List<Message>> batches = new ArrayList<>();
        while (batches.size() < pace.concurrency()) {
            List<Message> batch = receive(pace.batchSize());
            if (batch.isEmpty()) {
                break;
            }
            batches.add(batch);
        }
        List<Message> last = batches.isEmpty() ? List.of() : batches.get(batches.size() - 1);
        if (!pace.window().isZero() && !last.isEmpty() && last.size() < pace.batchSize()) {
            clock.advance(pace.window());
            last.addAll(receive(pace.batchSize() - last.size()));
        }
        batches.forEach(batch -> batch.forEach(message -> receives.merge(message.messageId(), 1, Integer::sum)));
        return batches;
    }

    private List<Message> receive(int most) {
        List<Message> batch = new ArrayList<>();
        int wanted = most;
        while (wanted > 0) {
            int atMost = Math.min(wanted, MAX_RECEIVE);
            List<Message> received = sqs.receiveMessage(request -> request.queueUrl(queue.url())
                            .maxNumberOfMessages(atMost)
                            .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                            .messageAttributeNames("All"))
                    .messages();
            batch.addAll(received);
            wanted = received.size() < atMost ? 0 : wanted - received.size();
        }
        return batch;
    }

    private void invoke(List<List<Message>> batches) {
        List<Future<Optional<byte[]>>> answers = batches.stream()
                .map(batch -> invocations.submit(() -> function.invoke(SqsEvents.event(batch, queue.arn()))))
                .toList();
        for (int i = 0; i < batches.size(); i++) {
            invoked++;
            Optional<byte[]> answer = await(answers.get(i));
            if (answer.isPresent()) {
                deleteWhatSucceeded(batches.get(i), answer.get());
            } else {
                failed++;
            }
        }
    }

    private void deleteWhatSucceeded(List<Message> batch, byte[] answer) {
        Set<String> ids = batch.stream().map(Message::messageId).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> comeAgain = BatchResponse.failed(answer, ids);
        List<DeleteMessageBatchRequestEntry> done = batch.stream()
                .filter(message -> !comeAgain.contains(message.messageId()))
                .map(message -> DeleteMessageBatchRequestEntry.builder()
                        .id(message.messageId())
                        .receiptHandle(message.receiptHandle())
                        .build())
                .toList();
        for (int from = 0; from < done.size(); from += MAX_RECEIVE) {
            List<DeleteMessageBatchRequestEntry> entries =
                    done.subList(from, Math.min(from + MAX_RECEIVE, done.size()));
            sqs.deleteMessageBatch(request -> request.queueUrl(queue.url()).entries(entries));
        }
    }

    /** The longest for which a message was visible before it was received. */
    public Duration longestWait() {
        return longestWait;
    }

    /** How often the function was invoked. */
    public int invocations() {
        return invoked;
    }

    /** How many invocations ended in an error. */
    public int failedInvocations() {
        return failed;
    }

    /** How many different messages were received. */
    public int messages() {
        return receives.size();
    }

    /** 0 if there were none. */
    public double meanReceives() {
        return receives.isEmpty() ? 0 : (double) totalReceives() / receives.size();
    }

    public int receives(String messageId) {
        return receives.getOrDefault(messageId, 0);
    }

    /** 0 if there were none. */
    public int mostReceives() {
        return receives.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    private int totalReceives() {
        return receives.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public void close() {
        invocations.shutdownNow();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an invocation could not be made", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
