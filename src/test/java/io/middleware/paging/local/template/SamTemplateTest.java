package io.middleware.paging.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.local.engine.DynamoDbEngine;
import io.middleware.paging.local.engine.SqsEngine;

class SamTemplateTest {

    private static final Path TEMPLATE = Path.of("template.yaml");

    private static SqsEngine sqsEngine;

    @TempDir
    Path directory;

    @BeforeAll
    static void startSqs() {
        sqsEngine = SqsEngine.start();
    }

    @AfterAll
    static void stopSqs() {
        sqsEngine.close();
    }

    @Test
    void tablesAreCreatedWithTheirIndexesAndTimeToLive() {
        DeployedTemplate stack = deploy("tables", Map.of());

        String name = stack.tableNames().get("Deliveries");

        assertThat(name).isEqualTo("tables-Deliveries");
        try (DynamoDbClient dynamoDb = DynamoDbEngine.shared().client()) {
            TableDescription table =
                    dynamoDb.describeTable(request -> request.tableName(name)).table();
            assertThat(table.globalSecondaryIndexes())
                    .singleElement()
                    .satisfies(index -> assertThat(index.indexName()).isEqualTo("byRule"));
            assertThat(dynamoDb.describeTimeToLive(request -> request.tableName(name))
                            .timeToLiveDescription()
                            .attributeName())
                    .isEqualTo("expiresAtEpochSeconds");
        }
    }

    @Test
    void whatRunsOnAClockOfItsOwnIsNotSweptByTheMachines() {
        try (DynamoDbClient dynamoDb = DynamoDbEngine.shared().client()) {
            SamTemplate template = SamTemplate.read(TEMPLATE, "unswept", Map.of());

            Map<String, String> tables = DeployedTemplate.createUnsweptTables(template, dynamoDb);

            assertThat(tables)
                    .containsKeys("Deliveries", "RateBudgets")
                    .allSatisfy((id, name) -> assertThat(dynamoDb.describeTimeToLive(request -> request.tableName(name))
                                    .timeToLiveDescription()
                                    .timeToLiveStatus())
                            .as(id)
                            .isEqualTo(TimeToLiveStatus.DISABLED));
        }
    }

    @Test
    void queuesAreCreatedWithTheirDeadLetterQueue() {
        DeployedTemplate stack = deploy("queues", Map.of("MaxReceiveCount", "7", "Fifo", "true"));

        Map<QueueAttributeName, String> attributes = attributes(stack.queue("AlertQueue"));

        assertThat(stack.queue("AlertQueue").url()).endsWith("/queues-alerts.fifo");
        assertThat(attributes.get(QueueAttributeName.REDRIVE_POLICY))
                .contains(stack.queue("DeadLetterQueue").arn())
                .contains("7");
        assertThat(attributes.get(QueueAttributeName.VISIBILITY_TIMEOUT)).isEqualTo("45");
    }

    /** Ten for a process that has to start first, and the lease is five longer than the time-out. */
    @ParameterizedTest
    @ValueSource(strings = {"10", "15", "20", "25", "30", "35", "40", "45", "60", "90"})
    void messagesStayHiddenUntilNobodyCanHoldTheirClaim(String timeout) {
        DeployedTemplate stack = deploy("hidden-" + timeout, Map.of("NotifyTimeoutSeconds", timeout));

        assertThat(attributes(stack.queue("AlertQueue")).get(QueueAttributeName.VISIBILITY_TIMEOUT))
                .isEqualTo(Integer.toString(Integer.parseInt(timeout) + 15));
    }

    @Test
    void messagesStayHiddenForAsLongAsIsAskedFor() {
        DeployedTemplate stack = deploy("hidden", Map.of("VisibilityTimeoutSeconds", "190"));

        assertThat(attributes(stack.queue("AlertQueue")).get(QueueAttributeName.VISIBILITY_TIMEOUT))
                .isEqualTo("190");
    }

    @Test
    void functionsGetExactlyTheEnvironmentOfTheTemplate() {
        DeployedTemplate stack = deploy("functions", Map.of("NotifyTimeoutSeconds", "15"));

        FunctionDefinition notify = function(stack, "notify");

        assertThat(notify.name()).isEqualTo("functions-notify");
        assertThat(notify.timeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(notify.memoryMegabytes()).isEqualTo(256);
        assertThat(notify.environment())
                .containsEntry("QUARKUS_FUNQY_EXPORT", "notify")
                .containsEntry("PAGING_TIMEOUT", "15")
                .containsEntry("PAGING_SECRET_PREFIX", "pagerduty/functions/")
                .containsEntry("PAGING_STACK", "functions")
                .containsEntry("PAGING_DELIVERIES_TABLE", "functions-Deliveries")
                .containsEntry("PAGING_BUDGETS_TABLE", "functions-RateBudgets")
                .containsEntry("PAGING_RATE_PER_MINUTE", "240")
                .containsEntry("PAGING_LOW_URGENCY_SHARE", "0.5")
                .containsEntry("PAGING_BURST", "10")
                .containsEntry("PAGING_QUEUE_RETENTION", "345600")
                .containsEntry("PAGING_MAX_RECEIVES", "1000")
                .containsEntry(
                        "PAGING_DEAD_LETTER_QUEUE_URL",
                        stack.queue("DeadLetterQueue").url());
        assertThat(notify.eventSources())
                .containsExactly(new EventSourceDefinition(
                        "AlertsToNotify", stack.queue("AlertQueue").arn(), 10, Duration.ZERO, true, Optional.of(10)));
        assertThat(function(stack, "install").environment())
                .containsEntry(
                        "PAGING_DEAD_LETTER_QUEUE_ARN",
                        stack.queue("DeadLetterQueue").arn())
                .containsEntry(
                        "PAGING_ALERT_QUEUE_ARN", stack.queue("AlertQueue").arn())
                .doesNotContainKeys("PAGING_DELIVERIES_TABLE", "PAGING_BUDGETS_TABLE");
        FunctionDefinition sendTest = function(stack, "send-test");
        assertThat(sendTest.environment())
                .containsEntry(
                        "PAGING_TIMEOUT", Long.toString(sendTest.timeout().toSeconds()))
                .containsEntry(
                        "PAGING_ALERT_QUEUE_URL", stack.queue("AlertQueue").url())
                .containsEntry("PAGING_DELIVERIES_TABLE", "functions-Deliveries")
                .containsEntry("PAGING_BUDGETS_TABLE", "functions-RateBudgets")
                .containsEntry("PAGING_RATE_PER_MINUTE", "240");
    }

    @Test
    void unknownParameterIsNamedWithThoseThatExist() {
        assertThatThrownBy(() -> SamTemplate.read(TEMPLATE, "local", Map.of("NotifyTimeout", "5")))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("no parameter NotifyTimeout")
                .hasMessageContaining("NotifyTimeoutSeconds");
    }

    @Test
    void valueThatIsNotAllowedIsRefused() {
        assertThatThrownBy(() -> SamTemplate.read(TEMPLATE, "local", Map.of("Fifo", "yes")))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("Fifo may be one of [true, false], not yes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x", "/", "pagerduty", "with a blank/", "*/"})
    void aSecretPrefixThatMatchesTooMuchIsRefused(String prefix) {
        assertThatThrownBy(() -> SamTemplate.read(TEMPLATE, "local", Map.of("SecretPrefix", prefix)))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("SecretPrefix must match");
    }

    @Test
    void unknownIntrinsicIsNamed() {
        assertThatThrownBy(() -> environmentValue("!ImportValue other-stack"))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("!ImportValue");
    }

    @Test
    void unknownReferenceIsNamed() {
        assertThatThrownBy(() -> environmentValue("!Ref Nobody"))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("Nothing is named Nobody");
    }

    @Test
    void intrinsicsAreEvaluatedInShortAndLongForm() {
        assertThat(environmentValue("!Join ['-', [a, !Ref Size, {Ref: 'AWS::Region'}]]"))
                .isEqualTo("a-5-us-east-1");
        assertThat(environmentValue("!Sub ['${x}/${Size}/${!kept}', {x: !If [Small, s, l]}]"))
                .isEqualTo("s/5/${kept}");
        assertThat(environmentValue("{'Fn::If': [Large, l, !Ref 'AWS::NoValue']}"))
                .isNull();
    }

    private String environmentValue(String expression) {
        try {
            Path file = Files.writeString(directory.resolve("template.yaml"), """
                    Parameters:
                      Size: {Type: Number, Default: 5}
                    Conditions:
                      Small: !Equals [!Ref Size, 5]
                      Large: !Not [!Condition Small]
                    Resources:
                      F:
                        Type: AWS::Serverless::Function
                        Properties:
                          Environment:
                            Variables:
                              VALUE: %s
                    """.formatted(expression));
            List<FunctionDefinition> functions = DeployedTemplate.deploy(
                            SamTemplate.read(file, "small", Map.of()),
                            DynamoDbEngine.shared().endpoint(),
                            sqsEngine.endpoint())
                    .functions();
            return functions.get(0).environment().get("VALUE");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static DeployedTemplate deploy(String stackName, Map<String, String> parameters) {
        return DeployedTemplate.deploy(
                SamTemplate.read(TEMPLATE, stackName, parameters),
                DynamoDbEngine.shared().endpoint(),
                sqsEngine.endpoint());
    }

    private static FunctionDefinition function(DeployedTemplate stack, String exportName) {
        return stack.functions().stream()
                .filter(function -> function.exportName().equals(exportName))
                .findFirst()
                .orElseThrow();
    }

    private static Map<QueueAttributeName, String> attributes(DeployedTemplate.Queue queue) {
        try (SqsClient sqs = sqsEngine.client()) {
            return sqs.getQueueAttributes(
                            request -> request.queueUrl(queue.url()).attributeNames(QueueAttributeName.ALL))
                    .attributes();
        }
    }
}
