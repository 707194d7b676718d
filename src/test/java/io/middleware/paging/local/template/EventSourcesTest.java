package io.middleware.paging.local.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.local.engine.AwsClients;

/** The template's own event sources: CloudWatch alarms by EventBridge, and a topic of SNS. */
class EventSourcesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOPIC = "arn:aws:sns:us-east-1:111122223333:alerts";
    private static final String RULE =
            "arn:aws:events:" + AwsClients.REGION + ":" + AwsClients.ACCOUNT_ID + ":rule/paging-cloudwatch";
    private static final Map<String, String> ALARMS = Map.of("CloudWatchAlarms", "true");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "events/messages/cloudwatch-eventbridge.json",
                "src/test/resources/cases/02-contributors-eventbridge/contributor.json",
                "src/test/resources/cases/03-suppressed-composite/suppressed.json",
                "src/test/resources/cases/05-deleted-while-firing/delete.json"
            })
    void whateverCloudWatchTellsOfAnAlarmReachesTheQueue(String event) throws IOException {
        assertThat(rule(ALARMS).matches(JSON.readTree(Files.readString(Path.of(event)))))
                .isTrue();
    }

    @Test
    void anEventOfAnotherServiceDoesNot() throws IOException {
        assertThat(rule(ALARMS)
                        .matches(JSON.readTree(Files.readString(
                                Path.of("src/test/resources/cases/13-guardduty-transformer/raw.json")))))
                .isFalse();
    }

    @Test
    void onlyAlarmsWithThePrefixPage() throws IOException {
        EventPattern rule = rule(Map.of("CloudWatchAlarms", "true", "CloudWatchAlarmPrefix", "prod-"));

        assertThat(rule.matches(ofAlarm("prod-cpu-high"))).isTrue();
        assertThat(rule.matches(ofAlarm("test-cpu-high"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pag", "paging-", "paging-needs-action"})
    void theStacksOwnAlarmsNeverPageThroughIt(String prefix) throws IOException {
        EventPattern rule = rule(Map.of("CloudWatchAlarms", "true", "CloudWatchAlarmPrefix", prefix));
        SamTemplate template = template(ALARMS);

        List<String> own = template.logicalIds(SamTemplate.ALARM).stream()
                .map(id -> template.properties(id, ByName.REFERENCES)
                        .get("AlarmName")
                        .toString())
                .toList();

        assertThat(own).hasSizeGreaterThan(10);
        for (String alarm : own) {
            assertThat(rule.matches(ofAlarm(alarm))).as(alarm).isFalse();
        }
    }

    @Test
    void whatEventBridgeCannotDeliverIsKept() {
        assertThat(target(ALARMS)).containsEntry("DeadLetterConfig", Map.of("Arn", "DeadLetterQueue.Arn"));
        assertThat(mayReach("DeadLetterQueuePolicy", ALARMS)).containsExactly("events.amazonaws.com " + RULE);
    }

    /** EventBridge refuses a FIFO queue there: "SQS FIFO is not supported by Dead Letter Queues". */
    @Test
    void aFifoStackKeepsItInAQueueThatEventBridgeTakes() {
        Map<String, String> fifo = Map.of("CloudWatchAlarms", "true", "Fifo", "true");

        assertThat(target(fifo))
                .containsEntry("DeadLetterConfig", Map.of("Arn", "UndeliveredEvents.Arn"))
                .containsEntry("SqsParameters", Map.of("MessageGroupId", "cloudwatch-alarms"));
        assertThat(mayReach("UndeliveredEventsPolicy", fifo)).containsExactly("events.amazonaws.com " + RULE);
        assertThat(mayReach("DeadLetterQueuePolicy", fifo)).isEmpty();
        assertThat(template(fifo).properties("UndeliveredEvents", ByName.REFERENCES))
                .doesNotContainKey("FifoQueue");
    }

    @Test
    void whatSnsCannotDeliverIsKept() {
        Map<String, String> topic = Map.of("AlertTopicArn", TOPIC);

        assertThat(template(topic).properties("AlertTopicSubscription", ByName.REFERENCES))
                .containsEntry("TopicArn", TOPIC)
                .containsEntry("Endpoint", "AlertQueue.Arn")
                .containsEntry("RedrivePolicy", Map.of("deadLetterTargetArn", "DeadLetterQueue.Arn"));
        assertThat(mayReach("DeadLetterQueuePolicy", topic)).containsExactly("sns.amazonaws.com " + TOPIC);
    }

    @Test
    void eachMaySendByItsOwnArn() {
        assertThat(mayReach("AlertQueuePolicy", Map.of("CloudWatchAlarms", "true", "AlertTopicArn", TOPIC)))
                .containsExactly("events.amazonaws.com " + RULE, "sns.amazonaws.com " + TOPIC);
        assertThat(mayReach("AlertQueuePolicy", Map.of())).isEmpty();
    }

    @Test
    void neitherIsThereUnlessItIsAskedFor() {
        SamTemplate template = template(Map.of());

        assertThat(template.logicalIds("AWS::Events::Rule")).isEmpty();
        assertThat(template.logicalIds("AWS::SNS::Subscription")).isEmpty();
        assertThat(template.logicalIds(SamTemplate.QUEUE)).containsExactly("AlertQueue", "DeadLetterQueue");
    }

    private static SamTemplate template(Map<String, String> parameters) {
        return SamTemplate.read(Path.of("template.yaml"), "paging", parameters);
    }

    @SuppressWarnings("unchecked")
    private static EventPattern rule(Map<String, String> parameters) {
        return new EventPattern((Map<String, Object>) template(parameters)
                .properties("CloudWatchAlarmRule", ByName.REFERENCES)
                .get("EventPattern"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> target(Map<String, String> parameters) {
        return ((List<Map<String, Object>>) template(parameters)
                        .properties("CloudWatchAlarmRule", ByName.REFERENCES)
                        .get("Targets"))
                .get(0);
    }

    private static ObjectNode ofAlarm(String name) throws IOException {
        ObjectNode event =
                (ObjectNode) JSON.readTree(Files.readString(Path.of("events/messages/cloudwatch-eventbridge.json")));
        event.putArray("resources")
                .add("arn:aws:cloudwatch:" + AwsClients.REGION + ":" + AwsClients.ACCOUNT_ID + ":alarm:" + name);
        event.withObject("detail").put("alarmName", name);
        return event;
    }

    /** Service and ARN of whoever a policy lets send by its ARN. */
    private static List<String> mayReach(String policy, Map<String, String> parameters) {
        List<String> senders = new ArrayList<>();
        JsonNode document = JSON.valueToTree(
                template(parameters).properties(policy, ByName.REFERENCES).get("PolicyDocument"));
        for (JsonNode statement : document.path("Statement")) {
            if (statement.path("Effect").asText().equals("Allow")
                    && statement.at("/Condition/ArnEquals").isObject()) {
                assertThat(statement.path("Action").asText()).isEqualTo("sqs:SendMessage");
                senders.add(statement.at("/Principal/Service").asText() + " "
                        + statement.at("/Condition/ArnEquals/aws:SourceArn").asText());
            }
        }
        return senders;
    }
}
