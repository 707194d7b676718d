package io.middleware.paging.alert;

import static io.middleware.paging.delivery.Outcome.ADOPTED;
import static io.middleware.paging.delivery.Outcome.DISABLED;
import static io.middleware.paging.delivery.Outcome.OPENED;
import static io.middleware.paging.delivery.Outcome.REPEATED;
import static io.middleware.paging.delivery.Outcome.RESOLVED;
import static io.middleware.paging.delivery.Outcome.RESOLVE_SKIPPED;
import static io.middleware.paging.delivery.Outcome.STALE;
import static io.middleware.paging.delivery.Outcome.UNBOUND;
import static io.middleware.paging.delivery.Outcome.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Sample;

/** What the order and the age of messages mean, from the first trigger to the last resolve. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class RulesOfTimeTest {
    @Inject
    Scene scene;

    @BeforeEach
    void installAndBind() {
        scene.startReadyToPage();
    }

    @Test
    void theSameMessageTwicePagesOnce() {
        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);
        assertThat(scene.fires(0).outcome()).isEqualTo(REPEATED);

        assertThat(scene.calls()).isEqualTo(1);
    }

    @Test
    void aRepeatInsideTheWindowNeedsNoCall() {
        scene.fires(0);

        assertThat(scene.fires(60).outcome()).isEqualTo(REPEATED);

        assertThat(scene.calls()).isEqualTo(1);
    }

    @Test
    void aRepeatAfterTheWindowIsPostedAndFindsItsIncidentOpen() {
        scene.fires(0);
        scene.pass(Duration.ofMinutes(5));

        assertThat(scene.fires(300).outcome()).isEqualTo(REPEATED);

        assertThat(scene.incidents()).hasSize(1);
    }

    @Test
    void anIncidentThatWasClosedTooEarlyPagesAgain() {
        scene.fires(0);
        scene.pagerDuty().resolveByHand(scene.ledger("incidentId"));
        scene.pass(Duration.ofMinutes(5));

        assertThat(scene.fires(300).outcome()).isEqualTo(OPENED);

        assertThat(scene.incidents()).hasSize(2);
    }

    @Test
    void aResolveThatComesBeforeItsTriggerKeepsItFromPaging() {
        assertThat(scene.resolves(60).outcome()).isEqualTo(RESOLVE_SKIPPED);

        assertThat(scene.fires(0).outcome()).isEqualTo(STALE);

        assertThat(scene.calls()).isZero();
        assertThat(scene.ledger("reason")).startsWith("resolved before it could page");
    }

    @Test
    void soItDoesForARuleThatDoesNotResolve() {
        scene.bind(Sample.PAYMENTS, false, true);
        scene.resolves(60);

        assertThat(scene.fires(0).outcome()).isEqualTo(STALE);
        assertThat(scene.calls()).isZero();
    }

    @Test
    void aResolveOlderThanTheLastTriggerChangesNothing() {
        scene.fires(60);

        assertThat(scene.resolves(0).outcome()).isEqualTo(STALE);

        assertThat(scene.incidents()).singleElement().matches(incident -> incident.isOpen());
    }

    @Test
    void aTriggerAfterItsResolveStartsANewEpisode() {
        scene.fires(0);
        scene.resolves(60);

        assertThat(scene.fires(120).outcome()).isEqualTo(OPENED);
        assertThat(scene.resolves(180).outcome()).isEqualTo(RESOLVED);

        assertThat(scene.incidents()).hasSize(2).noneMatch(incident -> incident.isOpen());
    }

    @Test
    void aNewEpisodeAdoptsTheIncidentThatARuleWithoutResolveLeftOpen() {
        scene.bind(Sample.PAYMENTS, false, true);
        scene.fires(0);
        assertThat(scene.resolves(60).outcome()).isEqualTo(RESOLVE_SKIPPED);

        assertThat(scene.fires(120).outcome()).isEqualTo(ADOPTED);

        assertThat(scene.incidents()).hasSize(1);
    }

    @Test
    void aRuleThatIsBoundToNothingIsRecordedAndPagesFromItsBindingOn() {
        scene.start();
        scene.install(Sample.MANAGER_TOKEN);

        assertThat(scene.fires(0).outcome()).isEqualTo(UNBOUND);
        assertThat(scene.ledger("outcome")).isEqualTo("UNBOUND");
        scene.bind(Sample.PAYMENTS);

        assertThat(scene.fires(1).outcome()).isEqualTo(OPENED);
    }

    @Test
    void aDisabledBindingIsRecorded() {
        scene.bind(Sample.PAYMENTS, true, false);

        assertThat(scene.fires(0).outcome()).isEqualTo(DISABLED);

        assertThat(scene.ledger("outcome")).isEqualTo("DISABLED");
        assertThat(scene.calls()).isZero();
    }

    @Test
    void aRuleThatIsEnabledThisMomentPagesWithItsNextAlert() {
        scene.bind(Sample.PAYMENTS, true, false);
        scene.fires(0);

        scene.bind(Sample.PAYMENTS, true, true);

        assertThat(scene.fires(1).outcome()).isEqualTo(OPENED);
    }

    @Test
    void aResolveOfADisabledRuleStillKeepsAnOlderTriggerFromPaging() {
        scene.bind(Sample.PAYMENTS, true, false);
        scene.resolves(60);
        scene.bind(Sample.PAYMENTS);
        scene.pass(Duration.ofMinutes(1));

        assertThat(scene.fires(0).outcome()).isEqualTo(STALE);
    }

    @Test
    void aDisabledRuleStillResolvesWhatItHadOpened() {
        scene.fires(0);
        scene.bind(Sample.PAYMENTS, true, false);
        scene.pass(Duration.ofSeconds(61));

        assertThat(scene.fires(1).outcome()).isEqualTo(DISABLED);
        assertThat(scene.resolves(60).outcome()).isEqualTo(RESOLVED);

        assertThat(scene.incidents()).singleElement().matches(incident -> !incident.isOpen());
        assertThat(scene.ledger("outcome")).isEqualTo("RESOLVED");
        assertThat(scene.resolves(120).outcome()).isEqualTo(DISABLED);
    }

    @Test
    void anUnboundRuleStillResolvesWhatItHadOpened() {
        scene.fires(0);
        scene.unbind();
        scene.pass(Duration.ofSeconds(61));

        assertThat(scene.resolves(60).outcome()).isEqualTo(RESOLVED);

        assertThat(scene.incidents()).singleElement().matches(incident -> !incident.isOpen());
        assertThat(scene.ledger("outcome")).isEqualTo("RESOLVED");
        assertThat(scene.binding()).isEmpty();
    }

    @Test
    void aSilencedRuleStillResolvesTheIncidentOfALostPost() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        scene.bind(Sample.PAYMENTS, true, false);
        scene.pass(Duration.ofSeconds(61));

        assertThat(scene.fires(0).outcome()).isEqualTo(DISABLED);
        assertThat(scene.resolves(60).outcome()).isEqualTo(RESOLVED);

        assertThat(scene.incidents()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void aResolveOfAnUnboundRuleThatFailsForNowComesAgain() {
        scene.fires(0);
        scene.unbind();
        scene.pass(Duration.ofSeconds(61));
        scene.pagerDuty().faults().add(Fault.on("PUT", "/incidents").answering(503));

        assertThat(scene.resolves(60).outcome()).isEqualTo(WAITING);
        assertThat(scene.resolves(60).outcome()).isEqualTo(RESOLVED);
    }

    @Test
    void aSilencedRuleThatNeverAskedForResolvesLeavesItsIncidentOpen() {
        scene.bind(Sample.PAYMENTS, false, true);
        scene.pass(Duration.ofSeconds(61));
        scene.fires(0);
        scene.bind(Sample.PAYMENTS, false, false);
        scene.pass(Duration.ofSeconds(61));

        assertThat(scene.resolves(60).outcome()).isEqualTo(DISABLED);

        assertThat(scene.incidents()).singleElement().matches(incident -> incident.isOpen());
    }
}
