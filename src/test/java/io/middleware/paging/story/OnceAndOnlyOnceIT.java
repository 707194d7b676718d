package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Operation;

/** Queues deliver twice, late and in any order; PagerDuty answers late, wrong or not at all; processes die. */
class OnceAndOnlyOnceIT extends Story {
    @Test
    void theSameMessageTenTimesPagesOnce() throws Exception {
        installAndBind();

        for (int i = 0; i < 10; i++) {
            fires(0);
        }
        handled();

        assertThat(incidents()).hasSize(1);
    }

    @Test
    void twoMessagesThatRaceForOneAlertPageOnce() throws Exception {
        installAndBind();
        cloud.pauseAlerts();
        fires(0);
        fires(1);
        fires(2);

        cloud.resumeAlerts();
        handled();

        assertThat(incidents()).hasSize(1);
    }

    @Test
    void aResolveThatOvertakesItsTriggerKeepsItFromPaging() throws Exception {
        installAndBind();

        resolves(60);
        handled();
        fires(0);
        handled();

        assertThat(incidents()).isEmpty();
        assertThat(ledger("outcome")).isEqualTo("STALE");
    }

    @Test
    void aLateTriggerOfAnEpisodeThatIsOverDoesNotPageAgain() throws Exception {
        installAndBind();
        fires(0);
        handled();
        resolves(60);
        handled();

        fires(30);
        handled();

        assertThat(incidents()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void aNewEpisodePagesAnew() throws Exception {
        installAndBind();
        fires(0);
        handled();
        resolves(60);
        handled();

        fires(120);
        handled();

        assertThat(incidents()).extracting(IncidentView::isOpen).containsExactly(false, true);
    }

    @Test
    void anOutageDelaysThePageAndDoesNotDoubleIt() throws Exception {
        installAndBind();
        pagerDuty.faults().add(Fault.on("POST", "/incidents").answering(503).times(3));

        fires(0);
        handled();

        assertThat(incidents()).hasSize(1);
        assertThat(ledger("outcome")).isEqualTo("OPENED");
    }

    @Test
    void aLostAnswerIsFoundAgain() throws Exception {
        installAndBind();
        pagerDuty.faults().add(Fault.on("POST", "/incidents").dropping().afterActing());

        fires(0);
        handled();

        assertThat(incidents()).hasSize(1);
        assertThat(ledger("outcome")).isEqualTo("ADOPTED");
    }

    @Test
    void aCrashBetweenPagerDutysYesAndOurOwnIsHarmless() throws Exception {
        installAndBind();
        pagerDuty.faults().add(Fault.on("POST", "/incidents").afterwards(request -> cloud.kill("notify")));

        fires(0);
        handled();

        assertThat(incidents()).hasSize(1);
        assertThat(ledger("outcome")).isEqualTo("ADOPTED");
        assertThat(ledger("incidentId")).isEqualTo(incidents().get(0).id());

        resolves(60);
        handled();

        assertThat(incidents()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void aMalformedMessageTakesNoOtherWithIt() throws Exception {
        installAndBind();
        deadLetters();
        cloud.pauseAlerts();
        fires(0);
        cloud.send("this is no alert");

        cloud.resumeAlerts();
        handled();

        assertThat(incidents()).hasSize(1);
        // A second copy is allowed: it is sent if the answer about the first is late.
        assertThat(deadLetters()).isNotEmpty().allSatisfy(dead -> {
            assertThat(dead.body()).isEqualTo("this is no alert");
            assertThat(dead.messageAttributes().get("outcome").stringValue()).isEqualTo("MALFORMED");
            assertThat(dead.messageAttributes().get("reason").stringValue()).contains("not JSON");
        });
    }

    /** 50 alerts, each sent 4 times, shuffled, with a resolve of every second one in between. */
    @Test
    void twoHundredAlertsInAnyOrderOpenExactlyWhatTheRulesOfTimeGive() throws Exception {
        long seed = 20261123;
        installAndBind();
        List<String> messages = new ArrayList<>();
        for (int alert = 0; alert < 50; alert++) {
            for (int copy = 0; copy < 4; copy++) {
                // Two copies of the first firing, then two repeats of it.
                messages.add(message("triggered", "host-" + alert, copy < 2 ? 0 : 30 + copy));
            }
            if (alert % 2 == 0) {
                messages.add(message("resolved", "host-" + alert, 60));
            }
        }
        Collections.shuffle(messages, new Random(seed));
        int posts = pagerDuty.count(Operation.CREATE_INCIDENT);
        cloud.pauseAlerts();
        messages.forEach(cloud::send);

        cloud.resumeAlerts();
        handled();

        for (int alert = 0; alert < 50; alert++) {
            List<IncidentView> incidents = incidents("host-" + alert);
            if (alert % 2 == 0) {
                // All of its messages are older than its resolve: it pages if a trigger came first, and is over at the
                // end.
                assertThat(incidents)
                        .as("host-" + alert)
                        .hasSizeLessThanOrEqualTo(1)
                        .noneMatch(IncidentView::isOpen);
            } else {
                assertThat(incidents).as("host-" + alert).hasSize(1).allMatch(IncidentView::isOpen);
            }
        }
        int opened = 0;
        for (int alert = 0; alert < 50; alert++) {
            opened += incidents("host-" + alert).size();
        }
        assertThat(pagerDuty.count(Operation.CREATE_INCIDENT) - posts)
                .as("every POST opened an incident: none was asked for twice")
                .isEqualTo(opened);
    }
}
