package io.middleware.paging.harness;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.engine.DynamoDbEngine;
import io.middleware.paging.local.engine.SqsEngine;
import io.middleware.paging.local.pagerduty.FakePagerDuty;
import io.middleware.paging.local.secrets.FakeSecretsManager;
import io.middleware.paging.local.template.DeployedTemplate;
import io.middleware.paging.local.template.SamTemplate;
import io.middleware.paging.metrics.MetricLines;
import io.middleware.paging.pacing.Pause;

/**
 * The cloud around a {@code @QuarkusTest}: DynamoDB and SQS as real engines with the template's tables and queues, a
 * Secrets Manager and a PagerDuty, all on one clock that tests move by hand.
 *
 * <p>One for all tests of the JVM. Tests keep apart by using workspaces of their own.
 */
public class TestCloud implements QuarkusTestResourceLifecycleManager {
    private static TestCloud current;

    private final MutableClock clock = new MutableClock(Instant.parse("2026-11-23T03:00:00Z"));
    private final List<String> metricLines = new CopyOnWriteArrayList<>();
    private final FailingRandom random = new FailingRandom();
    private volatile Runnable duringPauses = () -> {};
    private Queues queues;
    private FakeSecretsManager secrets;
    private FakePagerDuty pagerDuty;
    private DeployedTemplate stack;
    private DynamoDbClient dynamo;
    private SqsClient sqs;

    /** The secret that holds the workspace's token, by what the functions are set to by default. */
    public static String secretName(Object workspaceId) {
        return "pagerduty/paging/" + workspaceId;
    }

    public static TestCloud current() {
        return current;
    }

    @Override
    public Map<String, String> start() {
        queues = startQueues(clock);
        secrets = FakeSecretsManager.start(0, clock);
        pagerDuty = FakePagerDuty.start(clock);
        URI dynamoEndpoint = DynamoDbEngine.shared().endpoint();
        dynamo = AwsClients.dynamoDb(dynamoEndpoint);
        sqs = AwsClients.sqs(queues.endpoint());
        stack = DeployedTemplate.deployUnswept(
                SamTemplate.read(Path.of("template.yaml"), "test-" + System.nanoTime(), Map.of()),
                dynamoEndpoint,
                queues.endpoint());
        current = this;
        Map<String, String> config = new HashMap<>();
        for (String client : new String[] {"dynamodb", "sqs", "secretsmanager"}) {
            config.put("quarkus." + client + ".aws.region", AwsClients.REGION);
            config.put("quarkus." + client + ".aws.credentials.type", "static");
            config.put(
                    "quarkus." + client + ".aws.credentials.static-provider.access-key-id", AwsClients.ACCESS_KEY_ID);
            config.put(
                    "quarkus." + client + ".aws.credentials.static-provider.secret-access-key",
                    AwsClients.SECRET_ACCESS_KEY);
            // Real time, on a machine that does other things too: what is given up too early is sent twice.
            config.put("quarkus." + client + ".sync-client.socket-timeout", "30S");
            config.put("quarkus." + client + ".api-call-timeout", "60S");
        }
        config.put("quarkus.dynamodb.endpoint-override", dynamoEndpoint.toString());
        config.put("quarkus.sqs.endpoint-override", queues.endpoint().toString());
        config.put(
                "quarkus.secretsmanager.endpoint-override", secrets.endpoint().toString());
        config.put("paging.installations-table", stack.ref("Installations"));
        config.put("paging.bindings-table", stack.ref("RuleBindings"));
        config.put("paging.deliveries-table", stack.ref("Deliveries"));
        config.put("paging.budgets-table", stack.ref("RateBudgets"));
        // All tests share PagerDuty's users on a clock that stands still: no test waits for the calls of another.
        config.put("paging.rate-per-minute", "1000000");
        config.put("paging.burst", "1000000");
        config.put("paging.dead-letter-queue-url", stack.ref("DeadLetterQueue"));
        config.put("paging.alert-queue-url", stack.ref("AlertQueue"));
        config.put(
                "paging.dead-letter-queue-arn", stack.queue("DeadLetterQueue").arn());
        config.put("paging.alert-queue-arn", stack.queue("AlertQueue").arn());
        config.put("paging.alert-queue-url", stack.ref("AlertQueue"));
        config.put("paging.pagerduty-url-us", pagerDuty.us().url().toString());
        config.put("paging.pagerduty-url-eu", pagerDuty.eu().url().toString());
        // The fakes answer within milliseconds, but a machine that is busy may take seconds over the first call.
        config.put("paging.call-timeout", "20S");
        // All tests share one client: the failures that one asks for must not open the circuit for another.
        config.put("paging.circuit-failures", "1000000");
        config.putAll(settings());
        return config;
    }

    /** The server of the queues: by default ElasticMQ, whose visibility time-outs take real time. */
    protected Queues startQueues(MutableClock time) {
        SqsEngine engine = SqsEngine.start();
        return new Queues(engine.endpoint(), engine);
    }

    /** What is set in another way than here, or besides. */
    protected Map<String, String> settings() {
        return Map.of();
    }

    /**
     * @param server closed with the cloud
     */
    protected record Queues(URI endpoint, AutoCloseable server) {}

    @Override
    public void stop() {
        dynamo.close();
        sqs.close();
        pagerDuty.close();
        secrets.close();
        try {
            queues.server().close();
        } catch (Exception e) {
            throw new IllegalStateException("the queues do not stop", e);
        }
    }

    public MutableClock clock() {
        return clock;
    }

    public FakePagerDuty pagerDuty() {
        return pagerDuty;
    }

    public FakeSecretsManager secrets() {
        return secrets;
    }

    public DynamoDbClient dynamo() {
        return dynamo;
    }

    public SqsClient sqs() {
        return sqs;
    }

    public URI sqsEndpoint() {
        return queues.endpoint();
    }

    public DeployedTemplate stack() {
        return stack;
    }

    /** The lines of metrics that were written, oldest first. Tests may clear them. */
    public List<String> metricLines() {
        return metricLines;
    }

    /** Where the application takes its lease ids from: a place at which any alert's handling can be made to fail. */
    public FailingRandom random() {
        return random;
    }

    /** What else happens while the application pauses: by itself only the clock moves on. */
    public void duringPauses(Runnable what) {
        duringPauses = what;
    }

    private void pause(Duration time) {
        if (!time.isNegative()) {
            clock.advance(time);
        }
        duringPauses.run();
    }

    /** Puts the test's clock where the application takes its time from, and keeps the metrics that it writes. */
    @Singleton
    static class Surroundings {
        @Produces
        @Singleton
        @Alternative
        @Priority(1)
        MetricLines metricLines() {
            return current().metricLines()::add;
        }

        @Produces
        @Singleton
        @Alternative
        @Priority(1)
        java.time.Clock clock() {
            return current().clock();
        }

        @Produces
        @Singleton
        @Alternative
        @Priority(1)
        RandomGenerator random() {
            return current().random();
        }

        /** Whoever waits makes the time pass. */
        @Produces
        @Singleton
        @Alternative
        @Priority(1)
        Pause pause() {
            return current()::pause;
        }
    }
}
