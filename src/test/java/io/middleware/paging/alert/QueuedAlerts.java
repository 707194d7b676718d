package io.middleware.paging.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.harness.EventSource;
import io.middleware.paging.harness.EventSource.Pace;
import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.metrics.EmfLine;

/**
 * Alerts as their producers send them: through an empty queue, to a fresh workspace, on a clock that the test drives. Keeps the
 * ERROR lines that are logged meanwhile.
 */
final class QueuedAlerts implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger("io.middleware.paging");

    private final VirtualTimeCloud cloud = VirtualTimeCloud.current();
    private final Scene scene;
    private final EventSource source;
    private final List<String> errors = new ArrayList<>();
    private final Handler errorLines = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.SEVERE.intValue()) {
                synchronized (errors) {
                    errors.add(line.getMessage());
                }
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    QueuedAlerts(Scene scene) {
        this.scene = scene;
        // What an earlier test reserved lies in the past, and nothing that it cached is fresh.
        cloud.clock().advance(Duration.ofHours(6));
        cloud.pagerDuty().reset();
        cloud.sqs().purgeQueue(request -> request.queueUrl(url("AlertQueue")));
        cloud.sqs().purgeQueue(request -> request.queueUrl(url("DeadLetterQueue")));
        cloud.metricLines().clear();
        scene.startReadyToPage();
        source = cloud.alerts(new FunctionUnderTest()::invoke, new Pace(10, 5, Duration.ofMillis(200)));
        LOG.addHandler(errorLines);
    }

    @Override
    public void close() {
        cloud.random().heal();
        LOG.removeHandler(errorLines);
        source.close();
    }

    String send(String body, Map<String, String> attributes) {
        Map<String, MessageAttributeValue> typed = new HashMap<>();
        attributes.forEach((name, value) -> typed.put(
                name,
                MessageAttributeValue.builder()
                        .dataType("String")
                        .stringValue(value)
                        .build()));
        return cloud.sqs()
                .sendMessage(request ->
                        request.queueUrl(url("AlertQueue")).messageBody(body).messageAttributes(typed))
                .messageId();
    }

    /** In the product's own format. Its sender says that it is {@code occurredAt} now. */
    String send(String alertId, String status, Instant occurredAt) {
        return send(body(alertId, status, occurredAt), Map.of());
    }

    String body(String alertId, String status, Instant occurredAt) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("workspaceId", scene.workspace())
                .put("ruleId", Scene.RULE.value())
                .put("alertId", alertId)
                .put("status", status)
                .put("title", "CPU above 90 % on " + alertId)
                .put("occurredAt", occurredAt.toString())
                .toString();
    }

    /** Until none is left. */
    void handle() {
        handle(Duration.ofMinutes(10));
    }

    void handle(Duration atMost) {
        source.drain(atMost);
    }

    void pass(Duration time) {
        source.runUntil(now().plus(time));
    }

    /** Time passes and nothing is handled. */
    void passUnhandled(Duration time) {
        cloud.clock().advance(time);
    }

    int receivesOf(String messageId) {
        return source.receives(messageId);
    }

    Instant now() {
        return cloud.clock().instant();
    }

    /** Oldest first. */
    List<IncidentView> incidents() {
        return cloud.pagerDuty().incidents();
    }

    List<Message> deadLetters() {
        return look("DeadLetterQueue");
    }

    /** What is visible of the alerts that are to be handled. */
    List<Message> inQueue() {
        return look("AlertQueue");
    }

    /** Ten at most are looked at, and left there. */
    private List<Message> look(String queue) {
        return cloud.sqs()
                .receiveMessage(request -> request.queueUrl(url(queue))
                        .maxNumberOfMessages(10)
                        .visibilityTimeout(0)
                        .messageAttributeNames("All"))
                .messages();
    }

    static String attribute(Message message, String name) {
        MessageAttributeValue value = message.messageAttributes().get(name);
        return value == null ? null : value.stringValue();
    }

    /** How often an alert ended so. */
    long ends(String outcome) {
        return cloud.metricLines().stream()
                .map(EmfLine::read)
                .filter(line -> line.metric().equals("Alerts") && outcome.equals(line.field("outcome")))
                .flatMap(line -> line.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    List<String> errors() {
        synchronized (errors) {
            return List.copyOf(errors);
        }
    }

    /** The queues take messages of so many bytes, whatever the template says. */
    void letMessagesHave(int maxBytes) {
        for (String queue : List.of("AlertQueue", "DeadLetterQueue")) {
            cloud.sqs()
                    .setQueueAttributes(request -> request.queueUrl(url(queue))
                            .attributes(Map.of(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, Integer.toString(maxBytes))));
        }
    }

    private String url(String queue) {
        return cloud.stack().queue(queue).url();
    }
}
