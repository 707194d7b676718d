package io.middleware.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import io.middleware.paging.alert.Scene;
import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.template.AlarmReplay;
import io.middleware.paging.metrics.EmfLine;

/** Whom the template's alarms tell when alerts begin to wait for a person: what notify counts, replayed against them. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class FirstNeedsActionTest {
    private static final String NOBODY_ON_CALL =
            "{\"error\":{\"message\":\"Escalation Policy Has No User On Call\",\"code\":1015}}";

    @Inject
    Scene scene;

    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();
    private final Map<String, Integer> receives = new HashMap<>();
    private final Map<String, Instant> occurred = new HashMap<>();

    @BeforeEach
    void quiet() {
        // What other tests have reported is long over.
        cloud.clock().advance(Duration.ofDays(2));
        cloud.metricLines().clear();
    }

    @AfterEach
    void clearFaults() {
        cloud.pagerDuty().faults().clear();
    }

    @Test
    void anAlarmThatRingsForOneTenantHidesNoOther() {
        String one = tenantWithADisabledService();
        String other = tenantWithADisabledService();
        Instant start = now();
        for (int tries = 0; tries < 40; tries++) {
            receive(one, "cpu-high/1");
            if (tries >= 20) {
                receive(other, "cpu-high/1");
            }
            cloud.clock().advance(Duration.ofMinutes(30));
        }

        assertThat(rings("NeedsActionAlarm", "NeedsAction", Duration.ZERO, 0)).hasSize(1);
        for (int more : new int[] {0, 5}) {
            for (Duration lag : List.of(Duration.ZERO, Duration.ofMinutes(3))) {
                assertThat(rings("FirstNeedsActionAlarm", "FirstNeedsAction", lag, more))
                        .as("%s late, %s periods more", lag, more)
                        .hasSize(2)
                        .first()
                        .satisfies(rang -> assertThat(rang).isBetween(start, start.plus(Duration.ofMinutes(6))));
                assertThat(rings("FirstNeedsActionAlarm", "FirstNeedsAction", lag, more)
                                .get(1))
                        .isBetween(
                                start.plus(Duration.ofHours(10)),
                                start.plus(Duration.ofHours(10)).plus(Duration.ofMinutes(6)));
            }
        }
    }

    @Test
    void whatBeginsWhileTheAlarmRingsIsToldWhenItIsQuietAgain() {
        String one = tenantWithADisabledService();
        String other = tenantWithADisabledService();
        receive(one, "cpu-high/1");
        for (int minute = 1; minute <= 30; minute++) {
            cloud.clock().advance(Duration.ofMinutes(1));
            receive(one, "cpu-high/1");
            if (minute >= 3) {
                receive(other, "cpu-high/1");
            }
        }

        assertThat(reports()).extracting(line -> line.field("workspace")).containsExactly(one, other);
        for (int more : new int[] {0, 5}) {
            assertThat(rings("FirstNeedsActionAlarm", "FirstNeedsAction", Duration.ofMinutes(3), more))
                    .hasSize(2);
        }
    }

    @Test
    void twoOfTheSameMinuteShareARingAndAreBothListed() {
        String one = tenantWithADisabledService();
        String other = tenantWithADisabledService();

        receive(one, "cpu-high/1");
        receive(other, "cpu-high/1");

        assertThat(reports())
                .extracting(line -> line.field("workspace") + " " + line.field("rule") + " " + line.field("reason"))
                .containsExactly(one + " cpu-high NOT_PAGEABLE", other + " cpu-high NOT_PAGEABLE");
        assertThat(reports())
                .allSatisfy(line -> assertThat(line.dimensionSets()).containsExactly(List.of(), List.of("reason")));
        assertThat(rings("FirstNeedsActionAlarm", "FirstNeedsAction", Duration.ZERO, 0))
                .hasSize(1);
    }

    @Test
    void aLongWaitOfManyAlertsIsReportedOnceAndWritesNothingMore() {
        String workspace = tenantWithADisabledService();
        receive(workspace, "cpu-high/1");
        Map<String, AttributeValue> after = binding(workspace);
        for (int hour = 0; hour < 23; hour++) {
            cloud.clock().advance(Duration.ofHours(1));
            for (int alert = 1; alert <= 3; alert++) {
                receive(workspace, "cpu-high/" + alert);
            }
        }

        assertThat(reports()).hasSize(1);
        assertThat(binding(workspace)).isEqualTo(after);
    }

    @Test
    void whatStillWaitsAfterADayIsToldAgain() {
        String workspace = tenantWithADisabledService();
        receive(workspace, "cpu-high/1");
        cloud.clock().advance(Duration.ofHours(25));

        receive(workspace, "cpu-high/1");

        assertThat(reports()).hasSize(2);
    }

    @Test
    void whatWasMendedAndBreaksAgainIsToldAgain() {
        scene.startReadyToPage();
        String workspace = scene.workspace();
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(400, NOBODY_ON_CALL));
        receive(workspace, "cpu-high/1");
        cloud.clock().advance(Duration.ofHours(2));
        receive(workspace, "cpu-high/1");
        assertThat(binding(workspace).keySet()).noneMatch(name -> name.startsWith("reported"));
        cloud.clock().advance(Duration.ofHours(1));
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(400, NOBODY_ON_CALL));

        receive(workspace, "cpu-high/2");

        assertThat(reports()).hasSize(2);
    }

    private String tenantWithADisabledService() {
        scene.startReadyToPage();
        scene.bind(Sample.LEGACY);
        return scene.workspace();
    }

    /** The alert's message comes, for the first time or again. */
    private void receive(String workspace, String alertId) {
        String id = workspace + "-" + alertId;
        Instant at = occurred.computeIfAbsent(id, first -> now());
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        ObjectNode record = event.putArray("Records").addObject();
        record.put("messageId", id);
        record.put("receiptHandle", "none: the queue knows nothing of this message");
        record.put("eventSource", "aws:sqs");
        record.put("eventSourceARN", cloud.stack().queue("AlertQueue").arn());
        record.putObject("attributes")
                .put(
                        "ApproximateReceiveCount",
                        receives.merge(id, 1, Integer::sum).toString())
                .put("SentTimestamp", Long.toString(at.toEpochMilli()));
        record.put(
                "body",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("workspaceId", workspace)
                        .put("ruleId", "cpu-high")
                        .put("alertId", alertId)
                        .put("status", "triggered")
                        .put("title", "CPU above 90 %")
                        .put("occurredAt", at.toString())
                        .toString());
        function.call(event.toString());
    }

    private List<EmfLine> reports() {
        return lines("FirstNeedsAction");
    }

    private List<EmfLine> lines(String metric) {
        return cloud.metricLines().stream()
                .map(EmfLine::read)
                .filter(line -> line.metric().equals(metric))
                .toList();
    }

    private List<Instant> rings(String alarm, String metric, Duration lag, int more) {
        return new AlarmReplay(alarm)
                .rings(
                        lines(metric).stream()
                                .map(line -> new AlarmReplay.Point(
                                        line.at(),
                                        line.values().stream()
                                                .mapToLong(Long::longValue)
                                                .sum()))
                                .toList(),
                        lag,
                        more);
    }

    private Map<String, AttributeValue> binding(String workspace) {
        return cloud.dynamo()
                .getItem(request -> request.tableName(cloud.stack().ref("RuleBindings"))
                        .key(Map.of(
                                "workspaceId", AttributeValue.fromS(workspace),
                                "ruleId", AttributeValue.fromS("cpu-high")))
                        .consistentRead(true))
                .item();
    }

    private Instant now() {
        return cloud.clock().instant();
    }
}
