package io.middleware.paging.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.middleware.paging.local.engine.DynamoDbEngine;
import io.middleware.paging.local.engine.SqsEngine;
import io.middleware.paging.local.lambda.FunctionLogs;
import io.middleware.paging.local.lambda.FunctionPackage;
import io.middleware.paging.local.lambda.FunctionPackage.Form;
import io.middleware.paging.local.lambda.InvocationResult;
import io.middleware.paging.local.lambda.Program;
import io.middleware.paging.local.lambda.SingleInstance;
import io.middleware.paging.local.pagerduty.FakePagerDuty;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.secrets.FakeSecretsManager;
import io.middleware.paging.local.template.DeployedTemplate;
import io.middleware.paging.local.template.SamTemplate;
import io.middleware.paging.local.tls.PrivateCa;

/** What stands around the measured process: engines, a fake PagerDuty, the tables, one installation and one binding. */
final class Stage implements AutoCloseable {

    static final String WORKSPACE = "bench";
    static final String RULE = "cpu-high";

    /** A JVM with a seventh of a CPU may take longer than the usual 5 s over its first call, which is to be seen and not given up. */
    private static final Map<String, String> PATIENCE =
            Map.of("PAGING_CALL_TIMEOUT", "PT10S", "PAGING_TIMEOUT", "PT30S");

    /** How fast notify is, not how slow it may be: more than PagerDuty takes, which the template refuses. */
    private static final Map<String, String> FREE_PACE =
            Map.of("PAGING_RATE_PER_MINUTE", "1000000", "PAGING_BURST", "1000000");

    /** What the template advises for the JVM package, and its default, which is for the native one. */
    private static final Map<Form, Integer> MEMORY_MEGABYTES = Map.of(Form.JVM, 512, Form.NATIVE, 256);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Path workDirectory;
    private final Optional<Distance> distance;
    private Optional<PrivateCa> ca = Optional.empty();
    private Optional<Path> trustStore = Optional.empty();
    private FunctionLogs logs;
    private FakePagerDuty pagerDuty;
    private List<Contender> contenders;
    private Alerts alerts;
    private Map<String, String> direct;
    private Map<String, String> counted;
    private final List<CountingProxy> proxies = new ArrayList<>();

    private Stage(Path workDirectory, Optional<Distance> distance) {
        this.workDirectory = workDirectory;
        this.distance = distance;
    }

    /**
     * How far the peers of a function on Lambda are.
     *
     * @param aws a round trip to DynamoDB, SQS and Secrets Manager
     * @param pagerDuty a round trip to PagerDuty
     * @param memorySizes in MB, of the functions
     */
    record Distance(Duration aws, Duration pagerDuty, List<Integer> memorySizes) {
        Duration roundTrip(String service) {
            return service.equals(WireCall.PAGER_DUTY) ? pagerDuty : aws;
        }

        /** What the function waited for these calls, one after the other, in ms: the way there and back, and the answering. */
        double waited(List<WireCall> calls) {
            return calls.stream()
                    .mapToDouble(call -> roundTrip(call.service()).toNanos() / 1e6
                            + ColdPage.millis(call.arrivedAt(), call.answeredAt()))
                    .sum();
        }
    }

    /**
     * Starts everything, then installs and binds through the functions.
     *
     * @param target Maven's output directory, with the JVM package and, if it is to be measured, the native binary
     * @throws IllegalStateException if there is no JVM package
     */
    static Stage open(Path target, Path workDirectory) throws InterruptedException {
        return open(target, new Stage(workDirectory, Optional.empty()));
    }

    /** The same, where all that is counted goes through TLS, and so far. There is a contender of each memory size. */
    static Stage openAsLambda(Path target, Path workDirectory, Distance distance) throws InterruptedException {
        return open(target, new Stage(workDirectory, Optional.of(distance)));
    }

    private static Stage open(Path target, Stage stage) throws InterruptedException {
        try {
            stage.set(target);
            return stage;
        } catch (IOException e) {
            stage.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | InterruptedException e) {
            stage.close();
            throw e;
        }
    }

    /** The native package first, if there is one. */
    List<Contender> contenders() {
        return contenders;
    }

    /** The contenders of a round: they take turns at being first. */
    List<Contender> inTurn(int round) {
        List<Contender> turned = new ArrayList<>(contenders);
        Collections.rotate(turned, round);
        return turned;
    }

    FakePagerDuty pagerDuty() {
        return pagerDuty;
    }

    Alerts alerts() {
        return alerts;
    }

    /** The calls that a process started by {@link #startCounted} made since they were last taken, in their order. */
    List<WireCall> takeCalls() {
        return proxies.stream()
                .flatMap(proxy -> proxy.takeCalls().stream())
                .sorted((one, other) -> one.arrivedAt().compareTo(other.arrivedAt()))
                .toList();
    }

    /** A new process of notify, with nothing between it and the engines. */
    SingleInstance start(Contender contender) {
        return start(contender, "notify", direct);
    }

    /** The same, with the clients made when they are first needed and not during init. */
    SingleInstance startLazy(Contender contender) {
        Map<String, String> lazy = new HashMap<>(direct);
        lazy.put("PAGING_WARM_UP", "false");
        return start(contender, "notify", lazy);
    }

    /** A new process of notify whose calls are counted on the wire; each takes a little longer. */
    SingleInstance startCounted(Contender contender) {
        return start(contender, "notify", counted);
    }

    /** A new process of another function, with nothing between it and the engines. */
    SingleInstance start(Contender contender, String function) {
        return start(contender, function, direct);
    }

    /** The same, its calls counted on the wire. */
    SingleInstance startCounted(Contender contender, String function) {
        return start(contender, function, counted);
    }

    private SingleInstance start(Contender contender, String function, Map<String, String> environment) {
        return start(contender, function, contender.functionPackage(), environment);
    }

    /** A new process of another program in the place of a function, its calls counted on the wire. */
    SingleInstance startCounted(Contender contender, String function, Program program, Map<String, String> added) {
        Map<String, String> environment = new HashMap<>(counted);
        environment.putAll(PATIENCE);
        environment.putAll(added);
        return start(contender, function, program, environment);
    }

    private SingleInstance start(
            Contender contender, String function, Program program, Map<String, String> environment) {
        Map<String, String> atFreePace = new HashMap<>(FREE_PACE);
        atFreePace.putAll(environment);
        return SingleInstance.start(contender.function(function), program, atFreePace, logs);
    }

    /** Whose certificate the counted peers have, where they speak TLS. */
    PrivateCa ca() {
        return ca.orElseThrow();
    }

    /** A store of that certificate and of all that this JDK trusts: reading those is a part of a start on the JVM. */
    Path trustStoreBesideThePublicOnes() {
        return trustStore.orElseThrow();
    }

    /** PagerDuty's, where calls are counted. */
    String pagerDutyEndpoint() {
        return counted.get("PAGING_PAGERDUTY_URL_US");
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.removeLast().close();
            } catch (Exception e) {
                System.err.println("Not closed: " + e);
            }
        }
    }

    private void set(Path target) throws InterruptedException, IOException {
        logs = add(new FunctionLogs(workDirectory.resolve("logs")));
        SqsEngine sqs = add(SqsEngine.start());
        DynamoDbEngine dynamoDb = add(DynamoDbEngine.start());
        FakeSecretsManager secrets = add(FakeSecretsManager.start(0, Clock.systemUTC()));
        pagerDuty = add(FakePagerDuty.start(Clock.systemUTC()));
        if (distance.isPresent()) {
            ca = Optional.of(PrivateCa.in(Files.createDirectories(workDirectory.resolve("tls"))));
            trustStore = ca.map(PrivateCa::trustStoreBesideThePublicOnes);
        }
        direct = Map.of(
                "AWS_ENDPOINT_URL_DYNAMODB", dynamoDb.endpoint().toString(),
                "AWS_ENDPOINT_URL_SQS", sqs.endpoint().toString(),
                "AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.endpoint().toString());
        counted = Map.of(
                "AWS_ENDPOINT_URL_DYNAMODB", proxy(WireCall.DYNAMO_DB, dynamoDb.endpoint()),
                "AWS_ENDPOINT_URL_SQS", proxy(WireCall.SQS, sqs.endpoint()),
                "AWS_ENDPOINT_URL_SECRETS_MANAGER", proxy(WireCall.SECRETS_MANAGER, secrets.endpoint()),
                "PAGING_PAGERDUTY_URL_US",
                        proxy(WireCall.PAGER_DUTY, pagerDuty.us().url()));
        contenders = packages(target).stream()
                .flatMap(found -> memorySizes(found.form()).stream()
                        .map(memory -> contender(found, memory, dynamoDb.endpoint(), sqs.endpoint())))
                .toList();
        installAndBind(contenders.get(0));
    }

    private List<FunctionPackage> packages(Path target) {
        List<FunctionPackage> packages = new ArrayList<>();
        FunctionPackage preferred = FunctionPackage.find(target, workDirectory, Optional.empty());
        if (preferred.form() == Form.NATIVE) {
            packages.add(preferred);
        }
        packages.add(FunctionPackage.find(target, workDirectory, Optional.of(Form.JVM)));
        return packages;
    }

    private List<Integer> memorySizes(Form form) {
        return distance.map(Distance::memorySizes).orElse(List.of(MEMORY_MEGABYTES.get(form)));
    }

    /** All share the tables and queues: what exists already is used as it is. */
    private Contender contender(FunctionPackage functionPackage, int memory, URI dynamoDb, URI sqs) {
        Map<String, String> parameters = Map.of(
                "MemorySize",
                Integer.toString(memory),
                // As in a stack that follows the README.
                "DefaultWorkspace",
                WORKSPACE,
                "PagerDutyUrlUs",
                pagerDuty.us().url().toString(),
                "PagerDutyUrlEu",
                pagerDuty.eu().url().toString());
        SamTemplate template = SamTemplate.read(Path.of("template.yaml"), "bench", parameters);
        DeployedTemplate stack = DeployedTemplate.deploy(template, dynamoDb, sqs);
        alerts = new Alerts(stack.queue("AlertQueue").arn());
        return Contender.of(functionPackage, stack);
    }

    private void installAndBind(Contender contender) throws InterruptedException {
        ObjectNode install = JsonNodeFactory.instance.objectNode();
        install.put("workspaceId", WORKSPACE).put("accessToken", Sample.MANAGER_TOKEN);
        call(contender, "install", install);
        ObjectNode binding = JsonNodeFactory.instance.objectNode();
        binding.put("workspaceId", WORKSPACE)
                .put("ruleId", RULE)
                .put("serviceId", Sample.PAYMENTS)
                .put("notifyOnResolve", true);
        call(contender, "bind-rule", binding);
    }

    private void call(Contender contender, String function, ObjectNode request) throws InterruptedException {
        Map<String, String> environment = new HashMap<>(direct);
        environment.putAll(PATIENCE);
        try (SingleInstance instance = start(contender, function, environment)) {
            InvocationResult result = instance.invoke(request.toString().getBytes(StandardCharsets.UTF_8));
            if (result.functionError() || result.payloadText().contains("\"error\"")) {
                throw new IllegalStateException(function + " failed: " + result.payloadText());
            }
        }
    }

    private String proxy(String service, URI engine) {
        CountingProxy proxy = add(CountingProxy.start(service, engine, ca.map(PrivateCa::serverContext)));
        proxies.add(proxy);
        if (distance.isEmpty()) {
            return proxy.endpoint().toString();
        }
        FarAway far = add(FarAway.start(proxy.port(), distance.get().roundTrip(service)));
        return proxy.endpoint(far.port()).toString();
    }

    private <P extends AutoCloseable> P add(P part) {
        parts.add(part);
        return part;
    }
}
