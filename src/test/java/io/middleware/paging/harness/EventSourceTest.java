package io.middleware.paging.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;

import io.middleware.paging.harness.EventSource.Pace;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.queue.FunctionInvoker;
import io.middleware.paging.local.sqs.FakeSqs;
import io.middleware.paging.local.template.DeployedTemplate.Queue;

/** The driver of the clock, with functions of a line in place of notify. */
class EventSourceTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration SERVICE_TIME = Duration.ofMillis(200);

    private final MutableClock clock = new MutableClock(NOON);
    private final FakeSqs queues = FakeSqs.start(clock);
    private final SqsClient sqs = AwsClients.sqs(queues.endpoint());
    private final String url =
            sqs.createQueue(request -> request.queueName("alerts")).queueUrl();
    private final Queue queue = new Queue(url, "arn:aws:sqs:us-east-1:000000000000:alerts");
    private final List<Integer> batchSizes = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stop() {
        sqs.close();
        queues.close();
    }

    @Test
    void aBacklogTakesAsManyRoundsAsItFillsByTheClock() {
        send(25);

        try (EventSource source = source(5, 2, succeeding())) {
            source.drain(Duration.ofMinutes(1));

            assertThat(source.invocations()).isEqualTo(5);
            assertThat(source.messages()).isEqualTo(25);
            assertThat(source.meanReceives()).isEqualTo(1);
        }
        assertThat(batchSizes).containsOnly(5);
        assertThat(clock.instant()).isEqualTo(NOON.plus(SERVICE_TIME.multipliedBy(3)));
    }

    @Test
    void aBatchMayBeLargerThanAReceive() {
        send(25);

        try (EventSource source = source(25, 1, succeeding())) {
            source.drain(Duration.ofMinutes(1));
        }

        assertThat(batchSizes).containsExactly(25);
    }

    @Test
    void whatFailsStaysHiddenAndComesAgainWhenItsTimeOutEnds() {
        send(3);

        try (EventSource source = source(10, 1, failingOnce())) {
            source.drain(Duration.ofMinutes(1));

            assertThat(source.invocations()).isEqualTo(2);
            assertThat(source.mostReceives()).isEqualTo(2);
            assertThat(source.meanReceives()).isEqualTo(4 / 3.0);
        }
        assertThat(batchSizes).containsExactly(3, 1);
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(30).plus(SERVICE_TIME));
    }

    @Test
    void aFunctionThatNeverSucceedsIsReportedAndDoesNotGoOnForever() {
        send(1);

        try (EventSource source = source(10, 1, event -> Optional.empty())) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> source.drain(Duration.ofHours(1)))
                    .withMessageContaining("the queue is not empty");

            assertThat(source.failedInvocations()).isBetween(100, 120);
        }
    }

    @Test
    void aBatchThatIsNotFullWaitsForItsWindow() {
        send(3);
        Duration window = Duration.ofSeconds(1);

        try (EventSource source =
                new EventSource(queues, sqs, queue, clock, succeeding(), new Pace(10, window, 1, SERVICE_TIME))) {
            source.drain(Duration.ofMinutes(1));
        }

        assertThat(batchSizes).containsExactly(3);
        assertThat(clock.instant()).isEqualTo(NOON.plus(window).plus(SERVICE_TIME));
    }

    @Test
    void theLongestWaitIsThatOfWhatCameLast() {
        send(25);

        try (EventSource source = source(5, 2, succeeding())) {
            source.drain(Duration.ofMinutes(1));

            assertThat(source.longestWait()).isEqualTo(SERVICE_TIME.multipliedBy(2));
        }
    }

    @Test
    void workEndsWhereItIsToldTo() {
        send(1);

        try (EventSource source = source(10, 1, event -> Optional.empty())) {
            source.runUntil(NOON.plusSeconds(10));
            assertThat(source.invocations()).isEqualTo(1);
            assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(10));

            source.runUntil(NOON.plusSeconds(31));
            assertThat(source.invocations()).isEqualTo(2);
        }
    }

    private EventSource source(int batchSize, int concurrency, FunctionInvoker function) {
        return new EventSource(queues, sqs, queue, clock, function, new Pace(batchSize, concurrency, SERVICE_TIME));
    }

    private FunctionInvoker succeeding() {
        return event -> {
            batchSizes.add(records(event).size());
            return Optional.of("{\"batchItemFailures\":[]}".getBytes(StandardCharsets.UTF_8));
        };
    }

    /** Reports the message "0" as failed when it comes first. */
    private FunctionInvoker failingOnce() {
        return event -> {
            List<JsonNode> records = records(event);
            batchSizes.add(records.size());
            return Optional.of(records.stream()
                    .filter(record -> record.path("body").asText().equals("0"))
                    .filter(record -> record.at("/attributes/ApproximateReceiveCount")
                            .asText()
                            .equals("1"))
                    .map(record ->
                            "{\"itemIdentifier\":\"" + record.path("messageId").asText() + "\"}")
                    .collect(Collectors.joining(",", "{\"batchItemFailures\":[", "]}"))
                    .getBytes(StandardCharsets.UTF_8));
        };
    }

    private static List<JsonNode> records(byte[] event) {
        try {
            List<JsonNode> records = new ArrayList<>();
            new ObjectMapper().readTree(event).path("Records").forEach(records::add);
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(int messages) {
        for (int i = 0; i < messages; i++) {
            String body = Integer.toString(i);
            sqs.sendMessage(request -> request.queueUrl(url).messageBody(body));
        }
    }
}
