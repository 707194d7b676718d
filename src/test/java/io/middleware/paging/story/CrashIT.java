package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.local.LocalCloud;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;

/** A process is killed in the middle of a full batch, with the time-out, the visibility and the batch of the template. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashIT {
    private static final String WORKSPACE = "crash";
    private static final String RULE = "cpu-high";
    private static final int BATCH = 10;

    /** Messages come back after this. What is left of a minute is for the receive, a process that starts, and the calls. */
    private static final int MOST_SECONDS_HIDDEN = 45;

    /** Long enough for messages to come back once, and for a slow machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration UNTIL_AFTER_THE_KILL = Duration.ofSeconds(8);

    private LocalCloud cloud;

    @BeforeAll
    void start() {
        Assumptions.assumeTrue(
                System.getProperty("aws.endpoint", "").isEmpty(), "counts what the local event source receives");
        cloud = LocalCloud.builder()
                .stackName("crash")
                .workDirectory(Path.of("target", "crash"))
                .parameter("RatePerMinute", "60000")
                .parameter("Burst", "1000")
                // Four alerts of the batch are under way at a time, so that the kill finds alerts in every state.
                .environment("notify", "PAGING_CONCURRENCY", "4")
                // A process that starts on a busy machine takes seconds over a call.
                .environment("notify", "PAGING_CALL_TIMEOUT", "PT15S")
                .start();
    }

    @AfterAll
    void stop() {
        if (cloud != null) {
            cloud.close();
        }
    }

    @Test
    void aKilledBatchPagesWithItsNextReceiveEachAlertOnce() throws Exception {
        expectNoError(cloud.invoke(
                "install",
                Story.object().put("workspaceId", WORKSPACE).put("accessToken", Sample.MANAGER_TOKEN)));
        expectNoError(cloud.invoke(
                "bind-rule",
                Story.object()
                        .put("workspaceId", WORKSPACE)
                        .put("ruleId", RULE)
                        .put("serviceName", "Payments")));
        cloud.pauseAlerts();
        List<String> titles =
                IntStream.range(0, BATCH).mapToObj(i -> "Alert " + i).toList();
        titles.forEach(title -> cloud.send(message(title)));
        // Of four POSTs that are under way at a time these two stay; the others are answered and settled before the next begins.
        onItsTurn(Fault.on("POST", "/incidents").stalling(UNTIL_AFTER_THE_KILL));
        onItsTurn(Fault.on("POST", "/incidents").holding(UNTIL_AFTER_THE_KILL));
        onItsTurn(Fault.on("POST", "/incidents"));
        onItsTurn(Fault.on("POST", "/incidents"));
        onItsTurn(Fault.on("POST", "/incidents"));
        onItsTurn(Fault.on("POST", "/incidents").afterwards(post -> cloud.kill("notify")));

        cloud.resumeAlerts();
        cloud.awaitDrained(PATIENCE);

        Map<String, List<IncidentView>> incidents =
                cloud.pagerDuty().incidents().stream().collect(Collectors.groupingBy(IncidentView::title));
        assertThat(incidents).containsOnlyKeys(titles);
        assertThat(incidents).allSatisfy((title, of) -> assertThat(of).hasSize(1));
        assertThat(cloud.pagerDuty().doublePages()).isEmpty();
        assertThat(cloud.failedInvocations()).as("killed").isPositive();
        assertThat(hiddenSeconds()).isLessThanOrEqualTo(MOST_SECONDS_HIDDEN);
        assertThat(cloud.receives())
                .as("each message came twice: no claim of the dead process, and no wait, was in its way")
                .isEqualTo(2 * BATCH);
    }

    private void onItsTurn(Fault fault) {
        cloud.pagerDuty().faults().add(fault);
    }

    private int hiddenSeconds() {
        try (SqsClient sqs = cloud.sqs()) {
            return Integer.parseInt(sqs.getQueueAttributes(request -> request.queueUrl(cloud.queueUrl("AlertQueue"))
                            .attributeNames(QueueAttributeName.VISIBILITY_TIMEOUT))
                    .attributes()
                    .get(QueueAttributeName.VISIBILITY_TIMEOUT));
        }
    }

    private static String message(String title) {
        return Story.object()
                .put("workspaceId", WORKSPACE)
                .put("ruleId", RULE)
                .put("alertId", title)
                .put("status", "triggered")
                .put("title", title)
                .put("occurredAt", "2026-11-23T03:00:00Z")
                .toString();
    }

    private static void expectNoError(JsonNode reply) {
        assertThat(reply.has("error")).as(reply.toString()).isFalse();
    }
}
