package io.middleware.paging.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Sample;

/** A person has mended what alerts wait for: they page within a minute, and their waiting has cost next to no calls. */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class AfterAFixTest extends StormProof {
    private static final Duration A_MINUTE = Duration.ofSeconds(60);

    @Test
    void aFreshTokenAfterThreeHoursIsTriedByAllThatWaitWithinAMinute() {
        cloud.pagerDuty().us().revoke(Sample.MANAGER_TOKEN);
        List<String> first = storm.fire(3, "critical");
        storm.pass(Duration.ofHours(3).minusMinutes(3));
        List<String> last = storm.fire(197, "critical");
        storm.pass(Duration.ofMinutes(3));
        assertThat(storm.waitingFor("TOKEN")).isEqualTo(200);

        storm.mendToken();
        storm.pass(A_MINUTE);

        assertThat(storm.waitingFor("TOKEN")).isZero();
        storm.pass(Duration.ofMinutes(1));
        assertThat(storm.waiting(first)).isEmpty();
        assertThat(storm.waiting(last)).isEmpty();
    }

    @Test
    void aServiceThatIsEnabledAfterAnHourIsTriedByAllThatWaitWithinAMinute() {
        disableServices();
        List<String> alerts = storm.fire(6, "critical");
        storm.pass(Duration.ofHours(1));

        enableServices();
        storm.pass(A_MINUTE);

        assertThat(storm.waitingFor("NOT_PAGEABLE")).isZero();
        storm.pass(Duration.ofMinutes(1));
        assertThat(storm.waiting(alerts)).isEmpty();
    }

    @Test
    void aRuleThatIsBoundToAnotherServicePagesThereWithinAMinute() {
        disableServices();
        List<String> alerts = storm.fire(8, "critical");
        storm.pass(Duration.ofMinutes(10).plusSeconds(7));

        Storm.RULES.forEach(rule -> storm.bind(rule, Sample.SEARCH));
        storm.pass(A_MINUTE);

        assertThat(storm.waiting(alerts)).isEmpty();
    }

    @Test
    void aNewInstallationPagesWhatWaitsWithinAMinute() {
        storm.scene().uninstall();
        List<String> alerts = storm.fire(8, "critical");
        storm.pass(Duration.ofMinutes(70));
        assertThat(storm.waitingFor("NOT_INSTALLED")).isEqualTo(8);

        storm.scene().install(Sample.MANAGER_TOKEN);
        storm.pass(A_MINUTE);

        assertThat(storm.waiting(alerts)).isEmpty();
    }

    @Test
    void aThousandAlertsOfADisabledServiceCostAFewCallsAMinute() {
        disableServices();
        storm.fire(1_000, "critical");
        storm.pass(Duration.ofMinutes(1));
        Instant settled = storm.now();

        storm.pass(Duration.ofMinutes(2));

        assertThat(storm.waitingFor("NOT_PAGEABLE")).isEqualTo(1_000);
        assertThat(storm.mostPostsAMinute(settled)).as("two services").isBetween(2, 6);
    }

    @Test
    void aProxyThatRefusesEverythingForTenMinutesNeedsNobody() {
        storm.scene().installAsTheOwner();
        cloud.pagerDuty()
                .faults()
                .add(Fault.onEverything()
                        .answering(403, "<html><body>Access denied by policy</body></html>")
                        .untilCleared());
        List<String> alerts = storm.fire(25, "critical");
        storm.pass(Duration.ofMinutes(10));
        assertThat(storm.waiting(alerts)).hasSize(25);
        cloud.pagerDuty().faults().clear();

        storm.pass(Duration.ofMinutes(5));

        assertThat(storm.waiting(alerts)).isEmpty();
        assertThat(storm.report("", Duration.ZERO).pagedTwice()).isZero();
    }

    @Test
    void aTokenThatStaysDeadForFourDaysCostsACallAnHourHoweverManyAlertsWait() {
        cloud.pagerDuty().us().revoke(Sample.MANAGER_TOKEN);
        // How many wait makes no difference; what does is for how long: a few wait for all of it.
        storm.fire(2, "critical");
        storm.pass(Duration.ofDays(4).minusHours(1).minusMinutes(10));
        storm.fire(498, "critical");
        storm.pass(Duration.ofMinutes(3));

        assertThat(storm.waitingFor("TOKEN")).isEqualTo(500);
        long calls = cloud.pagerDuty().requests().stream()
                .filter(request -> request.carried(Sample.MANAGER_TOKEN))
                .count();
        assertThat(calls).isBetween(100L, 130L);
        assertThat(storm.posts()).hasSizeLessThanOrEqualTo(10);
        assertThat(storm.report("", Duration.ZERO).mostReceives()).isLessThan(900);
    }

    private void disableServices() {
        cloud.pagerDuty().us().service(Sample.PAYMENTS).disable();
        cloud.pagerDuty().us().service(Sample.CHECKOUT).disable();
    }

    private void enableServices() {
        cloud.pagerDuty().us().service(Sample.PAYMENTS).enable();
        cloud.pagerDuty().us().service(Sample.CHECKOUT).enable();
    }
}
