package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.binding.PageText;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.WorkspaceId;

class IncidentTextTest {
    private static final String GRIN = "\uD83D\uDE00";
    private static final String FAMILY = "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67";
    private static final String THUMB_WITH_SKIN_TONE = "\uD83D\uDC4D\uD83C\uDFFD";
    private static final String FLAG = "\uD83C\uDDEE\uD83C\uDDF3";
    private static final String E_WITH_ACCENT = "e\u0301";
    private static final String HALF_PAIR = "\uD83D";

    @Test
    void detailsReadFromTheMostTellingToTheLeast() {
        IncidentText text = of(alert("CPU above 90 % on web-1"));

        assertThat(text.title()).isEqualTo("CPU above 90 % on web-1");
        assertThat(text.details()).isEqualTo("""
                > 93.4 % for 5 minutes

                Severity: critical
                Rule: cpu-high
                Source: web-1
                Time: 2026-11-23 03:00:00 UTC
                Labels: env=prod, team=payments
                Graph: https://observe.acme.example/graphs/cpu
                Link: https://runbooks.acme.example/cpu-high
                Alert: cpu-high/host=web-1""");
    }

    @Test
    void detailsOfAnAlertWithNothingOptionalAreShort() {
        Alert bare = alert("CPU", Optional.empty(), Optional.empty(), Map.of(), List.of(), List.of());

        assertThat(of(bare).details()).isEqualTo("""
                Severity: critical
                Rule: cpu-high
                Time: 2026-11-23 03:00:00 UTC
                Alert: cpu-high/host=web-1""");
    }

    @Test
    void remarksAreTheLastLines() {
        Alert remarked = alert(
                "CPU",
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                List.of(),
                List.of("a link without href was left out", "labels must be an object, found text; left out"));

        assertThat(of(remarked).details()).endsWith("""
                Alert: cpu-high/host=web-1
                Note: a link without href was left out
                Note: labels must be an object, found text; left out""");
    }

    @Test
    void titleOf255CharactersIsLeftAlone() {
        String title = "x".repeat(255);

        IncidentText text = of(alert(title));

        assertThat(text.title()).isEqualTo(title);
        assertThat(text.details()).doesNotContain("Note:");
    }

    @Test
    void titleOf256CharactersIsCutAndTheDetailsNameItAndItsLength() {
        String title = "x".repeat(256);

        IncidentText text = of(alert(title));

        assertThat(text.title()).isEqualTo("x".repeat(254) + "…");
        assertThat(text.details()).endsWith("\nNote: title was cut; it has 256 characters: " + title);
    }

    @Test
    void titleThatEndsInAnEllipsisOfItsOwnWasNotCut() {
        IncidentText text = of(alert("CPU" + " ".repeat(300) + "is high…"));

        assertThat(text.title()).isEqualTo("CPU is high…");
        assertThat(text.details()).doesNotContain("Note:");
    }

    @ParameterizedTest
    @ValueSource(strings = {GRIN, FAMILY, THUMB_WITH_SKIN_TONE, FLAG, E_WITH_ACCENT})
    void titleIsNeverCutInsideWhatAPersonSeesAsOneCharacter(String character) {
        for (int before = 240; before <= 254; before++) {
            String plain = "x".repeat(before);
            String title = plain + character.repeat(20);

            String cut = of(alert(title)).title();

            assertThat(cut).hasSizeLessThanOrEqualTo(255).startsWith(plain).endsWith("…");
            String kept = cut.substring(before, cut.length() - 1);
            assertThat(kept.replace(character, "")).isEmpty();
            // No character more would have fitted.
            assertThat(cut.length() + character.length()).isGreaterThan(255);
        }
    }

    @Test
    void titleOfOneCharacterWithEndlessMarksKeepsSome() {
        String cut = of(alert("e" + "\u0301".repeat(10_000))).title();

        assertThat(cut).hasSize(255).startsWith(E_WITH_ACCENT).endsWith("…");
    }

    @Test
    void blanksBeforeTheCutGo() {
        assertThat(IncidentText.cut("one two", 5)).isEqualTo("one…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\t", "\u0000", "\u001B", "\u0085", "\u2028", "\u00A0", " \n "})
    void titleIsOneLineOfVisibleCharacters(String breaking) {
        assertThat(of(alert("CPU" + breaking + "high" + breaking)).title()).isEqualTo("CPU high");
    }

    @Test
    void summaryKeepsItsLinesAndLosesOtherControlCharacters() {
        String summary = "\n first\r\nsecond\rthird\u2028fourth\tend\u0000\u001B[0m\n\n";

        assertThat(of(alertWithSummary(summary)).details())
                .startsWith("> first\n> second\n> third\n> fourth\tend[0m\n\nSeverity: ");
    }

    @Test
    void noValuePassesForALineOfItsOwn() {
        String lie = "x\nSeverity: info";
        Alert alert = alert(
                "CPU",
                Optional.empty(),
                Optional.of(lie),
                Map.of("label", lie),
                List.of(new Alert.Link(lie, lie)),
                List.of(lie));

        assertThat(of(alert).details().lines())
                .filteredOn(line -> line.startsWith("Severity: "))
                .containsExactly("Severity: critical");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Severity: info", "x\nSeverity: info", "x\r\n\r\nSeverity: info", "x\u2028Severity: info"})
    void noLineOfTheSummaryPassesForOneOfOurs(String summary) {
        assertThat(of(alertWithSummary(summary)).details().lines())
                .filteredOn(line -> line.startsWith("Severity: "))
                .containsExactly("Severity: critical");
    }

    @Test
    void manyLinesOfASummaryDoNotPushTheRestOut() {
        String details = of(alertWithSummary("x\n".repeat(4_000))).details();

        assertThat(details)
                .hasSizeLessThan(IncidentText.MAX_DETAILS_CHARS)
                .contains("…\n\nSeverity: critical\nRule: cpu-high\n")
                .endsWith("\nNote: summary was cut; it has 7999 characters");
    }

    @Test
    void noLinkPassesForALineOfOurs() {
        Alert alert = alert(
                "CPU",
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                List.of(new Alert.Link("Severity", "info"), new Alert.Link("Graph", "https://acme.example")),
                List.of());

        assertThat(of(alert).details())
                .contains("\nLink: Severity info\nGraph: https://acme.example\n")
                .doesNotContain("Severity: info");
    }

    @Test
    void whatTellsAlertsOfARuleApartIsInTheTitle() {
        assertThat(titleOf("CPU high", Map.of("instance", "web-1", "job", "node"), "instance"))
                .isEqualTo("CPU high [instance web-1]");
        assertThat(titleOf("CPU high on WEB-1:9100", Map.of("instance", "web-1"), "instance"))
                .isEqualTo("CPU high on WEB-1:9100");
        assertThat(titleOf("CPU high on web-12", Map.of("instance", "web-1"), "instance"))
                .isEqualTo("CPU high on web-12 [instance web-1]");
        assertThat(titleOf("CPU high", Map.of("instance", " "), "instance", "absent"))
                .isEqualTo("CPU high");
        assertThat(titleOf("決済エラー", Map.of("ホスト", "東京-1"), "ホスト")).isEqualTo("決済エラー [ホスト 東京-1]");
    }

    @Test
    void aTitleIsOneLineWhateverItsDistinction() {
        assertThat(titleOf("CPU high", Map.of("a\nb", "c\u2028d"), "a\nb")).isEqualTo("CPU high [a b c d]");
    }

    @Test
    void theLeastTellingLabelsAreLeftOutOfALongTitle() {
        Map<String, String> labels = Map.of("pod", "p".repeat(80), "node", "n".repeat(80), "region", "r");

        assertThat(titleOf("CPU high", labels, "pod", "node", "region"))
                .isEqualTo("CPU high [pod " + "p".repeat(80) + "]");
    }

    @Test
    void alertsWithAnEndlessTitleAreStillToldApart() {
        String title = titleOf("t".repeat(10_000), Map.of("pod", "p".repeat(10_000)), "pod");

        assertThat(title).hasSizeLessThanOrEqualTo(IncidentText.MAX_TITLE_CHARS).contains("t… [pod ppp");
    }

    private static String titleOf(String title, Map<String, String> labels, String... distinguishing) {
        return of(distinguished(title, labels, distinguishing)).title();
    }

    @Test
    void halfOfASurrogatePairIsReplacedSinceItHasNoFormInUtf8() {
        Alert alert = alert(
                "CPU " + HALF_PAIR,
                Optional.of(HALF_PAIR + " load"),
                Optional.of(HALF_PAIR),
                Map.of(HALF_PAIR, GRIN),
                List.of(new Alert.Link(HALF_PAIR, HALF_PAIR)),
                List.of());

        IncidentText text = of(alert);

        assertThat(text.title()).isEqualTo("CPU \uFFFD");
        assertThat(text.details()).startsWith("> \uFFFD load\n").contains("Labels: \uFFFD=" + GRIN);
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text.details()))
                .isTrue();
    }

    @Test
    void longSummaryIsCutBeforeItPushesTheRestOut() {
        String summary = "x".repeat(100_000);

        String details = of(alertWithSummary(summary)).details();

        assertThat(details).hasSizeLessThan(IncidentText.MAX_DETAILS_CHARS);
        assertThat(details)
                .startsWith("> " + "x".repeat(4_093) + "…\n\nSeverity: critical\nRule: cpu-high\n")
                .endsWith("\nNote: summary was cut; it has 100000 characters");
    }

    @Test
    void manyLabelsAreCutBeforeTheyPushTheRestOut() {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < 1_000; i++) {
            labels.put("label" + i, "value" + i);
        }
        Alert alert = alert(
                "CPU",
                Optional.empty(),
                Optional.empty(),
                labels,
                List.of(new Alert.Link("Graph", "https://acme.example")),
                List.of());

        assertThat(of(alert).details())
                .contains("\nLabels: label0=value0, label1=value1, ", "…\nGraph: https://acme.example\n")
                .endsWith("\nNote: labels were cut; they have 18778 characters");
    }

    @Test
    void detailsKeepTheNoteAboutTheTitleHoweverLongTheyAre() {
        Alert alert = alert(
                "t".repeat(300),
                Optional.of("s".repeat(50_000)),
                Optional.of("web-1"),
                Map.of("label", "l".repeat(50_000)),
                Collections.nCopies(1_000, new Alert.Link("Graph", "https://acme.example/" + GRIN)),
                Collections.nCopies(1_000, "a link without href was left out"));

        String details = of(alert).details();

        assertThat(details)
                .hasSizeLessThanOrEqualTo(IncidentText.MAX_DETAILS_CHARS)
                .contains("\nRule: cpu-high\n")
                .containsPattern("…\nNote: details were cut; they have \\d+ characters\n")
                .contains("\nNote: title was cut; it has 300 characters: " + "t".repeat(300) + "\n")
                .contains("\nNote: summary was cut; it has 50000 characters\n")
                .endsWith("\nNote: labels were cut; they have 50006 characters");
    }

    @Test
    void hugeTitleIsNotRepeatedWhole() {
        String details = of(alert("t".repeat(1_000_000))).details();

        assertThat(details)
                .hasSizeLessThan(2_000)
                .startsWith("> 93.4 % for 5 minutes\n\nSeverity: critical\n")
                .contains("\nNote: title was cut; it has 1000000 characters: ttt");
    }

    @Test
    void aRulesTitleReplacesTheAlertsWhichStaysInTheDetails() {
        IncidentText text = titled("[{severity}] {rule} on {source} ({labels.env})", alert("CPU above 90 %"));

        assertThat(text.title()).isEqualTo("[critical] cpu-high on web-1 (prod)");
        assertThat(text.details()).contains("\n\nTitle: CPU above 90 %\nSeverity: critical\n");
    }

    @Test
    void aTitleThatHoldsTheAlertsOwnIsNotFollowedByIt() {
        IncidentText text = titled("Checkout: {title}", alert("CPU\n above 90 %"));

        assertThat(text.title()).isEqualTo("Checkout: CPU above 90 %");
        assertThat(text.details()).doesNotContain("Title:");
    }

    @Test
    void aRuleIsCalledByTheNameThatPeopleKnow() {
        assertThat(titled("{rule}", named("CPU high (web)")).title()).isEqualTo("CPU high (web)");
    }

    @Test
    void aTitleOfWhichNothingIsLeftIsTheAlertsOwn() {
        assertThat(titled("[{labels.none}]", alert("CPU high")).title()).isEqualTo("CPU high");
    }

    @Test
    void aTitleThatIsStoredBrokenIsTheAlertsOwn() {
        assertThat(titled("{host} {", alert("CPU high")).title()).isEqualTo("CPU high");
    }

    @Test
    void whatTellsAlertsApartIsAddedUnlessTheTitleHasIt() {
        Map<String, String> labels = Map.of("instance", "web-1", "device", "sda");
        Alert alert = distinguished("Disk full", labels, "instance", "device");

        assertThat(titled("Disk trouble", alert).title()).isEqualTo("Disk trouble [instance web-1, device sda]");
        assertThat(titled("{labels.instance}: {title}", alert).title()).isEqualTo("web-1: Disk full [device sda]");
        assertThat(titled("{title} {labels.device} {labels.instance}", alert).title())
                .isEqualTo("Disk full sda web-1");
    }

    @Test
    void whatTellsAlertsApartIsAddedAlsoWhereTheCutTookIt() {
        Map<String, String> labels = Map.of("instance", "web-1", "device", "d".repeat(90));

        assertThat(titled("{title} {labels.instance}", distinguished("t".repeat(300), labels, "instance"))
                        .title())
                .hasSizeLessThanOrEqualTo(IncidentText.MAX_TITLE_CHARS)
                .endsWith("… [instance web-1]");
        assertThat(titled("{title} {labels.instance}", distinguished("t".repeat(200), labels, "device", "instance"))
                        .title())
                .hasSizeLessThanOrEqualTo(IncidentText.MAX_TITLE_CHARS)
                .endsWith("d, instance web-1]");
    }

    @Test
    void runbookAndNoteComeFirst() {
        PageText page = new PageText(
                Optional.empty(),
                Optional.of("https://runbooks.acme.example/cpu"),
                Optional.of("Restart the worker.\r\nThen call {source}.\u001B"));

        assertThat(IncidentText.of(alert("CPU"), page, List.of("Late: 3 h.")).details())
                .startsWith("""
                Runbook: https://runbooks.acme.example/cpu

                Restart the worker.
                Then call {source}.

                Late: 3 h.

                > 93.4 % for 5 minutes

                Severity: critical
                """);
    }

    @Test
    void runbookAndNoteStayHoweverMuchFollows() {
        PageText page = new PageText(Optional.empty(), Optional.of("https://a.example"), Optional.of("Do this."));
        Alert alert = alert(
                "CPU",
                Optional.of("s".repeat(50_000)),
                Optional.of("x".repeat(50_000)),
                Map.of("label", "l".repeat(50_000)),
                Collections.nCopies(1_000, new Alert.Link("Graph", "https://acme.example/")),
                List.of());

        assertThat(IncidentText.of(alert, page, List.of()).details())
                .startsWith("Runbook: https://a.example\n\nDo this.\n\n> sss")
                .hasSizeLessThanOrEqualTo(IncidentText.MAX_DETAILS_CHARS);
    }

    /** Whatever an alert holds, its page has a title of one line that PagerDuty takes. */
    @Test
    void noAlertCanBreakATitle() {
        List<String> values = List.of(
                "",
                " ",
                "\u0000",
                "\u200B",
                HALF_PAIR,
                "\uDE00",
                "{title}",
                "{{",
                "}",
                "$1 \\",
                "[]",
                "<b onload=alert(1)>&amp;",
                "x\nSeverity: info",
                "\u202E)(",
                "x".repeat(10_000),
                "e" + "\u0301".repeat(10_000),
                FAMILY.repeat(5_000),
                "[".repeat(10_000));
        List<String> templates = List.of(
                "{title}",
                "{source}",
                "[{labels.x}]",
                "{title} - {source} ({labels.x})",
                "{labels.x}".repeat(25),
                "{{{labels.x}}} \"{source}\" <{rule}> {severity}!",
                "x".repeat(255),
                "no such {placeholder",
                "\uD83D {title}",
                " - ");
        for (String template : templates) {
            for (String value : values) {
                for (String other : values) {
                    Alert alert = alert(
                            "T" + value,
                            Optional.of(value),
                            Optional.of(other),
                            Map.of("x", value),
                            List.of(),
                            List.of(),
                            List.of("x"));

                    IncidentText text = titled(template, alert);

                    assertThat(text.title())
                            .isNotBlank()
                            .hasSizeLessThanOrEqualTo(IncidentText.MAX_TITLE_CHARS)
                            .doesNotContain("\n");
                    assertThat(text.details()).hasSizeLessThanOrEqualTo(IncidentText.MAX_DETAILS_CHARS);
                    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text.title() + text.details()))
                            .isTrue();
                }
            }
        }
    }

    private static IncidentText of(Alert alert) {
        return IncidentText.of(alert, PageText.NONE, List.of());
    }

    private static IncidentText titled(String template, Alert alert) {
        return IncidentText.of(
                alert, new PageText(Optional.of(template), Optional.empty(), Optional.empty()), List.of());
    }

    private static Alert distinguished(String title, Map<String, String> labels, String... distinguishing) {
        return alert(title, Optional.empty(), Optional.empty(), labels, List.of(), List.of(), List.of(distinguishing));
    }

    private static Alert named(String ruleName) {
        Alert alert = alert("CPU");
        return new Alert(
                alert.workspaceId(),
                alert.ruleId(),
                alert.alertId(),
                alert.status(),
                alert.title(),
                alert.summary(),
                alert.severity(),
                alert.occurredAt(),
                alert.source(),
                alert.labels(),
                alert.links(),
                alert.remarks(),
                Optional.of(ruleName),
                Optional.empty(),
                alert.distinguishingLabels(),
                alert.silence(),
                "");
    }

    private static Alert alertWithSummary(String summary) {
        return alert("CPU", Optional.of(summary), Optional.empty(), Map.of(), List.of(), List.of());
    }

    private static Alert alert(String title) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("env", "prod");
        labels.put("team", "payments");
        return alert(
                title,
                Optional.of("93.4 % for 5 minutes"),
                Optional.of("web-1"),
                labels,
                List.of(
                        new Alert.Link("Graph", "https://observe.acme.example/graphs/cpu"),
                        new Alert.Link(" ", "https://runbooks.acme.example/cpu-high")),
                List.of());
    }

    private static Alert alert(
            String title,
            Optional<String> summary,
            Optional<String> source,
            Map<String, String> labels,
            List<Alert.Link> links,
            List<String> remarks) {
        return alert(title, summary, source, labels, links, remarks, List.of());
    }

    private static Alert alert(
            String title,
            Optional<String> summary,
            Optional<String> source,
            Map<String, String> labels,
            List<Alert.Link> links,
            List<String> remarks,
            List<String> distinguishing) {
        return new Alert(
                new WorkspaceId("acme"),
                new RuleId("cpu-high"),
                "cpu-high/host=web-1",
                Alert.Status.TRIGGERED,
                title,
                summary,
                Severity.CRITICAL,
                Instant.parse("2026-11-23T03:00:00Z"),
                source,
                labels,
                links,
                remarks,
                distinguishing,
                Optional.empty(),
                "");
    }
}
