package io.middleware.paging.harness;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

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

/**
 * The cloud around a {@code @QuarkusTest}: DynamoDB and SQS as real engines with the template's tables and queues, a
 * Secrets Manager and a PagerDuty, all on one clock that tests move by hand.
 *
 * <p>One for all tests of the JVM. Tests keep apart by using workspaces of their own.
 */
public final class TestCloud implements QuarkusTestResourceLifecycleManager {
    private static TestCloud current;

    private final MutableClock clock = new MutableClock(Instant.parse("2026-11-23T03:00:00Z"));
    private SqsEngine sqsEngine;
    private FakeSecretsManager secrets;
    private FakePagerDuty pagerDuty;
    private DeployedTemplate stack;
    private DynamoDbClient dynamo;
    private SqsClient sqs;

    public static TestCloud current() {
        return current;
    }

    @Override
    public Map<String, String> start() {
        sqsEngine = SqsEngine.start();
        secrets = FakeSecretsManager.start(0, clock);
        pagerDuty = FakePagerDuty.start(clock);
        URI dynamoEndpoint = DynamoDbEngine.shared().endpoint();
        dynamo = AwsClients.dynamoDb(dynamoEndpoint);
        sqs = AwsClients.sqs(sqsEngine.endpoint());
        stack = DeployedTemplate.deploy(
                SamTemplate.read(Path.of("template.yaml"), "test-" + System.nanoTime(), Map.of()),
                dynamoEndpoint,
                sqsEngine.endpoint());
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
        }
        config.put("quarkus.dynamodb.endpoint-override", dynamoEndpoint.toString());
        config.put("quarkus.sqs.endpoint-override", sqsEngine.endpoint().toString());
        config.put(
                "quarkus.secretsmanager.endpoint-override", secrets.endpoint().toString());
        config.put("paging.installations-table", stack.ref("Installations"));
        config.put("paging.bindings-table", stack.ref("RuleBindings"));
        config.put("paging.deliveries-table", stack.ref("Deliveries"));
        config.put("paging.dead-letter-queue-url", stack.ref("DeadLetterQueue"));
        config.put("paging.pagerduty-url-us", pagerDuty.us().url().toString());
        config.put("paging.pagerduty-url-eu", pagerDuty.eu().url().toString());
        // The fakes answer within milliseconds; a test that holds an answer need not hold it for long.
        config.put("paging.call-timeout", "1S");
        return config;
    }

    @Override
    public void stop() {
        dynamo.close();
        sqs.close();
        pagerDuty.close();
        secrets.close();
        sqsEngine.close();
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
        return sqsEngine.endpoint();
    }

    public DeployedTemplate stack() {
        return stack;
    }

    /** Puts the test's clock where the application takes its time from. */
    @Singleton
    static class Time {
        @Produces
        @Singleton
        @Alternative
        @Priority(1)
        java.time.Clock clock() {
            return current().clock();
        }
    }
}
