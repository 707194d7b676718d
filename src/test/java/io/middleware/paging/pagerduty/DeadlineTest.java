package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;

class DeadlineTest {
    private static final Instant START = Instant.parse("2026-11-23T03:00:00Z");

    @Test
    void isTheTimeOutFromNow() {
        assertThat(Deadline.after(Duration.ofSeconds(30), clock(START)).at()).isEqualTo(START.plusSeconds(30));
    }

    @Test
    void leavesTimeForACallThatEndsASecondBefore() {
        Deadline deadline = Deadline.after(Duration.ofSeconds(6), clock(START));

        assertThat(deadline.leavesTimeFor(Duration.ofSeconds(5))).isTrue();
        assertThat(deadline.leavesTimeFor(Duration.ofMillis(5_001))).isFalse();
    }

    @Test
    void leavesLessAsTimeGoesBy() {
        Instant end = START.plusSeconds(6);

        assertThat(new Deadline(end, clock(START)).leavesTimeFor(Duration.ofSeconds(5)))
                .isTrue();
        assertThat(new Deadline(end, clock(START.plusMillis(1))).leavesTimeFor(Duration.ofSeconds(5)))
                .isFalse();
    }

    @Test
    void leavesNoTimeOnceItHasPassed() {
        Deadline passed = new Deadline(START, clock(START.plusSeconds(1)));

        assertThat(passed.leavesTimeFor(Duration.ZERO)).isFalse();
    }

    private static Clock clock(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }
}
