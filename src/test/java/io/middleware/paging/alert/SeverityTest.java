package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

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
    })
    void isReadInAnyCaseAndHasAnUrgency(String text, Severity severity, Urgency urgency) {
        assertThat(Severity.parse(text)).contains(severity);
        assertThat(severity.urgency()).isEqualTo(urgency);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "warn", "none"})
    void isEmptyForOtherWords(String text) {
        assertThat(Severity.parse(text)).isEmpty();
    }
}
