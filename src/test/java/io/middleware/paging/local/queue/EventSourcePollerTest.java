package io.middleware.paging.local.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.local.engine.SqsEngine;
import io.middleware.paging.local.template.EventSourceDefinition;

class EventSourcePollerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(60);

    private static SqsEngine engine;
    /** Two workers poll: what one of them has handled must be deleted before the other could receive it. */
    private static final String LONG_ENOUGH_TO_DELETE = "10";

    private static SqsClient sqs;

    /** Every event that the function got. */
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();

    private String queueName;

    @BeforeAll
    static void start() {
        engine = SqsEngine.start();
        sqs = engine.client();
    }

    @AfterAll
    static void stop() {
        sqs.close();
        engine.close();
    }

    @BeforeEach
    void nameQueue(TestInfo test) {
        queueName = test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void eventHoldsTheMessageAsLambdaWouldGiveIt() throws Exception {
        String url = createQueue(Map.of());
        try (EventSourcePoller poller = poll(url, event -> "")) {

            String id = sqs.sendMessage(request -> request.queueUrl(url)
                            .messageBody("{\"a\":1}")
                            .messageAttributes(Map.of(
                                    "text",
                                            MessageAttributeValue.builder()
                                                    .dataType("String")
                                                    .stringValue("x")
                                                    .build(),
                                    "bytes",
                                            MessageAttributeValue.builder()
                                                    .dataType("Binary")
                                                    .binaryValue(SdkBytes.fromUtf8String("y"))
                                                    .build())))
                    .messageId();

            JsonNode message = nextEvent().at("/Records/0");
            assertThat(message.get("messageId").asText()).isEqualTo(id);
            assertThat(message.get("receiptHandle").asText()).isNotEmpty();
            assertThat(message.get("body").asText()).isEqualTo("{\"a\":1}");
            assertThat(message.get("md5OfBody").asText()).isEqualTo("bb6cb5c68df4652941caf652a366f2d8");
            assertThat(message.get("eventSource").asText()).isEqualTo("aws:sqs");
            assertThat(message.get("eventSourceARN").asText()).isEqualTo(arn(url));
            assertThat(message.get("awsRegion").asText()).isEqualTo("us-east-1");
            assertThat(message.at("/attributes/ApproximateReceiveCount").asText())
                    .isEqualTo("1");
            assertThat(message.at("/attributes/SentTimestamp").asText()).matches("\\d{13}");
            assertThat(message.at("/messageAttributes/text/stringValue").asText())
                    .isEqualTo("x");
            assertThat(message.at("/messageAttributes/bytes/binaryValue").asText())
                    .isEqualTo("eQ==");
            assertThat(message.at("/messageAttributes/bytes/dataType").asText()).isEqualTo("Binary");
            poller.awaitDrained(SOON);
        }
    }

    @Test
    void onlyTheMessageThatFailedComesAgain() throws Exception {
        String url = createQueue(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, LONG_ENOUGH_TO_DELETE));
        send(url, "good", "bad");
        try (EventSourcePoller poller = poll(
                url,
                event -> failuresOf(event, message -> body(message).equals("bad") && receiveCount(message) == 1))) {

            poller.awaitDrained(SOON);

            assertThat(receivedBodies()).containsExactlyInAnyOrder("good", "bad", "bad");
        }
    }

    @Test
    void answerThatNamesAnUnknownMessageFailsTheWholeBatch() throws Exception {
        String url = createQueue(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, LONG_ENOUGH_TO_DELETE));
        send(url, "a", "b");
        try (EventSourcePoller poller = poll(
                url,
                event -> receiveCount(event.at("/Records/0")) == 1
                        ? "{\"batchItemFailures\":[{\"itemIdentifier\":\"nobody\"}]}"
                        : "{}")) {

            poller.awaitDrained(SOON);

            assertThat(receivedBodies()).containsExactlyInAnyOrder("a", "b", "a", "b");
        }
    }

    @Test
    void functionErrorsLeadToTheDeadLetterQueueOnceReceivesAreUsedUp() throws Exception {
        String deadUrl = sqs.createQueue(request -> request.queueName(queueName + "-dead"))
                .queueUrl();
        String url = createQueue(Map.of(
                QueueAttributeName.VISIBILITY_TIMEOUT,
                "1",
                QueueAttributeName.REDRIVE_POLICY,
                "{\"deadLetterTargetArn\":\"" + arn(deadUrl) + "\",\"maxReceiveCount\":\"2\"}"));
        send(url, "poison");
        try (EventSourcePoller poller = poll(url, event -> null)) {

            poller.awaitDrained(SOON);

            assertThat(receivedBodies()).containsExactly("poison", "poison");
            List<Message> dead = sqs.receiveMessage(
                            request -> request.queueUrl(deadUrl).waitTimeSeconds(5))
                    .messages();
            assertThat(dead).singleElement().extracting(Message::body).isEqualTo("poison");
        }
    }

    @Test
    void aFunctionThatCannotEvenBeCalledIsCalledAgain() throws Exception {
        String url = createQueue(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "1"));
        send(url, "message");
        EventSourceDefinition mapping =
                new EventSourceDefinition("Test", arn(url), 10, Duration.ZERO, true, Optional.empty());
        Function<JsonNode, String> answer = event -> {
            if (receiveCount(event.at("/Records/0")) == 1) {
                throw new IllegalStateException("all instances are busy");
            }
            return "";
        };
        try (EventSourcePoller poller = poll(mapping, url, answer, 1)) {

            poller.awaitDrained(SOON);

            assertThat(receivedBodies()).containsExactly("message", "message");
            assertThat(poller.received()).isEqualTo(2);
            assertThat(poller.failedInvocations()).isEqualTo(1);
        }
    }

    @Test
    void groupOfAFifoQueueWaitsForItsBatchWhileOthersGoOn() throws Exception {
        String url = createQueue(
                Map.of(QueueAttributeName.FIFO_QUEUE, "true", QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true"));
        CountDownLatch otherGroupSeen = new CountDownLatch(1);
        sendToGroup(url, "slow", "slow-1");
        try (EventSourcePoller poller = poll(url, event -> {
            if (receivedBodies(event).contains("slow-1")) {
                sendToGroup(url, "slow", "slow-2");
                sendToGroup(url, "other", "other-1");
                awaitQuietly(otherGroupSeen);
            } else if (receivedBodies(event).contains("other-1")) {
                otherGroupSeen.countDown();
            }
            return "{}";
        })) {

            poller.awaitDrained(SOON);

            assertThat(receivedBodies()).containsExactly("slow-1", "other-1", "slow-2");
        }
    }

    @Test
    void messagesOfAGroupArriveInOrderInOneBatch() throws Exception {
        String url = createQueue(
                Map.of(QueueAttributeName.FIFO_QUEUE, "true", QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true"));
        for (int i = 0; i < 5; i++) {
            sendToGroup(url, "group", "message-" + i);
        }
        try (EventSourcePoller poller = poll(url, event -> "")) {

            poller.awaitDrained(SOON);

            assertThat(events).hasSize(1);
            assertThat(receivedBodies())
                    .containsExactly("message-0", "message-1", "message-2", "message-3", "message-4");
        }
    }

    @Test
    void batchingWindowFillsABatch() throws Exception {
        String url = createQueue(Map.of());
        for (int i = 0; i < 12; i++) {
            send(url, "message-" + i);
        }
        EventSourceDefinition mapping =
                new EventSourceDefinition("Test", arn(url), 12, Duration.ofSeconds(10), true, Optional.empty());
        try (EventSourcePoller poller = poll(mapping, url, event -> "", 1)) {

            poller.awaitDrained(SOON);

            assertThat(events)
                    .singleElement()
                    .satisfies(event -> assertThat(event.get("Records")).hasSize(12));
        }
    }

    @Test
    void noMoreBatchesAreUnderWayThanTheMappingAllows() throws Exception {
        String url = createQueue(Map.of());
        for (int i = 0; i < 12; i++) {
            send(url, "message-" + i);
        }
        EventSourceDefinition mapping =
                new EventSourceDefinition("Test", arn(url), 1, Duration.ZERO, true, Optional.of(2));
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier bothAreThere = new CyclicBarrier(2);
        try (EventSourcePoller poller = poll(
                mapping,
                url,
                event -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    awaitQuietly(bothAreThere);
                    underWay.decrementAndGet();
                    return "";
                },
                6)) {

            poller.awaitDrained(SOON);

            assertThat(most).hasValue(2);
        }
    }

    @Test
    void pausedPollerReceivesNothingUntilItResumes() throws Exception {
        String url = createQueue(Map.of());
        try (EventSourcePoller poller = poll(url, event -> "")) {
            poller.pause();

            send(url, "later");

            assertThat(sqs.receiveMessage(request ->
                                    request.queueUrl(url).waitTimeSeconds(2).visibilityTimeout(0))
                            .messages())
                    .hasSize(1);
            assertThat(events).isEmpty();
            poller.resume();
            poller.awaitDrained(SOON);
            assertThat(receivedBodies()).containsExactly("later");
        }
    }

    /** @param answer given the event; null is a function error */
    private EventSourcePoller poll(String url, Function<JsonNode, String> answer) {
        return poll(
                new EventSourceDefinition("Test", arn(url), 10, Duration.ZERO, true, Optional.empty()), url, answer, 2);
    }

    private EventSourcePoller poll(
            EventSourceDefinition mapping, String url, Function<JsonNode, String> answer, int concurrency) {
        FunctionInvoker function = event -> {
            try {
                JsonNode read = JSON.readTree(event);
                events.add(read);
                return Optional.ofNullable(answer.apply(read)).map(String::getBytes);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
        return new EventSourcePoller(mapping, url, sqs, sqs, function, concurrency, problem -> {});
    }

    private JsonNode nextEvent() throws InterruptedException {
        JsonNode event = events.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).as("an event").isNotNull();
        return event;
    }

    private List<String> receivedBodies() {
        List<String> bodies = new ArrayList<>();
        events.forEach(event -> bodies.addAll(receivedBodies(event)));
        return bodies;
    }

    private static List<String> receivedBodies(JsonNode event) {
        return StreamSupport.stream(event.get("Records").spliterator(), false)
                .map(EventSourcePollerTest::body)
                .toList();
    }

    private static String failuresOf(JsonNode event, Function<JsonNode, Boolean> fails) {
        var response = JSON.createObjectNode();
        var failures = response.putArray("batchItemFailures");
        for (JsonNode message : event.get("Records")) {
            if (fails.apply(message)) {
                failures.addObject().set("itemIdentifier", message.get("messageId"));
            }
        }
        return response.toString();
    }

    private static String body(JsonNode message) {
        return message.get("body").asText();
    }

    private static int receiveCount(JsonNode message) {
        return message.at("/attributes/ApproximateReceiveCount").asInt();
    }

    private String createQueue(Map<QueueAttributeName, String> attributes) {
        String name = attributes.containsKey(QueueAttributeName.FIFO_QUEUE) ? queueName + ".fifo" : queueName;
        return sqs.createQueue(request -> request.queueName(name).attributes(attributes))
                .queueUrl();
    }

    private static void send(String url, String... bodies) {
        for (String body : bodies) {
            sqs.sendMessage(request -> request.queueUrl(url).messageBody(body));
        }
    }

    private static void sendToGroup(String url, String group, String body) {
        sqs.sendMessage(request -> request.queueUrl(url).messageGroupId(group).messageBody(body));
    }

    private static String arn(String url) {
        return sqs.getQueueAttributes(request -> request.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
    }

    private static void awaitQuietly(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("the other batch did not come", e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
