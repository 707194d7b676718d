package io.middleware.paging.local.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.engine.DynamoDbEngine;
import io.middleware.paging.local.secrets.FakeSecretsManager;
import io.middleware.paging.local.secrets.Fault;
import io.middleware.paging.local.sqs.FakeSqs;
import io.middleware.paging.local.template.FunctionDefinition;

class AccessControlTest {

    private static final String STACK = "iam-" + UUID.randomUUID().toString().substring(0, 8);
    private static final String TABLE = STACK + "-Deliveries";
    private static final String TABLE_ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/" + TABLE;
    private static final String QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:" + STACK + "-alerts";
    private static final String DEAD_ARN = "arn:aws:sqs:us-east-1:000000000000:" + STACK + "-dead";
    private static final String SECRETS = "arn:aws:secretsmanager:us-east-1:000000000000:secret:pagerduty/*";
    private static final String KEY_ARN = "arn:aws:kms:us-east-1:000000000000:key/tokens";
    private static final Map<String, Object> OURS =
            Map.of("StringEquals", Map.of("secretsmanager:ResourceTag/paging-stack", STACK));

    private static final FunctionDefinition NOTIFY = new FunctionDefinition(
            "Notify", STACK + "-notify", "notify", Duration.ofSeconds(30), 256, Map.of(), List.of());
    private static final String KEY_ID = AccessControl.accessKeyId(NOTIFY);

    private final AccessRecord record = new AccessRecord();
    private final List<String> problems = new ArrayList<>();
    private final FakeSqs sqsEngine = FakeSqs.start(Clock.systemUTC());
    private final FakeSecretsManager secretsEngine = FakeSecretsManager.start(0, Clock.systemUTC());
    private final SqsClient administratorOfQueues = AwsClients.sqs(sqsEngine.endpoint());
    private final SecretsManagerClient administratorOfSecrets = AwsClients.secretsManager(secretsEngine.endpoint());
    private AccessControl control;
    private DynamoDbClient dynamo;
    private SqsClient sqs;
    private SecretsManagerClient secrets;
    private String queueUrl;

    @BeforeEach
    void createQueues() {
        administratorOfQueues.createQueue(queue -> queue.queueName(STACK + "-dead"));
        queueUrl = administratorOfQueues
                .createQueue(queue -> queue.queueName(STACK + "-alerts")
                        .attributes(Map.of(
                                QueueAttributeName.REDRIVE_POLICY,
                                "{\"deadLetterTargetArn\":\"" + DEAD_ARN + "\",\"maxReceiveCount\":3}")))
                .queueUrl();
    }

    @AfterEach
    void close() {
        if (control != null) {
            List.of(dynamo, sqs, secrets).forEach(client -> client.close());
            control.close();
        }
        administratorOfQueues.close();
        administratorOfSecrets.close();
        sqsEngine.close();
        secretsEngine.close();
    }

    // ---- DynamoDB

    @Test
    void whatTheRoleAllowsIsCarriedOut() {
        createTable();
        roleOf(allow(List.of("dynamodb:PutItem", "dynamodb:GetItem"), TABLE_ARN));

        dynamo.putItem(request -> request.tableName(TABLE).item(key("a")));

        assertThat(dynamo.getItem(request -> request.tableName(TABLE).key(key("a")))
                        .item())
                .isEqualTo(key("a"));
        assertThat(control.takeDenied()).isEmpty();
    }

    @Test
    void dynamoDbDeniesInItsOwnWords() {
        roleOf(allow("dynamodb:GetItem", TABLE_ARN));

        denied(() -> dynamo.putItem(request -> request.tableName(TABLE).item(key("a"))), 400, "AccessDeniedException")
                .hasMessageContaining("User: arn:aws:sts::000000000000:assumed-role/" + STACK + "-NotifyRole/" + STACK
                        + "-notify is not"
                        + " authorized to perform: dynamodb:PutItem on resource: " + TABLE_ARN
                        + " because no identity-based policy allows the dynamodb:PutItem action");
        assertThat(control.takeDenied()).containsExactly(new DeniedCall("Notify", "dynamodb:PutItem", TABLE_ARN));
        assertThat(control.takeDenied()).as("it is told once").isEmpty();
        assertThat(problems).singleElement().asString().contains("NotifyRole", "dynamodb:PutItem", "template.yaml");
    }

    @Test
    void theRightToATableIsNoneToItsIndex() {
        roleOf(allow("dynamodb:Query", TABLE_ARN));

        denied(
                        () -> dynamo.query(request ->
                                request.tableName(TABLE).indexName("byRule").keyConditionExpression("a = b")),
                        400,
                        "AccessDeniedException")
                .hasMessageContaining(TABLE_ARN + "/index/byRule");
    }

    @Test
    void aBatchAsksForEachOfItsTables() {
        roleOf(allow("dynamodb:BatchGetItem", TABLE_ARN));

        KeysAndAttributes one = KeysAndAttributes.builder().keys(key("a")).build();
        denied(
                        () -> dynamo.batchGetItem(
                                request -> request.requestItems(Map.of(TABLE, one, STACK + "-Other", one))),
                        400,
                        "AccessDeniedException")
                .hasMessageContaining("dynamodb:BatchGetItem on resource: " + TABLE_ARN.replace("Deliveries", "Other"));
    }

    @Test
    void aTransactionAsksForTheRightsOfItsParts() {
        roleOf(allow(List.of("dynamodb:TransactWriteItems", "dynamodb:PutItem"), TABLE_ARN));

        denied(
                        () -> dynamo.transactWriteItems(request -> request.transactItems(
                                item -> item.put(put -> put.tableName(TABLE).item(key("a"))),
                                item -> item.conditionCheck(check -> check.tableName(TABLE)
                                        .key(key("b"))
                                        .conditionExpression("attribute_exists(deliveryId)")))),
                        400,
                        "AccessDeniedException")
                .hasMessageContaining("dynamodb:ConditionCheckItem");
    }

    // ---- SQS

    @Test
    void sqsDeniesInItsOwnWords() {
        roleOf(allow("sqs:ReceiveMessage", QUEUE_ARN));

        denied(() -> sqs.sendMessage(request -> request.queueUrl(queueUrl).messageBody("x")), 403, "AccessDenied")
                .hasMessageContaining("is not authorized to perform: sqs:sendmessage on resource: " + QUEUE_ARN
                        + " because no identity-based policy allows the sqs:sendmessage action");
    }

    @Test
    void aBatchOfMessagesNeedsTheRightToOne() {
        roleOf(allow("sqs:SendMessage", QUEUE_ARN));

        assertThat(sqs.sendMessageBatch(request -> request.queueUrl(queueUrl)
                                .entries(entry -> entry.id("1").messageBody("x")))
                        .successful())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"})
    void aMoveNeedsTheRightsToWhatItDoes(String missing) {
        List<String> actions = new ArrayList<>(List.of(
                "sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"));
        actions.remove(missing);
        roleOf(allow(actions, DEAD_ARN), allow("sqs:SendMessage", QUEUE_ARN));

        denied(this::move, 403, "AccessDenied")
                .hasMessageContaining(missing.toLowerCase() + " on resource: " + DEAD_ARN);
    }

    @Test
    void aMoveNeedsTheRightToSendToItsDestination() {
        roleOf(allow(
                List.of(
                        "sqs:StartMessageMoveTask",
                        "sqs:ReceiveMessage",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        "sqs:SendMessage"),
                DEAD_ARN));

        denied(this::move, 403, "AccessDenied").hasMessageContaining("sqs:sendmessage on resource: " + QUEUE_ARN);
    }

    // ---- Secrets Manager

    @Test
    void secretsManagerDeniesInItsOwnWords() {
        roleOf(allow("secretsmanager:DescribeSecret", SECRETS));
        createSecret("pagerduty/acme", STACK, null);

        denied(() -> read("pagerduty/acme"), 400, "AccessDeniedException")
                .hasMessageContaining("is not authorized to perform: secretsmanager:GetSecretValue on resource:"
                        + " pagerduty/acme because no identity-based policy allows the"
                        + " secretsmanager:GetSecretValue action");
        assertThat(control.takeDenied()).hasSize(1);
    }

    @Test
    void aSecretIsReadOnlyIfItsTagIsTheOneAskedFor() {
        roleOf(allow("secretsmanager:GetSecretValue", SECRETS, OURS));
        createSecret("pagerduty/ours", STACK, null);
        createSecret("pagerduty/theirs", "another", null);

        assertThat(read("pagerduty/ours")).isEqualTo("token");
        denied(() -> read("pagerduty/theirs"), 400, "AccessDeniedException");
        assertThat(control.takeDenied()).as("the right is there").isEmpty();
    }

    @Test
    void aSecretThatDoesNotExistHasNoTag() {
        roleOf(allow("secretsmanager:GetSecretValue", SECRETS, OURS));

        denied(() -> read("pagerduty/nobody"), 400, "AccessDeniedException");
    }

    @Test
    void aSecretIsCreatedOnlyWithTheTagAskedFor() {
        roleOf(allow(
                List.of("secretsmanager:CreateSecret", "secretsmanager:TagResource"),
                SECRETS,
                Map.of("StringEquals", Map.of("aws:RequestTag/paging-stack", STACK))));

        createSecret(secrets, "pagerduty/ours", STACK, null);
        denied(() -> createSecret(secrets, "pagerduty/theirs", "another", null), 400, "AccessDeniedException");
    }

    @Test
    void aSecretWithTagsNeedsTheRightToTag() {
        roleOf(allow("secretsmanager:CreateSecret", SECRETS));

        denied(() -> createSecret(secrets, "pagerduty/ours", STACK, null), 400, "AccessDeniedException")
                .hasMessageContaining("secretsmanager:TagResource");
    }

    @Test
    void aKeyThatTheRoleMayNotUseKeepsTheSecretShut() {
        roleOf(allow("secretsmanager:GetSecretValue", SECRETS), allow("kms:Decrypt", KEY_ARN));
        createSecret("pagerduty/ours", STACK, KEY_ARN);
        createSecret("pagerduty/theirs", STACK, KEY_ARN + "-of-others");

        assertThat(read("pagerduty/ours")).isEqualTo("token");
        denied(() -> read("pagerduty/theirs"), 400, "AccessDeniedException")
                .hasMessageContaining("Access to KMS is not allowed");
        assertThat(control.takeDenied())
                .containsExactly(new DeniedCall("Notify", "kms:Decrypt", KEY_ARN + "-of-others"));
    }

    @Test
    void aNewValueNeedsTheRightToEncryptWithTheSecretsKey() {
        roleOf(allow("secretsmanager:PutSecretValue", SECRETS), allow("kms:Decrypt", KEY_ARN));
        createSecret("pagerduty/ours", STACK, KEY_ARN);

        denied(
                        () -> secrets.putSecretValue(
                                request -> request.secretId("pagerduty/ours").secretString("new")),
                        400,
                        "AccessDeniedException")
                .hasMessageContaining("Access to KMS is not allowed");
        assertThat(read(administratorOfSecrets, "pagerduty/ours")).isEqualTo("token");
    }

    @Test
    void aConnectionThatTheEngineDropsIsDroppedForTheCaller() {
        roleOf(allow("secretsmanager:GetSecretValue", SECRETS));
        secretsEngine.failNext(10, "GetSecretValue", Fault.dropped());

        assertThatThrownBy(() -> read("pagerduty/acme")).isInstanceOf(SdkClientException.class);
    }

    // ---- IAM

    @Test
    void whatIsDeniedIsDeniedThoughItIsAllowedToo() {
        Map<String, Object> deny = new LinkedHashMap<>(allow("sqs:SendMessage", "*"));
        deny.put("Effect", "Deny");
        roleOf(allow("sqs:*", QUEUE_ARN), deny);

        denied(() -> sqs.sendMessage(request -> request.queueUrl(queueUrl).messageBody("x")), 403, "AccessDenied");
    }

    @Test
    void whoIsNoFunctionHasTheRightsOfTheAccount() {
        roleOf();

        try (SqsClient person = AwsClients.sqs(control.endpoint())) {
            assertThat(person.sendMessage(request -> request.queueUrl(queueUrl).messageBody("x"))
                            .messageId())
                    .isNotEmpty();
        }
    }

    @Test
    void aStatementThatIsNotUnderstoodIsRefused() {
        Map<String, Object> unknown =
                allow("sqs:SendMessage", QUEUE_ARN, Map.of("NumericLessThan", Map.of("aws:MultiFactorAuthAge", "60")));
        assertThatThrownBy(() -> roleOf(unknown)).hasMessageContaining("NumericLessThan");

        assertThatThrownBy(() -> roleOf(Map.of("Effect", "Allow", "NotAction", "sqs:*", "Resource", "*")))
                .hasMessageContaining("NotAction");
    }

    // ---- What was used

    @Test
    void aRightThatNobodyUsedIsNamed() {
        roleOf(allow(List.of("sqs:SendMessage", "sqs:DeleteMessage"), QUEUE_ARN));

        sqs.sendMessage(request -> request.queueUrl(queueUrl).messageBody("x"));

        assertThat(record.unused())
                .containsExactly("Notify: sqs:DeleteMessage on arn:aws:sqs:us-east-1:000000000000:"
                        + "${AWS::StackName}-alerts");
        assertThat(record.table()).contains("1  Notify").contains("0  Notify");
    }

    @Test
    void writingALineUsesTheRightsToTheLogGroup() {
        String logs = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/" + STACK + "-notify:*";
        roleOf(allow(List.of("logs:CreateLogStream", "logs:PutLogEvents"), logs));

        control.wroteLog(NOTIFY);

        assertThat(record.unused()).isEmpty();
        assertThat(control.takeDenied()).isEmpty();
    }

    @Test
    void aLogThatTheRoleMayNotWriteIsToldOf() {
        roleOf();

        control.wroteLog(NOTIFY);

        assertThat(control.takeDenied())
                .singleElement()
                .satisfies(call -> assertThat(call.action()).isEqualTo("logs:CreateLogStream"));
    }

    private void move() {
        sqs.startMessageMoveTask(request -> request.sourceArn(DEAD_ARN).destinationArn(QUEUE_ARN));
    }

    private String read(String id) {
        return read(secrets, id);
    }

    private static String read(SecretsManagerClient client, String id) {
        return client.getSecretValue(request -> request.secretId(id)).secretString();
    }

    private void createSecret(String name, String stack, String key) {
        createSecret(administratorOfSecrets, name, stack, key);
    }

    private static void createSecret(SecretsManagerClient client, String name, String stack, String key) {
        client.createSecret(request -> request.name(name)
                .secretString("token")
                .kmsKeyId(key)
                .tags(tag -> tag.key("paging-stack").value(stack)));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> denied(
            ThrowingCallable call, int status, String code) {
        return assertThatThrownBy(call).isInstanceOfSatisfying(AwsServiceException.class, failure -> {
            assertThat(failure.statusCode()).isEqualTo(status);
            assertThat(failure.awsErrorDetails().errorCode()).isEqualTo(code);
        });
    }

    @SafeVarargs
    private void roleOf(Map<String, Object>... statements) {
        control = AccessControl.start(
                STACK,
                Map.of(NOTIFY, List.of(statements)),
                Map.of(
                        "dynamodb", DynamoDbEngine.shared().endpoint(),
                        "sqs", sqsEngine.endpoint(),
                        "secretsmanager", secretsEngine.endpoint()),
                secretsEngine::known,
                record,
                problems::add);
        dynamo = AwsClients.dynamoDb(control.endpoint(), KEY_ID);
        sqs = AwsClients.sqs(control.endpoint(), KEY_ID);
        secrets = AwsClients.secretsManager(control.endpoint(), KEY_ID);
    }

    private static Map<String, Object> allow(Object actions, String resource) {
        return Map.of("Effect", "Allow", "Action", actions, "Resource", resource);
    }

    private static Map<String, Object> allow(Object actions, String resource, Map<String, Object> condition) {
        return Map.of("Effect", "Allow", "Action", actions, "Resource", resource, "Condition", condition);
    }

    private static void createTable() {
        try (DynamoDbClient administrator = DynamoDbEngine.shared().client()) {
            administrator.createTable(request -> request.tableName(TABLE)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(
                            attribute -> attribute.attributeName("deliveryId").attributeType(ScalarAttributeType.S))
                    .keySchema(element -> element.attributeName("deliveryId").keyType(KeyType.HASH)));
        }
    }

    private static Map<String, AttributeValue> key(String id) {
        return Map.of("deliveryId", AttributeValue.fromS(id));
    }
}
