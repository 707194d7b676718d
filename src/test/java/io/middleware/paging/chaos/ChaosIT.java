package io.middleware.paging.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

import io.middleware.paging.local.LocalCloud;
import io.middleware.paging.local.check.CheckTarget;
import io.middleware.paging.local.check.Difference;
import io.middleware.paging.local.check.InvariantCheck;
import io.middleware.paging.local.check.Observed;
import io.middleware.paging.local.check.PagerDutyIncidents;
import io.middleware.paging.local.check.WireObserver;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pagerduty.IncidentKey;

/**
 * Never lost, never twice, never silent, while everything fails. Short in {@code mvn verify}, a thousand alerts with {@code
 * mvn -Pchaos verify}.
 *
 * <p>{@code -Dchaos.seed} replays a plan, {@code -Dchaos.alerts} sizes it, {@code -Dchaos.pace} says how many messages a second
 * are sent, {@code -Dchaos.rate} how many incidents a minute PagerDuty lets be opened (0: any number).
 */
class ChaosIT {

    static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);

    private static final long SEED = Long.getLong("chaos.seed", 20261123);
    private static final int ALERTS = Integer.getInteger("chaos.alerts", 60);
    private static final int PACE = Integer.getInteger("chaos.pace", 40);
    private static final int RATE = Integer.getInteger("chaos.rate", 0);

    /** A resolve may wait a minute for PagerDuty's list, some claims must lapse first, and machines are slow. */
    private static final Duration PATIENCE = Duration.ofMinutes(RATE == 0 ? 5 : 30);

    /** For how long trouble may still find somebody to strike once all is sent, unless all is handled sooner. */
    private static final Duration CALM =
            ALERTS < ChaosPlan.ONE_WAVE_FROM ? Duration.ofSeconds(20) : Duration.ofMinutes(5);

    private static final Path DIRECTORY = Path.of("target", "chaos");

    @Test
    void everyAlertEndsInOneIncidentOrAReasonWhateverFailsMeanwhile() throws Exception {
        assumeTrue(
                System.getProperty("aws.endpoint", "").isBlank(),
                "it is known only of the engines that they judge and write in one step");
        System.out.println("chaos: seed " + SEED + ", " + ALERTS + " alerts. Replay: " + replay());
        ChaosPlan plan = ChaosPlan.of(SEED, ALERTS, PACE);
        try (Weather weather = new Weather(SEED);
                LocalCloud cloud = start(weather)) {
            weather.over(cloud);
            installAndBind(cloud);
            // A first process, so that the weather meets one that works.
            cloud.invoke("notify", object().set("Records", object().arrayNode()));
            Instant start = Instant.now();

            for (ChaosPlan.Wave wave : plan.waves()) {
                weather.let(wave);
                awaitCalm(weather, cloud);
                weather.heal();
                cloud.awaitDrained(PATIENCE);
            }
            Instant end = Instant.now();

            List<Difference> differences = InvariantCheck.differences(
                    observe(cloud), Instant.now(), Duration.ZERO, plan.alerts(), plan.malformed());
            ChaosReport report = new ChaosReport(differences)
                    .row("seed", SEED)
                    .row("form", cloud.functionPackage().form())
                    .row("alerts", ALERTS)
                    .row("messages sent", plan.messages())
                    .row("of them with several alerts", plan.messagesOfSeveral())
                    .row("messages received", cloud.receives())
                    .row("invocations that failed", cloud.failedInvocations())
                    .row("kills", weather.kills())
                    .faults(weather.struck())
                    .row("POSTs", cloud.pagerDuty().count(Operation.CREATE_INCIDENT))
                    .row("incidents", cloud.pagerDuty().incidents().size())
                    .row("folded alerts", plan.foldedAlerts())
                    .row("incidents they shared", sharedIncidents(cloud))
                    .duration("duration", Duration.between(start, end))
                    .verdict(cloud.pagerDuty().doublePages().size());
            Files.writeString(DIRECTORY.resolve("report.md"), report + "\n");
            System.out.println(report);
            System.out.println("chaos: seed " + SEED + ". Replay: " + replay());

            assertThat(differences).as("seed " + SEED).isEmpty();
            assertThat(cloud.pagerDuty().doublePages()).as("seed " + SEED).isEmpty();
            assertThat(cloud.pagerDuty().unexpectedRequests()).isEmpty();
            assertThat(cloud.takeDenied())
                    .as("calls that a role does not allow")
                    .isEmpty();
            assertThat(weather.kills()).as("processes were killed").isPositive();
            assertThat(struck(weather, "DYNAMODB_")).as("faults of DynamoDB").isPositive();
            assertThat(struck(weather, "PAGERDUTY_")).as("faults of PagerDuty").isPositive();
        }
    }

    /** What is left to strike after the last message meets the tries that still wait, or nothing at all. */
    private static void awaitCalm(Weather weather, LocalCloud cloud) {
        try {
            Awaitility.await()
                    .atMost(CALM)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> weather.isCalm() || cloud.isDrained());
        } catch (ConditionTimeoutException notAllStruck) {
            // Nor need it: what has not struck by now is healed.
        }
    }

    private static int struck(Weather weather, String prefix) {
        return weather.struck().entrySet().stream()
                .filter(trouble -> trouble.getKey().name().startsWith(prefix))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    private static String replay() {
        return "mvn -Pchaos verify -Dchaos.seed=" + SEED + " -Dchaos.alerts=" + ALERTS + " -Dchaos.pace=" + PACE
                + (RATE == 0 ? "" : " -Dchaos.rate=" + RATE);
    }

    private static LocalCloud start(Weather weather) {
        LocalCloud.Builder builder = LocalCloud.builder()
                .stackName("chaos")
                .workDirectory(DIRECTORY)
                .parameter("NotifyTimeoutSeconds", "10")
                .parameter("VisibilityTimeoutSeconds", "12")
                .parameter("RepeatWindow", "PT15S")
                // Short, so that a run ends; and stores are read again and again, so that they can fail.
                .environment("notify", "PAGING_CALL_TIMEOUT", CALL_TIMEOUT.toString())
                .environment("notify", "PAGING_BACKOFF_BASE", "PT0.5S")
                .environment("notify", "PAGING_BACKOFF_CAP", "PT5S")
                .environment("notify", "PAGING_SLOW_RETRY", "PT5S")
                .environment("notify", "PAGING_CIRCUIT_PAUSE", "PT1S")
                .environment("notify", "PAGING_CIRCUIT_MAX_PAUSE", "PT4S")
                .environment("notify", "PAGING_BINDING_CACHE", "PT2S")
                .environment("notify", "PAGING_TOKEN_CACHE", "PT2S")
                .environment("notify", "PAGING_INSTALLATION_CACHE", "PT2S");
        if (RATE == 0) {
            // Faults meet what calls PagerDuty, not what waits for its turn.
            builder.environment("PAGING_RATE_PER_MINUTE", "6000").environment("PAGING_BURST", "100");
        }
        weather.environmentOfNotify().forEach((name, value) -> builder.environment("notify", name, value));
        return builder.start();
    }

    private static void installAndBind(LocalCloud cloud) {
        if (RATE > 0) {
            cloud.pagerDuty().us().account().limit(Operation.CREATE_INCIDENT, RATE);
        }
        expectNoError(cloud.invoke(
                "install", object().put("workspaceId", ChaosPlan.WORKSPACE).put("accessToken", Sample.MANAGER_TOKEN)));
        bind(cloud, ChaosPlan.RESOLVING_RULE, "Payments", true, "alert");
        bind(cloud, ChaosPlan.OTHER_RESOLVING_RULE, "Orders API", true, "alert");
        bind(cloud, ChaosPlan.LEAVING_RULE, "Checkout", false, "alert");
        bind(cloud, ChaosPlan.FOLDED_RULE, "Payments", true, "rule");
    }

    private static long sharedIncidents(LocalCloud cloud) {
        String key =
                IncidentKey.ofRule(ChaosPlan.WORKSPACE, ChaosPlan.FOLDED_RULE).value();
        return cloud.pagerDuty().incidents().stream()
                .filter(incident -> incident.key().equals(key))
                .count();
    }

    private static void bind(LocalCloud cloud, String rule, String service, boolean notifyOnResolve, String groupBy) {
        expectNoError(cloud.invoke(
                "bind-rule",
                object().put("workspaceId", ChaosPlan.WORKSPACE)
                        .put("ruleId", rule)
                        .put("serviceName", service)
                        .put("notifyOnResolve", notifyOnResolve)
                        .put("groupBy", groupBy)));
    }

    private static void expectNoError(JsonNode reply) {
        assertThat(reply.has("error")).as(reply.toString()).isFalse();
    }

    private static Observed observe(LocalCloud cloud) {
        CheckTarget target = new CheckTarget(
                cloud.tableName("Deliveries"),
                Optional.of(cloud.tableName("RuleBindings")),
                cloud.endpoints().queueUrl(),
                cloud.endpoints().deadLetterQueueUrl(),
                cloud.endpoints().pagerduty(),
                Optional.empty());
        try (DynamoDbClient dynamo = cloud.dynamoDb();
                SqsClient sqs = cloud.sqs()) {
            return new WireObserver(
                            dynamo, sqs, new PagerDutyIncidents(target.pagerDuty(), Sample.MANAGER_TOKEN), target)
                    .observeAll();
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
