package io.middleware.paging.pacing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void theSettingsAreSpansOfTime() {
        Pace pace = pace(240, 0.2, 10);

        assertThat(pace).isEqualTo(new Pace(250_000, 1_250_000, 312_500, 2_500_000, false));
    }

    @Test
    void noRoundingMakesACallTooMany() {
        Pace pace = pace(7, 0.3, 2);

        assertThat(pace.interval() * 7).isGreaterThanOrEqualTo(60_000_000);
        assertThat(pace.lowInterval() * 7 * 0.3).isGreaterThanOrEqualTo(60_000_000);
        assertThat(pace.besideLowInterval() * 7 * 0.7).isGreaterThanOrEqualTo(60_000_000);
        assertThat(pace.tolerance() * 7).isLessThanOrEqualTo(2 * 60_000_000);
    }

    @Test
    void lowUrgencyWithTheWholeRateIsAsHigh() {
        assertThat(pace(60, 1, 0).lowAsHigh()).isTrue();
    }

    @Test
    void aSettingThatMakesNoSenseIsNamedWithWhatItMayBe() {
        assertRefused(0, 0.5, 10, "PAGING_RATE_PER_MINUTE is 0; it must be 1 or more");
        assertRefused(60, 0, 10, "PAGING_LOW_URGENCY_SHARE is 0.0; it must be above 0 and at most 1");
        assertRefused(60, 1.1, 10, "PAGING_LOW_URGENCY_SHARE is 1.1");
        assertRefused(60, Double.NaN, 10, "PAGING_LOW_URGENCY_SHARE is NaN");
        assertRefused(60, 0.5, -1, "PAGING_BURST is -1; it must be 0 or more");
    }

    private static void assertRefused(int rate, double share, int burst, String message) {
        assertThatThrownBy(() -> pace(rate, share, burst))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static Pace pace(int rate, double share, int burst) {
        return Pace.of(new FixedPacingConfig("RateBudgets", rate, share, burst));
    }
}
