package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.local.pagerduty.Sample;

/** The files of {@code events/} are what they are named after. */
class SampleEventsTest {
    private static final Path EVENTS = Path.of("events");

    private final AlertParser parser = new AlertParser(Samples.JSON, FixedAlertConfig.defaults(), Samples.CLOCK);

    @Test
    void triggeredIsOneAlertThatFires() {
        assertThat(alertsOf("notify-triggered.json")).containsExactly("acme cpu-high cpu-high/host=web-1 TRIGGERED");
    }

    @Test
    void resolvedIsTheEndOfTheSameAlert() {
        assertThat(alertsOf("notify-resolved.json")).containsExactly("acme cpu-high cpu-high/host=web-1 RESOLVED");
    }

    @Test
    void snsEnvelopeHoldsTheSameAlert() {
        assertThat(alertsOf("notify-sns-envelope.json")).containsExactly("acme cpu-high cpu-high/host=web-1 TRIGGERED");
    }

    @Test
    void batchHasOneMalformedMessageAmongGoodOnes() {
        assertThat(alertsOf("notify-batch.json"))
                .containsExactly(
                        "acme cpu-high cpu-high/host=web-1 TRIGGERED",
                        "acme cpu-high cpu-high/host=web-2 TRIGGERED",
                        "MALFORMED title is missing; occurredAt must be an ISO-8601 time with its offset, such as"
                                + " 2026-11-23T03:00:00Z, found \"yesterday\"",
                        "acme cpu-high cpu-high/host=web-4 TRIGGERED");
    }

    @Test
    void malformedIsNoAlert() {
        assertThat(alertsOf("notify-malformed.json")).singleElement().asString().startsWith("MALFORMED ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"notify-cloudwatch-eventbridge.json", "notify-cloudwatch-sns.json"})
    void cloudWatchIsTheSameAlarmBothWays(String file) {
        assertThat(alertsOf(file))
                .containsExactly("acme cpu-high arn:aws:cloudwatch:us-east-1:000000000000:alarm:cpu-high TRIGGERED");
    }

    @Test
    void alertmanagerHasOneAlertThatFiresAndOneThatHasResolved() {
        assertThat(alertsOf("notify-alertmanager.json"))
                .containsExactly("acme cpu-high 5ef77f1f8a3ecf8d TRIGGERED", "acme cpu-high b1d9f2a4c07e6635 RESOLVED");
    }

    @ParameterizedTest
    @CsvSource({
        "notify-grafana.json, acme cpu-high c6eadffa33fcdf37 TRIGGERED",
        "notify-managed-prometheus.json, acme cpu-high 5ef77f1f8a3ecf8d TRIGGERED",
    })
    void whatSpeaksLikeAlertmanagerIsAnAlertOfItsRule(String file, String alert) {
        assertThat(alertsOf(file)).containsExactly(alert);
    }

    @ParameterizedTest
    @MethodSource("notifyEvents")
    void recordsAreCompleteAndTheirMd5Right(Path file) {
        JsonNode records = Samples.json(file).path("Records");

        assertThat(records).isNotEmpty();
        for (JsonNode record : records) {
            assertThat(record.path("messageId").asText()).hasSize(36);
            assertThat(record.path("receiptHandle").asText()).isNotEmpty();
            assertThat(record.path("attributes").fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder(
                            "ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp");
            assertThat(record.path("messageAttributes").isObject()).isTrue();
            assertThat(record.path("md5OfBody").asText())
                    .isEqualTo(md5(record.path("body").asText()));
            assertThat(record.path("eventSource").asText()).isEqualTo("aws:sqs");
            assertThat(record.path("eventSourceARN").asText())
                    .isEqualTo("arn:aws:sqs:us-east-1:000000000000:local-alerts");
            assertThat(record.path("awsRegion").asText()).isEqualTo("us-east-1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "triggered",
                "resolved",
                "cloudwatch-eventbridge",
                "cloudwatch-sns",
                "alertmanager",
                "grafana",
                "managed-prometheus",
                "sns-envelope"
            })
    void messageIsTheBodyOfItsEvent(String name) {
        JsonNode record = Samples.json(EVENTS.resolve("notify-" + name + ".json"))
                .path("Records")
                .path(0);

        assertThat(Samples.json(record.path("body").asText())).isEqualTo(Samples.message(name));
    }

    @Test
    void installBringsTheTokenThatTheLocalPagerDutyKnows() {
        JsonNode install = Samples.json(EVENTS.resolve("install.json"));

        assertThat(install.path("workspaceId").asText()).isEqualTo("acme");
        assertThat(install.path("accessToken").asText()).isEqualTo(Sample.MANAGER_TOKEN);
    }

    private static Stream<Path> notifyEvents() throws IOException {
        try (Stream<Path> files = Files.list(EVENTS)) {
            return files.filter(file -> file.getFileName().toString().startsWith("notify-")).sorted().toList().stream();
        }
    }

    /** One line for each alert, and one for each reason why there is none. */
    private List<String> alertsOf(String file) {
        List<String> found = new ArrayList<>();
        for (JsonNode record : Samples.json(EVENTS.resolve(file)).path("Records")) {
            Map<String, String> attributes = new HashMap<>();
            record.path("messageAttributes")
                    .fields()
                    .forEachRemaining(attribute -> attributes.put(
                            attribute.getKey(),
                            attribute.getValue().path("stringValue").asText()));
            ParsedMessage parsed =
                    parser.parse(Samples.received(record.path("body").asText(), attributes));
            parsed.alerts()
                    .forEach(alert -> found.add(
                            alert.workspaceId() + " " + alert.ruleId() + " " + alert.alertId() + " " + alert.status()));
            parsed.malformed().forEach(reason -> found.add("MALFORMED " + reason));
        }
        return found;
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
