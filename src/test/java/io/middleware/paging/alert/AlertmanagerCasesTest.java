package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

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

import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.harness.LoggedFields;
import io.middleware.paging.harness.SentToNotify;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;

/**
 * What Alertmanager, Amazon Managed Prometheus and Grafana send, and what the responder then reads. The bodies are those
 * of {@code cases/}, sent a day before the test's clock.
 */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class AlertmanagerCasesTest {
    private static final Path CASES = Path.of("src", "test", "resources", "cases");

    /** The day of all cases. */
    private static final String THEIR_DAY = "2026-11-28";

    @Inject
    Scene scene;

    private final SentToNotify notify = new SentToNotify();
    private final TestCloud cloud = TestCloud.current();
    private final String yesterday = LocalDate.ofInstant(cloud.clock().instant(), ZoneOffset.UTC)
            .minusDays(1)
            .toString();

    private int incidentsBefore;

    @BeforeEach
    void install() {
        notify.empty();
        scene.start();
        scene.install(Sample.MANAGER_TOKEN);
        incidentsBefore = cloud.pagerDuty().incidents().size();
    }

    @AfterEach
    void emptyTheQueues() {
        notify.empty();
    }

    // ---- Amazon Managed Prometheus ----

    @Test
    void managedPrometheusThroughSnsPages() {
        bind("HostHighCpuLoad");

        send("06-amp-sns-json/amp.json", "08:00:00");

        assertThat(page().title()).startsWith("Host high CPU load (instance 10.0.1.7:9100)");
        assertThat(page().details())
                .contains("CPU load is > 80%", "Severity: critical", "Firing since: " + yesterday + " 07:47:49 UTC")
                .contains("Sent: " + yesterday + " 07:48:19 UTC")
                .contains("Graph: http://prom.example/graph?g0.expr=up");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-28 07:47:49.902 +0000 UTC",
                "2026-11-28 07:47:49 +0000 UTC",
                "2026-11-28 07:47:49.902123456 +0000 UTC",
                "2026-11-28 07:47:49.902123456 +0000 UTC m=+0.000012345",
                "2026-11-28 07:47:49.902123456 +0000 UTC m=-12.5",
                "2026-11-28 08:47:49.9 +0100 CET",
                "2026-11-28 04:47:49.9 -0300 -03",
                "2026-11-28 13:32:49.9 +0545 +0545",
                "2026-11-28 07:47:49.9 +0000 +0000",
                "2026-11-28T07:47:49.902Z",
            })
    void timesAsGoWritesThemAreRead(String time) {
        bind("HostHighCpuLoad");

        sendText(text("06-amp-sns-json/amp.json").replace("2026-11-28 07:47:49.902 +0000 UTC", time), Map.of());

        assertThat(page().details()).contains("Firing since: " + yesterday + " 07:47:49 UTC\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2026-11-28 07:47:49", "2026-11-28 07:47:49 UTC", "28 Nov 2026", "2026-11-28 27:47:49 +0000 UTC"
            })
    void otherTimesAreMalformedAndNamed(String time) {
        sendText(text("06-amp-sns-json/amp.json").replace("2026-11-28 07:47:49.902 +0000 UTC", time), Map.of());

        assertThat(notify.deadLetter()).startsWith("MALFORMED: Alertmanager webhook: alerts[0]: startsAt must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0001-01-01T00:00:00Z", "0001-01-01 00:00:00 +0000 UTC"})
    void theZeroEndOfAResolvedAlertIsNone(String zero) {
        bind("HostHighCpuLoad");
        send("06-amp-sns-json/amp.json", "08:00:00");

        sendText(
                text("06-amp-sns-json/amp.json")
                        .replace("\\\"firing\\\"", "\\\"resolved\\\"")
                        .replace("0001-01-01 00:00:00 +0000 UTC", zero)
                        .replace("T07:48:19.902Z", "T07:59:19.902Z"),
                Map.of());

        assertThat(page().isOpen()).isFalse();
    }

    @Test
    void unescapedLineBreaksAreNamedWithTheirPlace() {
        send("06c-amp-unescaped/amp.json", "08:02:00");

        assertThat(notify.deadLetter())
                .matches("MALFORMED: the Message of the SNS envelope is not JSON \\(line 1, column 166\\): the"
                        + " producer's template leaves a line break unescaped inside a text.*"
                        + "docs/alerts.md#amazon-managed-prometheus.*");
    }

    @Test
    void plainTextOfManagedPrometheusSaysWhichTemplateIsNeeded() {
        send("07-amp-sns-text/text.json", "08:00:00");

        assertThat(notify.deadLetter())
                .startsWith(
                        "MALFORMED: the Message of the SNS envelope is the plain text of Alertmanager's SNS receiver")
                .contains("a JSON template", "sns.default.message", "docs/alerts.md#amazon-managed-prometheus");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"80 % full\\nAlerts Firing:", "Disk is full\\nAlerts Resolved:", "[x] {y}\\r\\nAlerts Firing:"})
    void plainTextIsRecognisedWhateverItBeginsWith(String start) {
        sendText(text("07-amp-sns-text/text.json").replace("Alerts Firing:", start), Map.of());

        assertThat(notify.deadLetter()).contains("the plain text of Alertmanager's SNS receiver");
    }

    @Test
    void aMessageThatManagedPrometheusCutSaysSo() {
        sendText(
                text("06-amp-sns-json/amp.json")
                        .replace("\\\"fingerprint\\\": \\\"5ef77f1f8a3ecfb8\\\"}], \\\"groupLabels\\\"", "")
                        .replace(
                                "\"MessageAttributes\": {",
                                "\"MessageAttributes\": {\"truncated\": {\"Type\": \"String\", \"Value\": \"true\"},"),
                Map.of());

        assertThat(notify.deadLetter()).contains("is not JSON", "cut by its sender (attribute truncated)");
    }

    // ---- Grafana ----

    @Test
    void grafanaPagesWithValuesAndLinks() {
        bind("RabbitMQ-diskspace-" + hash("RabbitMQ diskspace"));

        send("08-grafana-v1/grafana.json", "07:48:30");

        assertThat(page().title()).startsWith("RabbitMQ diskspace Unix (rabbit-cln1 /)");
        assertThat(page().details())
                .contains("Value: B=6.7, C=1")
                .contains("Values: B=6.705, C=1")
                .contains("[ var='B' labels={host=rabbit-cln1, path=/} type='reduce' value=6.705 ]")
                .contains("Firing since: " + yesterday + " 07:47:52 UTC")
                .contains("Graph: http://prom.example/graph?g0.expr=up")
                .contains("Silence: https://grafana.test/alerting/silence/new")
                .contains("host=rabbit-cln1", "path=/")
                .doesNotContain("Dashboard:", "Panel:");
    }

    @Test
    void grafanaDashboardAndPanelAreLinks() {
        bind("RabbitMQ-diskspace-" + hash("RabbitMQ diskspace"));

        sendText(
                text("08-grafana-v1/grafana.json")
                        .replace("\"dashboardURL\": \"\"", "\"dashboardURL\": \"https://grafana.test/d/abc\"")
                        .replace("\"panelURL\": \"\"", "\"panelURL\": \"https://grafana.test/d/abc?viewPanel=2\""),
                workspace());

        assertThat(page().details())
                .contains("Dashboard: https://grafana.test/d/abc\n", "Panel: https://grafana.test/d/abc?viewPanel=2\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.json", "b-as-4.json"})
    void grafanasTestButtonPagesAsATest(String file) {
        bind("TestAlert");

        send("09-grafana-test-button/" + file, "08:01:04");

        assertThat(page().title()).startsWith("[Test] Notification test");
        assertThat(page().details()).contains("Note: sent by the Test button of a Grafana contact point");
    }

    @ParameterizedTest
    @CsvSource({"DatasourceNoData, No data", "DatasourceError, Evaluation failed"})
    void grafanaRuleWithoutDataPagesUnderItsOwnName(String alertName, String title) {
        bind("disk-full");

        sendText(
                text("08-grafana-v1/grafana.json")
                        .replace(
                                "\"alertname\": \"RabbitMQ diskspace\"",
                                "\"alertname\": \"" + alertName
                                        + "\", \"rulename\": \"disk-full\", \"datasource_uid\": \"prom\"")
                        .replace(
                                "\"annotations\": {}",
                                "\"annotations\": {\"summary\": \"Disk full on [no value]\","
                                        + " \"Error\": \"connection refused\"}"),
                workspace());

        assertThat(page().title()).startsWith(title + ": disk-full");
        assertThat(page().details()).contains("Disk full on [no value]", "connection refused", "datasource_uid=prom");
    }

    @Test
    void otherVersionsAreMalformed() {
        sendText(text("08-grafana-v1/grafana.json").replace("\"version\": \"1\"", "\"version\": \"2\""), workspace());

        assertThat(notify.deadLetter())
                .isEqualTo("MALFORMED: Grafana webhook: version must be 4 (Alertmanager) or 1 (Grafana), found \"2\"");
    }

    // ---- Alertmanager ----

    @Test
    void ruleIdAttributeStandsInForAMissingAlertname() {
        bind("probe");

        sendText(
                text("10-no-alertname-ruleid-attribute/a.json"),
                Map.of("workspaceId", scene.workspace(), "ruleId", "probe"));

        assertThat(page().title()).startsWith("Probe failed");
    }

    @Test
    void withoutAnyRuleTheReasonNamesBothWays() {
        send("10-no-alertname-ruleid-attribute/a.json", "07:48:00");

        assertThat(notify.deadLetter())
                .isEqualTo("MALFORMED: Alertmanager webhook: alerts[0]: no rule: set the message attribute ruleId, or"
                        + " the label alertname");
    }

    @Test
    void severityWordsDecideTheUrgencyByTheTable() {
        for (String rule : List.of("Watchdog", "DiskP1", "DiskWarn")) {
            scene.bind(rule, UrgencyRule.SEVERITY, GroupBy.ALERT);
        }

        send("12b-severity-words/a.json", "07:48:00");

        assertThat(pages())
                .extracting(page -> page.title() + " " + page.urgency())
                .containsExactlyInAnyOrder(
                        "An alert that should always be firing low", "Disk almost full on db-1 high", "DiskWarn low");
    }

    @Test
    void anUnknownSeverityIsNoted() {
        scene.bind("DiskFull", UrgencyRule.SEVERITY, GroupBy.ALERT);

        sendText(
                text("28-unsilenced-after-5h/a.json")
                        .replace("\"instance\"", "\"severity\": \"blurple\", \"instance\""),
                workspace());

        assertThat(page().urgency()).isEqualTo("high");
        assertThat(page().details()).contains("Severity: error", "Note: severity \"blurple\" is not one of");
    }

    @Test
    void thereIsOneSourceAndOneGraph() {
        bind("Src");

        send("22-source-twice/a.json", "07:49:30");

        assertThat(page().details().lines().filter(line -> line.matches("(Source|Graph): .*")))
                .containsExactly("Source: db-1:9100", "Graph: http://prom.example/graph?g0.expr=up");
    }

    @Test
    void firingForHoursIsToldBesideWhenItWasSent() {
        bind("DiskFull");

        send("28-unsilenced-after-5h/a.json", "08:01:20");

        assertThat(page().details())
                .contains("Firing since: " + yesterday + " 03:01:16 UTC\nSent: " + yesterday + " 08:01:20 UTC\n")
                .contains("after the alert was sent")
                .doesNotContain("after the alert fired");
    }

    @Test
    void firingSinceIsLeftOutWhereItSaysNothingNew() {
        bind("DiskFull");

        send("28-unsilenced-after-5h/a.json", "03:01:16");

        assertThat(page().details())
                .contains("Time: " + yesterday + " 03:01:16 UTC\n")
                .doesNotContain("Firing since", "Sent:");
    }

    // ---- Names ----

    @Test
    void differentForeignNamesAreDifferentRules() {
        scene.bind("------" + hash("決済エラー"), UrgencyRule.SERVICE, GroupBy.RULE);
        scene.bind("------" + hash("検索停止中"), UrgencyRule.SERVICE, GroupBy.RULE);

        try (LoggedFields log = new LoggedFields()) {
            send("11-nonascii-names/jp1.json", "07:49:06");
            send("11-nonascii-names/jp2.json", "07:49:06");

            assertThat(pages())
                    .extracting(IncidentView::title)
                    .containsExactly(
                            "決済エラー [account 111122223333, region us-east-1]",
                            "検索停止中 [account 111122223333, region us-east-1]");
            assertThat(pages())
                    .extracting(IncidentView::details)
                    .anyMatch(details -> details.contains("Rule: 決済エラー, bound as ------"))
                    .anyMatch(details -> details.contains("Rule: 検索停止中, bound as ------"));
            assertThat(outcomes(log))
                    .extracting(line -> line.fields().get("ruleName"))
                    .containsExactly("決済エラー", "検索停止中");
        }
    }

    @Test
    void anUnboundRuleIsToldWithTheIdToBind() {
        try (LoggedFields log = new LoggedFields()) {
            send("11-nonascii-names/jp1.json", "07:49:06");

            assertThat(outcomes(log)).singleElement().satisfies(line -> {
                assertThat(line.level()).isEqualTo("WARN");
                assertThat(line.message())
                        .isEqualTo("UNBOUND: rule \"決済エラー\" of workspace " + scene.workspace()
                                + " is bound to no service; bind it with bind-rule under ruleId ------"
                                + hash("決済エラー"));
                bind(line.fields().get("rule"));
            });
        }
        cloud.clock().advance(Duration.ofMinutes(1));

        sendText(text("11-nonascii-names/jp1.json").replace("07:49:05", "07:50:05"), workspace());

        assertThat(page().title()).isEqualTo("決済エラー [account 111122223333, region us-east-1]");
    }

    @Test
    void theRulesNameAtItsProducerStandsInThePage() {
        bind("CPU-high--prod--" + hash("CPU high (prod)"));

        sendText(text("28-unsilenced-after-5h/a.json").replace("DiskFull", "CPU high (prod)"), workspace());

        assertThat(page().details())
                .contains("Rule: CPU high (prod), bound as CPU-high--prod--" + hash("CPU high (prod)") + "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "emoji \uD83D\uDE00 \uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67 \uD83C\uDDEE\uD83C\uDDF3",
                "combining e\u0301 Z\u0351\u036B\u0343",
                "right-to-left \u05E9\u05DC\u05D5\u05DD \u202Eabc\u202C \u0645\u0631\u062D\u0628\u0627",
                "Größe 決済エラー ไทย",
                "quote \" backslash \\ percent %s {0} ${x}",
            })
    void anyUnicodePassesUnharmed(String text) {
        scene.bind(Sample.PAYMENTS);
        String alertId = text + "\n\u0000\t";
        ObjectNode message = own(text, alertId);
        message.putObject("labels").put(text, text);

        try (LoggedFields log = new LoggedFields()) {
            sendText(message.toString(), Map.of());

            assertThat(page().title()).isEqualTo(text);
            assertThat(page().details()).startsWith("Late: ").contains(text, text + "=" + text);
            assertThat(outcomes(log))
                    .extracting(line -> line.fields().get("alert"))
                    .containsExactly(alertId);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud83d", "\\ude00"})
    void halvesOfCharactersPageAndAreReplaced(String half) {
        scene.bind(Sample.PAYMENTS);
        ObjectNode message = own("CPU HALF", "web-1").put("summary", "load HALF");
        message.putObject("labels").put("HALF", "HALF");

        sendText(message.toString().replace("HALF", half), Map.of());

        assertThat(page().title()).isEqualTo("CPU \uFFFD");
        assertThat(page().details()).contains("load \uFFFD", "\uFFFD=\uFFFD");
    }

    @Test
    void halvesOfCharactersInNamesOfRulesPageToo() {
        try (LoggedFields log = new LoggedFields()) {
            for (String half : List.of("\\ud83d", "\\ude00", "?")) {
                sendText(text("28-unsilenced-after-5h/a.json").replace("DiskFull", half), workspace());
            }

            List<String> rules = outcomes(log).stream()
                    .map(line -> line.fields().get("rule"))
                    .toList();
            assertThat(rules).hasSize(3).doesNotHaveDuplicates();
        }
    }

    // ---- Workspace ----

    @Test
    void withoutAWorkspaceAnAlarmBelongsToItsAccount() {
        try (LoggedFields log = new LoggedFields()) {
            sendText(text("15b-no-workspace/a.json"), Map.of());

            assertThat(outcomes(log))
                    .extracting(line -> line.fields().get("workspace"))
                    .containsExactly("111122223333");
        }
    }

    @Test
    void accountAndRegionOfAnAlarmStandInThePage() {
        bind("disk-full");

        send("15b-no-workspace/a.json", "07:49:11");

        assertThat(page().details()).contains("account=111122223333", "region=us-east-1");
    }

    private void bind(String ruleId) {
        scene.bind(ruleId, UrgencyRule.SERVICE, GroupBy.ALERT);
    }

    /** Sent as it is, at this time of its day, for the workspace of this test. */
    private void send(String file, String time) {
        send(text(file), workspace(), Instant.parse(yesterday + "T" + time + "Z"));
    }

    private void sendText(String body, Map<String, String> attributes) {
        send(body, attributes, Instant.parse(yesterday + "T23:00:00Z"));
    }

    private void send(String body, Map<String, String> attributes, Instant sentAt) {
        String ofThisTest = body.replace(THEIR_DAY, yesterday).replace("\"acme\"", '"' + scene.workspace() + '"');
        assertThat(notify.isDone(ofThisTest, attributes, sentAt)).isTrue();
    }

    private Map<String, String> workspace() {
        return Map.of("workspaceId", scene.workspace());
    }

    private ObjectNode own(String title, String alertId) {
        return Samples.message("triggered")
                .put("workspaceId", scene.workspace())
                .put("alertId", alertId)
                .put("title", title)
                .put("occurredAt", yesterday + "T07:00:00Z");
    }

    private static String text(String file) {
        try {
            return Files.readString(CASES.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As docs/alerts.md says: the first eight digits of the name's SHA-256. */
    private static String hash(String name) {
        return io.middleware.paging.pagerduty.Sha256.hex(name).substring(0, 8);
    }

    private IncidentView page() {
        assertThat(pages()).hasSize(1);
        return pages().get(0);
    }

    /** What PagerDuty was asked for since this test began, oldest first. */
    private List<IncidentView> pages() {
        List<IncidentView> all = cloud.pagerDuty().incidents();
        return all.subList(incidentsBefore, all.size());
    }

    /** The lines that tell what became of an alert. */
    private static List<LoggedFields.Line> outcomes(LoggedFields log) {
        return log.lines().stream()
                .filter(line -> line.fields().containsKey("delivery"))
                .toList();
    }
}
