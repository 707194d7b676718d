package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;

import jakarta.inject.Inject;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.harness.VirtualTimeCloud;

/** A message that is made to do harm, or that meets a bug, costs one line and one receive, and no other message anything. */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class PoisonTest {
    @Inject
    Scene scene;

    private QueuedAlerts alerts;

    @BeforeEach
    void begin() {
        alerts = new QueuedAlerts(scene);
    }

    @AfterEach
    void end() {
        alerts.close();
    }

    /** 256 KB of them, and as much as SQS would let a message be. */
    @ParameterizedTest
    @ValueSource(ints = {87_368, 349_000})
    void howeverManyAlertsAreMalformedItIsOneLineAndOneDeadLetter(int count) {
        alerts.letMessagesHave(1_048_576);
        String body = "{\"receiver\":\"r\",\"alerts\":[" + "{},".repeat(count - 1) + "{}]}";
        String poison = alerts.send(body, Map.of());
        alerts.send("web-1", "triggered", alerts.now());

        alerts.handle();

        assertThat(alerts.errors()).hasSize(1);
        assertThat(alerts.errors().get(0))
                .startsWith("MALFORMED: Alertmanager webhook: alerts[0]: ")
                .contains("alerts[9]: ")
                .endsWith("; and " + (count - 10) + " more")
                .hasSizeLessThan(10_000);
        assertThat(alerts.ends("MALFORMED")).isEqualTo(1);
        assertThat(alerts.receivesOf(poison)).isEqualTo(1);
        assertThat(alerts.deadLetters())
                .singleElement()
                .satisfies(dead -> assertThat(QueuedAlerts.attribute(dead, "reason"))
                        .startsWith("Alertmanager webhook: alerts[0]: "));
        assertThat(alerts.incidents()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"labels", "links"})
    void anAlertWithFarTooMuchInItPagesAll(String field) {
        String body = alerts.body("web-1", "triggered", alerts.now());
        String much = field.equals("links")
                ? "[" + "{},".repeat(80_000) + "{}]"
                : "{" + "\"a\":1,".repeat(40_000) + "\"b\":2}";
        alerts.send(body.substring(0, body.length() - 1) + ",\"" + field + "\":" + much + "}", Map.of());

        alerts.handle();

        assertThat(alerts.incidents())
                .singleElement()
                .satisfies(incident ->
                        assertThat(incident.details()).hasSizeLessThan(8_193).contains("Rule: cpu-high"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatEndsInAnErrorIsTriedAgainAloneAndItsBatchGoesOn(boolean ofMemory) {
        VirtualTimeCloud.current()
                .random()
                .failNext(1, () -> ofMemory ? new OutOfMemoryError("Java heap space") : new StackOverflowError());
        for (int i = 0; i < 5; i++) {
            alerts.send("web-" + i, "triggered", alerts.now());
        }

        alerts.pass(Duration.ofMillis(200));

        assertThat(alerts.incidents()).hasSize(4);
        assertThat(alerts.ends("WAITING")).isEqualTo(1);
        assertThat(alerts.errors()).as("the stack of the bug").hasSize(1);
        alerts.handle(Duration.ofSeconds(10));
        assertThat(alerts.incidents()).hasSize(5);
    }

    @Test
    void whatAlwaysEndsInAnErrorReachesTheDeadLetterQueueWithItsReason() {
        VirtualTimeCloud.current().random().failNext(Integer.MAX_VALUE, StackOverflowError::new);
        String poison = alerts.send("web-1", "triggered", alerts.now());
        alerts.pass(Duration.ofMinutes(1));
        int receives = alerts.receivesOf(poison);

        alerts.passUnhandled(Duration.ofDays(4).minusHours(1));
        alerts.handle();

        assertThat(alerts.deadLetters()).singleElement().satisfies(dead -> {
            assertThat(QueuedAlerts.attribute(dead, "outcome")).isEqualTo("EXPIRED");
            assertThat(QueuedAlerts.attribute(dead, "reason")).contains("StackOverflowError");
        });
        assertThat(receives).as("it was hidden with a back-off").isBetween(3, 20);
        assertThat(alerts.incidents()).isEmpty();
    }
}
