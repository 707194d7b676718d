package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncidentKeyTest {
    @Test
    void isTheSameForeverForOneAlert() {
        // printf 'acme\ncpu-high\ncpu-high/host=web-1' | sha256sum; open incidents bear it, so it must never change.
        assertThat(IncidentKey.of("acme", "cpu-high", "cpu-high/host=web-1").value())
                .isEqualTo("8bd7753954a71efe4d8a796dbebde94d38b8dffba32aa0a21e49a1a5d98406a3");
    }

    @Test
    void tellsAlertsRulesAndWorkspacesApart() {
        IncidentKey key = IncidentKey.of("acme", "cpu", "web-1");

        assertThat(key)
                .isNotEqualTo(IncidentKey.of("acme", "cpu", "web-2"))
                .isNotEqualTo(IncidentKey.of("acme", "mem", "web-1"))
                .isNotEqualTo(IncidentKey.of("globex", "cpu", "web-1"));
    }

    @Test
    void partsDoNotRunTogether() {
        assertThat(IncidentKey.of("a", "bc", "d")).isNotEqualTo(IncidentKey.of("ab", "c", "d"));
        assertThat(IncidentKey.of("a", "b", "c/d")).isNotEqualTo(IncidentKey.of("a", "b/c", "d"));
    }

    @Test
    void isShortHoweverLongTheAlertId() {
        assertThat(IncidentKey.of("acme", "cpu", "\uD83D\uDE00".repeat(512)).value())
                .matches("[0-9a-f]{64}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void isNeverEmptySinceThatWouldMatchEveryOpenIncident(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new IncidentKey(value));
    }
}
