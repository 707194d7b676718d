package io.middleware.paging.local.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

/** The template's alarms watch what is written, and say what to do. */
class AlarmsTest {
    private static final String TOPIC = "arn:aws:sns:eu-west-1:111122223333:people";

    @Test
    void everyAlarmOnAMetricOfOursWatchesOneThatIsWritten() {
        Set<String> written = WrittenMetrics.withDimensions();

        List<String> watched = alarms(Map.of()).values().stream()
                .filter(alarm -> alarm.get("Namespace").equals(WrittenMetrics.NAMESPACE))
                .map(alarm -> alarm.get("MetricName") + " " + dimensions(alarm))
                .toList();

        assertThat(watched).hasSize(9);
        assertThat(written).containsAll(watched);
    }

    @Test
    void whatAPersonMustLookAtHasAnAlarm() {
        assertThat(alarms(Map.of()).values().stream()
                        .map(alarm -> alarm.get("MetricName") + " " + dimensions(alarm))
                        .toList())
                .containsExactlyInAnyOrder(
                        "ApproximateNumberOfMessagesVisible {QueueName=DeadLetterQueue.QueueName}",
                        "ApproximateAgeOfOldestMessage {QueueName=AlertQueue.QueueName}",
                        "ApproximateNumberOfMessagesNotVisible {QueueName=AlertQueue.QueueName}",
                        "Alerts {outcome=NOBODY_PAGED}",
                        "Alerts {outcome=REFUSED}",
                        "Alerts {outcome=EXPIRED}",
                        "Alerts {outcome=MALFORMED}",
                        "ReauthRequired {}",
                        "NeedsAction {}",
                        "FirstNeedsAction {}",
                        "WaitingTime {}",
                        "AlertToPage {}",
                        "Errors {FunctionName=Notify}",
                        "Throttles {FunctionName=Notify}");
    }

    @Test
    void everyAlarmSaysWhatHappenedAndStaysQuietWithoutData() {
        assertThat(alarms(Map.of())).allSatisfy((id, alarm) -> {
            assertThat(alarm.get("AlarmName").toString()).startsWith("paging-");
            // Most characters of a description: CloudWatch API Reference, PutMetricAlarm.
            assertThat(alarm.get("AlarmDescription").toString()).hasSizeBetween(100, 1024);
            assertThat(alarm.get("TreatMissingData")).isEqualTo("notBreaching");
        });
    }

    @Test
    void everyAlarmSaysWhatToDo() throws IOException {
        Pattern instruction = Pattern.compile("\\b(Read|Look|Fix|Filter|See|Take|Correct|List|[Rr]un install)\\b");
        String page = Files.readString(Path.of("docs", "operations.md"));

        assertThat(alarms(Map.of("CloudWatchAlarms", "true"))).hasSize(15).allSatisfy((id, alarm) -> {
            assertThat(alarm.get("AlarmDescription").toString()).containsPattern(instruction);
            String name = alarm.get("AlarmName").toString().substring("paging-".length());
            assertThat(page).containsPattern("\\n\\| `" + name + "` \\| [^|]+ \\| [^|]+ \\|");
        });
    }

    @Test
    void whatEventBridgeCannotDeliverHasAnAlarmOfItsOwn() {
        assertThat(alarms(Map.of("CloudWatchAlarms", "true")).get("UndeliveredEventsAlarm"))
                .containsEntry("Namespace", "AWS/Events")
                .containsEntry("MetricName", "FailedInvocations")
                .satisfies(alarm -> assertThat(dimensions(alarm)).isEqualTo(Map.of("RuleName", "CloudWatchAlarmRule")));
    }

    @Test
    void withoutATopicTheAlarmsExistAndTellNobody() {
        assertThat(alarms(Map.of()).values())
                .isNotEmpty()
                .allSatisfy(alarm -> assertThat(alarm).doesNotContainKeys("AlarmActions", "OKActions"));
        assertThat(alarms(Map.of("AlarmTopicArn", TOPIC)).values())
                .isNotEmpty()
                .allSatisfy(alarm -> assertThat(alarm).containsEntry("AlarmActions", List.of(TOPIC)));
    }

    private static Map<String, Map<String, Object>> alarms(Map<String, String> parameters) {
        SamTemplate template = SamTemplate.read(Path.of("template.yaml"), "paging", parameters);
        return template.logicalIds(SamTemplate.ALARM).stream()
                .collect(Collectors.toMap(
                        id -> id,
                        id -> template.properties(id, ByName.REFERENCES),
                        (one, other) -> one,
                        LinkedHashMap::new));
    }

    private static Map<Object, Object> dimensions(Map<String, Object> alarm) {
        Map<Object, Object> dimensions = new LinkedHashMap<>();
        if (alarm.get("Dimensions") instanceof List<?> list) {
            list.forEach(item -> {
                Map<?, ?> dimension = (Map<?, ?>) item;
                dimensions.put(dimension.get("Name"), dimension.get("Value"));
            });
        }
        return dimensions;
    }
}
