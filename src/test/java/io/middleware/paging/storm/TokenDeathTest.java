package io.middleware.paging.storm;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.RecordedRequest;
import io.middleware.paging.local.pagerduty.Sample;

/** The token dies in mid-storm, and a fresh one is installed ten minutes later. */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class TokenDeathTest extends StormProof {
    private static final int ALERTS = 500;
    private static final int RESOLVED_MEANWHILE = 100;

    /**
     * Each thread of notify may be in the middle of a call when the token dies; one asks whose token it is; after that, all have
     * heard of it, and it is probed eight times.
     */
    private static final int MOST_REFUSED_CALLS = 2 * VirtualTimeCloud.CONCURRENCY;

    /** The burst comes on top of what the rate gives in a minute. */
    private static final int MOST_POSTS_A_MINUTE = VirtualTimeCloud.RATE_PER_MINUTE + 10;

    @Test
    void whatWaitedForAFreshTokenPagesOncePacedAndSaysHowLateItIs() {
        List<String> alerts = storm.fire(ALERTS, "critical");
        // Long enough that some have paged, and too short for all, whatever the pace.
        storm.pass(Duration.ofSeconds(30));
        Instant death = storm.now();
        cloud.pagerDuty().us().revoke(Sample.MANAGER_TOKEN);
        List<String> waiting = storm.waiting(alerts);
        storm.pass(Duration.ofMinutes(3));
        List<String> resolved = waiting.subList(0, RESOLVED_MEANWHILE);
        storm.resolve(resolved);
        storm.pass(Duration.ofMinutes(7));
        int pagedWithoutToken = waiting.size() - storm.waiting(waiting).size();

        Instant reinstall = storm.now();
        storm.mendToken();
        storm.handleAll(Duration.ofHours(2));

        List<String> due = waiting.subList(RESOLVED_MEANWHILE, waiting.size());
        Map<String, List<IncidentView>> incidents = storm.incidentsByTitle();
        long refused = callsWithTheDeadToken(death);
        StormReport report = storm.report(
                "Token death: " + ALERTS + " alerts, the token gone for ten minutes",
                Duration.between(death, reinstall).plus(Storm.ideal(ALERTS, VirtualTimeCloud.RATE_PER_MINUTE)));
        System.out.println(report.table()
                + "  waiting at death  %10d%n  calls with the dead token %2d%n  resolved meanwhile %9d%n"
                        .formatted(waiting.size(), refused, resolved.size()));
        SoftAssertions.assertSoftly(softly -> {
            softly.assertThat(waiting).as("waiting when the token died").hasSizeBetween(RESOLVED_MEANWHILE + 1, ALERTS);
            softly.assertThat(pagedWithoutToken).as("paged without a token").isZero();
            softly.assertThat(refused).as("calls with the dead token").isBetween(1L, (long) MOST_REFUSED_CALLS);
            softly.assertThat(resolved).as("resolved meanwhile").noneMatch(incidents::containsKey);
            softly.assertThat(due)
                    .as("still firing")
                    .allMatch(title -> incidents.getOrDefault(title, List.of()).size() == 1);
            softly.assertThat(report.incidents()).as("incidents").isEqualTo(ALERTS - RESOLVED_MEANWHILE);
            softly.assertThat(report.pagedTwice()).as("paged twice").isZero();
            softly.assertThat(cloud.pagerDuty().doublePages()).isEmpty();
            softly.assertThat(report.tooManyShare()).as("429s").isLessThanOrEqualTo(0.01);
            softly.assertThat(storm.mostPostsAMinute(reinstall))
                    .as("POSTs in a minute")
                    .isLessThanOrEqualTo(MOST_POSTS_A_MINUTE);
            softly.assertThat(due.stream()
                            .flatMap(title -> incidents.getOrDefault(title, List.of()).stream())
                            .filter(incident -> !incident.details().contains("Late:"))
                            .map(IncidentView::title))
                    .as("late, and silent about it")
                    .isEmpty();
        });
    }

    private long callsWithTheDeadToken(Instant death) {
        return cloud.pagerDuty().requests().stream()
                .filter(request -> !request.receivedAt().isBefore(death))
                .filter((RecordedRequest request) -> request.carried(Sample.MANAGER_TOKEN))
                .count();
    }
}
