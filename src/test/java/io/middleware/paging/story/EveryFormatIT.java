package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import io.middleware.paging.local.lambda.InvocationResult;
import io.middleware.paging.local.pagerduty.IncidentView;

/** Everything that the functions read and write, in the form that is shipped: nothing is lost to a missing registration. */
class EveryFormatIT extends Story {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource({
        "triggered, CPU above 90 % on web-1",
        "sns-envelope, CPU above 90 % on web-1",
        "alertmanager, CPU above 90 % on web-1",
        "grafana, CPU above 90 % on web-1",
        "managed-prometheus, CPU above 90 % on web-1",
        "cloudwatch-sns, 'cpu-high [InstanceId i-0123456789abcdef0, account 000000000000, region us-east-1]'",
    })
    void pagesWhoeverSentIt(String sample, String title) throws Exception {
        installAndBind();

        cloud.send(sample(sample));
        handled();

        assertThat(incidentsOfThisWorkspace()).extracting(IncidentView::title).contains(title);
    }

    @Test
    void aTimeIsTheSameMomentInWhateverZoneItIsWritten() throws Exception {
        installAndBind();

        cloud.send(message("triggered", ALERT, 0).replace("2026-11-23T03:00:00Z", "2026-11-23T08:30:00.123+05:30"));
        handled();

        assertThat(ledger("triggeredAt")).isEqualTo("2026-11-23T03:00:00.123Z");
        assertThat(incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.details()).contains("Time: 2026-11-23 03:00:00 UTC"));
    }

    @Test
    void anEventThatIsNoneIsReportedAndTheFunctionLivesOn() {
        InvocationResult first = cloud.tryInvoke("notify", "{}");
        InvocationResult second = cloud.tryInvoke("notify", "{\"Records\":[]}");

        assertThat(first.functionError()).isTrue();
        assertThat(first.payloadText()).contains("notify takes SQS events");
        assertThat(second.functionError()).isFalse();
        assertThat(second.payloadText()).isEqualTo("{\"batchItemFailures\":[]}");
    }

    @Test
    void whatAFunctionAnswersIsComplete() {
        installAndBind();

        JsonNode again = cloud.invoke(
                "bind-rule",
                object().put("workspaceId", workspace)
                        .put("ruleId", RULE)
                        .put("serviceName", "Checkout")
                        .put("urgency", "low"));
        JsonNode listed = cloud.invoke("list-services", object().put("workspaceId", workspace));

        assertThat(again.path("replaced").asBoolean()).isTrue();
        assertThat(again.path("changes").findValuesAsText("field"))
                .containsExactly("serviceId", "serviceName", "notifyOnResolve", "urgency");
        assertThat(again.path("binding").path("boundAt").asText()).endsWith("Z");
        assertThat(again.path("binding").path("urgency").asText()).isEqualTo("low");
        assertThat(listed.path("services").path(0).fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("id", "name", "description", "status", "escalationPolicy", "htmlUrl");
    }

    @Test
    void everyLineOfTheLogIsAnObjectThatCloudWatchCanSearch() throws Exception {
        installAndBind();
        fires(0);
        handled();

        // A function's output takes another way than its answer.
        await().until(() -> !linesOfTheOpening().isEmpty());
        List<String> lines = linesOfTheOpening();
        assertThat(lines).hasSize(1);
        JsonNode line = JSON.readTree(lines.get(0).substring(lines.get(0).indexOf('{')));
        assertThat(line.path("level").asText()).isEqualTo("INFO");
        JsonNode fields = line.path("mdc");
        assertThat(fields.path("rule").asText()).isEqualTo(RULE);
        assertThat(fields.path("incident").asText())
                .isEqualTo(incidents().get(0).id());
        assertThat(fields.path("delivery").asText()).startsWith(workspace + '/' + RULE + '/');
        assertThat(fields.path("requestId").asText()).isNotEmpty();
        assertThat(line.has("timestamp")).isTrue();
    }

    /** Lambda promises the locale en_US.UTF-8, and Amazon Linux 2023 does not have it: Java then takes ASCII for the console. */
    @Test
    void aNameInAnyScriptIsReadableInTheLog() throws Exception {
        installAndBind();
        String name = "決済エラー \uD83D\uDE00";

        cloud.send(message("triggered", name, 0));
        handled();

        await().until(() -> !linesOfTheOpening().isEmpty());
        String line = linesOfTheOpening().get(0);
        assertThat(JSON.readTree(line.substring(line.indexOf('{')))
                        .at("/mdc/alert")
                        .asText())
                .isEqualTo(name);
    }

    private List<String> linesOfTheOpening() {
        return cloud.logs().containing("\"workspace\":\"" + workspace + '"').stream()
                .filter(text -> text.contains("\"OPENED\""))
                .toList();
    }

    private String sample(String name) throws IOException {
        // The samples belong to the workspace acme, and to the rule of these stories.
        return Files.readString(Path.of("events", "messages", name + ".json")).replace("acme", workspace);
    }

    private List<IncidentView> incidentsOfThisWorkspace() {
        try (DynamoDbClient dynamo = cloud.dynamoDb()) {
            List<String> ids = dynamo
                    .scanPaginator(request -> request.tableName(cloud.tableName("Deliveries"))
                            .filterExpression("workspaceId = :w")
                            .expressionAttributeValues(Map.of(":w", AttributeValue.fromS(workspace))))
                    .items()
                    .stream()
                    .filter(item -> item.containsKey("incidentId"))
                    .map(item -> item.get("incidentId").s())
                    .toList();
            return pagerDuty.incidents().stream()
                    .filter(incident -> ids.contains(incident.id()))
                    .toList();
        }
    }
}
