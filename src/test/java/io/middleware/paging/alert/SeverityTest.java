package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.pagerduty.Urgency;

class SeverityTest {
    @ParameterizedTest
    @CsvSource({
        "critical, CRITICAL, HIGH",
        "Error, ERROR, HIGH",
        "WARNING, WARNING, LOW",
        "' info ', INFO, LOW",
        "none, INFO, LOW",
        "Warn, WARNING, LOW",
        "ticket, WARNING, LOW",
        "page, CRITICAL, HIGH",
        "P1, CRITICAL, HIGH",
        "p2, ERROR, HIGH",
        "p3, WARNING, LOW",
        "p5, INFO, LOW",
    })
    void isReadInAnyCaseAndHasAnUrgency(String text, Severity severity, Urgency urgency) {
        assertThat(Severity.parse(text)).contains(severity);
        assertThat(severity.urgency()).isEqualTo(urgency);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "blurple", "p6", "war"})
    void isEmptyForOtherWords(String text) {
        assertThat(Severity.parse(text)).isEmpty();
    }

    @Test
    void noWordMeansTwoThings() {
        assertThat(Stream.of(Severity.values()).flatMap(severity -> severity.otherWords().stream()))
                .doesNotHaveDuplicates()
                .doesNotContain("critical", "error", "warning", "info");
    }

    @Test
    void theDocumentedTableIsTheOneInUse() throws IOException {
        String docs = Files.readString(Path.of("docs", "alerts.md"));

        for (Severity severity : Severity.values()) {
            assertThat(docs)
                    .contains("| `" + severity.wireName() + "` | "
                            + severity.otherWords().stream()
                                    .map(word -> '`' + word + '`')
                                    .collect(Collectors.joining(", "))
                            + " | " + severity.urgency().name().toLowerCase(Locale.ROOT) + " |\n");
        }
    }
}
