package io.middleware.paging.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

import io.middleware.paging.local.queue.SqsEvents;

/** Alerts that were never seen before, and the events that bring them to notify. */
final class Alerts {

    private final String queueArn;
    private int count;

    /** An alert that fires {@code at}. */
    record Alert(String id, Instant at) {}

    Alerts(String queueArn) {
        this.queueArn = queueArn;
    }

    Alert next() {
        return new Alert(Stage.RULE + "/host=web-" + ++count, Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    List<Alert> next(int size) {
        return Stream.generate(this::next).limit(size).toList();
    }

    byte[] fires(List<Alert> alerts) {
        return event(alerts.stream()
                .map(alert -> body(alert, "triggered", alert.at()))
                .toList());
    }

    byte[] fires(Alert alert) {
        return fires(List.of(alert));
    }

    byte[] goesOn(Alert alert) {
        return event(List.of(body(alert, "triggered", alert.at().plusSeconds(30))));
    }

    byte[] ends(Alert alert) {
        return event(List.of(body(alert, "resolved", alert.at().plusSeconds(60))));
    }

    private byte[] event(List<String> bodies) {
        return SqsEvents.event(bodies.stream().map(Alerts::message).toList(), queueArn);
    }

    private static Message message(String body) {
        return Message.builder()
                .messageId(UUID.randomUUID().toString())
                .receiptHandle("handle-" + UUID.randomUUID())
                .body(body)
                .attributes(Map.of(
                        MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                        "1",
                        MessageSystemAttributeName.SENT_TIMESTAMP,
                        Long.toString(System.currentTimeMillis())))
                .build();
    }

    private static String body(Alert alert, String status, Instant at) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("workspaceId", Stage.WORKSPACE)
                .put("ruleId", Stage.RULE)
                .put("alertId", alert.id())
                .put("status", status)
                .put("title", "CPU above 90 % on web-1")
                .put("summary", "93.4 % for 5 minutes")
                .put("severity", "critical")
                .put("occurredAt", at.toString())
                .put("source", "web-1");
        body.putObject("labels").put("env", "prod").put("team", "payments");
        body.putArray("links").addObject().put("text", "Graph").put("href", "https://metrics.acme.example/d/cpu");
        return body.toString();
    }
}
