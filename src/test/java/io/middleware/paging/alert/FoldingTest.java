package io.middleware.paging.alert;

import static io.middleware.paging.delivery.Outcome.ADOPTED;
import static io.middleware.paging.delivery.Outcome.NOBODY_PAGED;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.delivery.Reason;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.IncidentStatus;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;

/** A rule whose alerts share one incident ({@code groupBy: rule}). */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class FoldingTest {
    @Inject
    Scene scene;

    @BeforeEach
    void installAndBind() {
        scene.startReadyToPage();
        scene.bindFolded(true);
    }

    @AfterEach
    void clear() {
        scene.pagerDuty().faults().clear();
    }

    @Test
    void allAlertsOfTheRuleShareOneIncidentThatSaysSo() {
        assertThat(scene.fires("web-1", 0).outcome()).isEqualTo(OPENED);
        NotifyOutcome second = scene.fires("web-2", 1);

        assertThat(second.outcome()).isEqualTo(ADOPTED);
        assertThat(second.reason()).isEqualTo(Reason.FOLDED);
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isEqualTo(1);
        assertThat(scene.incidentsOfRule())
                .singleElement()
                .satisfies(incident ->
                        assertThat(incident.details()).startsWith("Shared: this incident stands for all alerts"));
    }

    @Test
    void itIsResolvedWithTheLastOfItsAlerts() {
        scene.fires("web-1", 0);
        scene.fires("web-2", 1);

        assertThat(scene.resolves("web-1", 10).outcome()).isEqualTo(RESOLVE_SKIPPED);
        assertThat(scene.incidentsOfRule()).allMatch(incident -> incident.status() != IncidentStatus.RESOLVED);

        assertThat(scene.resolves("web-2", 11).outcome()).isEqualTo(RESOLVED);
        assertThat(scene.incidentsOfRule()).allMatch(incident -> incident.status() == IncidentStatus.RESOLVED);
    }

    @Test
    void anAlertCountsOnceHoweverOftenItIsDelivered() {
        scene.fires("web-1", 0);
        scene.fires("web-1", 0);
        scene.fires("web-1", 20);
        scene.fires("web-2", 1);

        assertThat(scene.resolves("web-1", 30).outcome()).isEqualTo(RESOLVE_SKIPPED);
        assertThat(scene.resolves("web-1", 30).outcome()).isEqualTo(RESOLVE_SKIPPED);
        assertThat(scene.resolves("web-2", 31).outcome()).isEqualTo(RESOLVED);
    }

    @Test
    void afterTheLastResolveTheNextAlertPagesAgain() {
        scene.fires("web-1", 0);
        scene.resolves("web-1", 10);

        assertThat(scene.fires("web-2", 20).outcome()).isEqualTo(OPENED);
        assertThat(scene.incidentsOfRule()).hasSize(2);
    }

    @Test
    void anAlertThatResolvedBeforeItPagedKeepsNothingOpen() {
        scene.resolves("web-1", 10);

        assertThat(scene.fires("web-1", 5).outcome()).isEqualTo(STALE);
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isZero();
    }

    @Test
    void anOldDuplicateOfAResolveDoesNotTakeAnAlertAwayThatFiresAgain() {
        scene.fires("web-1", 0);
        scene.resolves("web-1", 10);
        scene.fires("web-1", 20);
        scene.fires("web-2", 21);

        assertThat(scene.resolves("web-1", 10).outcome()).isEqualTo(STALE);

        assertThat(scene.resolves("web-2", 30).outcome()).isEqualTo(RESOLVE_SKIPPED);
        assertThat(scene.resolves("web-1", 31).outcome()).isEqualTo(RESOLVED);
    }

    @Test
    void anotherAlertPagesThoughAPersonClosedTheIncidentOfTheFirstAMomentAgo() {
        scene.fires("web-1", 0);
        scene.pagerDuty().resolveByHand(scene.incidentsOfRule().get(0).id());
        scene.pass(Duration.ofSeconds(11));

        assertThat(scene.fires("web-2", 11).outcome()).isEqualTo(OPENED);
        assertThat(scene.incidentsOfRule()).hasSize(2);
    }

    @Test
    void anotherAlertLaterConfirmsTheIncidentAndJoinsIt() {
        scene.fires("web-1", 0);
        scene.pass(Duration.ofSeconds(11));

        assertThat(scene.fires("web-2", 11).outcome()).isIn(ADOPTED, REPEATED);
        assertThat(scene.fires("web-3", 12).outcome()).isEqualTo(ADOPTED);
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isEqualTo(2);
        assertThat(scene.incidentsOfRule()).hasSize(1);
    }

    @Test
    void anOlderResolveDoesNotEndTheIncidentOfANewerTriggerWhoseAnswerWasLost() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        assertThat(scene.fires("web-1", 10).outcome()).isEqualTo(WAITING);

        assertThat(scene.resolves("web-1", 5).outcome()).isEqualTo(STALE);

        assertThat(scene.fires("web-1", 10).outcome()).isEqualTo(ADOPTED);
        assertThat(scene.incidentsOfRule()).hasSize(1);
    }

    @Test
    void whoJoinsAnIncidentThatPagedNobodyIsToldSo() {
        scene.bindFoldedTo(Sample.BOTS);
        scene.pass(Duration.ofSeconds(61));

        assertThat(scene.fires("web-1", 61).outcome()).isEqualTo(NOBODY_PAGED);
        assertThat(scene.fires("web-2", 62).outcome()).isEqualTo(NOBODY_PAGED);
    }

    @Test
    void aRuleThatIsDisabledWhileItsAlertsFireForgetsThoseThatResolve() {
        scene.fires("web-1", 0);
        scene.fires("web-2", 1);
        scene.disable();
        scene.pass(Duration.ofSeconds(61));

        assertThat(scene.resolves("web-1", 70).outcome()).isEqualTo(RESOLVE_SKIPPED);

        scene.bindFolded(true);
        scene.pass(Duration.ofSeconds(61));
        assertThat(scene.resolves("web-2", 130).outcome()).isEqualTo(RESOLVED);
        assertThat(scene.incidentsOfRule()).allMatch(incident -> incident.status() == IncidentStatus.RESOLVED);
    }

    @Test
    void aSharedIncidentIsResolvedThoughItsRuleIsSilenced() {
        scene.fires("web-1", 0);
        scene.fires("web-2", 1);
        scene.disable();
        scene.pass(Duration.ofSeconds(61));
        scene.resolves("web-1", 70);
        scene.unbind();

        assertThat(scene.resolves("web-2", 130).outcome()).isEqualTo(RESOLVED);

        assertThat(scene.incidentsOfRule()).allMatch(incident -> incident.status() == IncidentStatus.RESOLVED);
    }

    @Test
    void aSilencedRuleThatNeverAskedForResolvesKeepsItsSharedIncident() {
        scene.bindFolded(false);
        scene.pass(Duration.ofSeconds(61));
        scene.fires("web-1", 0);
        scene.unbind();
        scene.pass(Duration.ofSeconds(61));

        assertThat(scene.resolves("web-1", 70).outcome()).isEqualTo(UNBOUND);

        assertThat(scene.calls(Operation.UPDATE_INCIDENTS)).isZero();
    }

    @Test
    void aLostAnswerIsAdoptedByWhoeverComesNext() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());

        NotifyOutcome lost = scene.fires("web-1", 0);

        assertThat(lost.outcome()).isEqualTo(WAITING);
        assertThat(scene.fires("web-2", 1).outcome()).isEqualTo(ADOPTED);
        assertThat(scene.fires("web-1", 0).outcome()).isEqualTo(ADOPTED);
        assertThat(scene.incidentsOfRule()).hasSize(1);
    }

    @Test
    void aResolveThatFailsComesAgainAndEndsIt() {
        scene.fires("web-1", 0);
        scene.pagerDuty().faults().add(Fault.on("PUT", "/incidents").answering(503));

        assertThat(scene.resolves("web-1", 10).outcome()).isEqualTo(WAITING);
        assertThat(scene.resolves("web-1", 10).outcome()).isEqualTo(RESOLVED);
    }

    @Test
    void whoJoinsWhileTheResolveIsLostKeepsTheIncidentOrGetsANewOne() {
        scene.fires("web-1", 0);
        scene.pagerDuty().faults().add(Fault.on("PUT", "/incidents").answering(503));
        scene.resolves("web-1", 10);

        NotifyOutcome joined = scene.fires("web-2", 11);

        assertThat(joined.outcome()).isIn(OPENED, ADOPTED, REPEATED);
        assertThat(scene.resolves("web-1", 10).outcome()).isEqualTo(RESOLVE_SKIPPED);
        assertThat(scene.incidentsOfRule()).anyMatch(incident -> incident.status() != IncidentStatus.RESOLVED);
        assertThat(scene.resolves("web-2", 20).outcome()).isEqualTo(RESOLVED);
        assertThat(scene.incidentsOfRule()).allMatch(incident -> incident.status() == IncidentStatus.RESOLVED);
    }

    @Test
    void withoutNotifyOnResolveTheLastResolveOnlyEndsTheEpisode() {
        scene.bindFolded(false);
        scene.pass(Duration.ofSeconds(61));
        scene.fires("web-1", 0);

        assertThat(scene.resolves("web-1", 10).outcome()).isEqualTo(RESOLVE_SKIPPED);

        assertThat(scene.calls(Operation.UPDATE_INCIDENTS)).isZero();
        assertThat(scene.fires("web-2", 20).outcome())
                .as("PagerDuty still has it open")
                .isEqualTo(ADOPTED);
    }

    @Test
    void anEpisodeThatBeganByItselfEndsByItselfThoughTheRuleIsFoldedMeanwhile() {
        scene.bind(Sample.PAYMENTS);
        scene.pass(Duration.ofSeconds(61));
        scene.fires("web-1", 0);
        scene.bindFolded(true);
        scene.pass(Duration.ofMinutes(6));

        assertThat(scene.fires("web-1", 360).outcome()).isEqualTo(REPEATED);
        assertThat(scene.resolves("web-1", 400).outcome()).isEqualTo(RESOLVED);

        assertThat(scene.incidents("web-1"))
                .singleElement()
                .satisfies(incident -> assertThat(incident.status()).isEqualTo(IncidentStatus.RESOLVED));
        assertThat(scene.incidentsOfRule()).isEmpty();
    }
}
