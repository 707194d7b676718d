package io.middleware.paging.local.template;

import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.local.engine.AwsClients;

/**
 * The template's tables and queues, created at an AWS endpoint, and its functions with every reference resolved to what
 * was created. A table or queue that is there already is used as it is.
 */
public final class DeployedTemplate implements References {

    private final SamTemplate template;
    private final DynamoDbClient dynamoDb;
    private final SqsClient sqs;
    private final boolean swept;
    private final Map<String, String> tableNames = new LinkedHashMap<>();
    private final Map<String, Queue> queues = new LinkedHashMap<>();
    private final Set<String> inCreation = new HashSet<>();

    /** A queue as its engine knows it. */
    public record Queue(String url, String arn) {}

    private DeployedTemplate(SamTemplate template, DynamoDbClient dynamoDb, SqsClient sqs, boolean swept) {
        this.template = template;
        this.dynamoDb = dynamoDb;
        this.sqs = sqs;
        this.swept = swept;
    }

    /** Creates the tables and queues. The two endpoints may be the same. */
    public static DeployedTemplate deploy(SamTemplate template, URI dynamoDbEndpoint, URI sqsEndpoint) {
        return deploy(template, dynamoDbEndpoint, sqsEndpoint, true);
    }

    /**
     * As {@link #deploy}, but no item's time to live ends: for what runs on a clock of its own, since the engine would
     * sweep by the machine's.
     */
    public static DeployedTemplate deployUnswept(SamTemplate template, URI dynamoDbEndpoint, URI sqsEndpoint) {
        return deploy(template, dynamoDbEndpoint, sqsEndpoint, false);
    }

    private static DeployedTemplate deploy(SamTemplate template, URI dynamoDbEndpoint, URI sqsEndpoint, boolean swept) {
        try (DynamoDbClient dynamoDb = AwsClients.dynamoDb(dynamoDbEndpoint);
                SqsClient sqs = AwsClients.sqs(sqsEndpoint)) {
            DeployedTemplate deployed = new DeployedTemplate(template, dynamoDb, sqs, swept);
            template.logicalIds(SamTemplate.TABLE).forEach(deployed::tableName);
            template.logicalIds(SamTemplate.QUEUE).forEach(deployed::queue);
            return deployed;
        }
    }

    /** Only the tables, unswept, for tests of what is kept in them. Logical id to name. */
    public static Map<String, String> createUnsweptTables(SamTemplate template, DynamoDbClient dynamoDb) {
        DeployedTemplate deployed = new DeployedTemplate(template, dynamoDb, null, false);
        template.logicalIds(SamTemplate.TABLE).forEach(deployed::tableName);
        return Map.copyOf(deployed.tableNames);
    }

    public SamTemplate template() {
        return template;
    }

    /** Logical id to table name, in the template's order. */
    public Map<String, String> tableNames() {
        return new LinkedHashMap<>(tableNames);
    }

    /**
     * A queue by its logical id.
     *
     * @throws TemplateException if the template has no such queue
     */
    public Queue queue(String logicalId) {
        Queue known = queues.get(logicalId);
        if (known == null) {
            known = createOnce(logicalId);
            queues.put(logicalId, known);
        }
        return known;
    }

    /** The URL of the queue with that ARN. */
    public String queueUrl(String arn) {
        return queues.values().stream()
                .filter(queue -> queue.arn().equals(arn))
                .map(Queue::url)
                .findFirst()
                .orElseThrow(() ->
                        new TemplateException("An event source names a queue that is not in the template: " + arn));
    }

    public List<FunctionDefinition> functions() {
        return template.logicalIds(SamTemplate.FUNCTION).stream()
                .map(id -> template.function(id, this))
                .toList();
    }

    /** The statements of the role that a function runs with, by the function's logical id. */
    public List<Map<String, Object>> statements(String function) {
        return template.statements(function, this);
    }

    /** The type of a resource of the template; empty if it has none of that name. */
    public Optional<String> type(String logicalId) {
        return template.hasResource(logicalId) ? Optional.of(template.type(logicalId)) : Optional.empty();
    }

    /** The template's parameters with the values that they have here. */
    public Map<String, String> parameters() {
        return template.parameters();
    }

    /** The template's outputs. */
    public Map<String, String> outputs() {
        return template.outputs(this);
    }

    /** Leaves no item in its tables and no message in its queues. */
    public void empty(DynamoDbClient dynamoDb, SqsClient sqs) {
        queues.values().forEach(queue -> sqs.purgeQueue(request -> request.queueUrl(queue.url())));
        tableNames.values().forEach(table -> empty(table, dynamoDb));
    }

    private static void empty(String table, DynamoDbClient dynamoDb) {
        List<String> key = dynamoDb.describeTable(request -> request.tableName(table)).table().keySchema().stream()
                .map(KeySchemaElement::attributeName)
                .toList();
        dynamoDb.scanPaginator(request -> request.tableName(table).consistentRead(true))
                .items()
                .forEach(item -> dynamoDb.deleteItem(request ->
                        request.tableName(table).key(key.stream().collect(Collectors.toMap(name -> name, item::get)))));
    }

    @Override
    public String ref(String logicalId) {
        String type = template.type(logicalId);
        return switch (type) {
            case SamTemplate.TABLE -> tableName(logicalId);
            case SamTemplate.QUEUE -> queue(logicalId).url();
            case SamTemplate.FUNCTION -> template.functionName(logicalId);
            case SamTemplate.LOG_GROUP -> logGroup(logicalId);
            default -> template.stackName() + "-" + logicalId;
        };
    }

    @Override
    public String attribute(String logicalId, String attribute) {
        String type = template.type(logicalId);
        return switch (type + "." + attribute) {
            case SamTemplate.TABLE + ".Arn" -> arn("dynamodb", "table/" + tableName(logicalId));
            case SamTemplate.QUEUE + ".Arn" -> queue(logicalId).arn();
            case SamTemplate.QUEUE + ".QueueUrl" -> queue(logicalId).url();
            case SamTemplate.QUEUE + ".QueueName" -> arnTail(queue(logicalId).arn());
            case SamTemplate.FUNCTION + ".Arn" -> arn("lambda", "function:" + template.functionName(logicalId));
            case SamTemplate.LOG_GROUP + ".Arn" -> arn("logs", "log-group:" + logGroup(logicalId) + ":*");
            case SamTemplate.ROLE + ".Arn" ->
                "arn:aws:iam::" + AwsClients.ACCOUNT_ID + ":role/" + template.stackName() + "-" + logicalId;
            // Not created here: the emulators encrypt nothing.
            case "AWS::KMS::Key.Arn" -> arn("kms", "key/" + template.stackName() + "-" + logicalId);
            default ->
                throw new TemplateException(
                        "The local cloud knows no attribute " + attribute + " of " + logicalId + " (" + type + ")");
        };
    }

    private String logGroup(String logicalId) {
        return template.properties(logicalId, this).get("LogGroupName").toString();
    }

    private String tableName(String logicalId) {
        String known = tableNames.get(logicalId);
        if (known == null) {
            known = create(template.table(logicalId, this));
            tableNames.put(logicalId, known);
        }
        return known;
    }

    private String create(TableDefinition table) {
        try {
            dynamoDb.createTable(table.request());
        } catch (ResourceInUseException alreadyThere) {
            return table.name();
        }
        dynamoDb.waiter().waitUntilTableExists(request -> request.tableName(table.name()));
        table.timeToLiveAttribute()
                .filter(attribute -> swept)
                .ifPresent(attribute -> dynamoDb.updateTimeToLive(request -> request.tableName(table.name())
                        .timeToLiveSpecification(
                                ttl -> ttl.attributeName(attribute).enabled(true))));
        return table.name();
    }

    /** Evaluating a queue may come back here for its dead-letter queue, which is thus created first. */
    private Queue createOnce(String logicalId) {
        if (!template.logicalIds(SamTemplate.QUEUE).contains(logicalId)) {
            throw new TemplateException("The template has no queue " + logicalId);
        }
        if (!inCreation.add(logicalId)) {
            throw new TemplateException("The queue " + logicalId + " refers to itself");
        }
        QueueDefinition queue = template.queue(logicalId, this);
        String url = sqs.createQueue(request -> request.queueName(queue.name()).attributes(queue.attributes()))
                .queueUrl();
        String arn = sqs.getQueueAttributes(
                        request -> request.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        return new Queue(url, arn);
    }

    private static String arn(String service, String resource) {
        return "arn:aws:" + service + ":" + AwsClients.REGION + ":" + AwsClients.ACCOUNT_ID + ":" + resource;
    }

    private static String arnTail(String arn) {
        return arn.substring(arn.lastIndexOf(':') + 1);
    }
}
