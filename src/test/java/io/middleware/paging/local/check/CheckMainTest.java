package io.middleware.paging.local.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

import io.middleware.paging.local.engine.DynamoDbEngine;
import io.middleware.paging.local.engine.SqsEngine;
import io.middleware.paging.local.pagerduty.FakePagerDuty;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pagerduty.IncidentKey;
import io.middleware.paging.pagerduty.Sha256;

/** The whole tool, over the wire. */
class CheckMainTest {
    private static final Map<String, AttributeValue> FOLDED = Map.of("folded", AttributeValue.fromBool(true));

    private static SqsEngine sqsEngine;
    private static SqsClient sqs;
    private static DynamoDbClient dynamo;

    private final Map<String, String> settings = new HashMap<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private FakePagerDuty pagerDuty;
    private String table;
    private String queue;
    private String deadLetterQueue;

    @BeforeAll
    static void startEngines() {
        sqsEngine = SqsEngine.start();
        sqs = sqsEngine.client();
        dynamo = DynamoDbEngine.shared().client();
    }

    @AfterAll
    static void stopEngines() {
        dynamo.close();
        sqs.close();
        sqsEngine.close();
    }

    @BeforeEach
    void startPagerDuty(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        pagerDuty = FakePagerDuty.start(Clock.systemUTC());
        table = "check-" + name;
        dynamo.createTable(request -> request.tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("deliveryId")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName("deliveryId")
                        .keyType(KeyType.HASH)
                        .build()));
        queue = sqs.createQueue(request -> request.queueName(name)).queueUrl();
        deadLetterQueue =
                sqs.createQueue(request -> request.queueName(name + "-dead")).queueUrl();
        settings.putAll(Map.of(
                "deliveries", table,
                "queue", queue,
                "dead-letter-queue", deadLetterQueue,
                "pagerduty", pagerDuty.us().url().toString(),
                "again", "0"));
    }

    @AfterEach
    void end() {
        pagerDuty.close();
        dynamo.deleteTable(request -> request.tableName(table));
    }

    @Test
    void emptyStoresBalance() throws Exception {
        assertThat(check()).isEqualTo(CheckMain.NOTHING);
        assertThat(printed())
                .contains("0 deliveries, 0 messages in the alert queue")
                .contains("No difference.");
    }

    @Test
    void moreIncidentsThanPagerDutyListsAtOnceAreAllRead() throws Exception {
        for (int alert = 0; alert < 120; alert++) {
            record("web-" + alert, open("web-" + alert));
        }

        assertThat(check()).as(this::printed).isEqualTo(CheckMain.NOTHING);
        assertThat(printed()).contains("120 deliveries").contains("120 incidents");
    }

    @Test
    void whatWasClosedInPagerDutyAloneIsNamed() throws Exception {
        String id = open("web-1");
        record("web-1", id);
        pagerDuty.resolveByHand(id);

        assertThat(check()).isEqualTo(CheckMain.DIFFERENCES);
        assertThat(printed())
                .contains("OPEN_ONLY_IN_LEDGER: the ledger says that incident " + id
                        + " of alert web-1 of rule cpu-high of workspace acme is open, and PagerDuty has it resolved")
                .contains("Differences: 1");
    }

    @Test
    void whoHoldsASharedIncidentIsReadFromTheRulesItem() throws Exception {
        String id = openWithKey(IncidentKey.ofRule("acme", "cpu-high").value());
        record("", id, Map.of("firing", AttributeValue.fromBs(List.of(firing("web-1")))));
        record("web-1", id, FOLDED);
        assertThat(check()).as(this::printed).isEqualTo(CheckMain.NOTHING);

        record("web-2", id, FOLDED);
        assertThat(check()).isEqualTo(CheckMain.DIFFERENCES);
        assertThat(printed())
                .contains("OPEN_NOT_FIRING: the ledger says that alert web-2 of rule cpu-high")
                .contains("Differences: 1");
    }

    @Test
    void whatTheLedgerNeverHeardOfIsNamed() throws Exception {
        open("web-1");

        assertThat(check()).isEqualTo(CheckMain.DIFFERENCES);
        assertThat(printed()).contains("UNKNOWN_KEY: PagerDuty has incident ");
    }

    @Test
    void deadLettersAreReadAndLeftThere() throws Exception {
        sqs.sendMessage(request -> request.queueUrl(deadLetterQueue)
                .messageBody("moved by notify")
                .messageAttributes(Map.of("outcome", text("MALFORMED"), "reason", text("no alertId"))));
        String id = sqs.sendMessage(request -> request.queueUrl(deadLetterQueue).messageBody("moved by SQS"))
                .messageId();

        assertThat(check()).isEqualTo(CheckMain.DIFFERENCES);
        assertThat(printed())
                .contains("2 dead letters")
                .contains("DEAD_LETTER: message " + id + " in the dead-letter queue has no outcome")
                .contains("Differences: 1");
        assertThat(sqs.receiveMessage(
                                request -> request.queueUrl(deadLetterQueue).maxNumberOfMessages(10))
                        .messages())
                .as("both are visible")
                .hasSize(2);
    }

    @Test
    void whatIsDelayedOrHiddenIsCountedInBothQueues() throws Exception {
        sqs.sendMessage(request -> request.queueUrl(queue).messageBody("waits").delaySeconds(600));
        sqs.sendMessage(request -> request.queueUrl(deadLetterQueue)
                .messageBody("sent back and refused again")
                .delaySeconds(600));
        sqs.sendMessage(request -> request.queueUrl(deadLetterQueue).messageBody("somebody looks at it"));
        sqs.receiveMessage(request -> request.queueUrl(deadLetterQueue).visibilityTimeout(600));

        assertThat(check()).as(this::printed).isEqualTo(CheckMain.NOTHING);
        assertThat(printed())
                .contains("1 messages in the alert queue (0 hidden, 1 delayed)")
                .contains("2 dead letters (1 hidden, 1 delayed)")
                .contains("cannot be read, and are not compared: look again in 15 minutes.");
    }

    @Test
    void everyKindOfDifferenceIsDocumentedWithARemedy() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("docs/operations.md"));

        for (Difference.Kind kind : Difference.Kind.values()) {
            assertThat(rows)
                    .as("row of %s", kind)
                    .filteredOn(row -> row.startsWith("| `" + kind + "` |"))
                    .singleElement()
                    .satisfies(row -> assertThat(row.split("\\|"))
                            .hasSize(4)
                            .allSatisfy(cell -> assertThat(cell).isNotEqualTo(" ")));
        }
    }

    @Test
    void aSettingThatCannotBeReadIsNamed() throws Exception {
        settings.put("again", "soon");
        assertThat(check()).isEqualTo(CheckMain.COULD_NOT_LOOK);
        assertThat(printed()).contains("-Dcheck.again=soon is no number of seconds");

        settings.put("pagerduty", "api.pagerduty.com");
        assertThat(check()).isEqualTo(CheckMain.COULD_NOT_LOOK);
        assertThat(printed()).contains("-Dcheck.pagerduty=api.pagerduty.com is no URL");
    }

    @Test
    void anotherWorkspacesAlertsAreLeftAlone() throws Exception {
        record("web-1", "PNONE");
        settings.put("workspace", "globex");

        assertThat(check()).as(this::printed).isEqualTo(CheckMain.NOTHING);
        assertThat(printed()).contains("0 deliveries");
    }

    @Test
    void aTableThatIsNotThereEndsWithTwo() throws Exception {
        settings.put("deliveries", "no-such-table");

        assertThat(check()).isEqualTo(CheckMain.COULD_NOT_LOOK);
        assertThat(printed()).startsWith("The check could not look: ");
    }

    @Test
    void aTokenThatPagerDutyRefusesEndsWithTwoAndIsNotPrinted() throws Exception {
        assertThat(check(Sample.REVOKED_TOKEN)).isEqualTo(CheckMain.COULD_NOT_LOOK);
        assertThat(printed()).contains("PagerDuty answers 401").doesNotContain(Sample.REVOKED_TOKEN);
    }

    @Test
    void aTokenThatCannotBeOneIsNotPrinted() throws Exception {
        assertThat(check("two\nlines")).isEqualTo(CheckMain.COULD_NOT_LOOK);
        assertThat(printed()).contains("characters that no token has").doesNotContain("lines");
    }

    @Test
    void withoutATokenItSaysWhereItGoes() throws Exception {
        assertThat(check("")).isEqualTo(CheckMain.COULD_NOT_LOOK);
        assertThat(printed()).contains("PAGERDUTY_TOKEN is missing");
    }

    private int check() throws Exception {
        return check(Sample.MANAGER_TOKEN);
    }

    private int check(String token) throws Exception {
        return CheckMain.run(
                settings,
                Map.of("PAGERDUTY_TOKEN", token),
                () -> DynamoDbEngine.shared().client(),
                sqsEngine::client,
                new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private void record(String alertId, String incidentId) {
        record(alertId, incidentId, Map.of());
    }

    private void record(String alertId, String incidentId, Map<String, AttributeValue> more) {
        Map<String, AttributeValue> item = new HashMap<>(Map.of(
                "deliveryId", AttributeValue.fromS("acme/cpu-high/" + alertId),
                "workspaceId", AttributeValue.fromS("acme"),
                "ruleId", AttributeValue.fromS("cpu-high"),
                "alertId", AttributeValue.fromS(alertId),
                "outcome", AttributeValue.fromS("OPENED"),
                "incidentId", AttributeValue.fromS(incidentId),
                "incidentOpen", AttributeValue.fromBool(true)));
        item.putAll(more);
        dynamo.putItem(request -> request.tableName(table).item(item));
    }

    private static SdkBytes firing(String alertId) {
        return SdkBytes.fromByteArray(
                HexFormat.of().parseHex(Sha256.hex(alertId).substring(0, 24)));
    }

    private String open(String alertId) throws Exception {
        return openWithKey(IncidentKey.of("acme", "cpu-high", alertId).value());
    }

    private String openWithKey(String key) throws Exception {
        String body = "{\"incident\":{\"type\":\"incident\",\"title\":\"A test\",\"incident_key\":\"" + key
                + "\",\"service\":{\"id\":\"" + Sample.PAYMENTS + "\",\"type\":\"service_reference\"}}}";
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(pagerDuty.us().url() + "/incidents"))
                                .header("Authorization", "Token token=" + Sample.MANAGER_TOKEN)
                                .header("Accept", "application/vnd.pagerduty+json;version=2")
                                .header("Content-Type", "application/json")
                                .header("From", Sample.MANAGER_EMAIL)
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
        return pagerDuty.incidents().stream()
                .filter(incident -> incident.key().equals(key))
                .findFirst()
                .orElseThrow()
                .id();
    }

    private static MessageAttributeValue text(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
    }
}
