package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.binding.PageText;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.installation.WorkspaceId;

class AlertParserTest {
    /** Twenty characters, as PagerDuty's tokens have: short enough to slip through as the start of a value. */
    private static final String SECRET = "u+s3cret-Token_12345";

    private static final String HALF_PAIR = "\uD83D";

    private final AlertParser parser = new AlertParser(Samples.JSON, FixedAlertConfig.defaults(), Samples.CLOCK);

    @Nested
    class OwnAlert {
        @Test
        void isReadWhole() {
            Alert alert = alert(own());

            assertThat(alert)
                    .isEqualTo(new Alert(
                            new WorkspaceId("acme"),
                            new RuleId("cpu-high"),
                            "cpu-high/host=web-1",
                            Alert.Status.TRIGGERED,
                            "CPU above 90 % on web-1",
                            Optional.of("93.4 % for 5 minutes"),
                            Severity.CRITICAL,
                            Instant.parse("2026-11-23T03:00:00Z"),
                            Optional.of("web-1"),
                            Map.of("env", "prod", "team", "payments"),
                            List.of(
                                    new Alert.Link("Graph", "https://observe.acme.example/graphs/cpu?host=web-1"),
                                    new Alert.Link("Runbook", "https://runbooks.acme.example/cpu-high")),
                            List.of(),
                            List.of(),
                            Optional.empty(),
                            ""));
        }

        @Test
        void keepsTheOrderOfItsLabels() {
            ObjectNode message = own();
            message.putObject("labels").put("z", "1").put("a", "2").put("m", "3");

            assertThat(alert(message).labels().keySet()).containsExactly("z", "a", "m");
        }

        @Test
        void needsItsRequiredFieldsOnly() {
            ObjectNode message = own();
            message.remove(List.of("summary", "severity", "source", "labels", "links"));

            Alert alert = alert(message);

            assertThat(alert.summary()).isEmpty();
            assertThat(alert.severity()).isEqualTo(Severity.ERROR);
            assertThat(alert.source()).isEmpty();
            assertThat(alert.labels()).isEmpty();
            assertThat(alert.links()).isEmpty();
            assertThat(alert.remarks()).isEmpty();
        }

        @Test
        void ignoresFieldsThatItDoesNotKnow() {
            assertThat(alert(own().put("colour", "red"))).isEqualTo(alert(own()));
        }

        @ParameterizedTest
        @ValueSource(strings = {"workspaceId", "ruleId", "alertId", "status", "title", "occurredAt"})
        void nameEachRequiredFieldThatIsNotThere(String field) {
            ObjectNode absent = own();
            absent.remove(field);
            ObjectNode list = own();
            list.putArray(field);
            ObjectNode object = own();
            object.putObject(field);

            assertThat(reason(absent)).isEqualTo(field + " is missing");
            assertThat(reason(own().putNull(field))).isEqualTo(field + " is missing");
            assertThat(reason(own().put(field, ""))).isEqualTo(field + " is empty");
            assertThat(reason(own().put(field, " \t\n"))).isEqualTo(field + " is empty");
            assertThat(reason(list)).isEqualTo(field + " must be text, found a list");
            assertThat(reason(object)).isEqualTo(field + " must be text, found an object");
        }

        @Test
        void namesEverythingThatIsWrongAtOnce() {
            assertThat(reason(Samples.json("{}")))
                    .isEqualTo("workspaceId is missing; ruleId is missing; alertId is missing; status is missing;"
                            + " title is missing; occurredAt is missing");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\u0000", "\u00A0", "\u200B", "\u2028", "\u0085"})
        void titleThatNobodyCouldSeeIsEmpty(String title) {
            assertThat(reason(own().put("title", title))).isEqualTo("title is empty");
        }

        @ParameterizedTest
        @CsvSource({"acme corp,\" \" as character 5", "acme/eu,\"/\" as character 5", "açme,U+00E7 as character 2"})
        void workspaceIdWithAStrangeCharacterIsMalformed(String workspaceId, String found) {
            assertThat(reason(own().put("workspaceId", workspaceId)))
                    .isEqualTo("workspaceId must be 1 to 64 characters of A-Z a-z 0-9 . _ -, found " + found);
        }

        @Test
        void idsThatAreTooLongAreMalformed() {
            ObjectNode message = own().put("workspaceId", "w".repeat(65))
                    .put("ruleId", "r".repeat(129))
                    .put("alertId", "a".repeat(1_025));

            assertThat(reason(message))
                    .isEqualTo("workspaceId must be 1 to 64 characters of A-Z a-z 0-9 . _ -, found 65 characters;"
                            + " ruleId must be 1 to 128 characters of A-Z a-z 0-9 . _ - : /, found 129 characters;"
                            + " alertId must have at most 1024 characters, found 1025");
        }

        @Test
        void idsMayBeAsLongAsTheyMay() {
            ObjectNode message = own().put("workspaceId", "w".repeat(64))
                    .put("ruleId", "r".repeat(128))
                    .put("alertId", "a".repeat(1_024));

            assertThat(alert(message).alertId()).hasSize(1_024);
        }

        @Test
        void ruleIdWithALineBreakIsMalformed() {
            assertThat(reason(own().put("ruleId", "cpu-high\n")))
                    .isEqualTo("ruleId must be 1 to 128 characters of A-Z a-z 0-9 . _ - : /,"
                            + " found U+000A as character 9");
        }

        @Test
        void numbersAreGoodIds() {
            ObjectNode message = own().put("workspaceId", 42).put("ruleId", 7).put("alertId", 9_007_199_254_740_993L);

            Alert alert = alert(message);

            assertThat(alert.workspaceId().value()).isEqualTo("42");
            assertThat(alert.ruleId().value()).isEqualTo("7");
            assertThat(alert.alertId()).isEqualTo("9007199254740993");
        }

        @Test
        void alertIdMayHoldAnyCharacterThatHasAFormInUtf8() {
            String alertId = "\u0000 Zürich\n\uD83D\uDE00";

            assertThat(alert(own().put("alertId", alertId)).alertId()).isEqualTo(alertId);
        }

        @Test
        void alertIdCutInsideACharacterIsMalformedSinceItCouldBeTakenForAnother() {
            assertThat(reason(own().put("alertId", "web " + HALF_PAIR)))
                    .isEqualTo("alertId holds half of a surrogate pair, as if it had been cut inside a character");
        }

        @Test
        void titleCutInsideACharacterStillPages() {
            assertThat(alert(own().put("title", "CPU " + HALF_PAIR)).title()).startsWith("CPU ");
        }

        @Test
        void statusIsOneOfTwoWords() {
            assertThat(alert(own().put("status", "resolved")).status()).isEqualTo(Alert.Status.RESOLVED);
            assertThat(reason(own().put("status", "acknowledged")))
                    .isEqualTo("status must be triggered or resolved, found \"acknowledged\"");
            assertThat(reason(own().put("status", "Triggered")))
                    .isEqualTo("status must be triggered or resolved, found \"Triggered\"");
        }

        @Test
        void theLastOfTwoFieldsWithOneNameCounts() {
            String body = own().toString().replaceFirst("\\{", "{\"title\":\"first\",");

            assertThat(parse(body).alerts()).singleElement().isEqualTo(alert(own()));
        }
    }

    @Nested
    class OptionalField {
        @Test
        void thatIsNoTextIsToldToTheResponder() {
            ObjectNode message = own();
            message.putObject("summary").put("text", "93 %");
            message.putArray("source");
            message.putArray("severity").add("critical");

            Alert alert = alert(message);

            assertThat(alert.summary()).isEmpty();
            assertThat(alert.source()).isEmpty();
            assertThat(alert.severity()).isEqualTo(Severity.DEFAULT);
            assertThat(alert.remarks())
                    .containsExactlyInAnyOrder(
                            "summary must be text, found an object; left out",
                            "source must be text, found a list; left out",
                            "severity must be text, found a list; left out");
        }

        @Test
        void severityThatIsUnknownIsAnErrorAndToldToTheResponder() {
            Alert alert = alert(own().put("severity", "blurple"));

            assertThat(alert.severity()).isEqualTo(Severity.ERROR);
            assertThat(alert.remarks())
                    .containsExactly(
                            "severity \"blurple\" is not one of critical, error, warning, info; taken as error");
        }

        @Test
        void labelsMayHoldAnyValue() {
            ObjectNode message = own();
            message.putObject("labels")
                    .put("count", 3)
                    .put("up", false)
                    .putNull("nothing")
                    .putObject("nested")
                    .put("a", 1);

            assertThat(alert(message).labels()).isEqualTo(Map.of("count", "3", "up", "false", "nested", "{\"a\":1}"));
        }

        @Test
        void labelsThatAreNoObjectAreLeftOut() {
            Alert alert = alert(own().put("labels", "env=prod"));

            assertThat(alert.labels()).isEmpty();
            assertThat(alert.remarks()).containsExactly("labels must be an object, found text; left out");
        }

        @Test
        void linksThatAreNoListAreLeftOut() {
            Alert alert = alert(own().put("links", "https://acme.example"));

            assertThat(alert.links()).isEmpty();
            assertThat(alert.remarks()).containsExactly("links must be a list, found text; left out");
        }

        @Test
        void linkWithoutHrefIsLeftOutAlone() {
            ObjectNode message = own();
            ArrayNode links = message.putArray("links");
            links.addObject().put("text", "nowhere");
            links.add("https://acme.example");
            links.addObject().put("href", "https://acme.example/graph");

            Alert alert = alert(message);

            assertThat(alert.links()).containsExactly(new Alert.Link("", "https://acme.example/graph"));
            assertThat(alert.remarks()).containsExactly("2 links without href were left out");
        }
    }

    @Nested
    class Time {
        @ParameterizedTest
        @CsvSource({
            "2026-11-23T03:00:00Z, 2026-11-23T03:00:00Z",
            "2026-11-23t03:00:00z, 2026-11-23T03:00:00Z",
            "2026-11-23T03:00Z, 2026-11-23T03:00:00Z",
            "2026-11-23T03:00:00.123456789Z, 2026-11-23T03:00:00.123Z",
            "2026-11-23T03:00:00.000+0000, 2026-11-23T03:00:00Z",
            "2026-11-23T08:30:00+05:30, 2026-11-23T03:00:00Z",
            "2026-11-23T08:30:00+0530, 2026-11-23T03:00:00Z",
            "2026-11-22T22:00:00-05, 2026-11-23T03:00:00Z",
            "' 2026-11-23T03:00:00Z ', 2026-11-23T03:00:00Z",
            "2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
            "2016-12-31T23:59:60Z, 2016-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z",
        })
        void isReadWithAnyOffset(String text, Instant expected) {
            assertThat(alert(own().put("occurredAt", text)).occurredAt()).isEqualTo(expected);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "yesterday",
                    "2026-11-23T03:00:00",
                    "2026-11-23",
                    "2026-11-23 03:00:00Z",
                    "2026-02-30T00:00:00Z",
                    "2026-11-23T25:00:00Z",
                    "2026-11-23T03:00:00ZZ",
                    "2026-11-23T03:00:00+19:00",
                    "1763866800000",
                    "0001-01-01T00:00:00Z",
                    "1969-12-31T23:59:59Z",
                    "+10000-01-01T00:00:00Z",
                    "9999-12-31T23:59:59-01:00"
                })
        void thatIsNoneIsMalformed(String text) {
            assertThat(reason(own().put("occurredAt", text)))
                    .isEqualTo("occurredAt must be an ISO-8601 time with its offset, such as 2026-11-23T03:00:00Z,"
                            + " found \"" + text + '"');
        }

        @Test
        void asANumberIsMalformed() {
            assertThat(reason(own().put("occurredAt", 1_795_402_800L)))
                    .isEqualTo("occurredAt must be an ISO-8601 time with its offset, such as 2026-11-23T03:00:00Z,"
                            + " found \"1795402800\"");
        }
    }

    @Nested
    class CloudWatch {
        @Test
        void fromEventBridgeIsReadWhole() {
            Alert alert = parseOne(eventBridge(), Map.of("workspaceId", "acme"));

            assertThat(alert.workspaceId().value()).isEqualTo("acme");
            assertThat(alert.ruleId().value()).isEqualTo("cpu-high");
            assertThat(alert.alertId()).isEqualTo("arn:aws:cloudwatch:us-east-1:000000000000:alarm:cpu-high");
            assertThat(alert.status()).isEqualTo(Alert.Status.TRIGGERED);
            assertThat(alert.title()).isEqualTo("cpu-high");
            assertThat(alert.summary().orElseThrow()).startsWith("CPU of web-1 above 90 %\nThreshold Crossed: ");
            assertThat(alert.occurredAt()).isEqualTo("2026-11-23T03:00:00Z");
            assertThat(alert.source()).contains("CloudWatch");
            assertThat(alert.labels())
                    .isEqualTo(Map.of(
                            "InstanceId", "i-0123456789abcdef0",
                            "account", "000000000000",
                            "region", "us-east-1",
                            "namespace", "AWS/EC2",
                            "metric", "CPUUtilization"));
            assertThat(alert.distinguishingLabels()).containsExactly("InstanceId", "account", "region");
            assertThat(alert.links())
                    .containsExactly(new Alert.Link(
                            "Alarm",
                            "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1"
                                    + "#alarmsV2:alarm/cpu-high"));
        }

        @Test
        void fromSnsIsTheSameAlarm() {
            Alert fromSns = parseOne(alarm(), Map.of("workspaceId", "acme"));

            assertThat(fromSns).isEqualTo(parseOne(eventBridge(), Map.of("workspaceId", "acme")));
        }

        @Test
        void isTheSameInsideAnEnvelope() {
            Map<String, String> attributes = Map.of("workspaceId", "acme");

            assertThat(parseOne(Samples.inSnsEnvelope(alarm()), attributes)).isEqualTo(parseOne(alarm(), attributes));
            assertThat(parseOne(Samples.inSnsEnvelope(eventBridge()), attributes))
                    .isEqualTo(parseOne(eventBridge(), attributes));
        }

        @Test
        void thatIsOkHasResolved() {
            ObjectNode event = eventBridge();
            ((ObjectNode) event.at("/detail/state")).put("value", "OK");

            assertThat(alert(event).status()).isEqualTo(Alert.Status.RESOLVED);
            assertThat(alert(alarm().put("NewStateValue", "OK")).status()).isEqualTo(Alert.Status.RESOLVED);
        }

        @Test
        void withInsufficientDataAsksForNothing() {
            ParsedMessage parsed = parse(alarm().put("NewStateValue", "INSUFFICIENT_DATA"));

            assertThat(parsed).isEqualTo(ParsedMessage.nothingToDo("CloudWatch alarm cpu-high has insufficient data"));
        }

        @Test
        void withInsufficientDataResolvesIfSoConfigured() {
            Alert alert =
                    withoutData(InsufficientData.RESOLVE, "ALARM").alerts().get(0);

            assertThat(alert.status()).isEqualTo(Alert.Status.RESOLVED);
            assertThat(alert.resolvedBecause()).isEqualTo("CloudWatch has insufficient data");
        }

        @Test
        void withInsufficientDataIsNotedIfSoConfigured() {
            Alert alert = withoutData(InsufficientData.NOTE, "ALARM").alerts().get(0);

            assertThat(alert.silence()).hasValueSatisfying(silence -> {
                assertThat(silence.reason()).isEqualTo(Reason.NO_DATA);
                assertThat(silence.detail())
                        .startsWith("CloudWatch has insufficient data for this alarm since 2026-11-23T03:00:00Z");
                assertThat(silence.until()).isEmpty();
            });
        }

        @Test
        void thatWasOkAndHasInsufficientDataIsNotNoted() {
            assertThat(withoutData(InsufficientData.NOTE, "OK").ignored())
                    .isEqualTo("CloudWatch alarm cpu-high has insufficient data");
        }

        private ParsedMessage withoutData(InsufficientData insufficientData, String before) {
            ObjectNode alarm = alarm().put("NewStateValue", "INSUFFICIENT_DATA").put("OldStateValue", before);
            return new AlertParser(
                            Samples.JSON,
                            FixedAlertConfig.defaults().withInsufficientData(insufficientData),
                            Samples.CLOCK)
                    .parse(Samples.received(alarm.toString(), Map.of()));
        }

        @Test
        void inAnUnknownStateIsMalformed() {
            assertThat(reason(alarm().put("NewStateValue", "BROKEN")))
                    .isEqualTo("CloudWatch alarm: the state must be ALARM, OK or INSUFFICIENT_DATA, found \"BROKEN\"");
        }

        @Test
        void fromEventBridgeWithoutDetailNamesWhatIsMissing() {
            ObjectNode event = eventBridge();
            event.remove("detail");

            assertThat(reason(event))
                    .isEqualTo("CloudWatch alarm: detail.alarmName is missing; detail.state.value is missing;"
                            + " detail.state.timestamp is missing");
        }

        @Test
        void fromSnsWithoutTimeOrAccountIsMalformed() {
            ObjectNode alarm = alarm().put("StateChangeTime", "just now");
            alarm.remove("AWSAccountId");

            assertThat(reason(alarm))
                    .isEqualTo("CloudWatch alarm: StateChangeTime must be an ISO-8601 time with its offset, such as"
                            + " 2026-11-23T03:00:00Z, found \"just now\"; AWSAccountId is missing");
        }

        @Test
        void whoseArnIsBlankIsKnownByItsNameToo() {
            ObjectNode event = eventBridge();
            event.remove("resources");
            Alert withoutArn = alert(event);

            event.putArray("resources").add(" ");

            assertThat(alert(event).alertId()).isEqualTo(withoutArn.alertId()).isNotBlank();
        }

        @Test
        void withoutArnIsKnownByAccountRegionAndName() {
            ObjectNode event = eventBridge();
            event.remove("resources");
            ObjectNode alarm = alarm();
            alarm.remove("AlarmArn");

            assertThat(alert(event).alertId()).isEqualTo("000000000000/us-east-1/cpu-high");
            assertThat(alert(alarm).alertId()).isEqualTo("000000000000/US East (N. Virginia)/cpu-high");
            assertThat(alert(alarm).labels()).containsEntry("region", "US East (N. Virginia)");
            assertThat(alert(alarm).links()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "arn:aws:cloudwatch:eu-central-1:1:alarm:a, eu-central-1, eu-central-1.console.aws.amazon.com",
            "arn:aws-cn:cloudwatch:cn-north-1:1:alarm:a, cn-north-1, cn-north-1.console.amazonaws.cn",
            "arn:aws-us-gov:cloudwatch:us-gov-west-1:1:alarm:a, us-gov-west-1,"
                    + " us-gov-west-1.console.amazonaws-us-gov.com",
            "'', cn-northwest-1, cn-northwest-1.console.amazonaws.cn",
            "'', us-gov-east-1, us-gov-east-1.console.amazonaws-us-gov.com",
        })
        void linksToTheConsoleOfItsPartition(String arn, String region, String host) {
            ObjectNode event = eventBridge().put("region", region);
            event.putArray("resources").add(arn);

            assertThat(alert(event).links())
                    .containsExactly(new Alert.Link(
                            "Alarm",
                            "https://" + host + "/cloudwatch/home?region=" + region + "#alarmsV2:alarm/cpu-high"));
        }

        @Test
        void ofAPartitionWithoutAPublicConsoleHasNoLink() {
            ObjectNode event = eventBridge().put("region", "us-iso-east-1");
            event.putArray("resources").add("arn:aws-iso:cloudwatch:us-iso-east-1:1:alarm:a");

            assertThat(alert(event).links()).isEmpty();
        }

        @Test
        void thatNamesADimensionLikeOneOfOursKeepsBoth() {
            ObjectNode event = eventBridge();
            ((ObjectNode) event.at("/detail/configuration/metrics/0/metricStat/metric/dimensions"))
                    .put("region", "rack-7");

            assertThat(alert(event).labels())
                    .containsEntry("region", "rack-7")
                    .containsEntry("alarm region", "us-east-1");
        }

        @Test
        void ofACompositeFromSnsHasItsRule() {
            assertThat(alert(alarm().put("AlarmRule", "ALARM(a) AND ALARM(b)")).labels())
                    .containsEntry("alarmRule", "ALARM(a) AND ALARM(b)");
        }

        @Test
        void ofAContributorWithoutAnIdIsMalformed() {
            ObjectNode event = eventBridge().put("detail-type", "CloudWatch Alarm Contributor State Change");

            assertThat(reason(event)).isEqualTo("CloudWatch alarm: detail.alarmContributor.id is missing");
        }

        @Test
        void withAnArnThatIsTooLongIsMalformed() {
            assertThat(reason(alarm().put("AlarmArn", "a".repeat(1_025))))
                    .isEqualTo("CloudWatch alarm: the ARN must have at most 1024 characters, found 1025");
        }

        @Test
        void withARegionThatIsNoneHasNoLink() {
            assertThat(alert(eventBridge().put("region", "evil.example/?")).links())
                    .isEmpty();
        }

        @Test
        void nameWithBlanksMakesARuleIdAndALink() {
            Alert alert = alert(alarm().put("AlarmName", "CPU high (prod)"));

            assertThat(alert.ruleId().value()).isEqualTo("CPU-high--prod--8fa89ca1");
            assertThat(alert.title()).isEqualTo("CPU high (prod)");
            assertThat(alert.links().get(0).href()).endsWith("#alarmsV2:alarm/CPU%20high%20%28prod%29");
        }

        private ObjectNode eventBridge() {
            return Samples.message("cloudwatch-eventbridge");
        }

        private ObjectNode alarm() {
            return (ObjectNode) Samples.json(
                    Samples.message("cloudwatch-sns").path("Message").asText());
        }
    }

    @Nested
    class Alertmanager {
        @Test
        void isOrderedByWhenItWasSentSinceAnAlertThatGoesOnFiringKeepsItsStart() {
            Instant sentAt = Instant.parse("2026-11-23T11:00:00Z");
            String body = Samples.message("alertmanager").toString();

            assertThat(parser.parse(Samples.received(body, Map.of(), Optional.of(sentAt)))
                            .alerts())
                    .allSatisfy(alert -> assertThat(alert.occurredAt()).isEqualTo(sentAt));
        }

        @Test
        void keepsTheTimeOfItsFirstSendingWhenItComesBackFromTheDeadLetterQueue() {
            Instant first = Instant.parse("2026-11-23T10:00:00Z");
            Instant again = Instant.parse("2026-11-23T11:00:00Z");
            String body = Samples.message("alertmanager").toString();
            Map<String, String> attributes = Map.of("sentAt", first.toString());

            assertThat(parser.parse(Samples.received(body, attributes, Optional.of(again)))
                            .alerts())
                    .allSatisfy(alert -> assertThat(alert.occurredAt()).isEqualTo(first));
        }

        @Test
        void hasItsOwnTimesWhereTheQueueTellsNone() {
            String body = Samples.message("alertmanager").toString();

            assertThat(parser.parse(Samples.received(body, Map.of())).alerts())
                    .noneSatisfy(alert -> assertThat(alert.occurredAt()).isAfter(Samples.CLOCK.instant()))
                    .extracting(Alert::occurredAt)
                    .doesNotHaveDuplicates();
        }

        @Test
        void alertThatFiresIsReadWhole() {
            Alert alert = parse(webhook()).alerts().get(0);

            assertThat(alert)
                    .isEqualTo(new Alert(
                            new WorkspaceId("acme"),
                            new RuleId("cpu-high"),
                            "5ef77f1f8a3ecf8d",
                            Alert.Status.TRIGGERED,
                            "CPU above 90 % on web-1",
                            Optional.of("93.4 % for 5 minutes"),
                            Severity.CRITICAL,
                            Instant.parse("2026-11-23T03:00:00.123Z"),
                            Optional.of("web-1"),
                            Map.of("instance", "web-1", "severity", "critical", "workspaceId", "acme"),
                            List.of(
                                    new Alert.Link("Runbook", "https://runbooks.acme.example/cpu-high"),
                                    new Alert.Link(
                                            "Graph", "https://prometheus.acme.example/graph?g0.expr=cpu+%3E+90")),
                            List.of(),
                            List.of(
                                    "pod",
                                    "container",
                                    "instance",
                                    "host",
                                    "hostname",
                                    "node",
                                    "device",
                                    "mountpoint",
                                    "path"),
                            Optional.empty(),
                            ""));
        }

        @Test
        void alertThatHasResolvedCountsFromItsEnd() {
            Alert alert = parse(webhook()).alerts().get(1);

            assertThat(alert.status()).isEqualTo(Alert.Status.RESOLVED);
            assertThat(alert.occurredAt()).isEqualTo("2026-11-23T02:58:30.5Z");
        }

        @Test
        void isTheSameInsideAnEnvelope() {
            Optional<Instant> published = Optional.of(Instant.parse("2026-11-23T03:00:01Z"));

            assertThat(parse(Samples.inSnsEnvelope(webhook())))
                    .isEqualTo(parser.parse(Samples.received(webhook().toString(), Map.of(), published)));
        }

        @Test
        void malformedAlertTakesNoOtherWithIt() {
            ObjectNode webhook = webhook();
            ((ObjectNode) webhook.at("/alerts/0")).remove("fingerprint");
            ((ObjectNode) webhook.at("/alerts/0/labels")).remove("alertname");

            ParsedMessage parsed = parse(webhook);

            assertThat(parsed.alerts()).extracting(Alert::alertId).containsExactly("b1d9f2a4c07e6635");
            assertThat(parsed.malformed())
                    .containsExactly("Alertmanager webhook: alerts[0]: fingerprint is missing; no rule:"
                            + " set the message attribute ruleId, or the label alertname");
        }

        @Test
        void everyMalformedAlertHasAReasonOfItsOwn() {
            ObjectNode webhook = webhook();
            ((ObjectNode) webhook.at("/alerts/0")).put("status", "pending");
            ((ObjectNode) webhook.at("/alerts/1")).put("endsAt", "soon").put("fingerprint", "f".repeat(1_025));
            ((ArrayNode) webhook.path("alerts")).add("no alert");

            ParsedMessage parsed = parse(webhook);

            assertThat(parsed.alerts()).isEmpty();
            assertThat(parsed.malformed())
                    .containsExactly(
                            "Alertmanager webhook: alerts[0]: status must be firing or resolved, found \"pending\"",
                            "Alertmanager webhook: alerts[1]: endsAt must be an ISO-8601 time with its offset, such as"
                                    + " 2026-11-23T03:00:00Z, found \"soon\"; fingerprint must have at most 1024"
                                    + " characters, found 1025",
                            "Alertmanager webhook: alerts[2] is text, not an object");
        }

        @Test
        void withoutAlertsIsMalformed() {
            ObjectNode webhook = webhook();
            webhook.putArray("alerts");

            assertThat(reason(webhook)).isEqualTo("Alertmanager webhook: alerts is empty");
        }

        @Test
        void ofAnotherVersionIsMalformed() {
            assertThat(reason(webhook().put("version", "3")))
                    .isEqualTo("Alertmanager webhook: version must be 4 (Alertmanager) or 1 (Grafana), found \"3\"");
            assertThat(parse(webhook().put("version", 4)).alerts()).hasSize(2);
        }

        @Test
        void alertWithoutSummaryHasItsRuleForATitle() {
            ObjectNode webhook = webhook();
            ((ObjectNode) webhook.at("/alerts/0")).remove("annotations");

            Alert alert = parse(webhook).alerts().get(0);

            assertThat(alert.title()).isEqualTo("cpu-high");
            assertThat(alert.summary()).isEmpty();
        }

        @Test
        void thatLeftAlertsOutTellsTheResponder() {
            Alert alert = parse(webhook().put("truncatedAlerts", 3)).alerts().get(0);

            assertThat(alert.remarks())
                    .containsExactly("Alertmanager left 3 more alerts of this group out (its max_alerts)");
        }

        private ObjectNode webhook() {
            return Samples.message("alertmanager");
        }
    }

    @Nested
    class Workspace {
        private final AlertParser withDefault = new AlertParser(
                Samples.JSON, FixedAlertConfig.defaults().withDefaultWorkspace("by-default"), Samples.CLOCK);

        @Test
        void ofAForeignAlertIsItsMessageAttributeFirst() {
            ObjectNode envelope = Samples.message("cloudwatch-sns");
            Map<String, String> ofSqs = Map.of("workspaceId", "by-sqs");

            assertThat(workspaceOf(withDefault, Samples.message("alertmanager"), ofSqs))
                    .isEqualTo("by-sqs");
            assertThat(workspaceOf(withDefault, envelope, ofSqs)).isEqualTo("by-sqs");
            assertThat(workspaceOf(withDefault, envelope, Map.of())).isEqualTo("acme");
        }

        @Test
        void ofAnAlertmanagerAlertIsItsLabelBeforeTheDefault() {
            ObjectNode webhook = Samples.message("alertmanager");
            ObjectNode otherName = webhook.deepCopy();
            ((ObjectNode) otherName.at("/alerts/0/labels")).put("workspace_id", "by-label");
            ((ObjectNode) otherName.at("/alerts/0/labels")).remove("workspaceId");

            assertThat(workspaceOf(withDefault, webhook, Map.of())).isEqualTo("acme");
            assertThat(workspaceOf(withDefault, otherName, Map.of())).isEqualTo("by-label");
        }

        @Test
        void ofAnAlertmanagerAlertThatNamesNoneIsTheDefault() {
            ObjectNode webhook = Samples.message("alertmanager");
            webhook.path("alerts").forEach(alert -> ((ObjectNode) alert.path("labels")).remove("workspaceId"));

            assertThat(workspaceOf(withDefault, webhook, Map.of())).isEqualTo("by-default");
            assertThat(parse(webhook).malformed().get(0))
                    .isEqualTo("Alertmanager webhook: alerts[0]: no workspace: set the message attribute workspaceId,"
                            + " a label workspaceId, or PAGING_DEFAULT_WORKSPACE");
        }

        @Test
        void ofACloudWatchAlarmIsTheDefaultBeforeItsAccount() {
            ObjectNode event = Samples.message("cloudwatch-eventbridge");

            assertThat(workspaceOf(withDefault, event, Map.of())).isEqualTo("by-default");
            assertThat(workspaceOf(parser, event, Map.of())).isEqualTo("000000000000");
        }

        @Test
        void ofAnOwnAlertIsWhatItSays() {
            assertThat(workspaceOf(withDefault, own(), Map.of("workspaceId", "by-sqs")))
                    .isEqualTo("acme");
        }

        @Test
        void thatIsNamedAndNoneFallsBackOnNoOther() {
            ObjectNode event = Samples.message("cloudwatch-eventbridge");

            assertThat(withDefault
                            .parse(Samples.received(event.toString(), Map.of("workspaceId", " ")))
                            .malformed())
                    .containsExactly("CloudWatch alarm: the message attribute workspaceId is empty");
            assertThat(withDefault
                            .parse(Samples.received(event.toString(), Map.of("workspaceId", "a b")))
                            .malformed())
                    .containsExactly("CloudWatch alarm: workspaceId must be 1 to 64 characters of A-Z a-z 0-9 . _ -,"
                            + " found \" \" as character 2");
        }

        @Test
        void ruleMayBeNamedByAMessageAttributeToo() {
            ObjectNode event = Samples.message("cloudwatch-eventbridge");

            assertThat(parseOne(event, Map.of("ruleId", "by-sqs")).ruleId().value())
                    .isEqualTo("by-sqs");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "\u00A0"})
        void ruleThatIsNamedAndEmptyIsMalformed(String ruleId) {
            ObjectNode event = Samples.message("cloudwatch-eventbridge");

            assertThat(parse(event.toString(), Map.of("ruleId", ruleId)).malformed())
                    .containsExactly("CloudWatch alarm: the message attribute ruleId is empty");
        }

        private String workspaceOf(AlertParser reader, JsonNode message, Map<String, String> attributes) {
            return reader.parse(Samples.received(message.toString(), attributes))
                    .alerts()
                    .get(0)
                    .workspaceId()
                    .value();
        }
    }

    @Nested
    class Body {
        @ParameterizedTest
        @ValueSource(strings = {"", "  \n"})
        void thatIsEmptyIsMalformed(String body) {
            assertThat(parse(body).malformed()).containsExactly("the body is empty; send the alert as a JSON object");
        }

        @Test
        void thatIsMissingIsMalformed() {
            assertThat(parse((String) null).malformed())
                    .containsExactly("the body is empty; send the alert as a JSON object");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {"[]|a list", "42|a number", "true|true or false", "null|null"})
        void thatIsNoObjectIsMalformed(String body, String found) {
            assertThat(parse(body).malformed())
                    .containsExactly("the body is " + found + "; send the alert as a JSON object");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "\"alert\"|text",
                    "CPU is high|plain text, not JSON",
                    "2026-11-28 ALARM: disk full|plain text, not JSON",
                    "42 disks are full|plain text, not JSON"
                })
        void thatIsTextSaysHowToMakeAnAlertOfIt(String body, String found) {
            assertThat(parse(body).malformed())
                    .containsExactly("the body is " + found
                            + "; send the alert as a JSON object: see \"What is no alert\" in docs/alerts.md");
        }

        @Test
        void mayBeginWithAByteOrderMark() {
            ObjectNode envelope = Samples.inSnsEnvelope(own());
            envelope.put("Message", '\uFEFF' + envelope.path("Message").asText());

            assertThat(parse('\uFEFF' + own().toString()).alerts()).containsExactly(alert(own()));
            assertThat(parse('\uFEFF' + envelope.toString()).alerts()).containsExactly(alert(own()));
            assertThat(parse("\uFEFF").malformed())
                    .containsExactly("the body is empty; send the alert as a JSON object");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "EC2 Instance State-change Notification|aws.ec2|\"EC2 Instance State-change Notification\" from aws.ec2",
                    "AWS API Call via CloudTrail|aws.s3|\"AWS API Call via CloudTrail\" from aws.s3",
                    "u+s3cret-Token_12345|u+s3cret|text of 20 characters from another source than AWS"
                })
        void thatIsAnotherEventOfEventBridgeIsNamed(String type, String source, String named) {
            ObjectNode event = (ObjectNode) Samples.json("{\"detail\":{}}");

            assertThat(reason(event.put("detail-type", type).put("source", source)))
                    .isEqualTo("an EventBridge event of type " + named + ", which is no alert: give the EventBridge"
                            + " target an input transformer that makes an alert of it; see \"What is no alert\" in"
                            + " docs/alerts.md");
        }

        @Test
        void thatIsThePayloadOfALambdaActionSaysSo() {
            assertThat(reason(Samples.json("{\"alarmArn\":\"arn:aws:cloudwatch\",\"alarmData\":{}}")))
                    .startsWith(
                            "what a CloudWatch alarm hands to its Lambda action: send the alarm through EventBridge");
        }

        @Test
        void ofOursMayHaveAFieldNamedLikeOneOfEventBridge() {
            assertThat(alert(own().put("detail-type", "x"))).isEqualTo(alert(own()));
        }

        @Test
        void thatIsNotJsonIsMalformedWithThePlace() {
            assertThat(parse("{\"title\":\n  oops}").malformed())
                    .singleElement()
                    .asString()
                    .matches("the body is not JSON \\(line 2, column \\d+\\); send the alert as a JSON object");
        }

        @Test
        void thatHoldsTwoAlertsIsMalformedSinceTheSecondWouldBeLost() {
            assertThat(parse(own().toString() + "\n" + own()).malformed())
                    .containsExactly("the body holds more than one JSON value; send each alert as a message");
        }

        @Test
        void thatIsNestedTooDeeplyIsMalformed() {
            assertThat(parse("{\"labels\":" + "[".repeat(100_000)).malformed())
                    .containsExactly("the body is nested too deeply or holds a number that is too long");
        }

        @Test
        void thatIsHugeIsReadAllTheSame() {
            ObjectNode message = own().put("summary", "x".repeat(1_000_000));

            assertThat(alert(message).summary().orElseThrow()).hasSize(1_000_000);
        }

        @Test
        void insideAnEnvelopeIsReadAsIfItWereBare() {
            assertThat(alert(Samples.inSnsEnvelope(own()))).isEqualTo(alert(own()));
        }

        @Test
        void insideAnEnvelopeIsNamedInTheReason() {
            ObjectNode envelope = Samples.inSnsEnvelope(own());
            ObjectNode empty = envelope.deepCopy();
            empty.remove("Message");

            assertThat(reason(envelope.put("Message", "{CPU is high}")))
                    .startsWith("the Message of the SNS envelope is not JSON (line 1, column ");
            assertThat(reason(empty))
                    .isEqualTo("the Message of the SNS envelope is empty; send the alert as a JSON object");
        }

        @Test
        void insideTwoEnvelopesIsMalformed() {
            assertThat(reason(Samples.inSnsEnvelope(Samples.inSnsEnvelope(own()))))
                    .isEqualTo("an SNS envelope inside an SNS envelope; subscribe the queue directly");
        }

        @Test
        void thatAsksToConfirmASubscriptionIsMalformed() {
            assertThat(reason(Samples.inSnsEnvelope(own()).put("Type", "SubscriptionConfirmation")))
                    .isEqualTo("an SNS message of Type \"SubscriptionConfirmation\", not a Notification; confirm or"
                            + " remove the subscription of this queue");
        }
    }

    @Nested
    class ReasonOfMalformed {
        @ParameterizedTest
        @ValueSource(strings = {"workspaceId", "ruleId", "status", "occurredAt"})
        void neverRepeatsATokenInTheWrongField(String field) {
            assertThat(reason(own().put(field, SECRET)))
                    .startsWith(field + " must be ")
                    .doesNotContain(SECRET, "s3cret");
        }

        @ParameterizedTest
        @ValueSource(strings = {"%s", "{\"accessToken\":\"%s", "{\"accessToken\":%s}", "{} %s", "[\"%s\"]", "\"%s\""})
        void neverRepeatsAPieceOfWhatIsNoAlert(String body) {
            assertThat(parse(String.format(body, SECRET)).malformed())
                    .singleElement()
                    .asString()
                    .doesNotContain(SECRET, "s3cret", "accessToken");
        }

        @Test
        void neverRepeatsFieldsThatItDoesNotKnow() {
            ObjectNode message = own().put("accessToken", SECRET);
            message.remove("title");

            assertThat(reason(message)).isEqualTo("title is missing");
        }

        @Test
        void isOneLineWhateverTheMessageHolds() {
            assertThat(reason(own().put("status", "closed\nERROR all is lost")))
                    .isEqualTo("status must be triggered or resolved, found text of 24 characters");
        }
    }

    /** Whatever a field holds: an exception would bring the message back again and again, and nobody would know why. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "triggered",
                "resolved",
                "cloudwatch-eventbridge",
                "cloudwatch-sns",
                "alertmanager",
                "grafana",
                "managed-prometheus",
                "sns-envelope"
            })
    void neverThrowsAndEveryAlertMakesAnIncidentText(String name) {
        List<JsonNode> strangers = Stream.of(
                        "null",
                        "{}",
                        "[]",
                        "[[1]]",
                        "{\"a\":{}}",
                        "0",
                        "-1.5e300",
                        "1e999999",
                        "true",
                        "\"\"",
                        "\" \"",
                        "\"\\u0000\"",
                        "\"\\ud83d\"",
                        "\"x\"",
                        "\"\\u202e\"")
                .map(Samples::json)
                .toList();
        ObjectNode original = Samples.message(name);

        for (List<Object> path : pathsIn(original)) {
            for (JsonNode stranger : strangers) {
                ObjectNode changed = original.deepCopy();
                replace(changed, path, stranger);

                ParsedMessage parsed = parse(changed);

                assertThat(parsed.alerts().size()
                                + parsed.malformed().size()
                                + parsed.ignored().length())
                        .as("what becomes of %s as %s", path, stranger)
                        .isPositive();
                parsed.alerts().forEach(alert -> {
                    assertThat(IncidentText.of(alert, PageText.NONE, List.of()).title())
                            .isNotBlank();
                    assertThat(alert.deliveryKey().deliveryId()).hasSizeLessThan(300);
                });
            }
        }
    }

    private static List<List<Object>> pathsIn(JsonNode root) {
        List<List<Object>> paths = new ArrayList<>();
        Deque<List<Object>> waiting = new ArrayDeque<>(List.of(List.of()));
        while (!waiting.isEmpty()) {
            List<Object> path = waiting.pop();
            JsonNode node = root;
            for (Object step : path) {
                node = step instanceof String field ? node.path(field) : node.path((Integer) step);
            }
            Consumer<Object> enter = step -> {
                List<Object> longer = new ArrayList<>(path);
                longer.add(step);
                paths.add(longer);
                waiting.push(longer);
            };
            node.fieldNames().forEachRemaining(enter);
            for (int i = 0; node.isArray() && i < node.size(); i++) {
                enter.accept(i);
            }
        }
        return paths;
    }

    private static void replace(JsonNode root, List<Object> path, JsonNode value) {
        JsonNode parent = root;
        for (Object step : path.subList(0, path.size() - 1)) {
            parent = step instanceof String field ? parent.path(field) : parent.path((Integer) step);
        }
        Object last = path.get(path.size() - 1);
        if (last instanceof String field) {
            ((ObjectNode) parent).set(field, value);
        } else {
            ((ArrayNode) parent).set((Integer) last, value);
        }
    }

    private static ObjectNode own() {
        return Samples.message("triggered");
    }

    private Alert alert(JsonNode message) {
        return parseOne(message, Map.of());
    }

    private Alert parseOne(JsonNode message, Map<String, String> attributes) {
        ParsedMessage parsed = parse(message.toString(), attributes);
        assertThat(parsed.malformed()).isEmpty();
        assertThat(parsed.alerts()).hasSize(1);
        return parsed.alerts().get(0);
    }

    private String reason(JsonNode message) {
        ParsedMessage parsed = parse(message);
        assertThat(parsed.alerts()).isEmpty();
        assertThat(parsed.malformed()).hasSize(1);
        return parsed.malformed().get(0);
    }

    private ParsedMessage parse(JsonNode message) {
        return parse(message.toString());
    }

    private ParsedMessage parse(String body) {
        return parse(body, Map.of());
    }

    private ParsedMessage parse(String body, Map<String, String> attributes) {
        return parser.parse(Samples.received(body, attributes));
    }

    @Test
    void aTimeFromAheadGivesWayToThatOfTheQueueAndTheResponderIsTold() {
        Instant sentAt = Instant.parse("2026-11-23T11:00:00Z");
        String right = own().put("occurredAt", "2026-11-23T11:00:05Z").toString();
        String ahead = own().put("occurredAt", "2036-11-23T11:00:05.001Z").toString();

        assertThat(parser.parse(Samples.received(right, Map.of(), Optional.of(sentAt)))
                        .alerts())
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.occurredAt()).isEqualTo(sentAt.plusSeconds(5));
                    assertThat(alert.remarks()).isEmpty();
                });
        assertThat(parser.parse(Samples.received(ahead, Map.of(), Optional.of(sentAt)))
                        .alerts())
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.occurredAt()).isEqualTo(sentAt);
                    assertThat(alert.remarks())
                            .containsExactly("The sender's clock is ahead: it says 2036-11-23 11:00:05 UTC; the queue"
                                    + " took the message at 2026-11-23 11:00:00 UTC.");
                });
    }

    @Test
    void whereTheQueueTellsNoTimeOurClockIsTheLatest() {
        String ahead = own().put("occurredAt", "2026-11-23T12:01:00Z").toString();

        assertThat(parser.parse(Samples.received(ahead, Map.of())).alerts())
                .singleElement()
                .satisfies(alert -> assertThat(alert.occurredAt()).isEqualTo(Samples.CLOCK.instant()));
    }
}
