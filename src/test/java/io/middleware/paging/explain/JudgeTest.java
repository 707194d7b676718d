package io.middleware.paging.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.middleware.paging.binding.Finding;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.Episodes;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Incident;
import io.middleware.paging.pagerduty.IncidentDetail;
import io.middleware.paging.pagerduty.IncidentLog;
import io.middleware.paging.pagerduty.Reference;

/** Verdicts on what PagerDuty does by itself, or does not tell. The others are in the stories of {@code ExplainTest}. */
class JudgeTest {
    private static final Instant NOW = Instant.parse("2026-11-23T03:10:00Z");
    private static final WorkspaceId ACME = new WorkspaceId("acme");
    private static final RuleId RULE = new RuleId("cpu-high");
    private static final Reference ASHA = new Reference("user", "PUSR006", "Asha Rao");
    private static final Reference PAYMENTS = new Reference("service", "PSVC001", "Payments");
    private static final IncidentLog NO_NOTIFICATION = new IncidentLog(List.of(), false);

    @Test
    void anIncidentOfWhichNobodyWasNotifiedIsAProblem() {
        Facts facts = open(known(incident("triggered", Optional.empty())), Finding.known(NO_NOTIFICATION));

        assertThat(Judge.of(facts).verdict()).isEqualTo(Verdict.NOT_NOTIFIED_YET);
        assertThat(Judge.of(facts).sentence())
                .contains("PagerDuty has notified nobody so far")
                .contains("It has low urgency. It is assigned to Asha Rao.");
    }

    @Test
    void aLogThatIsCutProvesNothing() {
        Facts facts =
                open(known(incident("triggered", Optional.empty())), Finding.known(new IncidentLog(List.of(), true)));

        assertThat(Judge.of(facts).verdict()).isEqualTo(Verdict.NOTIFIED);
        assertThat(Checks.of(facts)).last().satisfies(check -> {
            assertThat(check.name()).isEqualTo(Check.Name.NOTIFICATIONS);
            assertThat(check.result()).isEqualTo(Result.UNKNOWN);
        });
    }

    @Test
    void whatPagerDutyResolvedItselfIsTold() {
        Facts facts = open(known(incident("resolved", Optional.of(PAYMENTS))), Finding.known(notified()));

        assertThat(Judge.of(facts).verdict()).isEqualTo(Verdict.CLOSED_IN_PAGERDUTY);
        assertThat(Judge.of(facts).sentence())
                .contains("PagerDuty notified Asha Rao by sms (failed) at 2026-11-23T03:00:04Z")
                .contains("by PagerDuty itself (Payments)");
    }

    @Test
    void whatTheLogDoesNotTellIsNotGuessed() {
        Facts facts =
                open(known(incident("triggered", Optional.empty())), Finding.unknown("PagerDuty did not tell: 500"));

        assertThat(Judge.of(facts).verdict()).isEqualTo(Verdict.INCIDENT_NOT_READ);
        assertThat(Judge.of(facts).sentence()).contains("is triggered").contains("PagerDuty did not tell: 500");
    }

    @Test
    void aLedgerThatCannotBeReadIsNoAlertThatNeverArrived() {
        Facts facts = facts(Finding.unknown("DynamoDB did not tell"), Optional.empty(), Optional.empty());

        assertThat(Judge.of(facts).verdict()).isEqualTo(Verdict.LEDGER_NOT_READ);
        assertThat(Checks.of(facts))
                .filteredOn(check -> check.name() == Check.Name.DELIVERY)
                .allMatch(check -> check.result() == Result.UNKNOWN);
    }

    @Test
    void withNothingButUnknownAnswersThereIsStillAnExplanation() {
        Facts facts = facts(Finding.unknown("down"), Optional.empty(), Optional.empty());

        assertThat(Checks.of(facts)).allMatch(check -> check.result() != Result.PROBLEM);
        assertThat(Checks.of(facts))
                .filteredOn(check -> check.result() == Result.UNKNOWN)
                .hasSizeGreaterThan(5);
    }

    private static Finding<Optional<IncidentDetail>> known(IncidentDetail detail) {
        return Finding.known(Optional.of(detail));
    }

    private static IncidentDetail incident(String status, Optional<Reference> changedBy) {
        return new IncidentDetail(
                new Incident("Q1", 812, status, "https://acme.example/Q1", "PSVC001", Set.of()),
                "CPU",
                Optional.of("low"),
                Optional.of(PAYMENTS),
                Optional.empty(),
                Optional.of(NOW.minusSeconds(600)),
                List.of(),
                List.of(ASHA),
                false,
                Optional.of(NOW.minusSeconds(60)),
                changedBy,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static IncidentLog notified() {
        return new IncidentLog(
                List.of(new IncidentLog.Entry(
                        "R1",
                        "notify",
                        Optional.of(NOW.minusSeconds(596)),
                        Optional.empty(),
                        "",
                        Optional.of(new IncidentLog.Notification(ASHA, Optional.of("sms"), Optional.of("failed"))))),
                false);
    }

    private static Facts open(Finding<Optional<IncidentDetail>> incident, Finding<IncidentLog> log) {
        Episode open = new Episode(
                new DeliveryKey(ACME, RULE.value(), "a"),
                Optional.of(NOW.minusSeconds(601)),
                Optional.of(NOW.minusSeconds(600)),
                Optional.of(NOW.minusSeconds(601)),
                Optional.of(NOW.minusSeconds(601)),
                Optional.of(NOW.minusSeconds(605)),
                Optional.empty(),
                Optional.empty(),
                true,
                false,
                0,
                Optional.empty(),
                Optional.of(new KnownIncident("Q1", 812, "https://acme.example/Q1", "PSVC001", false)),
                Optional.of(NOW.minusSeconds(600)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Outcome.OPENED),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                Optional.empty(),
                Optional.empty());
        return facts(Finding.known(Optional.of(open)), Optional.of(incident), Optional.of(log));
    }

    private static Facts facts(
            Finding<Optional<Episode>> episode,
            Optional<Finding<Optional<IncidentDetail>>> incident,
            Optional<Finding<IncidentLog>> log) {
        return new Facts(
                NOW,
                ACME,
                RULE,
                Optional.of("a"),
                Finding.unknown("down"),
                Finding.unknown("down"),
                Finding.unknown("down"),
                episode,
                Finding.<Episodes.OfRule>unknown("down"),
                Finding.unknown("down"),
                Finding.unknown("down"),
                Finding.unknown("down"),
                Optional.empty(),
                incident,
                log);
    }
}
