package io.middleware.paging.local.template;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.local.engine.AwsClients;

/** What a SAM template asks for, for one set of parameters. What references mean is the caller's to say. */
public final class SamTemplate {

    static final String TABLE = "AWS::DynamoDB::Table";
    static final String QUEUE = "AWS::SQS::Queue";
    static final String FUNCTION = "AWS::Serverless::Function";
    static final String ALARM = "AWS::CloudWatch::Alarm";
    static final String ROLE = "AWS::IAM::Role";
    static final String LOG_GROUP = "AWS::Logs::LogGroup";

    private static final String LIST = "CommaDelimitedList";
    private static final String EVENT_SOURCE = "AWS::Lambda::EventSourceMapping";

    private static final ObjectMapper JSON = new ObjectMapper();

    // The emulators encrypt nothing, and some refuse to be asked to.
    private static final Set<String> IGNORED_QUEUE_PROPERTIES =
            Set.of("QueueName", "SqsManagedSseEnabled", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "Tags");

    private final Map<String, Object> root;
    private final String stackName;
    private final Map<String, String> parameters;

    private SamTemplate(Map<String, Object> root, String stackName, Map<String, String> parameters) {
        this.root = root;
        this.stackName = stackName;
        this.parameters = parameters;
    }

    /**
     * Reads a template.
     *
     * @param overrides values of parameters; the others have their defaults
     * @throws TemplateException if a parameter is unknown, has no value, or has one that the template or one of its rules
     *     does not allow: for what CloudFormation refuses before it makes anything
     */
    public static SamTemplate read(Path file, String stackName, Map<String, String> overrides) {
        try (Reader reader = Files.newBufferedReader(file)) {
            Map<String, Object> root = TemplateYaml.read(reader);
            SamTemplate template = new SamTemplate(root, stackName, parameters(section(root, "Parameters"), overrides));
            template.checkRules();
            return template;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the template " + file.toAbsolutePath(), e);
        }
    }

    public String stackName() {
        return stackName;
    }

    public String stackId() {
        return "arn:aws:cloudformation:" + AwsClients.REGION + ":" + AwsClients.ACCOUNT_ID + ":stack/" + stackName;
    }

    /** Its parameters with the values that they have here, in its order. */
    Map<String, String> parameters() {
        return parameters;
    }

    private void checkRules() {
        Evaluation evaluation = evaluation(NoReferences.INSTANCE);
        section(root, "Rules").forEach((name, rule) -> {
            Object condition = map(rule).get("RuleCondition");
            if (condition == null || evaluation.holds(condition)) {
                for (Map<String, Object> assertion : maps(map(rule), "Assertions")) {
                    if (!evaluation.holds(assertion.get("Assert"))) {
                        throw new TemplateException(required(assertion, "AssertDescription"));
                    }
                }
            }
        });
    }

    /** Its outputs, evaluated, in its order. */
    Map<String, String> outputs(References references) {
        Map<String, String> outputs = new LinkedHashMap<>();
        Evaluation evaluation = evaluation(references);
        section(root, "Outputs").forEach((name, output) -> {
            Object condition = map(output).get("Condition");
            if (condition == null || evaluation.condition(condition.toString())) {
                outputs.put(name, String.valueOf(evaluation.evaluate(map(output).get("Value"))));
            }
        });
        return outputs;
    }

    boolean hasResource(String logicalId) {
        return section(root, "Resources").containsKey(logicalId);
    }

    /** How its parameters are declared, by name. */
    Map<String, Map<String, Object>> declarations() {
        Map<String, Map<String, Object>> declarations = new LinkedHashMap<>();
        section(root, "Parameters").forEach((name, declaration) -> declarations.put(name, map(declaration)));
        return declarations;
    }

    /** How a resource is declared: its type, condition, policies and properties, not evaluated. */
    Map<String, Object> resource(String logicalId) {
        type(logicalId);
        return section(section(root, "Resources"), logicalId);
    }

    /** Its resources, also those that its conditions leave out. */
    Set<String> resources() {
        return section(root, "Resources").keySet();
    }

    /** The resources of one type that this template's conditions let exist, in its order. */
    List<String> logicalIds(String type) {
        Evaluation evaluation = evaluation(NoReferences.INSTANCE);
        List<String> ids = new ArrayList<>();
        section(root, "Resources").forEach((id, resource) -> {
            Object condition = map(resource).get("Condition");
            if (type.equals(map(resource).get("Type"))
                    && (condition == null || evaluation.condition(condition.toString()))) {
                ids.add(id);
            }
        });
        return ids;
    }

    /**
     * The type of a resource.
     *
     * @throws TemplateException if there is none of that name
     */
    String type(String logicalId) {
        Object resource = section(root, "Resources").get(logicalId);
        if (resource == null) {
            throw new TemplateException("Nothing is named " + logicalId + "; there are the parameters "
                    + parameters.keySet() + " and the resources "
                    + section(root, "Resources").keySet());
        }
        return String.valueOf(map(resource).get("Type"));
    }

    TableDefinition table(String logicalId, References references) {
        Map<String, Object> properties = properties(logicalId, references);
        CreateTableRequest.Builder request = CreateTableRequest.builder()
                .tableName(text(properties, "TableName", stackName + "-" + logicalId))
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(maps(properties, "AttributeDefinitions").stream()
                        .map(attribute -> AttributeDefinition.builder()
                                .attributeName(required(attribute, "AttributeName"))
                                .attributeType(required(attribute, "AttributeType"))
                                .build())
                        .toList())
                .keySchema(keySchema(properties));
        List<GlobalSecondaryIndex> indexes = maps(properties, "GlobalSecondaryIndexes").stream()
                .map(SamTemplate::index)
                .toList();
        if (!indexes.isEmpty()) {
            request.globalSecondaryIndexes(indexes);
        }
        Map<String, Object> timeToLive = section(properties, "TimeToLiveSpecification");
        return new TableDefinition(
                logicalId,
                request.build(),
                Boolean.parseBoolean(text(timeToLive, "Enabled", "false"))
                        ? Optional.of(required(timeToLive, "AttributeName"))
                        : Optional.empty());
    }

    QueueDefinition queue(String logicalId, References references) {
        Map<String, Object> properties = properties(logicalId, references);
        Map<QueueAttributeName, String> attributes = new EnumMap<>(QueueAttributeName.class);
        properties.forEach((name, value) -> {
            if (!IGNORED_QUEUE_PROPERTIES.contains(name)) {
                attributes.put(queueAttribute(logicalId, name), value instanceof Map ? json(value) : value.toString());
            }
        });
        String suffix = attributes.containsKey(QueueAttributeName.FIFO_QUEUE) ? ".fifo" : "";
        return new QueueDefinition(
                logicalId, text(properties, "QueueName", stackName + "-" + logicalId + suffix), attributes);
    }

    FunctionDefinition function(String logicalId, References references) {
        Map<String, Object> globals = section(section(root, "Globals"), "Function");
        Evaluation evaluation = evaluation(references);
        Map<String, Object> own = rawProperties(logicalId);
        if (own.containsKey("Events")) {
            throw new TemplateException(
                    "The function " + logicalId + " has Events, for which SAM adds a managed policy that"
                            + " knows no queue: give its role the rights, and make the source a resource of type "
                            + EVENT_SOURCE);
        }
        Map<String, String> environment = new LinkedHashMap<>();
        for (Map<String, Object> level : List.of(globals, own)) {
            section(section(level, "Environment"), "Variables").forEach((name, value) -> {
                Object evaluated = evaluation.evaluate(value);
                if (evaluated != null) {
                    environment.put(name, evaluated.toString());
                }
            });
        }
        String name = functionName(logicalId);
        return new FunctionDefinition(
                logicalId,
                name,
                environment.getOrDefault("QUARKUS_FUNQY_EXPORT", name),
                // Lambda's own defaults.
                Duration.ofSeconds(number(evaluation, own, globals, "Timeout", 3)),
                number(evaluation, own, globals, "MemorySize", 128),
                environment,
                eventSources(logicalId, references));
    }

    String functionName(String logicalId) {
        Object name = evaluation(NoReferences.INSTANCE)
                .evaluate(rawProperties(logicalId).get("FunctionName"));
        return name == null ? stackName + "-" + logicalId : name.toString();
    }

    private List<EventSourceDefinition> eventSources(String function, References references) {
        List<EventSourceDefinition> sources = new ArrayList<>();
        for (String id : logicalIds(EVENT_SOURCE)) {
            Map<String, Object> properties = properties(id, references);
            if (List.of(references.ref(function), references.attribute(function, "Arn"))
                    .contains(required(properties, "FunctionName"))) {
                Object responseTypes = properties.getOrDefault("FunctionResponseTypes", List.of());
                sources.add(new EventSourceDefinition(
                        id,
                        required(properties, "EventSourceArn"),
                        Integer.parseInt(text(properties, "BatchSize", "10")),
                        Duration.ofSeconds(Long.parseLong(text(properties, "MaximumBatchingWindowInSeconds", "0"))),
                        ((List<?>) responseTypes).contains("ReportBatchItemFailures"),
                        Optional.ofNullable(section(properties, "ScalingConfig").get("MaximumConcurrency"))
                                .map(maximum -> Integer.parseInt(maximum.toString()))));
            }
        }
        return sources;
    }

    /** The statements of the role that a function runs with, evaluated. */
    List<Map<String, Object>> statements(String function, References references) {
        List<Map<String, Object>> statements = new ArrayList<>();
        for (Map<String, Object> policy : maps(properties(function + "Role", references), "Policies")) {
            statements.addAll(maps(section(policy, "PolicyDocument"), "Statement"));
        }
        return statements;
    }

    private static int number(
            Evaluation evaluation,
            Map<String, Object> own,
            Map<String, Object> globals,
            String name,
            int defaultValue) {
        Object value = evaluation.evaluate(own.containsKey(name) ? own.get(name) : globals.get(name));
        return value == null ? defaultValue : Integer.parseInt(value.toString());
    }

    private static GlobalSecondaryIndex index(Map<String, Object> index) {
        Map<String, Object> projection = section(index, "Projection");
        Projection.Builder builder = Projection.builder().projectionType(text(projection, "ProjectionType", "ALL"));
        if (projection.get("NonKeyAttributes") instanceof List<?> names) {
            builder.nonKeyAttributes(names.stream().map(String::valueOf).toList());
        }
        return GlobalSecondaryIndex.builder()
                .indexName(required(index, "IndexName"))
                .keySchema(keySchema(index))
                .projection(builder.build())
                .build();
    }

    private static List<KeySchemaElement> keySchema(Map<String, Object> properties) {
        return maps(properties, "KeySchema").stream()
                .map(key -> KeySchemaElement.builder()
                        .attributeName(required(key, "AttributeName"))
                        .keyType(required(key, "KeyType"))
                        .build())
                .toList();
    }

    private static QueueAttributeName queueAttribute(String logicalId, String property) {
        QueueAttributeName name = QueueAttributeName.fromValue(property);
        if (name == QueueAttributeName.UNKNOWN_TO_SDK_VERSION) {
            throw new TemplateException("Queue " + logicalId + " has the unknown property " + property);
        }
        return name;
    }

    /** The properties of a resource, evaluated; those of a type that is not created here too. */
    Map<String, Object> properties(String logicalId, References references) {
        return map(evaluation(references).evaluate(rawProperties(logicalId)));
    }

    private Map<String, Object> rawProperties(String logicalId) {
        type(logicalId);
        return section(section(section(root, "Resources"), logicalId), "Properties");
    }

    private Evaluation evaluation(References references) {
        Map<String, Object> values = new LinkedHashMap<>(parameters);
        section(root, "Parameters").forEach((name, declaration) -> {
            if (LIST.equals(map(declaration).get("Type"))) {
                values.put(name, listed(parameters.get(name)));
            }
        });
        return new Evaluation(
                values,
                section(root, "Conditions"),
                section(root, "Mappings"),
                Map.of(
                        "AWS::StackName",
                        stackName,
                        "AWS::Region",
                        AwsClients.REGION,
                        "AWS::AccountId",
                        AwsClients.ACCOUNT_ID,
                        "AWS::Partition",
                        "aws",
                        "AWS::URLSuffix",
                        "amazonaws.com",
                        "AWS::StackId",
                        stackId()),
                references);
    }

    private static Map<String, String> parameters(Map<String, Object> declared, Map<String, String> overrides) {
        for (String name : overrides.keySet()) {
            if (!declared.containsKey(name)) {
                throw new TemplateException(
                        "The template has no parameter " + name + "; there are " + declared.keySet());
            }
        }
        Map<String, String> values = new LinkedHashMap<>();
        declared.forEach((name, declaration) -> values.put(name, parameter(name, map(declaration), overrides)));
        return values;
    }

    private static String parameter(String name, Map<String, Object> declaration, Map<String, String> overrides) {
        Object value = overrides.containsKey(name) ? overrides.get(name) : declaration.get("Default");
        if (value == null) {
            throw new TemplateException("The parameter " + name + " has no default: give it a value");
        }
        if (declaration.get("AllowedValues") instanceof List<?> allowed
                && allowed.stream().map(String::valueOf).noneMatch(value.toString()::equals)) {
            throw refused(declaration, "The parameter " + name + " may be one of " + allowed + ", not " + value);
        }
        boolean list = LIST.equals(declaration.get("Type"));
        for (String one : list ? listed(value.toString()) : List.of(value.toString())) {
            // CloudFormation: the pattern must match the whole value, and each of a list.
            if (declaration.get("AllowedPattern") instanceof String pattern && !one.matches(pattern)) {
                throw refused(
                        declaration, "The parameter " + name + " must match " + pattern + ", found \"" + one + "\"");
            }
        }
        if ("Number".equals(declaration.get("Type"))) {
            checkNumber(name, declaration, value.toString());
        }
        return value.toString();
    }

    private static void checkNumber(String name, Map<String, Object> declaration, String value) {
        BigDecimal number;
        try {
            number = new BigDecimal(value);
        } catch (NumberFormatException e) {
            throw refused(declaration, "The parameter " + name + " must be a number, found \"" + value + "\"");
        }
        Object least = declaration.get("MinValue");
        Object most = declaration.get("MaxValue");
        if (least != null && number.compareTo(new BigDecimal(least.toString())) < 0
                || most != null && number.compareTo(new BigDecimal(most.toString())) > 0) {
            throw refused(
                    declaration,
                    "The parameter " + name + " must be from " + least + " to " + most + ", found " + value);
        }
    }

    /** CloudFormation shows the constraint's description to whoever gave the value. */
    private static TemplateException refused(Map<String, Object> declaration, String message) {
        Object description = declaration.get("ConstraintDescription");
        return new TemplateException(description == null ? message : message + ". " + description);
    }

    private static List<String> listed(String value) {
        return Stream.of(value.split(",", -1)).map(String::strip).toList();
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> section(Map<String, Object> parent, String name) {
        Object value = parent.get(name);
        return value == null ? Map.of() : map(value);
    }

    private static List<Map<String, Object>> maps(Map<String, Object> parent, String name) {
        List<Map<String, Object>> result = new ArrayList<>();
        if (parent.get(name) instanceof List<?> list) {
            list.forEach(item -> result.add(map(item)));
        }
        return result;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        if (value instanceof Map<?, ?>) {
            return (Map<String, Object>) value;
        }
        throw new TemplateException("Expected a mapping, found " + value);
    }

    private static String text(Map<String, Object> map, String name, String defaultValue) {
        Object value = map.get(name);
        return value == null ? defaultValue : value.toString();
    }

    private static String required(Map<String, Object> map, String name) {
        Object value = map.get(name);
        if (value == null) {
            throw new TemplateException(name + " is missing in " + map);
        }
        return value.toString();
    }

    /** For what must be known before any resource exists: names and conditions. */
    private enum NoReferences implements References {
        INSTANCE;

        @Override
        public String ref(String logicalId) {
            throw new TemplateException("A name or a condition refers to " + logicalId + ", which does not exist yet");
        }

        @Override
        public String attribute(String logicalId, String attribute) {
            return ref(logicalId);
        }
    }
}
