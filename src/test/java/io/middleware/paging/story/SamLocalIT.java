package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.local.LocalCloud;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.pagerduty.IncidentView;

/**
 * What {@code sam local invoke --env-vars events/env.json} does, but for the container: each function runs with the variables of
 * that file, by which it finds everything behind the one address of the local cloud.
 */
class SamLocalIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTAINERS_VIEW = "http://host.docker.internal:8080";

    private static Map<String, Map<String, String>> variables;
    private static String gateway;
    private static LocalCloud cloud;

    @BeforeAll
    static void start() throws IOException {
        int port = freePort();
        gateway = "http://localhost:" + port;
        variables = JSON.readValue(
                Files.readString(Path.of("events", "env.json")).replace(CONTAINERS_VIEW, gateway),
                new TypeReference<Map<String, Map<String, String>>>() {});
        LocalCloud.Builder builder = LocalCloud.builder().port(port).workDirectory(Path.of("target", "sam-local"));
        variables.forEach((logicalId, ofFunction) -> {
            String function = exportName(logicalId);
            ofFunction.forEach((name, value) -> builder.environment(function, name, value));
        });
        cloud = builder.start();
    }

    @AfterAll
    static void end() {
        if (cloud != null) {
            cloud.close();
        }
    }

    @Test
    void everyFunctionFindsWhatItNeedsBehindOneAddress() throws Exception {
        Set<String> run = new LinkedHashSet<>();
        for (String event : new String[] {
            "install",
            "status",
            "list-services",
            "bind-rule",
            "list-bindings",
            "notify-triggered",
            "notify-malformed",
            "explain",
            "send-test",
            "unbind-rule",
            "uninstall"
        }) {
            String function = event.replaceFirst("^notify-.*", "notify");
            JsonNode reply = cloud.invoke(function, Files.readString(Path.of("events", event + ".json")));

            assertThat(reply.has("error")).as(event + ": " + reply).isFalse();
            run.add(function);
        }

        assertThat(run)
                .containsExactlyInAnyOrderElementsOf(
                        variables.keySet().stream().map(SamLocalIT::exportName).toList());
        assertThat(cloud.pagerDuty().incidents())
                .extracting(IncidentView::title)
                .containsExactlyInAnyOrder("CPU above 90 % on web-1", "Test: alerts of rule cpu-high arrive here");
        assertThat(deadLetters()).isEqualTo("1");
    }

    @Test
    void everyTableAndQueueOfTheFileIsThere() {
        try (DynamoDbClient dynamoDb = AwsClients.dynamoDb(URI.create(gateway));
                SqsClient sqs = AwsClients.sqs(URI.create(gateway))) {
            variables
                    .values()
                    .forEach(ofFunction -> ofFunction.forEach((name, value) -> {
                        if (name.endsWith("_TABLE")) {
                            dynamoDb.describeTable(request -> request.tableName(value));
                        } else if (name.endsWith("_QUEUE_URL")) {
                            sqs.getQueueAttributes(
                                    request -> request.queueUrl(value).attributeNames(QueueAttributeName.QUEUE_ARN));
                        } else if (name.endsWith("_QUEUE_ARN")) {
                            sqs.getQueueUrl(request -> request.queueName(value.substring(value.lastIndexOf(':') + 1)));
                        }
                    }));
        }
    }

    private static String deadLetters() {
        try (SqsClient sqs = cloud.sqs()) {
            return sqs.getQueueAttributes(
                            request -> request.queueUrl(cloud.endpoints().deadLetterQueueUrl())
                                    .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                    .attributes()
                    .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES);
        }
    }

    private static String exportName(String logicalId) {
        return logicalId.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
