package io.middleware.paging.alert;

import static io.middleware.paging.delivery.Outcome.REFUSED;
import static io.middleware.paging.delivery.Outcome.RESOLVED;
import static io.middleware.paging.delivery.Outcome.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.IncidentStatus;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pagerduty.Deadline;

/** What resolves in one batch is resolved in one call. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class BulkResolveTest {
    private static final String[] HOSTS = {"web-1", "web-2", "web-3"};

    @Inject
    Scene scene;

    @BeforeEach
    void threeAlertsFire() {
        scene.startReadyToPage();
        for (String host : HOSTS) {
            scene.fires(host, 0);
        }
    }

    @AfterEach
    void clear() {
        scene.pagerDuty().faults().clear();
    }

    @Test
    void threeAreResolvedInOneCall() {
        assertThat(outcomes(scene.resolveTogether(60, HOSTS))).containsOnly(RESOLVED);

        assertThat(scene.calls(Operation.UPDATE_INCIDENTS)).isEqualTo(1);
        assertAllResolved();
    }

    @Test
    void aRoleThatMayNotResolveTheseMarksTheirBindingAndWaits() {
        scene.pagerDuty()
                .faults()
                .add(Fault.on("PUT", "/incidents").answering(403).times(1));

        List<NotifyOutcome> outcomes = scene.resolveTogether(60, HOSTS);

        assertThat(outcomes(outcomes)).containsOnly(WAITING);
        assertThat(scene.calls(Operation.UPDATE_INCIDENTS)).isEqualTo(1);
        assertThat(outcomes).extracting(NotifyOutcome::reason).containsOnly(Reason.FORBIDDEN);
        assertThat(scene.binding().get("brokenReason").s()).contains("403");
        assertThat(scene.installation().status()).isEqualTo(Installation.Status.ACTIVE);
        scene.pass(Duration.ofMinutes(5));
        assertThat(outcomes(scene.resolveTogether(60, HOSTS))).containsOnly(RESOLVED);
    }

    @Test
    void aRoleThatMayDoNothingAnyMoreParksAllWithoutAskingForEach() {
        scene.pagerDuty()
                .faults()
                .add(Fault.on("PUT", "/incidents").answering(403).untilCleared());
        scene.pagerDuty().faults().add(Fault.on("GET", "/users/me").answering(403));

        List<NotifyOutcome> outcomes = scene.resolveTogether(60, HOSTS);

        assertThat(outcomes).extracting(NotifyOutcome::reason).containsOnly(Reason.TOKEN);
        assertThat(scene.calls(Operation.UPDATE_INCIDENTS)).isEqualTo(1);
        assertThat(scene.installation().status()).isEqualTo(Installation.Status.REAUTH_REQUIRED);
    }

    @Test
    void aRoleTooWeakForOneServiceDoesNotKeepIncidentsOfOthersOpen() {
        scene.bind(Sample.CHECKOUT);
        scene.pass(Duration.ofMinutes(2));
        scene.fires("web-4", 0);
        // All at once, then those of Payments.
        scene.pagerDuty()
                .faults()
                .add(Fault.on("PUT", "/incidents").answering(403).times(2));

        List<NotifyOutcome> outcomes = scene.resolveTogether(180, "web-1", "web-2", "web-3", "web-4");

        assertThat(outcomes(outcomes)).containsExactly(WAITING, WAITING, WAITING, RESOLVED);
        assertThat(scene.calls(Operation.UPDATE_INCIDENTS)).isEqualTo(3);
    }

    @Test
    void oneThatSomebodyClosedCostsTheOthersOneMoreCall() {
        scene.pagerDuty().resolveByHand(scene.incidents("web-2").get(0).id());

        assertThat(outcomes(scene.resolveTogether(60, HOSTS))).containsOnly(RESOLVED);

        assertThat(scene.calls(Operation.UPDATE_INCIDENTS))
                .as("all at once, then those that are open")
                .isEqualTo(2);
        assertThat(scene.calls(Operation.GET_INCIDENT)).isEqualTo(3);
        assertAllResolved();
    }

    @Test
    void oneOutOfSightIsRefusedAndTheOthersResolve() {
        scene.pagerDuty().hideIncident(scene.incidents("web-2").get(0).id());

        List<NotifyOutcome> outcomes = scene.resolveTogether(60, HOSTS);

        assertThat(outcomes(outcomes)).containsExactly(RESOLVED, REFUSED, RESOLVED);
        assertThat(outcomes.get(1).reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(outcomes.get(1).next()).isEqualTo(NotifyOutcome.Next.DEAD_LETTER);
        assertThat(scene.incidents("web-2")).singleElement().matches(IncidentView::isOpen);
        assertThat(scene.incidents("web-3")).noneMatch(IncidentView::isOpen);
    }

    /** All are open, and PagerDuty refuses them as a whole: by itself each shows whether it is to blame. */
    @Test
    void oneThatPagerDutyRefusesThoughItIsOpenDoesNotKeepTheOthersOpen() {
        scene.pagerDuty()
                .faults()
                .add(Fault.on("PUT", "/incidents").answering(400).times(2));

        List<NotifyOutcome> outcomes = scene.resolveTogether(60, HOSTS);

        assertThat(outcomes(outcomes)).containsExactly(REFUSED, RESOLVED, RESOLVED);
        assertThat(scene.calls(Operation.UPDATE_INCIDENTS)).isEqualTo(4);
    }

    @Test
    void aYesIsBelievedForThoseOnlyThatItShowsAsResolved() {
        String first = scene.incidents("web-1").get(0).id();
        scene.pagerDuty()
                .faults()
                .add(Fault.on("PUT", "/incidents")
                        .answering(
                                200,
                                "{\"incidents\":[{\"id\":\"" + first + "\",\"status\":\"resolved\"},{\"id\":\""
                                        + scene.incidents("web-2").get(0).id() + "\",\"status\":\"acknowledged\"}]}"));

        List<NotifyOutcome> outcomes = scene.resolveTogether(60, HOSTS);

        assertThat(outcomes(outcomes)).containsExactly(RESOLVED, WAITING, WAITING);
        assertThat(outcomes(scene.resolveTogether(60, "web-2", "web-3"))).containsOnly(RESOLVED);
        assertThat(scene.incidents("web-3")).noneMatch(IncidentView::isOpen);
    }

    @Test
    void whatCouldNotBeReadForLackOfTimeComesAgain() {
        scene.pagerDuty().resolveByHand(scene.incidents("web-2").get(0).id());
        Deadline oneCall =
                Deadline.after(Duration.ofSeconds(22), TestCloud.current().clock());

        List<NotifyOutcome> outcomes = scene.resolveTogether(60, oneCall, HOSTS);

        assertThat(outcomes).extracting(NotifyOutcome::reason).containsOnly(Reason.TIME);
        assertThat(outcomes(scene.resolveTogether(60, HOSTS))).containsOnly(RESOLVED);
    }

    @Test
    void aLimitThatIsUsedUpWhileStatesAreReadMakesAllWaitForOneSlot() {
        scene.pagerDuty().resolveByHand(scene.incidents("web-2").get(0).id());
        scene.pagerDuty().faults().add(Fault.rateLimited("GET", "/incidents/*", 40));

        List<NotifyOutcome> waiting = scene.resolveTogether(60, HOSTS);

        assertThat(waiting).extracting(NotifyOutcome::reason).containsOnly(Reason.RATE_LIMITED);
        assertThat(scene.calls(Operation.GET_INCIDENT)).isEqualTo(1);
    }

    @Test
    void anOutageGivesAllOfThemBack() {
        scene.pagerDuty().faults().add(Fault.on("PUT", "/incidents").answering(503));

        assertThat(scene.resolveTogether(60, HOSTS)).hasSize(3).allSatisfy(outcome -> {
            assertThat(outcome.outcome()).isEqualTo(WAITING);
            assertThat(outcome.reason()).isEqualTo(Reason.OUTAGE);
        });
        assertThat(outcomes(scene.resolveTogether(60, HOSTS))).containsOnly(RESOLVED);
        assertAllResolved();
    }

    @Test
    void a429MakesAllOfThemWaitForOneSlot() {
        scene.pagerDuty().faults().add(Fault.rateLimited("PUT", "/incidents", 40));

        List<NotifyOutcome> waiting = scene.resolveTogether(60, HOSTS);

        assertThat(waiting).allSatisfy(outcome -> assertThat(outcome.reason()).isEqualTo(Reason.RATE_LIMITED));
        assertThat(waiting)
                .extracting(NotifyOutcome::delay)
                .containsOnly(waiting.get(0).delay());
        scene.pass(waiting.get(0).delay().orElseThrow());
        assertThat(outcomes(scene.resolveTogether(60, HOSTS))).containsOnly(RESOLVED);
        assertAllResolved();
    }

    @Test
    void aTokenThatDiedParksAllOfThemAndAFreshOneResolvesThem() {
        scene.install(Sample.REVOKED_TOKEN);
        scene.pass(Duration.ofMinutes(6));

        assertThat(scene.resolveTogether(60, HOSTS)).allSatisfy(outcome -> {
            assertThat(outcome.outcome()).isEqualTo(WAITING);
            assertThat(outcome.reason()).isEqualTo(Reason.TOKEN);
        });
        assertThat(scene.calls(Operation.UPDATE_INCIDENTS)).isEqualTo(1);

        scene.install(Sample.MANAGER_TOKEN);
        assertThat(outcomes(scene.resolveTogether(60, HOSTS))).containsOnly(RESOLVED);
        assertAllResolved();
    }

    private void assertAllResolved() {
        for (String host : HOSTS) {
            assertThat(scene.incidents(host))
                    .singleElement()
                    .satisfies(incident -> assertThat(incident.status()).isEqualTo(IncidentStatus.RESOLVED));
        }
    }

    private static List<Outcome> outcomes(List<NotifyOutcome> became) {
        return became.stream().map(NotifyOutcome::outcome).toList();
    }
}
