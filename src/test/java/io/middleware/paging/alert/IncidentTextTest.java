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
        IncidentText text = IncidentText.of(alert("CPU above 90 % on web-1"), List.of());

        assertThat(text.title()).isEqualTo("CPU above 90 % on web-1");
        assertThat(text.details()).isEqualTo("""
                93.4 % for 5 minutes

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

        assertThat(IncidentText.of(bare, List.of()).details()).isEqualTo("""
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

        assertThat(IncidentText.of(remarked, List.of()).details()).endsWith("""
                Alert: cpu-high/host=web-1
                Note: a link without href was left out
                Note: labels must be an object, found text; left out""");
    }

    @Test
    void titleOf255CharactersIsLeftAlone() {
        String title = "x".repeat(255);

        IncidentText text = IncidentText.of(alert(title), List.of());

        assertThat(text.title()).isEqualTo(title);
        assertThat(text.details()).doesNotContain("Note:");
    }

    @Test
    void titleOf256CharactersIsCutAndTheDetailsNameItAndItsLength() {
        String title = "x".repeat(256);

        IncidentText text = IncidentText.of(alert(title), List.of());

        assertThat(text.title()).isEqualTo("x".repeat(254) + "…");
        assertThat(text.details()).endsWith("\nNote: title was cut; it has 256 characters: " + title);
    }

    @Test
    void titleThatEndsInAnEllipsisOfItsOwnWasNotCut() {
        IncidentText text = IncidentText.of(alert("CPU" + " ".repeat(300) + "is high…"), List.of());

        assertThat(text.title()).isEqualTo("CPU is high…");
        assertThat(text.details()).doesNotContain("Note:");
    }

    @ParameterizedTest
    @ValueSource(strings = {GRIN, FAMILY, THUMB_WITH_SKIN_TONE, FLAG, E_WITH_ACCENT})
    void titleIsNeverCutInsideWhatAPersonSeesAsOneCharacter(String character) {
        for (int before = 240; before <= 254; before++) {
            String plain = "x".repeat(before);
            String title = plain + character.repeat(20);

            String cut = IncidentText.of(alert(title), List.of()).title();

            assertThat(cut).hasSizeLessThanOrEqualTo(255).startsWith(plain).endsWith("…");
            String kept = cut.substring(before, cut.length() - 1);
            assertThat(kept.replace(character, "")).isEmpty();
            // No character more would have fitted.
            assertThat(cut.length() + character.length()).isGreaterThan(255);
        }
    }

    @Test
    void titleOfOneCharacterWithEndlessMarksKeepsSome() {
        String cut =
                IncidentText.of(alert("e" + "\u0301".repeat(10_000)), List.of()).title();

        assertThat(cut).hasSize(255).startsWith(E_WITH_ACCENT).endsWith("…");
    }

    @Test
    void blanksBeforeTheCutGo() {
        assertThat(IncidentText.cut("one two", 5)).isEqualTo("one…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\t", "\u0000", "\u001B", "\u0085", "\u2028", "\u00A0", " \n "})
    void titleIsOneLineOfVisibleCharacters(String breaking) {
        assertThat(IncidentText.of(alert("CPU" + breaking + "high" + breaking), List.of())
                        .title())
                .isEqualTo("CPU high");
    }

    @Test
    void summaryKeepsItsLinesAndLosesOtherControlCharacters() {
        String summary = "\n first\r\nsecond\rthird\u2028fourth\tend\u0000\u001B[0m\n\n";

        assertThat(IncidentText.of(alertWithSummary(summary), List.of()).details())
                .startsWith("first\nsecond\nthird\nfourth\tend[0m\n\nSeverity: ");
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

        assertThat(IncidentText.of(alert, List.of()).details().lines())
                .filteredOn(line -> line.startsWith("Severity: "))
                .containsExactly("Severity: critical");
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

        IncidentText text = IncidentText.of(alert, List.of());

        assertThat(text.title()).isEqualTo("CPU \uFFFD");
        assertThat(text.details()).startsWith("\uFFFD load\n").contains("Labels: \uFFFD=" + GRIN);
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text.details()))
                .isTrue();
    }

    @Test
    void longSummaryIsCutBeforeItPushesTheRestOut() {
        String summary = "x".repeat(100_000);

        String details = IncidentText.of(alertWithSummary(summary), List.of()).details();

        assertThat(details).hasSizeLessThan(IncidentText.MAX_DETAILS_CHARS);
        assertThat(details)
                .startsWith("x".repeat(4_095) + "…\n\nSeverity: critical\nRule: cpu-high\n")
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

        assertThat(IncidentText.of(alert, List.of()).details())
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

        String details = IncidentText.of(alert, List.of()).details();

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
        String details =
                IncidentText.of(alert("t".repeat(1_000_000)), List.of()).details();

        assertThat(details)
                .hasSizeLessThan(2_000)
                .startsWith("93.4 % for 5 minutes\n\nSeverity: critical\n")
                .contains("\nNote: title was cut; it has 1000000 characters: ttt");
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
                remarks);
    }
}
