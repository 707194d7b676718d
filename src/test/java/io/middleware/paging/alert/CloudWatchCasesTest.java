package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.model.Message;

import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.template.DeployedTemplate.Queue;

/** What CloudWatch and EventBridge really send, as bodies of SQS messages, and what a responder reads of it. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class CloudWatchCasesTest {
    private static final Path CASES = Path.of("src", "test", "resources", "cases");

    /** When the cases were recorded; their times move with the test's clock and keep their distances. */
    private static final Instant RECORDED = Instant.parse("2026-11-28T07:47:00Z");

    private static final Pattern TIME = Pattern.compile("2026-11-28T\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{3})?(?:Z|\\+0000)");
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'");

    private static final String ARN = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:";

    @Inject
    Scene scene;

    @Inject
    BatchNotifier notifier;

    private final TestCloud cloud = TestCloud.current();
    private final Queue queue = cloud.stack().queue("AlertQueue");
    private Instant now;
    private int incidentsBefore;

    @BeforeEach
    void install() {
        scene.start();
        scene.install(Sample.MANAGER_TOKEN);
        now = cloud.clock().instant();
        incidentsBefore = cloud.pagerDuty().incidents().size();
    }

    @AfterEach
    void emptyTheQueues() {
        cloud.sqs().purgeQueue(request -> request.queueUrl(queue.url()));
        cloud.sqs().purgeQueue(request -> request.queueUrl(deadLetterQueueUrl()));
    }

    @Test
    void eachContributorIsAnAlertOfItsOwn() {
        bind("EndpointLatency");

        deliver(body("01-contributors-sns/1-orders-alarm.json"));
        deliver(body("01-contributors-sns/2-carts-alarm.json"));
        deliver(body("01-contributors-sns/3-orders-ok.json"));

        assertThat(incidents())
                .extracting(IncidentView::title, IncidentView::isOpen)
                .containsExactly(
                        tuple("EndpointLatency [endpoint /api/orders, account 111122223333, region us-east-1]", false),
                        tuple("EndpointLatency [endpoint /api/carts, account 111122223333, region us-east-1]", true));
        assertThat(incidents())
                .allSatisfy(incident -> assertThat(incident.details()).doesNotContainIgnoringCase("null"));
    }

    @Test
    void aContributorIsTheSameThroughEventBridgeAndSns() {
        bind("EndpointLatency");
        ObjectNode event = json("02-contributors-eventbridge/contributor.json");
        event.putArray("resources").add(ARN + "EndpointLatency");
        ((ObjectNode) event.path("detail")).put("alarmName", "EndpointLatency");
        ((ObjectNode) event.at("/detail/alarmContributor")).put("id", "a1b2c3d4e5f6a7b8");
        ((ObjectNode) event.at("/detail/state")).put("timestamp", moved("2026-11-28T07:47:12.157Z"));

        deliver(event.toString());
        deliver(body("01-contributors-sns/1-orders-alarm.json"));
        deliver(body("01-contributors-sns/3-orders-ok.json"));

        assertThat(incidents()).extracting(IncidentView::isOpen).containsExactly(false);
    }

    @Test
    void thePageOfAContributorNamesWhatItStandsFor() {
        bind("DynamoDBInsightsAlarm");

        deliver(body("02-contributors-eventbridge/contributor.json"));

        assertThat(onlyIncident().title())
                .isEqualTo("DynamoDBInsightsAlarm [TableName orders, account 111122223333, region us-east-1]");
        assertThat(onlyIncident().details())
                .contains("> Write capacity per table\n> Threshold Crossed: 1 datapoint")
                .contains("Labels: TableName=orders, account=111122223333, region=us-east-1")
                .contains("SELECT AVG(ConsumedWriteCapacityUnits)");
    }

    @Test
    void theAlarmOfContributorsSaysThatItSumsUp() {
        bind("DynamoDBInsightsAlarm");

        deliver(body("02-contributors-eventbridge/contributor.json"));
        deliver(body("02-contributors-eventbridge/alarm.json"));

        assertThat(incidents()).hasSize(2);
        assertThat(incidents().get(1).title()).startsWith("DynamoDBInsightsAlarm (summary of its contributors) [");
        assertThat(incidents().get(1).details()).contains("Note: This sums up the alarm's contributors");
    }

    @Test
    void anAlarmFoldedWithItsContributorsPagesOnce() {
        scene.bind("DynamoDBInsightsAlarm", UrgencyRule.SERVICE, GroupBy.RULE);

        deliver(body("02-contributors-eventbridge/contributor.json"));
        deliver(body("02-contributors-eventbridge/alarm.json"));

        assertThat(incidents()).hasSize(1);
    }

    @Test
    void whatIsSuppressedPagesNobodyAndTheLedgerSaysWhy() {
        bind("ServiceAggregatedAlarm");

        boolean done = deliver(body("03-suppressed-composite/suppressed.json"));

        assertThat(done).isTrue();
        assertThat(incidents()).isEmpty();
        assertThat(ledger("ServiceAggregatedAlarm", "outcome")).isEqualTo("DISABLED");
        assertThat(ledger("ServiceAggregatedAlarm", "reason"))
                .isEqualTo("CloudWatch suppresses this alarm: Actions suppressed by ServiceMaintenanceAlarm");
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void whatIsSuppressedNoLongerPages() {
        bind("ServiceAggregatedAlarm");
        deliver(body("03-suppressed-composite/suppressed.json"));

        deliver(unsuppressed().toString());

        assertThat(onlyIncident().title()).startsWith("ServiceAggregatedAlarm [");
        assertThat(onlyIncident().details())
                .contains("alarmRule=ALARM(ServerCpuTooHigh) OR ALARM(TotalNetworkTrafficTooHigh)");
    }

    @Test
    void suppressionLeavesAnOpenIncidentAlone() {
        bind("ServiceAggregatedAlarm");
        deliver(unsuppressed().toString());

        deliver(later(json("03-suppressed-composite/suppressed.json"), 60).toString());

        assertThat(onlyIncident().isOpen()).isTrue();
    }

    @Test
    void anAlarmThatRecoversWhileSuppressedResolvesItsIncident() {
        bind("ServiceAggregatedAlarm");
        deliver(unsuppressed().toString());

        ObjectNode ok = later(json("03-suppressed-composite/suppressed.json"), 60);
        ((ObjectNode) ok.at("/detail/state")).put("value", "OK").put("actionsSuppressedBy", "WaitPeriod");
        deliver(ok.toString());

        assertThat(onlyIncident().isOpen()).isFalse();
    }

    @Test
    void aMutedAlarmPagesWhenItsWindowEnds() {
        bind("CPUUtilization-High");
        String muted = muted(Duration.ofHours(2)).toString();

        assertThat(deliver(muted)).as("done while it is muted").isFalse();
        assertThat(ledger("CPUUtilization-High", "outcome")).isEqualTo("WAITING");
        assertThat(ledger("CPUUtilization-High", "reasonCode")).isEqualTo("MUTED");
        assertThat(ledger("CPUUtilization-High", "reason")).contains("nightly-backup");
        scene.pass(Duration.ofHours(1));
        assertThat(deliverAgain(muted, 2)).isFalse();
        assertThat(incidents()).isEmpty();
        scene.pass(Duration.ofHours(1));
        assertThat(deliverAgain(muted, 3)).isTrue();

        assertThat(onlyIncident().details())
                .startsWith("Late: this page goes out 2 h 0 min after the alert fired.")
                .contains("it waited for the end of the time for which CloudWatch mutes its alarm")
                .contains("Note: Muted by the mute rule nightly-backup until ");
    }

    @Test
    void aMutedAlarmThatRecoversInTimePagesNobody() {
        bind("CPUUtilization-High");
        ObjectNode muted = muted(Duration.ofHours(2));
        deliver(muted.toString());

        ObjectNode ok = later(muted, 600);
        ((ObjectNode) ok.at("/detail/state")).put("value", "OK");
        deliver(ok.toString());
        scene.pass(Duration.ofHours(2));

        assertThat(deliverAgain(muted.toString(), 2)).isTrue();
        assertThat(incidents()).isEmpty();
        assertThat(ledger("CPUUtilization-High", "staleReason")).startsWith("resolved before it could page");
    }

    @Test
    void anUnmutedEventPagesAtOnceAndTheMutedOneNotAgain() {
        bind("CPUUtilization-High");
        ObjectNode muted = muted(Duration.ofHours(2));
        deliver(muted.toString());

        deliver(body("04-which-instance/eb.json"));
        scene.pass(Duration.ofHours(2));
        deliverAgain(muted.toString(), 2);

        assertThat(incidents()).hasSize(1);
    }

    @Test
    void aMutedAlarmPagesBeforeTheQueueWouldDropIt() {
        bind("CPUUtilization-High");
        String muted = muted(Duration.ofDays(15)).toString();
        deliver(muted);

        scene.pass(Duration.ofDays(4).minusHours(1));
        assertThat(deliverAgain(muted, 9)).isTrue();

        assertThat(onlyIncident().details()).contains("Note: Muted by the mute rule nightly-backup until ");
    }

    @Test
    void aMutedAlarmWithoutAnEndPagesAtOnce() {
        bind("CPUUtilization-High");
        ObjectNode muted = muted(Duration.ofHours(2));
        ((ObjectNode) muted.at("/detail/muteDetail")).putNull("muteWindowEnd");

        assertThat(deliver(muted.toString())).isTrue();

        assertThat(onlyIncident().details())
                .contains("Note: Muted by the mute rule nightly-backup, with no end that can be read; it pages now");
    }

    /** A message that waits keeps all others of its group back, and EventBridge has one group for all alarms. */
    @Test
    void aMutedAlarmKeepsNoOtherOfItsGroupWaiting() {
        bind("CPUUtilization-High");
        AlertMessage message = receive(muted(Duration.ofHours(2)).toString());

        List<String> failed = notifier.notify(
                List.of(new AlertMessage(
                        message.messageId(),
                        message.queueArn(),
                        message.receiptHandle(),
                        1,
                        message.sentAt(),
                        Optional.of("all-alarms"),
                        message.attributes(),
                        message.body())),
                scene.deadline());

        assertThat(failed).isEmpty();
        assertThat(incidents()).hasSize(1);
    }

    @Test
    void whatSnsSendsAtTheEndOfAMuteWindowSaysSo() {
        bind("alb-5xx");

        deliver(sns("04b-sns-null-description-threshold-null/sns.json", alarm -> {
                    alarm.put("ActionExecutedAfterMuteWindow", true);
                })
                .toString());

        assertThat(onlyIncident().details())
                .contains("Note: CloudWatch sent this at the end of a mute window; the alarm fired while it was muted");
    }

    @Test
    void thePageNamesTheBox() {
        bind("CPUUtilization-High");

        deliver(body("04-which-instance/eb.json"));

        assertThat(onlyIncident().title())
                .isEqualTo("CPUUtilization-High"
                        + " [InstanceId i-12345678901234567, account 111122223333, region us-east-1]");
        assertThat(onlyIncident().details())
                .contains("Labels: InstanceId=i-12345678901234567, account=111122223333, region=us-east-1,"
                        + " namespace=AWS/EC2, metric=CPUUtilization\n")
                .contains("Alarm: https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1"
                        + "#alarmsV2:alarm/CPUUtilization-High\n");
    }

    @Test
    void anAlarmOfMetricMathNamesItsMetrics() {
        bind("alb-5xx");

        deliver(body("04b-sns-null-description-threshold-null/sns.json"));

        assertThat(onlyIncident().title()).startsWith("alb-5xx [LoadBalancer app/shop/50dc, account 111122223333");
        assertThat(onlyIncident().details())
                .contains("namespace=AWS/ApplicationELB, metric=HTTPCode_ELB_5XX_Count,"
                        + " expression=ANOMALY_DETECTION_BAND(m1, 2)\n")
                .doesNotContainIgnoringCase("null");
    }

    @Test
    void anAlarmThatIsDeletedWhileItFiresIsResolved() {
        bind("CPUUtilization-High");
        deliver(body("04-which-instance/eb.json"));

        boolean done = deliver(body("05-deleted-while-firing/delete.json"));

        assertThat(done).isTrue();
        assertThat(onlyIncident().isOpen()).isFalse();
        assertThat(ledger("CPUUtilization-High", "outcome")).isEqualTo("RESOLVED");
        assertThat(ledger("CPUUtilization-High", "reason")).isEqualTo("the alarm was deleted");
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void deletionInTheSecondOfTheFiringIsNotOlderThanIt() {
        bind("CPUUtilization-High");
        deliver(body("04-which-instance/eb.json"));
        ObjectNode delete = json("05-deleted-while-firing/delete.json");
        ObjectNode fired = json("04-which-instance/eb.json");
        delete.put("time", moved("2026-11-28T07:47:34Z"));
        ((ObjectNode) delete.at("/detail/state"))
                .put("timestamp", fired.at("/detail/state/timestamp").asText());

        deliver(delete.toString());

        assertThat(onlyIncident().isOpen()).isFalse();
    }

    @Test
    void deletionOfARuleThatKeepsItsIncidentsIsOnRecord() {
        scene.bind("CPUUtilization-High", false);
        deliver(body("04-which-instance/eb.json"));

        deliver(body("05-deleted-while-firing/delete.json"));

        assertThat(onlyIncident().isOpen()).isTrue();
        assertThat(ledger("CPUUtilization-High", "outcome")).isEqualTo("RESOLVE_SKIPPED");
        assertThat(ledger("CPUUtilization-High", "reason"))
                .isEqualTo("the alarm was deleted; the rule does not resolve its incidents");
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "update"})
    void anAlarmThatIsCreatedOrUpdatedIsDone(String operation) {
        bind("CPUUtilization-High");
        ObjectNode event = json("05-deleted-while-firing/delete.json");
        ((ObjectNode) event.path("detail")).put("operation", operation);

        assertThat(deliver(event.toString())).isTrue();

        assertThat(incidents()).isEmpty();
        assertThat(deadLetters()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "raw.json|an EventBridge event of type \"GuardDuty Finding\" from aws.guardduty, which is no alert",
                "detail-only.json|the detail of a CloudWatch alarm event without its envelope",
                "budget.txt|the Message of the SNS envelope is plain text, not JSON",
                "transformer-text.json|the body is text"
            })
    void whatIsNoAlertNamesWhatCameAndWhatToDo(String file, String found) {
        assertThat(deliver(body("13-guardduty-transformer/" + file))).isTrue();

        assertThat(deadLetters())
                .singleElement()
                .asString()
                .startsWith(found)
                .contains("docs/alerts.md")
                .doesNotContain("is missing");
    }

    @Test
    void anAlarmThatATransformerMadeNamesWhatItLacks() {
        deliver(body("13-guardduty-transformer/a.json"));

        assertThat(deadLetters())
                .containsExactly("CloudWatch alarm: StateChangeTime is missing; AWSAccountId is missing");
    }

    @Test
    void anAlarmWithoutMetricsStillNamesAccountAndRegion() {
        bind("disk-full");

        deliver(body("15b-no-workspace/a.json"));

        assertThat(onlyIncident().title()).isEqualTo("disk-full [account 111122223333, region us-east-1]");
        assertThat(onlyIncident().details()).contains("Labels: account=111122223333, region=us-east-1\n");
    }

    private ObjectNode unsuppressed() {
        ObjectNode event = json("03-suppressed-composite/suppressed.json");
        ((ObjectNode) event.at("/detail/state")).remove(List.of("actionsSuppressedBy", "actionsSuppressedReason"));
        return event;
    }

    /** The alarm of {@code 04-which-instance}, muted from a minute ago until {@code length} after it fired. */
    private ObjectNode muted(Duration length) {
        ObjectNode event = json("04-which-instance/eb.json");
        cloud.clock().advance(Duration.between(cloud.clock().instant(), firedAt(event)));
        ((ObjectNode) event.path("detail"))
                .putObject("muteDetail")
                .put("mutedByArn", "arn:aws:cloudwatch:us-east-1:111122223333:alarm-mute-rule:nightly-backup")
                .put("muteWindowStart", firedAt(event).minusSeconds(60).toString())
                .put("muteWindowEnd", firedAt(event).plus(length).toString());
        return event;
    }

    private static Instant firedAt(ObjectNode event) {
        return Instant.parse(event.at("/detail/state/timestamp").asText());
    }

    private static ObjectNode later(ObjectNode event, int seconds) {
        ObjectNode later = event.deepCopy();
        ((ObjectNode) later.at("/detail/state"))
                .put("timestamp", firedAt(event).plusSeconds(seconds).toString());
        return later;
    }

    private ObjectNode sns(String file, Consumer<ObjectNode> change) {
        ObjectNode envelope = json(file);
        ObjectNode alarm = (ObjectNode) Samples.json(envelope.path("Message").asText());
        change.accept(alarm);
        return envelope.put("Message", alarm.toString());
    }

    private void bind(String rule) {
        scene.bind(rule, UrgencyRule.SERVICE, GroupBy.ALERT);
    }

    private ObjectNode json(String file) {
        return (ObjectNode) Samples.json(body(file));
    }

    private String body(String file) {
        try {
            return moved(Files.readString(CASES.resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String moved(String text) {
        return TIME.matcher(text).replaceAll(time -> {
            Instant recorded = Instant.parse(time.group().replace("+0000", "Z"));
            return MILLIS.format(now.plus(Duration.between(RECORDED, recorded)).atOffset(ZoneOffset.UTC));
        });
    }

    /** @return whether the message is done */
    private boolean deliver(String body) {
        return deliverAgain(body, 1);
    }

    private boolean deliverAgain(String body, int receiveCount) {
        AlertMessage message = receive(body);
        AlertMessage received = new AlertMessage(
                message.messageId(),
                message.queueArn(),
                message.receiptHandle(),
                receiveCount,
                message.sentAt(),
                Optional.empty(),
                message.attributes(),
                message.body());
        return notifier.notify(List.of(received), scene.deadline()).isEmpty();
    }

    private AlertMessage receive(String body) {
        cloud.sqs().sendMessage(request -> request.queueUrl(queue.url()).messageBody(body));
        List<Message> messages = new ArrayList<>();
        while (messages.isEmpty()) {
            messages.addAll(cloud.sqs()
                    .receiveMessage(request -> request.queueUrl(queue.url()).maxNumberOfMessages(1))
                    .messages());
        }
        return new AlertMessage(
                UUID.randomUUID().toString(),
                queue.arn(),
                messages.get(0).receiptHandle(),
                1,
                Optional.of(now),
                Optional.empty(),
                Map.of("workspaceId", scene.workspace()),
                body);
    }

    private List<IncidentView> incidents() {
        return cloud.pagerDuty().incidents().stream().skip(incidentsBefore).toList();
    }

    private IncidentView onlyIncident() {
        assertThat(incidents()).hasSize(1);
        return incidents().get(0);
    }

    private String ledger(String alarm, String attribute) {
        DeliveryKey key = new DeliveryKey(new WorkspaceId(scene.workspace()), alarm, ARN + alarm);
        AttributeValue value = cloud.dynamo()
                .getItem(request -> request.tableName(cloud.stack().ref("Deliveries"))
                        .key(Map.of("deliveryId", AttributeValue.fromS(key.deliveryId())))
                        .consistentRead(true))
                .item()
                .get(attribute);
        return value == null ? null : value.s();
    }

    /** The reasons of what was moved there. */
    private List<String> deadLetters() {
        return cloud
                .sqs()
                .receiveMessage(request -> request.queueUrl(deadLetterQueueUrl())
                        .maxNumberOfMessages(10)
                        .messageAttributeNames("All"))
                .messages()
                .stream()
                .map(message -> message.messageAttributes().get("reason").stringValue())
                .toList();
    }

    private String deadLetterQueueUrl() {
        return cloud.stack().queue("DeadLetterQueue").url();
    }
}
