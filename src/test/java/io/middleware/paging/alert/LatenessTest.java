package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.Reason;

class LatenessTest {
    private static final Instant FIRED = Instant.parse("2026-11-23T03:00:00Z");

    @Test
    void aPageWithinTwoMinutesIsNotLate() {
        assertThat(Lateness.remark(
                        FIRED.plusSeconds(119), FIRED, "fired", Optional.of(FIRED), waitedSince(FIRED, Reason.OUTAGE)))
                .isEmpty();
    }

    @Test
    void aLatePageSaysHowLateAndForWhatItWaited() {
        assertThat(Lateness.remark(
                        FIRED.plus(Duration.ofHours(3)).plusSeconds(740),
                        FIRED,
                        "fired",
                        Optional.of(FIRED.plusSeconds(1)),
                        waitedSince(FIRED.plusSeconds(2), Reason.TOKEN, Reason.PACED)))
                .contains("Late: this page goes out 3 h 12 min after the alert fired. Since 2026-11-23 03:00:02 UTC it"
                        + " waited for its turn: so many alerts fired at once that they page one after the other, below"
                        + " PagerDuty's rate limit; and for a fresh PagerDuty token of this workspace.");
    }

    @Test
    void whatReachedTheQueueLateSaysSo() {
        assertThat(Lateness.remark(
                        FIRED.plusSeconds(605),
                        FIRED,
                        "was sent",
                        Optional.of(FIRED.plusSeconds(600)),
                        Optional.empty()))
                .contains("Late: this page goes out 10 min 5 s after the alert was sent. It reached the queue only 10"
                        + " min 0 s after it was sent.");
    }

    @Test
    void whatNobodyTriedBeforeWaitedInTheQueue() {
        assertThat(Lateness.remark(
                        FIRED.plus(Duration.ofHours(50)), FIRED, "fired", Optional.empty(), Optional.empty()))
                .contains("Late: this page goes out 2 d 2 h after the alert fired. It waited in the queue.");
    }

    @Test
    void everyReasonToWaitHasWordsForTheResponder() {
        for (Reason reason : Reason.values()) {
            assertThat(reason.waitedFor())
                    .as(reason.name())
                    .isEqualTo(reason.waitedFor().strip())
                    .doesNotContain("\n")
                    .doesNotEndWith(".");
        }
    }

    private static Optional<Claim.Waited> waitedSince(Instant since, Reason... reasons) {
        return Optional.of(new Claim.Waited(since, Set.of(reasons)));
    }
}
