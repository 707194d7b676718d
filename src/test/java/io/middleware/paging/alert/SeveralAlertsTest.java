package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;

/** A message with several alerts becomes messages of one each, and nothing is lost, doubled or mixed up by that. */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class SeveralAlertsTest {
    private static final int MAX_MESSAGE_BYTES = 524_288;

    @Inject
    Scene scene;

    @Inject
    SqsRedrive redrive;

    private QueuedAlerts alerts;

    @BeforeEach
    void begin() {
        alerts = new QueuedAlerts(scene);
        alerts.letMessagesHave(MAX_MESSAGE_BYTES);
    }

    @AfterEach
    void end() {
        alerts.letMessagesHave(MAX_MESSAGE_BYTES);
        alerts.close();
    }

    @Test
    void theNamesOfAnSnsEnvelopeDecideForEachOfThem() {
        ObjectNode body = webhook(3);
        body.path("alerts").forEach(alert -> ((ObjectNode) alert.path("labels")).remove("workspaceId"));
        ObjectNode envelope =
                Samples.inSnsEnvelope(body).put("Timestamp", alerts.now().toString());
        envelope.putObject("MessageAttributes")
                .putObject("workspaceId")
                .put("Type", "String")
                .put("Value", scene.workspace());

        alerts.send(envelope.toString(), Map.of());
        alerts.handle();

        assertThat(alerts.incidents()).hasSize(3);
    }

    @Test
    void theAttributesOfItsProducerDecideForEachOfThemHoweverManyThereAre() {
        ObjectNode body = webhook(3);
        body.path("alerts").forEach(alert -> ((ObjectNode) alert.path("labels")).remove("workspaceId"));
        Map<String, String> attributes = new HashMap<>(Map.of("workspaceId", scene.workspace()));
        for (int i = 1; i < 10; i++) {
            attributes.put("producer-" + i, "x");
        }

        alerts.send(body.toString(), attributes);
        alerts.handle();

        assertThat(alerts.incidents()).hasSize(3);
    }

    @Test
    void theMalformedOnesGoToTheDeadLetterQueueAndTheOthersPage() {
        ObjectNode body = webhook(30);
        for (int i = 0; i < 15; i++) {
            ((ObjectNode) body.path("alerts").get(2 * i)).remove("fingerprint");
        }

        String message = alerts.send(body.toString(), Map.of());
        alerts.handle();

        assertThat(alerts.incidents()).hasSize(15);
        assertThat(alerts.receivesOf(message)).isEqualTo(1);
        assertThat(alerts.errors()).singleElement().asString().endsWith("; and 5 more");
        assertThat(alerts.deadLetters()).singleElement().satisfies(dead -> {
            assertThat(dead.body()).isEqualTo(body.toString());
            assertThat(QueuedAlerts.attribute(dead, "outcome")).isEqualTo("MALFORMED");
            assertThat(QueuedAlerts.attribute(dead, "reason")).startsWith("Alertmanager webhook: alerts[0]: ");
        });
    }

    @Test
    void whatIsSentBackForItsMalformedOnesPagesNobodyAgain() {
        ObjectNode body = webhook(3);
        ((ObjectNode) body.path("alerts").get(0)).remove("fingerprint");
        alerts.send(body.toString(), Map.of());
        alerts.handle();
        for (IncidentView incident : alerts.incidents()) {
            VirtualTimeCloud.current().pagerDuty().resolveByHand(incident.id());
        }
        alerts.pass(Duration.ofHours(1));

        redrive.start();
        alerts.handle(Duration.ofHours(1));

        assertThat(alerts.incidents()).hasSize(2);
    }

    @Test
    void whatSqsTakesOnlyInPartIsSentAgainAndPagesOnceEach() {
        ObjectNode body = webhook(4);
        ((ObjectNode) body.path("alerts").get(2).path("annotations")).put("description", "x".repeat(3_000));
        alerts.send(body.toString(), Map.of());
        alerts.letMessagesHave(2_000);
        alerts.pass(Duration.ofMinutes(1));
        assertThat(alerts.incidents()).hasSize(3);

        alerts.letMessagesHave(MAX_MESSAGE_BYTES);
        alerts.handle();

        assertThat(alerts.incidents()).hasSize(4);
    }

    @Test
    void largeOnesGoOnInAsManyCallsAsTheyNeed() {
        ObjectNode body = webhook(9);
        body.path("alerts")
                .forEach(alert -> ((ObjectNode) alert.path("annotations")).put("description", "x".repeat(55_000)));

        alerts.send(body.toString(), Map.of());
        alerts.handle();

        assertThat(alerts.incidents()).hasSize(9);
    }

    @Test
    void halfOfASurrogatePairKeepsNoneOfThemFromPaging() {
        ObjectNode body = webhook(2);
        ((ObjectNode) body.path("alerts").get(0).path("annotations")).put("summary", "cut in HALF");

        alerts.send(body.toString().replace("HALF", "\\ud83d"), Map.of());
        alerts.handle();

        assertThat(alerts.incidents()).hasSize(2);
    }

    @Test
    void howeverLargeWhatTheyHaveInCommonEachIsSmall() {
        ObjectNode body = webhook(100);
        body.put("groupKey", "x".repeat(20_000))
                .put("receiver", "x".repeat(20_000))
                .put("message", "y");
        body.putObject("commonAnnotations").put("description", "x".repeat(400_000));

        alerts.send(body.toString(), Map.of());
        alerts.pass(Duration.ofMillis(200));

        assertThat(alerts.inQueue()).hasSize(10).allSatisfy(part -> {
            assertThat(part.body()).hasSizeLessThan(10_000).doesNotContain("message");
            assertThat(QueuedAlerts.attribute(part, "sentAt")).isNotEmpty();
        });
        alerts.handle();
        assertThat(alerts.incidents()).hasSize(100);
    }

    @Test
    void aResolveOvertakesNoTriggerOfAnEarlierMessage() {
        scene.bind(Sample.LEGACY);
        alerts.send(webhook(12).toString(), Map.of());
        alerts.pass(Duration.ofSeconds(5));
        ObjectNode resolved = webhook(12);
        resolved.path("alerts")
                .forEach(alert -> ((ObjectNode) alert)
                        .put("status", "resolved")
                        .put("endsAt", alerts.now().toString()));
        alerts.send(resolved.toString(), Map.of());
        alerts.pass(Duration.ofSeconds(5));
        scene.bind(Sample.PAYMENTS);

        alerts.handle();

        assertThat(alerts.incidents()).isEmpty();
        assertThat(alerts.ends("STALE")).isEqualTo(12);
    }

    /** So many alerts as Alertmanager sends them. */
    private ObjectNode webhook(int count) {
        Instant now = alerts.now();
        ObjectNode webhook = JsonNodeFactory.instance
                .objectNode()
                .put("version", "4")
                .put("receiver", "paging")
                .put("groupKey", "{}:{}");
        for (int i = 0; i < count; i++) {
            ObjectNode alert = webhook.withArray("alerts")
                    .addObject()
                    .put("status", "firing")
                    .put("fingerprint", "web-" + i)
                    .put("startsAt", now.toString());
            alert.putObject("labels").put("alertname", Scene.RULE.value()).put("workspaceId", scene.workspace());
            alert.putObject("annotations").put("summary", "CPU above 90 % on web-" + i);
        }
        return webhook;
    }
}
