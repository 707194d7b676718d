package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.LocalCloud;
import io.middleware.paging.local.pagerduty.FakePagerDuty;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pagerduty.IncidentKey;

/** A workspace of its own for each story, and the words to tell it with. */
abstract class Story {
    static final String RULE = "cpu-high";
    static final String ALERT = "cpu-high/host=web-1";

    /** Long enough for a slow machine: a story that works never waits as long. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    final String workspace = "story-" + UUID.randomUUID().toString().substring(0, 8);

    private final Instant start = Instant.parse("2026-11-23T03:00:00Z");
    LocalCloud cloud;
    FakePagerDuty pagerDuty;

    @BeforeEach
    void enter() throws Exception {
        cloud = StoryCloud.get();
        pagerDuty = cloud.pagerDuty();
        pagerDuty.faults().clear();
        cloud.resumeAlerts();
    }

    @AfterEach
    void leave() throws Exception {
        if (cloud != null) {
            cloud.resumeAlerts();
            cloud.awaitDrained(PATIENCE);
            pagerDuty.faults().clear();
            assertThat(cloud.takeDenied())
                    .as("calls that a role does not allow")
                    .isEmpty();
            assertThat(pagerDuty.unexpectedRequests()).isEmpty();
            assertThat(pagerDuty.doublePages()).isEmpty();
        }
    }

    JsonNode install(String token) {
        return cloud.invoke("install", object().put("workspaceId", workspace).put("accessToken", token));
    }

    JsonNode bind(String serviceName) {
        JsonNode reply = cloud.invoke(
                "bind-rule",
                object().put("workspaceId", workspace)
                        .put("ruleId", RULE)
                        .put("serviceName", serviceName)
                        .put("notifyOnResolve", true));
        assertThat(reply.has("error")).as(reply.toString()).isFalse();
        return reply;
    }

    /** The alert fires, {@code seconds} after three in the morning. */
    void fires(int seconds) {
        cloud.send(message("triggered", ALERT, seconds));
    }

    void resolves(int seconds) {
        cloud.send(message("resolved", ALERT, seconds));
    }

    String message(String status, String alertId, int seconds) {
        ObjectNode message = object().put("workspaceId", workspace)
                .put("ruleId", RULE)
                .put("alertId", alertId)
                .put("status", status)
                .put("title", "CPU above 90 % on web-1")
                .put("summary", "93.4 % for 5 minutes")
                .put("severity", "critical")
                .put("occurredAt", start.plusSeconds(seconds).toString())
                .put("source", "web-1");
        message.putObject("labels").put("env", "prod");
        return message.toString();
    }

    /** Waits until every message is handled: none visible, hidden or in flight. */
    void handled() throws InterruptedException {
        cloud.awaitDrained(PATIENCE);
    }

    ConditionFactory await() {
        return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50));
    }

    /** The incidents of this story's alert, oldest first. */
    List<IncidentView> incidents() {
        return incidents(ALERT);
    }

    List<IncidentView> incidents(String alertId) {
        String key = IncidentKey.of(workspace, RULE, alertId).value();
        return pagerDuty.incidents().stream()
                .filter(incident -> key.equals(incident.key()))
                .toList();
    }

    /** An attribute of the alert's item in the ledger; empty when there is none. */
    String ledger(String attribute) {
        return ledger(ALERT, attribute);
    }

    String ledger(String alertId, String attribute) {
        try (DynamoDbClient dynamo = cloud.dynamoDb()) {
            String id = new DeliveryKey(new WorkspaceId(workspace), RULE, alertId).deliveryId();
            AttributeValue value = dynamo.getItem(request -> request.tableName(cloud.tableName("Deliveries"))
                            .key(Map.of("deliveryId", AttributeValue.fromS(id)))
                            .consistentRead(true))
                    .item()
                    .get(attribute);
            return value == null ? "" : value.s();
        }
    }

    /**
     * Takes what lies in the dead-letter queue out of it. Until a receive finds nothing: before that ElasticMQ would still
     * move with a redrive what was deleted.
     */
    List<Message> deadLetters() {
        String url = cloud.endpoints().deadLetterQueueUrl();
        List<Message> all = new ArrayList<>();
        try (SqsClient sqs = cloud.sqs()) {
            List<Message> messages;
            do {
                messages = sqs.receiveMessage(request ->
                                request.queueUrl(url).maxNumberOfMessages(10).messageAttributeNames("All"))
                        .messages();
                messages.forEach(message ->
                        sqs.deleteMessage(request -> request.queueUrl(url).receiptHandle(message.receiptHandle())));
                all.addAll(messages);
            } while (!messages.isEmpty());
        }
        return all;
    }

    void installAndBind() {
        assertThat(install(Sample.MANAGER_TOKEN).path("status").asText()).isEqualTo("ACTIVE");
        bind("Payments");
    }

    String stack() {
        String table = cloud.tableName("Deliveries");
        return table.substring(0, table.length() - "-Deliveries".length());
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
