package io.middleware.paging.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.VirtualTimeCloud;

/** Far more alerts at once than PagerDuty takes: all page, none twice, and hardly a call is refused. */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class StormTest extends StormProof {
    private static final Duration AT_MOST = Duration.ofHours(2);

    @Test
    void twoThousandAlertsAtOncePageOnceEachAtThePaceThatPagerDutyTakes() {
        storm.fire(2_000, "critical");

        storm.handleAll(AT_MOST);

        StormReport report =
                storm.report("Storm: 2,000 alerts at once", Storm.ideal(2_000, VirtualTimeCloud.RATE_PER_MINUTE));
        System.out.println(report.table());
        SoftAssertions.assertSoftly(softly -> {
            everyAlertPagedOnce(softly, report);
            softly.assertThat(report.tooManyShare()).as("429s").isLessThanOrEqualTo(0.01);
            softly.assertThat(report.meanReceives()).as("mean receives").isLessThanOrEqualTo(3);
            softly.assertThat(report.ratio()).as("last page : ideal").isLessThanOrEqualTo(1.1);
        });
    }

    @Test
    void alertsOfHighUrgencyDoNotWaitBehindAStormOfLowUrgency() {
        List<String> low = storm.fire(400, "warning");
        storm.pass(Duration.ofMinutes(1));
        List<String> high = storm.fire(50, "critical");

        storm.handleAll(AT_MOST);

        // What low urgency leaves free of the rate is there for high urgency.
        int lowPerMinute = VirtualTimeCloud.RATE_PER_MINUTE / 2;
        Duration idealOfHigh = Storm.ideal(50, VirtualTimeCloud.RATE_PER_MINUTE - lowPerMinute);
        StormReport report = storm.report("Storm: 400 of low urgency, then 50 of high", Storm.ideal(400, lowPerMinute));
        Duration p95OfHigh = p95(storm.latencies(high));
        Duration p95OfLow = p95(storm.latencies(low));
        System.out.println(report.table() + "  p95 high, low     %10s, %s%n".formatted(p95OfHigh, p95OfLow));
        SoftAssertions.assertSoftly(softly -> {
            everyAlertPagedOnce(softly, report);
            softly.assertThat(report.tooManyShare()).as("429s").isLessThanOrEqualTo(0.01);
            softly.assertThat(report.meanReceives()).as("mean receives").isLessThanOrEqualTo(3);
            softly.assertThat(p95OfHigh)
                    .as("latency of high urgency")
                    .isLessThanOrEqualTo(idealOfHigh.plusSeconds(10))
                    .isLessThan(p95OfLow.dividedBy(5));
        });
    }

    private void everyAlertPagedOnce(SoftAssertions softly, StormReport report) {
        softly.assertThat(report.incidents()).as("incidents").isEqualTo(report.alerts());
        softly.assertThat(report.pagedTwice()).as("paged twice").isZero();
        softly.assertThat(cloud.pagerDuty().doublePages()).isEmpty();
        softly.assertThat(cloud.pagerDuty().unexpectedRequests()).isEmpty();
    }

    private static Duration p95(List<Duration> sorted) {
        assertThat(sorted).isNotEmpty();
        return sorted.get((int) Math.ceil(sorted.size() * 0.95) - 1);
    }
}
