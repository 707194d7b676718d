package io.middleware.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.alert.Scene;
import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.engine.DynamoDbEngine;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.template.DeployedTemplate;
import io.middleware.paging.local.template.DeployedTemplate.Queue;
import io.middleware.paging.local.template.SamTemplate;
import io.middleware.paging.metrics.EmfLine;
import io.middleware.paging.metrics.Metrics;

/** The function on the wire: what it is sent by Lambda, what it answers, and what that does to the queues. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class NotifyFunctionTest {
    @Inject
    Scene scene;

    @Inject
    Metrics metrics;

    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();
    private final Queue queue = cloud.stack().queue("AlertQueue");
    private final String alertId = UUID.randomUUID().toString();

    @BeforeEach
    void installAndBind() {
        scene.startReadyToPage();
    }

    @AfterEach
    void emptyTheQueues() {
        cloud.pagerDuty().faults().clear();
        cloud.sqs().purgeQueue(request -> request.queueUrl(queue.url()));
        cloud.sqs().purgeQueue(request -> request.queueUrl(deadLetterQueueUrl()));
    }

    @Test
    void aBatchPagesAndNothingComesBack() {
        List<String> failures = deliver(queue, alert("triggered", 0, "CPU above 90 % on web-1"));

        assertThat(failures).isEmpty();
        assertThat(incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.title()).isEqualTo("CPU above 90 % on web-1");
            assertThat(incident.from()).contains(Sample.MANAGER_EMAIL);
        });
    }

    @Test
    void whatABatchCountsIsWrittenBeforeLambdaMayFreezeTheProcess() {
        cloud.metricLines().clear();
        metrics.paged(Duration.ofMillis(4_711));

        deliver(queue, alert("triggered", 0, "CPU above 90 % on web-1"));

        assertThat(cloud.metricLines().stream().map(EmfLine::read))
                .anyMatch(line ->
                        line.metric().equals("AlertToPage") && line.values().contains(4_711L));
    }

    /** SQS's own age of the oldest message leaves out what was received three times: what waits for long. */
    @Test
    void whatWaitsForAPersonIsCountedAndSoIsForHowLongItHasWaited() {
        cloud.metricLines().clear();
        scene.bind(Sample.LEGACY);

        Instant sentAt = cloud.clock().instant().minus(Duration.ofHours(2));
        deliver(queue, Map.of(), Map.of("sentAt", sentAt.toString()), alert("triggered", 0, "nobody is paged"));

        assertThat(cloud.metricLines().stream()
                        .map(EmfLine::read)
                        .filter(line -> !List.of("Alerts", "FirstNeedsAction").contains(line.metric())))
                .extracting(line -> line.metric() + " " + line.field("reason") + " " + line.values())
                .containsExactlyInAnyOrder("NeedsAction NOT_PAGEABLE [1]", "WaitingTime null [7200]");
    }

    @Test
    void oneThatFailsComesBackAlone() {
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(503));

        List<String> failures = deliver(
                queue,
                alert("triggered", 0, "one").replace(alertId, alertId + "/1"),
                alert("triggered", 0, "two").replace(alertId, alertId + "/2"),
                alert("triggered", 0, "three").replace(alertId, alertId + "/3"));

        assertThat(failures).hasSize(1);
        assertThat(incidents()).hasSize(2);
    }

    @Test
    void theRecordsOfABatchAreHandledSideBySide() {
        // Each answer waits for the others: one after the other they would all time out.
        CyclicBarrier together = new CyclicBarrier(8);
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").times(8).afterwards(request -> meet(together)));
        String[] bodies = new String[8];
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = alert("triggered", 0, "number " + i).replace(alertId, alertId + "/" + i);
        }

        assertThat(deliver(queue, bodies)).isEmpty();

        assertThat(incidents()).hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not JSON: u+looks-like-a-token",
                "[]",
                "{\"workspaceId\":\"acme\"}",
                "{\"Type\":\"x\",\"TopicArn\":\"y\"}"
            })
    void aMalformedRecordEndsInTheDeadLetterQueueAloneWithItsReason(String body) {
        List<String> failures = deliver(queue, alert("triggered", 0, "good"), body);

        assertThat(failures).isEmpty();
        assertThat(incidents()).hasSize(1);
        Message dead = onlyMessageIn(deadLetterQueueUrl());
        assertThat(dead.body()).isEqualTo(body);
        assertThat(dead.messageAttributes().get("outcome").stringValue()).isEqualTo("MALFORMED");
        assertThat(dead.messageAttributes().get("reason").stringValue())
                .isNotBlank()
                .doesNotContain("u+looks");
        assertThat(messagesIn(queue.url())).as("it was moved, not copied").isZero();
    }

    @Test
    void aMessageThatIsMovedAgainKeepsTheTimeOfItsFirstSending() {
        deliver(queue, Map.of(), Map.of("sentAt", "2026-11-20T10:00:00Z"), "no alert");

        assertThat(onlyMessageIn(deadLetterQueueUrl())
                        .messageAttributes()
                        .get("sentAt")
                        .stringValue())
                .isEqualTo("2026-11-20T10:00:00Z");
    }

    private static String alertmanagerAlert(String workspace, String fingerprint) {
        return "{\"status\":\"firing\",\"startsAt\":\"2026-11-23T02:00:00Z\",\"fingerprint\":\"" + fingerprint
                + "\",\"labels\":{\"alertname\":\"cpu-high\",\"workspaceId\":\"" + workspace + "\"}}";
    }

    @Test
    void aRefusedRecordEndsInTheDeadLetterQueueWithPagerDutysWords() {
        scene.bind("PNOSUCH");

        assertThat(deliver(queue, alert("triggered", 0, "refused"))).isEmpty();

        Message dead = onlyMessageIn(deadLetterQueueUrl());
        assertThat(dead.messageAttributes().get("outcome").stringValue()).isEqualTo("REFUSED");
        assertThat(dead.messageAttributes().get("reason").stringValue()).contains("Service not found");
    }

    @Test
    void onAFifoQueueAFailedRecordTakesTheLaterOnesOfItsGroupWithItAndNoOther() {
        cloud.pagerDuty().faults().add(Fault.on("PUT", "/incidents").answering(503));

        List<String> failures = deliver(
                fifoQueue(),
                Map.of(0, "web-1", 1, "web-1", 2, "web-1", 3, "web-2"),
                alert("triggered", 0, "first"),
                alert("resolved", 60, "first"),
                alert("triggered", 120, "second"),
                alert("triggered", 0, "other").replace(alertId, alertId + "/other"));

        assertThat(failures).as("the resolve, and the trigger behind it").hasSize(2);
        assertThat(incidents()).extracting(IncidentView::title).containsExactlyInAnyOrder("first", "other");
    }

    @Test
    void onAFifoQueueTheOrderOfAGroupHolds() {
        List<String> failures = deliver(
                fifoQueue(),
                Map.of(0, "web-1", 1, "web-1", 2, "web-1"),
                alert("triggered", 0, "first"),
                alert("resolved", 60, "first"),
                alert("triggered", 120, "second"));

        assertThat(failures).isEmpty();
        assertThat(incidents()).extracting(IncidentView::isOpen).containsExactly(false, true);
    }

    @Test
    void onAFifoQueueEachOfSeveralAlertsIsAGroupOfItsOwnAndIsSentOnce() {
        Queue fifo = fifoQueue();
        String webhook = "{\"version\":\"4\",\"groupKey\":\"g\",\"alerts\":["
                + alertmanagerAlert(scene.workspace(), alertId + "/1") + ","
                + alertmanagerAlert(scene.workspace(), alertId + "/2") + "]}";

        List<String> failures = deliver(fifo, Map.of(0, "all"), webhook);
        List<Message> parts = receive(fifo);

        assertThat(failures).isEmpty();
        assertThat(parts)
                .extracting(part -> part.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID))
                .hasSize(2)
                .doesNotHaveDuplicates()
                .doesNotContain("all");
        assertThat(parts)
                .extracting(part -> part.attributes().get(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID))
                .doesNotHaveDuplicates();
        assertThat(incidents()).as("not before they come").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"Records\":[{\"EventSource\":\"aws:sns\",\"Sns\":{\"Message\":\"x\"}}]}"})
    void anEventThatIsNotOfSqsFailsTheInvocationInsteadOfVanishing(String event) {
        assertThat(function.callToFail(event).path("errorMessage").asText()).contains("notify takes SQS events");
    }

    @Test
    void anEmptyBatchIsDone() {
        assertThat(function.call("{\"Records\":[]}").path("batchItemFailures")).isEmpty();
    }

    @Test
    void theStoreBeingGoneFailsTheRecordAndNotTheInvocation() {
        cloud.secrets().failNext(20, io.middleware.paging.local.secrets.Fault.internalServiceError());

        List<String> failures = deliver(queue, alert("triggered", 0, "secrets are down"));
        cloud.secrets().heal();

        assertThat(failures).hasSize(1);
        assertThat(incidents()).isEmpty();
    }

    private List<String> deliver(Queue to, String... bodies) {
        return deliver(to, Map.of(), bodies);
    }

    private List<String> deliver(Queue to, Map<Integer, String> groups, String... bodies) {
        return deliver(to, groups, Map.of(), bodies);
    }

    /** Sends the bodies, receives them as the event source would, and returns the ids that the function reports. */
    private List<String> deliver(
            Queue to, Map<Integer, String> groups, Map<String, String> attributes, String... bodies) {
        for (int i = 0; i < bodies.length; i++) {
            String body = bodies[i];
            String group = groups.get(i);
            cloud.sqs().sendMessage(request -> {
                request.queueUrl(to.url()).messageBody(body);
                if (group != null) {
                    request.messageGroupId(group)
                            .messageDeduplicationId(UUID.randomUUID().toString());
                }
            });
        }
        ArrayNode records = JsonNodeFactory.instance.arrayNode();
        Map<String, String> handles = new HashMap<>();
        while (records.size() < bodies.length) {
            receive(to).forEach(message -> {
                records.add(record(message, to, attributes));
                handles.put(message.messageId(), message.receiptHandle());
            });
        }
        JsonNode reply = function.call(
                JsonNodeFactory.instance.objectNode().set("Records", records).toString());
        List<String> failures = new ArrayList<>();
        reply.path("batchItemFailures")
                .forEach(failure -> failures.add(failure.path("itemIdentifier").asText()));
        handles.keySet().removeAll(failures);
        if (!handles.isEmpty()) {
            // In a batch, because a message that is gone already is then no exception: on AWS it is none anyway.
            cloud.sqs()
                    .deleteMessageBatch(request -> request.queueUrl(to.url())
                            .entries(handles.entrySet().stream()
                                    .map(entry -> DeleteMessageBatchRequestEntry.builder()
                                            .id(entry.getKey())
                                            .receiptHandle(entry.getValue())
                                            .build())
                                    .toList()));
        }
        return failures;
    }

    private List<Message> receive(Queue from) {
        return cloud.sqs()
                .receiveMessage(request -> request.queueUrl(from.url())
                        .maxNumberOfMessages(10)
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                        .messageAttributeNames("All"))
                .messages();
    }

    private ObjectNode record(Message message, Queue from, Map<String, String> messageAttributes) {
        ObjectNode record = JsonNodeFactory.instance.objectNode();
        record.put("messageId", message.messageId());
        record.put("receiptHandle", message.receiptHandle());
        record.put("body", message.body());
        ObjectNode attributes = record.putObject("attributes");
        message.attributesAsStrings().forEach(attributes::put);
        // The queue goes by the machine's clock and the function by the test's: they must not be days apart.
        attributes.put("SentTimestamp", Long.toString(cloud.clock().instant().toEpochMilli()));
        ObjectNode sent = record.putObject("messageAttributes");
        messageAttributes.forEach(
                (name, value) -> sent.putObject(name).put("dataType", "String").put("stringValue", value));
        record.put("eventSource", "aws:sqs");
        record.put("eventSourceARN", from.arn());
        record.put("awsRegion", "us-east-1");
        return record;
    }

    private String alert(String status, int seconds, String title) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("workspaceId", scene.workspace())
                .put("ruleId", "cpu-high")
                .put("alertId", alertId)
                .put("status", status)
                .put("title", title)
                .put(
                        "occurredAt",
                        Instant.parse("2026-11-23T02:00:00Z")
                                .plusSeconds(seconds)
                                .toString())
                .toString();
    }

    /** Those of this test's workspace. */
    private List<IncidentView> incidents() {
        return cloud.pagerDuty().incidents().stream()
                .filter(incident -> incident.details().contains(alertId))
                .toList();
    }

    private Queue fifoQueue() {
        DeployedTemplate fifo = DeployedTemplate.deploy(
                SamTemplate.read(Path.of("template.yaml"), "fifo-" + System.nanoTime(), Map.of("Fifo", "true")),
                DynamoDbEngine.shared().endpoint(),
                cloud.sqsEndpoint());
        return fifo.queue("AlertQueue");
    }

    private String deadLetterQueueUrl() {
        return cloud.stack().queue("DeadLetterQueue").url();
    }

    private Message onlyMessageIn(String queueUrl) {
        List<Message> messages = cloud.sqs()
                .receiveMessage(request ->
                        request.queueUrl(queueUrl).maxNumberOfMessages(10).messageAttributeNames("All"))
                .messages();
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    private int messagesIn(String queueUrl) {
        return cloud
                .sqs()
                .getQueueAttributes(request -> request.queueUrl(queueUrl)
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributesAsStrings()
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
