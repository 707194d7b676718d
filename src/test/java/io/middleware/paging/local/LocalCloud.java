package io.middleware.paging.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.engine.DynamoDbEngine;
import io.middleware.paging.local.engine.SqsEngine;
import io.middleware.paging.local.iam.AccessControl;
import io.middleware.paging.local.iam.AccessRecord;
import io.middleware.paging.local.iam.DeniedCall;
import io.middleware.paging.local.lambda.FunctionLogs;
import io.middleware.paging.local.lambda.FunctionPackage;
import io.middleware.paging.local.lambda.InvocationResult;
import io.middleware.paging.local.lambda.LambdaEmulator;
import io.middleware.paging.local.lambda.LambdaLimits;
import io.middleware.paging.local.pagerduty.FakePagerDuty;
import io.middleware.paging.local.queue.EventSourcePoller;
import io.middleware.paging.local.secrets.FakeSecretsManager;
import io.middleware.paging.local.template.DeployedTemplate;
import io.middleware.paging.local.template.EventSourceDefinition;
import io.middleware.paging.local.template.FunctionDefinition;
import io.middleware.paging.local.template.SamTemplate;

/**
 * The packaged product with all it needs, on free ports of this machine. Needs a build in {@code target/} and ends every
 * process it started when it is closed, or when this JVM ends.
 *
 * <pre>
 * try (LocalCloud cloud = LocalCloud.builder().parameter("NotifyTimeoutSeconds", "10").start()) {
 *     JsonNode installed = cloud.invoke("install", "{\"workspaceId\":\"acme\",\"accessToken\":\"u+…\"}");
 *     cloud.send(alert);
 *     cloud.awaitDrained(Duration.ofSeconds(30));
 * }
 * </pre>
 */
public final class LocalCloud implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<EventSourcePoller> pollers = new ArrayList<>();
    private final List<EventSourceApi.Mapping> mappings = new ArrayList<>();
    private final Consumer<String> problems;
    private final FunctionLogs logs;
    private final FunctionPackage functionPackage;
    private Endpoints endpoints;
    private DeployedTemplate stack;
    private LambdaEmulator lambda;
    private SqsClient sqsClient;
    private FakePagerDuty pagerDuty;
    private FakeSecretsManager secrets;
    private AccessControl accessControl;
    private AwsEndpoints awsOfFunctions;
    private boolean closed;

    public static Builder builder() {
        return new Builder();
    }

    private LocalCloud(Builder builder) {
        this.functionPackage = FunctionPackage.find(Path.of("target"), builder.workDirectory, builder.form);
        this.logs = add(new FunctionLogs(builder.workDirectory.resolve("logs"), (function, line) -> {
            builder.logReader.accept(function, line);
            wroteLog(function);
        }));
        this.problems = problem -> {
            logs.add("local-cloud", problem);
            builder.problems.accept(problem);
        };
    }

    // ---- For those who use it -------------------------------------------------------------------------------------

    public Endpoints endpoints() {
        return endpoints;
    }

    /** The URL of a queue of the template, such as {@code AlertQueue}. */
    public String queueUrl(String logicalId) {
        return stack.queue(logicalId).url();
    }

    /** The name of a table of the template, such as {@code Deliveries}. */
    public String tableName(String logicalId) {
        String name = stack.tableNames().get(logicalId);
        if (name == null) {
            throw new IllegalArgumentException("No table " + logicalId + ", but " + stack.tableNames());
        }
        return name;
    }

    public Map<String, String> tableNames() {
        return stack.tableNames();
    }

    public List<FunctionDefinition> functions() {
        return lambda.functions();
    }

    /**
     * The fake PagerDuty.
     *
     * @throws IllegalStateException if other hosts play PagerDuty
     */
    public FakePagerDuty pagerDuty() {
        if (pagerDuty == null) {
            throw new IllegalStateException("PagerDuty is played by " + endpoints.pagerduty());
        }
        return pagerDuty;
    }

    /** Whether PagerDuty is the fake, which can be told to fail, or another host. */
    public boolean hasFakePagerDuty() {
        return pagerDuty != null;
    }

    /**
     * The fake Secrets Manager.
     *
     * @throws IllegalStateException if another AWS endpoint plays it
     */
    public FakeSecretsManager fakeSecretsManager() {
        if (secrets == null) {
            throw new IllegalStateException("Secrets Manager is played by " + endpoints.secretsmanager());
        }
        return secrets;
    }

    /** Whether Secrets Manager is the fake, which can be told to fail, or another endpoint. */
    public boolean hasFakeSecretsManager() {
        return secrets != null;
    }

    /**
     * The calls of its functions that their roles do not allow, since this was last asked. Calls that a role allows for another
     * state of the resource are not among them: a secret that does not exist has no tag, and reading it is denied for that.
     */
    public List<DeniedCall> takeDenied() {
        return accessControl == null ? List.of() : accessControl.takeDenied();
    }

    /** Where the functions find AWS, by the names of the variables that say so. Who stands between must pass requests on here. */
    public Map<String, String> awsEnvironment() {
        return awsOfFunctions.environment();
    }

    /** What the functions wrote. Problems of the local cloud itself are there under the name {@code local-cloud}. */
    public FunctionLogs logs() {
        return logs;
    }

    /** What runs: the JVM package or the native binary. */
    public FunctionPackage functionPackage() {
        return functionPackage;
    }

    /**
     * Invokes a function and returns its answer.
     *
     * @param function its export name, its name or its ARN
     * @throws IllegalStateException if the function ended in an error
     */
    public JsonNode invoke(String function, String json) {
        InvocationResult result = tryInvoke(function, json);
        if (result.functionError()) {
            throw new IllegalStateException(function + " failed: " + result.payloadText());
        }
        return read(result.payload());
    }

    /** As {@link #invoke(String, String)}, with the input as a tree. */
    public JsonNode invoke(String function, JsonNode json) {
        return invoke(function, json.toString());
    }

    /** As {@link #invoke(String, String)}, but an error of the function is a value. */
    public InvocationResult tryInvoke(String function, String json) {
        try {
            return lambda.invoke(function, json.getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + function + " ran", e);
        }
    }

    /**
     * Sends SIGKILL to all running instances of a function.
     *
     * @return how many were alive
     */
    public int kill(String function) {
        return lambda.kill(function);
    }

    /** Sends a message to the alert queue and returns its id. */
    public String send(String body) {
        return send(body, Map.of());
    }

    /** As {@link #send(String)}, with message attributes of type String. */
    public String send(String body, Map<String, String> attributes) {
        Map<String, MessageAttributeValue> typed = new HashMap<>();
        attributes.forEach((name, value) -> typed.put(
                name,
                MessageAttributeValue.builder()
                        .dataType("String")
                        .stringValue(value)
                        .build()));
        return sqsClient
                .sendMessage(request ->
                        request.queueUrl(endpoints.queueUrl()).messageBody(body).messageAttributes(typed))
                .messageId();
    }

    /** As {@link #send(String)}, to a FIFO queue. */
    public String send(String body, String group, String deduplicationId) {
        return sqsClient
                .sendMessage(request -> request.queueUrl(endpoints.queueUrl())
                        .messageBody(body)
                        .messageGroupId(group)
                        .messageDeduplicationId(deduplicationId))
                .messageId();
    }

    /** Holds alerts back in their queue. Returns when the batches in flight are done. */
    public void pauseAlerts() throws InterruptedException {
        for (EventSourcePoller poller : pollers) {
            poller.pause();
        }
    }

    public void resumeAlerts() {
        pollers.forEach(EventSourcePoller::resume);
    }

    /**
     * Waits until no alert is in its queue, visible, hidden or in flight.
     *
     * @throws IllegalStateException if that takes longer
     */
    public void awaitDrained(Duration atMost) throws InterruptedException {
        for (EventSourcePoller poller : pollers) {
            poller.awaitDrained(atMost);
        }
    }

    /** Whether no alert is in its queue now: visible, hidden or in flight. */
    public boolean isDrained() {
        return pollers.stream().allMatch(EventSourcePoller::isDrained);
    }

    /** How many messages of its queues the functions were given so far, each as often as it came. */
    public int receives() {
        return pollers.stream().mapToInt(EventSourcePoller::received).sum();
    }

    /** How many batches ended in an error, a time-out or a killed process, and so came again. */
    public int failedInvocations() {
        return pollers.stream().mapToInt(EventSourcePoller::failedInvocations).sum();
    }

    /** A new client of its DynamoDB; the caller closes it. */
    public DynamoDbClient dynamoDb() {
        return AwsClients.dynamoDb(endpoints.dynamodb());
    }

    /** A new client of its SQS; the caller closes it. */
    public SqsClient sqs() {
        return AwsClients.sqs(endpoints.sqs());
    }

    /** A new client of its Secrets Manager; the caller closes it. */
    public SecretsManagerClient secretsManager() {
        return AwsClients.secretsManager(endpoints.secretsmanager());
    }

    /**
     * Back to the start: nothing installed, bound, sent or paged. The functions are ended, since they remember; the next
     * invocation starts them anew.
     */
    void reset() {
        try (DynamoDbClient dynamoDb = dynamoDb();
                SecretsManagerClient secretsManager = secretsManager()) {
            pauseAlerts();
            functions().forEach(function -> kill(function.name()));
            stack.empty(dynamoDb, sqsClient);
            deleteTokens(secretsManager);
            if (pagerDuty != null) {
                pagerDuty.reset();
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } finally {
            resumeAlerts();
        }
    }

    private void deleteTokens(SecretsManagerClient secretsManager) {
        secretsManager.listSecretsPaginator().stream()
                .flatMap(page -> page.secretList().stream())
                .filter(secret -> secret.name().startsWith(secretPrefix()))
                .forEach(secret -> secretsManager.deleteSecret(
                        request -> request.secretId(secret.arn()).forceDeleteWithoutRecovery(true)));
    }

    /** What the secret is named that holds a workspace's token. */
    public String secretName(String workspaceId) {
        return secretPrefix() + workspaceId;
    }

    private String secretPrefix() {
        return functions().stream()
                .flatMap(function -> Optional.ofNullable(function.environment().get("PAGING_SECRET_PREFIX")).stream())
                .findFirst()
                .orElseThrow();
    }

    /** Ends everything. Functions that are working are killed. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        pollers.forEach(EventSourcePoller::stop);
        while (!parts.isEmpty()) {
            try {
                parts.removeLast().close();
            } catch (Exception e) {
                logs.add("local-cloud", "Not closed: " + e);
            }
        }
    }

    // ---- Putting it together --------------------------------------------------------------------------------------

    private void start(Builder builder) {
        Gateway gateway = Gateway.bind(builder.host, builder.port);
        parts.add(gateway);
        AwsEndpoints aws =
                builder.awsEndpoint.map(uri -> new AwsEndpoints(uri, uri, uri)).orElseGet(() -> startEngines(builder));
        PagerDutyHosts hosts = builder.pagerDuty.orElseGet(this::startFakePagerDuty);
        Map<String, String> parameters = new LinkedHashMap<>(builder.parameters);
        parameters.put("PagerDutyUrlUs", hosts.us().toString());
        parameters.put("PagerDutyUrlEu", hosts.eu().toString());
        SamTemplate template = SamTemplate.read(builder.template, builder.stackName, parameters);
        stack = DeployedTemplate.deploy(template, aws.dynamoDb(), aws.sqs());
        sqsClient = add(AwsClients.sqs(aws.sqs()));
        endpoints = new Endpoints(
                gateway.endpoint(),
                aws.sqs(),
                queueUrl("AlertQueue"),
                queueUrl("DeadLetterQueue"),
                aws.dynamoDb(),
                aws.secretsManager(),
                hosts.us(),
                hosts.eu());
        List<FunctionDefinition> functions = stack.functions();
        awsOfFunctions = builder.awsEndpoint.isPresent() ? aws : startAccessControl(aws, functions);
        Map<String, String> environment = new HashMap<>(awsOfFunctions.environment());
        environment.putAll(builder.common);
        LambdaEmulator emulator = new LambdaEmulator(
                functions, functionPackage, environment, environments(builder, functions), builder.limits, logs);
        lambda = emulator;
        startPollers(functions, builder.limits.concurrency());
        // Closed before the pollers, which would wait for what runs.
        parts.add(emulator);
        LambdaApi api = new LambdaApi(emulator, new EventSourceApi(mappings), problems);
        parts.add(api);
        gateway.serve(api, new CloudFormationApi(stack), endpoints, Page.of(this));
        if (pagerDuty != null) {
            pagerDuty.onControlReset(this::reset);
        }
    }

    private AwsEndpoints startEngines(Builder builder) {
        CompletableFuture<DynamoDbEngine> dynamoDb = CompletableFuture.supplyAsync(DynamoDbEngine::start);
        try {
            SqsEngine sqs = add(SqsEngine.start());
            secrets = add(FakeSecretsManager.start(0, Clock.systemUTC()));
            return new AwsEndpoints(add(dynamoDb.join()).endpoint(), sqs.endpoint(), secrets.endpoint());
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } catch (RuntimeException e) {
            dynamoDb.thenAccept(DynamoDbEngine::close);
            throw e;
        }
    }

    private PagerDutyHosts startFakePagerDuty() {
        pagerDuty = add(FakePagerDuty.start(Clock.systemUTC()));
        return new PagerDutyHosts(pagerDuty.us().url(), pagerDuty.eu().url());
    }

    /** Before the engines of our own: another endpoint judges, or does not judge, by itself. */
    private AwsEndpoints startAccessControl(AwsEndpoints aws, List<FunctionDefinition> functions) {
        Map<FunctionDefinition, List<Map<String, Object>>> roles = new LinkedHashMap<>();
        functions.forEach(function -> roles.put(function, stack.statements(function.logicalId())));
        accessControl = add(AccessControl.start(
                stack.template().stackName(),
                roles,
                Map.of("dynamodb", aws.dynamoDb(), "sqs", aws.sqs(), "secretsmanager", aws.secretsManager()),
                secrets::known,
                AccessRecord.ofThisJvm(),
                problems));
        return new AwsEndpoints(accessControl.endpoint(), accessControl.endpoint(), accessControl.endpoint());
    }

    /** Of single functions: what the caller wants for them, and the key by which their calls are known. */
    private Map<String, Map<String, String>> environments(Builder builder, List<FunctionDefinition> functions) {
        Map<String, Map<String, String>> environments = new HashMap<>(builder.environments);
        if (accessControl != null) {
            functions.forEach(function -> {
                Map<String, String> own = new LinkedHashMap<>();
                own.put("AWS_ACCESS_KEY_ID", AccessControl.accessKeyId(function));
                own.putAll(environments.getOrDefault(function.exportName(), Map.of()));
                environments.put(function.exportName(), own);
            });
        }
        return environments;
    }

    private void wroteLog(String exportName) {
        if (accessControl != null && lambda != null) {
            lambda.find(exportName).ifPresent(accessControl::wroteLog);
        }
    }

    /**
     * A client with the rights of the function, as which Lambda receives and deletes what it hands to it. It asks for the queue's
     * attributes when the mapping is made: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
     */
    private SqsClient sqsOf(FunctionDefinition function, String queueUrl) {
        if (accessControl == null) {
            return sqsClient;
        }
        SqsClient client = add(AwsClients.sqs(awsOfFunctions.sqs(), AccessControl.accessKeyId(function)));
        client.getQueueAttributes(
                request -> request.queueUrl(queueUrl).attributeNames(QueueAttributeName.VISIBILITY_TIMEOUT));
        return client;
    }

    private void startPollers(List<FunctionDefinition> functions, int concurrency) {
        for (FunctionDefinition function : functions) {
            for (EventSourceDefinition mapping : function.eventSources()) {
                String queueUrl = stack.queueUrl(mapping.queueArn());
                EventSourcePoller poller = new EventSourcePoller(
                        mapping,
                        queueUrl,
                        sqsOf(function, queueUrl),
                        sqsClient,
                        event -> answer(function, event),
                        concurrency,
                        problems);
                pollers.add(poller);
                mappings.add(new EventSourceApi.Mapping(function, mapping, poller));
                parts.add(poller);
            }
        }
    }

    private Optional<byte[]> answer(FunctionDefinition function, byte[] event) throws InterruptedException {
        InvocationResult result = lambda.invoke(function.exportName(), event);
        if (result.functionError()) {
            problems.accept(function.exportName() + " failed: " + result.payloadText());
            return Optional.empty();
        }
        return Optional.of(result.payload());
    }

    private <P extends AutoCloseable> P add(P part) {
        parts.add(part);
        return part;
    }

    private static JsonNode read(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The function's answer is not JSON: " + new String(json, StandardCharsets.UTF_8), e);
        }
    }

    private record PagerDutyHosts(URI us, URI eu) {}

    private record AwsEndpoints(URI dynamoDb, URI sqs, URI secretsManager) {

        /** The names that the AWS SDKs read: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
        Map<String, String> environment() {
            return Map.of(
                    "AWS_ENDPOINT_URL_DYNAMODB", dynamoDb.toString(),
                    "AWS_ENDPOINT_URL_SQS", sqs.toString(),
                    "AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.toString());
        }
    }

    /** All settings have a default: the repository's template and build, free ports, the fakes of this package. */
    public static final class Builder {

        private int port;
        private String host = Gateway.THIS_MACHINE;
        private String stackName = "local";
        private Path template = Path.of("template.yaml");
        private Path workDirectory = Path.of("target", "local");
        private Optional<FunctionPackage.Form> form = Options.form(System.getProperties());
        private Optional<URI> awsEndpoint = Options.url(System.getProperties(), "aws.endpoint");
        private Optional<PagerDutyHosts> pagerDuty = Optional.empty();
        private LambdaLimits limits = LambdaLimits.DEFAULT;
        private Consumer<String> problems = problem -> {};
        private BiConsumer<String, String> logReader = (function, line) -> {};
        private final Map<String, String> parameters = new LinkedHashMap<>();
        private final Map<String, String> common = new HashMap<>();
        private final Map<String, Map<String, String>> environments = new HashMap<>();

        private Builder() {}

        /** Where the gateway listens; 0, the default, for a free port. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** The address at which the gateway listens: {@code localhost} by default, since nothing asks for a password. */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /** Prefix of the names of tables, queues and functions. Default {@code local}. */
        public Builder stackName(String stackName) {
            this.stackName = stackName;
            return this;
        }

        public Builder template(Path template) {
            this.template = template;
            return this;
        }

        /** Where the package is unpacked and logs are written. Default {@code target/local}. */
        public Builder workDirectory(Path workDirectory) {
            this.workDirectory = workDirectory;
            return this;
        }

        /** A value for one of the template's parameters. */
        public Builder parameter(String name, String value) {
            parameters.put(name, value);
            return this;
        }

        /** One more environment variable for one function, by its export name. Wins over the template. */
        public Builder environment(String function, String name, String value) {
            environments.computeIfAbsent(function, key -> new LinkedHashMap<>()).put(name, value);
            return this;
        }

        /** One more environment variable for every function. One for a single function wins over it. */
        public Builder environment(String name, String value) {
            common.put(name, value);
            return this;
        }

        /** Which package to run. Default: system property {@code local.form}, else the native binary if there is one. */
        public Builder form(FunctionPackage.Form form) {
            this.form = Optional.of(form);
            return this;
        }

        /**
         * An AWS endpoint that has DynamoDB, SQS and Secrets Manager, instead of engines of our own. Default: system
         * property {@code aws.endpoint}, else none.
         */
        public Builder awsEndpoint(URI endpoint) {
            this.awsEndpoint = Optional.of(endpoint);
            return this;
        }

        /** Hosts that play PagerDuty, instead of the fake. */
        public Builder pagerDuty(URI us, URI eu) {
            this.pagerDuty = Optional.of(new PagerDutyHosts(us, eu));
            return this;
        }

        public Builder limits(LambdaLimits limits) {
            this.limits = limits;
            return this;
        }

        /** Is told, in a sentence each, what goes wrong meanwhile. Default: nobody; the logs have it anyway. */
        public Builder onProblem(Consumer<String> problems) {
            this.problems = problems;
            return this;
        }

        /** Is given each line that a function logs, with its name before it. */
        public Builder onLog(BiConsumer<String, String> reader) {
            this.logReader = reader;
            return this;
        }

        /** For a person who plays with it, and does not want to wait for a minute. */
        public Builder impatient() {
            // What waits for a token or a service is tried again sooner, a changed binding is in force at once, and our
            // secrets do not lag behind.
            return environment("PAGING_SLOW_RETRY", "PT5S")
                    .environment("PAGING_BINDING_CACHE", "PT0.1S")
                    .environment("PAGING_SECRET_LAG", "PT0S");
        }

        /**
         * Starts everything but the functions, which start when they are first invoked.
         *
         * @throws PortInUseException if the port belongs to another process
         * @throws IllegalStateException if there is no build, or an engine does not start, with what to do
         */
        public LocalCloud start() {
            LocalCloud cloud = new LocalCloud(this);
            try {
                cloud.start(this);
                return cloud;
            } catch (RuntimeException e) {
                cloud.close();
                throw e;
            }
        }
    }
}
