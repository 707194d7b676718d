package io.middleware.paging;

import static io.middleware.paging.harness.FunctionUnderTest.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.alert.Scene;
import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.LogLines;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;

@QuarkusTest
@TestProfile(FunctionUnderTest.SendTest.class)
@QuarkusTestResource(TestCloud.class)
class SendTestFunctionTest {
    @Inject
    Scene scene;

    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();

    @BeforeEach
    void installAndBind() {
        scene.startReadyToPage();
    }

    @AfterEach
    void emptyTheQueue() {
        cloud.sqs()
                .purgeQueue(request ->
                        request.queueUrl(cloud.stack().queue("AlertQueue").url()));
    }

    @Test
    void aTestIsAnsweredWithItsIncidentAndWithWhomItPages() {
        JsonNode reply = send();

        IncidentView incident = incident(reply.path("incident").path("id").asText());
        assertThat(incident.isOpen()).isFalse();
        assertThat(reply.path("incident").path("number").asInt()).isEqualTo(incident.number());
        assertThat(reply.path("incident").path("htmlUrl").asText()).endsWith("/incidents/" + incident.id());
        assertThat(reply.path("incident").path("status").asText()).isEqualTo("resolved");
        assertThat(reply.path("verdict").asText()).isEqualTo("An alert of this rule pages Asha Rao.");
        assertThat(reply.path("reachesSomebody").asBoolean()).isTrue();
        assertThat(reply.path("sentAt").asText())
                .isEqualTo(cloud.clock().instant().toString());
        assertThat(reply.path("warnings").isArray()).isTrue();
        assertThat(reply.has("error")).isFalse();
    }

    @Test
    void whoeverIsNotPagedIsToldInWarnings() {
        scene.installAsTheOwner();
        scene.bind(Sample.BOTS);

        JsonNode reply = send();

        assertThat(reply.path("reachesSomebody").asBoolean(true)).isFalse();
        assertThat(reply.path("verdict").asText()).contains("pages nobody");
        assertThat(texts(reply.path("warnings"), "code")).contains("NOBODY_PAGED", "SELF_ON_CALL");
    }

    @Test
    void aRefusalIsAValueWithItsRemedy() {
        scene.bind(Sample.LEGACY);

        JsonNode error = send().path("error");

        assertThat(error.path("code").asText()).isEqualTo("NOT_PAGEABLE");
        assertThat(error.path("message").asText()).contains("is disabled");
        assertThat(error.path("remedy").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"ruleId\":\"cpu-high\"}|workspaceId is missing",
                "{\"workspaceId\":\"acme\"}|ruleId is missing",
                "{\"workspaceId\":\"a/../b\",\"ruleId\":\"cpu-high\"}|workspaceId must be",
                "{\"workspaceId\":\"acme\",\"ruleId\":\"cpu high\"}|ruleId must be",
                "{\"workspaceId\":\"acme\",\"ruleId\":{}}|ruleId must be text, found an object",
                "[]|The request must be a JSON object",
                "{\"workspaceId\":\"acme\",\"ruleId\":\"cpu-high\",\"tf\":{\"action\":\"create\"}}|tf",
            })
    void whatIsNoRequestIsRefusedByField(String request, String message) {
        int before = cloud.pagerDuty().requests().size();

        JsonNode reply = function.call(request);

        assertThat(reply.path("error").path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).startsWith(message);
        assertThat(cloud.pagerDuty().requests()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"workspaceId", "ruleId"})
    void aTokenInTheWrongFieldIsNotRepeated(String field) {
        for (String token : new String[] {Sample.MANAGER_TOKEN, "y_NbAkKc66ryYTWUXYEu"}) {
            String request = "{\"workspaceId\":\"" + scene.workspace() + "\",\"ruleId\":\"cpu-high\"}";

            JsonNode reply = function.call(request.replaceFirst(
                    "\"" + field + "\":\"[^\"]*\"", "\"" + field + "\":\"" + token.replace("$", "") + "\""));

            assertThat(reply.has("error")).isTrue();
            assertThat(reply.toString()).doesNotContain("sample").doesNotContain("NbAkKc66");
        }
    }

    @Test
    void aTestLeavesALineThatSaysSo() {
        try (LogLines lines = new LogLines(AuditLog.class.getName())) {
            JsonNode reply = send();
            cloud.clock().advance(Duration.ofMillis(1));
            scene.bind(Sample.LEGACY);
            send();

            assertThat(lines.of(scene.workspace()))
                    .extracting(LogLines.Line::message)
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith("TESTED: rule cpu-high of workspace " + scene.workspace()
                                            + ": incident #"
                                            + reply.path("incident")
                                                    .path("number")
                                                    .asInt() + " on service PSVC001, resolved")
                                    .endsWith("reaches somebody: true"),
                            line -> assertThat(line)
                                    .startsWith("TESTED: rule cpu-high of workspace " + scene.workspace()
                                            + ": NOT_PAGEABLE, "));
        }
    }

    @Test
    void whoIsOnCallIsNoReasonForAServiceToOpenNothing() {
        scene.installAsTheOwner();
        scene.bind(Sample.BOTS);
        cloud.pagerDuty().us().service(Sample.BOTS).disable();
        try (LogLines lines = new LogLines(AuditLog.class.getName())) {
            JsonNode error = send().path("error");

            assertThat(error.path("code").asText()).isEqualTo("NOT_PAGEABLE");
            assertThat(error.path("message").asText())
                    .contains("is disabled in PagerDuty")
                    .doesNotContain("owner of the token");
            assertThat(lines.of(scene.workspace()))
                    .allSatisfy(line -> assertThat(line.message()).doesNotContain("owner of the token"));
        } finally {
            cloud.pagerDuty().us().service(Sample.BOTS).enable();
        }
    }

    private JsonNode send() {
        cloud.clock().advance(Duration.ofMillis(1));
        return function.call("{\"workspaceId\":\"" + scene.workspace() + "\",\"ruleId\":\"cpu-high\"}");
    }

    private IncidentView incident(String id) {
        return cloud.pagerDuty().incident(id);
    }
}
