package io.middleware.paging.local.iam;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

import io.middleware.paging.local.aws.AwsRequest;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.secrets.KnownSecret;

/**
 * What a call needs the caller to be allowed: the one table of it, with its sources. An operation that is not named here needs
 * the action of its name on every resource, which no role of a template should allow.
 */
final class NeededAccess {

    /**
     * Services that act with their caller's rights. A call needs these too, since what it asks for would not happen without
     * them.
     *
     * <p>A move of messages needs all but the start to be allowed as well: SQS developer guide, "Configure a dead-letter queue
     * redrive", on permissions. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
     */
    private static final List<String> TO_MOVE =
            List.of("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes");

    /** "The user must have": https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-authz */
    private static final List<String> TO_ENCRYPT = List.of("kms:GenerateDataKey", "kms:Decrypt");

    /** The same page: Secrets Manager calls Decrypt in response to GetSecretValue. */
    private static final List<String> TO_DECRYPT = List.of("kms:Decrypt");

    /** For a secret that does not exist: IAM sees a name with any six characters behind it. */
    private static final String SOME_SUFFIX = "-??????";

    /** The key that all of the account may use for secrets, and that those without a key of their own have. */
    private static final String OF_THE_ACCOUNT = "alias/aws/secretsmanager";

    private final Function<String, Optional<KnownSecret>> secrets;

    /** @param secrets by name or ARN */
    NeededAccess(Function<String, Optional<KnownSecret>> secrets) {
        this.secrets = secrets;
    }

    /** In the order in which AWS asks for it. */
    List<Access> of(AwsRequest request) {
        return switch (request.service()) {
            case "dynamodb" -> dynamoDb(request.operation(), request.body());
            case "sqs" -> sqs(request.operation(), request.body());
            case "secretsmanager" -> secretsManager(request.operation(), request.body());
            default -> List.of(new Access(request.service() + ":" + request.operation(), "*"));
        };
    }

    // ---- DynamoDB: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html

    private static List<Access> dynamoDb(String operation, JsonNode body) {
        return switch (operation) {
            case "GetItem", "PutItem", "UpdateItem", "DeleteItem", "DescribeTable" ->
                List.of(onTable(operation, body.path("TableName").asText()));
            // Of an index, the index is the resource, and not its table.
            case "Query", "Scan" ->
                List.of(
                        body.hasNonNull("IndexName")
                                ? onTable(
                                        operation,
                                        body.path("TableName").asText() + "/index/"
                                                + body.path("IndexName").asText())
                                : onTable(operation, body.path("TableName").asText()));
            case "BatchGetItem", "BatchWriteItem" ->
                body.path("RequestItems").properties().stream()
                        .map(table -> onTable(operation, table.getKey()))
                        .toList();
            // A transaction has no right of its own, but those of what is in it:
            // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
            case "TransactGetItems", "TransactWriteItems" ->
                each(body.path("TransactItems"))
                        .flatMap(item -> item.properties().stream())
                        .map(part -> onTable(
                                part.getKey().equals("ConditionCheck") ? "ConditionCheckItem" : part.getKey() + "Item",
                                part.getValue().path("TableName").asText()))
                        .distinct()
                        .toList();
            default -> List.of(new Access("dynamodb:" + operation, "*"));
        };
    }

    private static Access onTable(String operation, String table) {
        return new Access(
                "dynamodb:" + operation, table.startsWith("arn:") ? table : arn("dynamodb", "table/" + table));
    }

    // ---- SQS:
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html

    private static List<Access> sqs(String operation, JsonNode body) {
        return switch (operation) {
            case "StartMessageMoveTask" ->
                Stream.concat(
                                onSource(operation, body),
                                Stream.of(new Access(
                                        "sqs:SendMessage",
                                        // Without one, to wherever each message came from.
                                        body.path("DestinationArn").asText(arn("sqs", "*")))))
                        .toList();
            case "ListMessageMoveTasks" -> onSource(operation, body).toList();
            case "GetQueueUrl" ->
                List.of(new Access(
                        "sqs:GetQueueUrl", arn("sqs", body.path("QueueName").asText())));
            default -> {
                String url = body.path("QueueUrl").asText();
                yield List.of(new Access(
                        // The rights to a batch are those to its messages: the permissions reference has no others.
                        "sqs:" + (operation.endsWith("Batch") ? operation.replaceAll("Batch$", "") : operation),
                        url.isEmpty() ? "*" : arn("sqs", url.substring(url.lastIndexOf('/') + 1))));
            }
        };
    }

    private static Stream<Access> onSource(String operation, JsonNode body) {
        String source = body.path("SourceArn").asText();
        return Stream.concat(Stream.of("sqs:" + operation), TO_MOVE.stream()).map(action -> new Access(action, source));
    }

    // ---- Secrets Manager:
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html

    private List<Access> secretsManager(String operation, JsonNode body) {
        String action = "secretsmanager:" + operation;
        return switch (operation) {
            case "CreateSecret" -> createSecret(body);
            case "DescribeSecret", "DeleteSecret", "RestoreSecret" -> List.of(onSecret(action, body));
            case "GetSecretValue" -> withKey(onSecret(action, body), body, TO_DECRYPT);
            case "PutSecretValue" -> withKey(onSecret(action, body), body, TO_ENCRYPT);
            default -> List.of(new Access(action, "*"));
        };
    }

    private static List<Access> createSecret(JsonNode body) {
        String resource = arn("secretsmanager", "secret:" + body.path("Name").asText() + SOME_SUFFIX);
        Map<String, String> context = tags("aws:RequestTag/", body.path("Tags"));
        List<Access> needed = new ArrayList<>();
        needed.add(new Access("secretsmanager:CreateSecret", resource, context));
        // API reference of CreateSecret: "To add tags, you need secretsmanager:TagResource."
        if (!body.path("Tags").isEmpty()) {
            needed.add(new Access("secretsmanager:TagResource", resource, context));
        }
        String key = body.path("KmsKeyId").asText();
        if (!key.isEmpty() && !key.endsWith(OF_THE_ACCOUNT)) {
            TO_ENCRYPT.forEach(action -> needed.add(new Access(action, key)));
        }
        return needed;
    }

    private Access onSecret(String action, JsonNode body) {
        String id = body.path("SecretId").asText();
        return secrets.apply(id)
                .map(secret -> new Access(action, secret.arn(), tags(secret)))
                .orElseGet(() -> new Access(
                        action, id.startsWith("arn:") ? id : arn("secretsmanager", "secret:" + id + SOME_SUFFIX)));
    }

    private List<Access> withKey(Access access, JsonNode body, List<String> actions) {
        List<Access> needed = new ArrayList<>();
        needed.add(access);
        secrets.apply(body.path("SecretId").asText())
                .flatMap(KnownSecret::kmsKeyId)
                .ifPresent(key -> actions.forEach(action -> needed.add(new Access(action, key))));
        return needed;
    }

    private static Map<String, String> tags(KnownSecret secret) {
        Map<String, String> context = new HashMap<>();
        secret.tags().forEach((key, value) -> {
            context.put("secretsmanager:ResourceTag/" + key, value);
            context.put("aws:ResourceTag/" + key, value);
        });
        return context;
    }

    private static Map<String, String> tags(String prefix, JsonNode tags) {
        Map<String, String> context = new HashMap<>();
        each(tags)
                .forEach(tag -> context.put(
                        prefix + tag.path("Key").asText(), tag.path("Value").asText()));
        return context;
    }

    private static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static String arn(String service, String resource) {
        return "arn:aws:" + service + ":" + AwsClients.REGION + ":" + AwsClients.ACCOUNT_ID + ":" + resource;
    }
}
