package io.middleware.paging.local.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.middleware.paging.local.check.Difference.Kind;
import io.middleware.paging.pagerduty.Sha256;

/** Each difference is planted, and read as its sentence. */
class InvariantCheckTest {
    private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");
    private static final Duration GRACE = Duration.ofMinutes(15);
    private static final SentAlert SENT = new SentAlert("acme", "cpu-high", "web-1", SentAlert.Rule.RESOLVES, 1, true);
    private static final String NAME = "alert web-1 of rule cpu-high of workspace acme";

    private final List<LedgerEntry> ledger = new ArrayList<>();
    private final List<PagedIncident> incidents = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private int alertMessages;
    private Set<String> resolvingRules = Set.of();

    @Test
    void whatIsOpenOnBothSidesBalances() {
        ledger.add(open("P1"));
        incidents.add(incident("P1", "triggered"));
        // What other tools and people open is none of ours.
        incidents.add(new PagedIncident("PX", "made by hand", "PSVC001", "triggered"));
        incidents.add(new PagedIncident("PY", "made by hand", "PSVC001", "triggered"));

        assertThat(differences()).isEmpty();
        assertThat(differencesOf(SENT)).isEmpty();
    }

    @Test
    void anIncidentThatPagerDutyDoesNotHaveIsNamed() {
        ledger.add(open("P1"));

        assertOnly(
                Kind.OPEN_ONLY_IN_LEDGER,
                "the ledger says that incident P1 of " + NAME + " is open, and PagerDuty has none of that id");
    }

    @Test
    void anIncidentThatIsResolvedInPagerDutyAloneIsNamed() {
        ledger.add(open("P1"));
        incidents.add(incident("P1", "resolved"));

        assertOnly(Kind.OPEN_ONLY_IN_LEDGER, "incident P1 of " + NAME + " is open, and PagerDuty has it resolved");
    }

    @Test
    void anIncidentOfAnotherAlertIsNamed() {
        ledger.add(open("P1"));
        incidents.add(new PagedIncident("P1", "another key", "PSVC001", "triggered"));

        assertOnly(Kind.OPEN_ONLY_IN_LEDGER, "PagerDuty has it under the key of another alert");
    }

    @Test
    void anOpenIncidentThatTheLedgerHoldsToBeResolvedIsNamed() {
        ledger.add(entry("RESOLVED").build());
        incidents.add(incident("P1", "acknowledged"));

        assertOnly(
                Kind.OPEN_ONLY_IN_PAGERDUTY,
                "PagerDuty has incident P1 (acknowledged, service PSVC001) of " + NAME
                        + ", and the ledger says RESOLVED, with none open");
    }

    @Test
    void anOpenIncidentOtherThanTheLedgersIsNamed() {
        ledger.add(open("P1"));
        incidents.add(incident("P1", "resolved"));
        incidents.add(incident("P2", "triggered"));

        assertThat(differences())
                .extracting(Difference::kind)
                .containsExactly(Kind.OPEN_ONLY_IN_LEDGER, Kind.OPEN_ONLY_IN_PAGERDUTY);
        assertThat(differences().get(1).sentence()).endsWith("the ledger says OPENED, with incident P1");
    }

    @Test
    void anIncidentThatItsRuleLeavesOpenBalances() {
        ledger.add(entry("RESOLVE_SKIPPED").build());
        incidents.add(incident("P1", "triggered"));

        assertThat(differences()).isEmpty();
    }

    @Test
    void anIncidentThatItsRuleShouldHaveResolvedIsNamed() {
        ledger.add(entry("RESOLVE_SKIPPED").build());
        incidents.add(incident("P1", "triggered"));
        resolvingRules = Set.of("acme/cpu-high");

        assertOnly(Kind.OPEN_ONLY_IN_PAGERDUTY, "the ledger says RESOLVE_SKIPPED, with none open");
    }

    @Test
    void anOpenIncidentOfNoAlertThatTheLedgerKnowsIsNamed() {
        incidents.add(incident("P1", "triggered"));

        assertOnly(Kind.UNKNOWN_KEY, "which looks like ours, and the ledger knows no such alert");
    }

    @Test
    void twoOpenIncidentsOfOneAlertAreNamed() {
        ledger.add(open("P1"));
        incidents.add(incident("P1", "triggered"));
        incidents.add(incident("P2", "triggered"));

        assertThat(differences()).extracting(Difference::kind).contains(Kind.TWO_OPEN);
        assertThat(differences().get(0).sentence()).startsWith(NAME + " has 2 open incidents: [incident P1");
    }

    @Test
    void aDeliveryThatWaitsForAMessageThatIsGoneIsNamed() {
        ledger.add(entry("WAITING").nextAttemptAt(NOW.plusSeconds(30)).build());

        assertOnly(Kind.LOST, NAME + " waits (why), and the queue is empty");
    }

    @Test
    void aDeliveryThatIsStillInTheQueueIsNoDifference() {
        ledger.add(entry("WAITING").nextAttemptAt(NOW.minusSeconds(30)).build());
        incidents.add(incident("P1", "triggered"));
        alertMessages = 1;

        assertThat(differences()).isEmpty();
        assertThat(differencesOf(SENT)).isEmpty();
    }

    @Test
    void aTryThatIsLongOverdueIsNamed() {
        ledger.add(
                entry("WAITING").nextAttemptAt(NOW.minus(GRACE).minusSeconds(1)).build());
        alertMessages = 1;

        assertOnly(Kind.OVERDUE, "was due at 2026-11-23T02:44:59Z: its message is stuck or lost");
    }

    @Test
    void aClaimThatLapsedLongAgoIsNamedThoughTheQueueIsNotEmpty() {
        ledger.add(entry("").leaseUntil(NOW.minus(GRACE).minusSeconds(1)).build());
        alertMessages = 1;

        assertOnly(Kind.OVERDUE, NAME + " was claimed until 2026-11-23T02:44:59Z and nobody has tried since");
    }

    @Test
    void aClaimThatLapsedWithNothingLeftToTryAgainIsNamed() {
        ledger.add(entry("OPENED").leaseUntil(NOW.minusSeconds(1)).build());

        assertOnly(Kind.CLAIM_LEFT, "a claim on " + NAME + " lapsed at 2026-11-23T02:59:59Z, and the queue is empty");
    }

    @Test
    void aPostWhoseEndNobodyWillFindOutIsNamed() {
        ledger.add(entry("STALE").unsettledSince(NOW.minusSeconds(60)).build());

        assertOnly(Kind.UNSETTLED_LEFT, "a POST for " + NAME + " since 2026-11-23T02:59:00Z has an unknown end");
    }

    @Test
    void aPostThatWasRefusedForGoodLiesInTheDeadLetterQueue() {
        ledger.add(entry("REFUSED").unsettledSince(NOW.minusSeconds(60)).build());

        assertThat(differences()).isEmpty();
    }

    @Test
    void aResolveThatNobodyWillSendIsNamed() {
        ledger.add(entry("RESOLVED").resolvePending().build());

        assertOnly(Kind.RESOLVE_LEFT, "a resolve of " + NAME + " was claimed and not sent");
    }

    @Test
    void aDeadLetterThatSqsMovedIsNamed() {
        deadLetters.add(new DeadLetter("m-1", "{}", Optional.empty(), Optional.empty()));

        assertOnly(Kind.DEAD_LETTER, "message m-1 in the dead-letter queue has no outcome");
    }

    @Test
    void aDeadLetterOfAnotherOutcomeIsNamed() {
        deadLetters.add(new DeadLetter("m-1", "{}", Optional.of("OPENED"), Optional.of("why")));

        assertOnly(Kind.DEAD_LETTER, "has the outcome OPENED, which does not belong there");
    }

    @Test
    void aDeadLetterWithoutAReasonIsNamed() {
        deadLetters.add(new DeadLetter("m-1", "{}", Optional.of("REFUSED"), Optional.empty()));

        assertOnly(Kind.DEAD_LETTER, "is REFUSED and gives no reason");
    }

    @Test
    void whatANotifyMovedWithItsReasonBelongsThere() {
        deadLetters.add(new DeadLetter("m-1", "{}", Optional.of("MALFORMED"), Optional.of("no alertId")));

        assertThat(differences()).isEmpty();
    }

    @Test
    void anAlertWithoutARecordIsNamed() {
        assertThat(differencesOf(SENT))
                .containsExactly(new Difference(Kind.SILENT, NAME + " was sent, and the ledger has no record of it"));
    }

    @Test
    void anAlertThatFiresWithoutAnIncidentIsNamed() {
        ledger.add(entry("STALE").build());

        assertThat(differencesOf(SENT)).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(Kind.NOT_PAGED);
            assertThat(difference.sentence())
                    .isEqualTo(NAME + " fires, has no open incident among [], and the ledger says STALE why");
        });
    }

    @Test
    void anAlertThatWasRefusedHasItsReason() {
        ledger.add(entry("REFUSED").build());

        assertThat(differencesOf(SENT)).isEmpty();
    }

    @Test
    void moreIncidentsThanFiringsAreNamed() {
        ledger.add(open("P2"));
        incidents.add(incident("P1", "resolved"));
        incidents.add(incident("P2", "triggered"));

        assertThat(differencesOf(SENT)).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(Kind.PAGED_TWICE);
            assertThat(difference.sentence()).startsWith(NAME + " fired once and has [incident P1");
        });
    }

    @Test
    void anAlertThatResolvedAndIsOpenIsNamed() {
        ledger.add(open("P1"));
        incidents.add(incident("P1", "triggered"));

        assertThat(differencesOf(new SentAlert("acme", "cpu-high", "web-1", SentAlert.Rule.RESOLVES, 1, false)))
                .singleElement()
                .satisfies(difference -> {
                    assertThat(difference.kind()).isEqualTo(Kind.NOT_RESOLVED);
                    assertThat(difference.sentence()).contains("the ledger says OPENED");
                });
    }

    @Test
    void anAlertWhoseRuleLeavesItOpenMayBeOpen() {
        ledger.add(entry("RESOLVE_SKIPPED").build());
        incidents.add(incident("P1", "triggered"));

        assertThat(differencesOf(new SentAlert("acme", "cpu-high", "web-1", SentAlert.Rule.LEAVES_OPEN, 1, false)))
                .isEmpty();
    }

    @Test
    void anIncidentOfAnUnboundRuleIsNamed() {
        ledger.add(entry("UNBOUND").build());
        incidents.add(incident("P1", "triggered"));

        assertThat(differencesOf(new SentAlert("acme", "cpu-high", "web-1", SentAlert.Rule.UNBOUND, 1, true)))
                .singleElement()
                .satisfies(difference -> {
                    assertThat(difference.kind()).isEqualTo(Kind.PAGED_UNBOUND);
                    assertThat(difference.sentence())
                            .startsWith(NAME + " is bound to no service, and has [incident P1");
                });
    }

    @Test
    void aMalformedMessageThatIsGoneIsNamed() {
        assertThat(InvariantCheck.differences(observed(), NOW, GRACE, List.of(), List.of("no alert")))
                .containsExactly(new Difference(
                        Kind.MALFORMED_LOST,
                        "the malformed message \"no alert\" is not in the dead-letter queue as such"));
    }

    @Test
    void anAlertThatWasTakenForMalformedIsNamed() {
        deadLetters.add(new DeadLetter("m-1", "an alert", Optional.of("MALFORMED"), Optional.of("why")));

        assertThat(InvariantCheck.differences(observed(), NOW, GRACE, List.of(), List.of()))
                .containsExactly(new Difference(
                        Kind.DEAD_LETTER,
                        "the message \"an alert\" is in the dead-letter queue as MALFORMED, and is an alert"));
    }

    @Test
    void anAlertThatWasRefusedForGoodThoughPagerDutyTakesItIsNamed() {
        deadLetters.add(new DeadLetter("m-1", "an alert", Optional.of("REFUSED"), Optional.of("HTTP 400")));

        assertThat(InvariantCheck.differences(observed(), NOW, GRACE, List.of(), List.of()))
                .containsExactly(new Difference(
                        Kind.DEAD_LETTER,
                        "message m-1 is in the dead-letter queue as REFUSED (HTTP 400), and PagerDuty refused nothing for"
                                + " good: an alert"));
    }

    @Test
    void aPostWhoseMessageWaitedTooLongLiesInTheDeadLetterQueue() {
        ledger.add(entry("EXPIRED").unsettledSince(NOW.minusSeconds(60)).build());

        assertThat(differences()).isEmpty();
    }

    @Test
    void alertsThatShareTheIncidentOfTheirRuleBalance() {
        plantShared();

        assertThat(differences()).isEmpty();
        assertThat(differencesOf(sentFolded("web-1", true), sentFolded("web-2", true)))
                .isEmpty();
    }

    @Test
    void aSharedIncidentThatIsResolvedInPagerDutyAloneIsNamedOnce() {
        ledger.add(rule("OPENED").open("P1").heldBy("web-1", "web-2").build());
        ledger.add(folded("web-1", "OPENED").open("P1").build());
        ledger.add(folded("web-2", "ADOPTED").open("P1").build());
        incidents.add(shared("P1", "resolved"));

        assertOnly(
                Kind.OPEN_ONLY_IN_LEDGER,
                "incident P1 of rule cpu-high of workspace acme is open, and PagerDuty has it resolved");
    }

    @Test
    void aSharedIncidentThatTheLedgerHoldsToBeResolvedIsNamedByItsRule() {
        ledger.add(rule("RESOLVED").build());
        ledger.add(folded("web-1", "RESOLVED").build());
        incidents.add(shared("P1", "triggered"));

        assertOnly(
                Kind.OPEN_ONLY_IN_PAGERDUTY,
                "of rule cpu-high of workspace acme, and the ledger says RESOLVED, with none open");
    }

    @Test
    void anIncidentThatAFoldedAlertHasForItselfIsNamed() {
        plantShared();
        incidents.add(incident("P2", "triggered"));

        assertOnly(Kind.OPEN_ONLY_IN_PAGERDUTY, NAME + ", and the ledger says OPENED, with incident P1");
    }

    @Test
    void aFoldedAlertThatIsOpenAndDoesNotFireIsNamed() {
        ledger.add(rule("OPENED").open("P1").heldBy("web-1").build());
        ledger.add(folded("web-1", "OPENED").open("P1").build());
        ledger.add(folded("web-2", "ADOPTED").open("P1").build());
        incidents.add(shared("P1", "triggered"));

        assertOnly(
                Kind.OPEN_NOT_FIRING,
                "the ledger says that alert web-2 of rule cpu-high of workspace acme shares the open incident of its"
                        + " rule, and the rule's item does not have it among those that fire");
    }

    @Test
    void aFoldedAlertThatIsLeavingIsNoDifference() {
        ledger.add(rule("OPENED").open("P1").heldBy("web-1").build());
        ledger.add(folded("web-1", "OPENED").open("P1").build());
        ledger.add(folded("web-2", "ADOPTED").open("P1").resolvePending().build());
        incidents.add(shared("P1", "triggered"));
        alertMessages = 1;

        assertThat(differences()).isEmpty();
    }

    @Test
    void anAlertThatIsOverAndHoldsItsRulesIncidentIsNamed() {
        plantShared();
        ledger.set(2, folded("web-2", "RESOLVED").build());

        assertOnly(
                Kind.FIRING_NOT_OPEN,
                "the ledger says RESOLVED of alert web-2 of rule cpu-high of workspace acme, and its rule's item has it"
                        + " among those that fire, and the queue is empty");
    }

    @Test
    void anAlertThatIsOverMayStillHaveToBeTakenOut() {
        plantShared();
        ledger.set(2, folded("web-2", "RESOLVE_SKIPPED").build());
        alertMessages = 1;

        assertThat(differences()).isEmpty();
    }

    @Test
    void anAlertThatTheLedgerForgotAndThatHoldsItsRulesIncidentIsNamed() {
        plantShared();
        ledger.remove(2);

        assertOnly(
                Kind.FIRING_NOT_OPEN,
                "the item of rule cpu-high of workspace acme has an alert that the ledger does not know (hash "
                        + Sha256.hex("web-2").substring(0, 24) + ")");
    }

    @Test
    void anAlertThatFiresAndHasAReasonHoldsItsRulesIncident() {
        plantShared();
        ledger.set(
                2,
                folded("web-2", "REFUSED").unsettledSince(NOW.minusSeconds(60)).build());

        assertThat(differences()).isEmpty();
    }

    @Test
    void anOpenIncidentThatNobodyHoldsIsNamed() {
        plantHeldByNobody();
        resolvingRules = Set.of("acme/cpu-high");

        assertOnly(
                Kind.HELD_BY_NONE,
                "incident P1 of rule cpu-high of workspace acme is open, and none of its alerts fires");
    }

    @Test
    void anOpenIncidentThatNobodyHoldsIsNoDifferenceWhileItIsBeingLeft() {
        plantHeldByNobody();
        ledger.set(1, folded("web-1", "OPENED").open("P1").resolvePending().build());
        resolvingRules = Set.of("acme/cpu-high");
        alertMessages = 1;

        assertThat(differences()).isEmpty();
    }

    @Test
    void anOpenIncidentThatNobodyHoldsMayBeLeftOpenByItsRule() {
        plantHeldByNobody();

        assertThat(differences()).isEmpty();
    }

    @Test
    void alertsOfOneRuleThatAreOpenWithSeveralIncidentsAreNamed() {
        plantShared();
        ledger.set(2, folded("web-2", "OPENED").open("P2").build());
        ledger.add(folded("web-3", "ADOPTED").open("P2").build());
        ledger.set(
                0, rule("OPENED").open("P1").heldBy("web-1", "web-2", "web-3").build());
        incidents.add(new PagedIncident("P2", SENT.ruleKey(), "PSVC002", "triggered"));

        assertThat(differences())
                .contains(new Difference(
                        Kind.FOLDED_APART,
                        "the ledger says that alerts of rule cpu-high of workspace acme share 2 open incidents: P1 (alert"
                                + " web-1), P2 (alert web-2 and 1 more)"));
    }

    @Test
    void whatARuleWaitedForIsSaidByItsAlerts() {
        plantShared();
        ledger.set(
                0,
                rule("WAITING")
                        .open("P1")
                        .heldBy("web-1", "web-2")
                        .leaseUntil(NOW.minusSeconds(90))
                        .unsettledSince(NOW.minusSeconds(90))
                        .build());

        assertThat(differences()).isEmpty();
    }

    @Test
    void aRulesPostWhoseEndNobodyWillFindOutIsNamed() {
        ledger.add(rule("WAITING").unsettledSince(NOW.minusSeconds(60)).build());

        assertOnly(Kind.UNSETTLED_LEFT, "a POST for rule cpu-high of workspace acme since 2026-11-23T02:59:00Z");
    }

    @Test
    void aFoldedAlertThatWaitsForAMessageThatIsGoneIsLostAndNoMore() {
        ledger.add(rule("WAITING").heldBy("web-1").build());
        ledger.add(folded("web-1", "WAITING").unsettledSince(NOW).build());

        assertOnly(Kind.LOST, NAME + " waits (why), and the queue is empty");
    }

    @Test
    void aFoldedAlertThatIsOpenAndUnsettledIsNamed() {
        plantShared();
        ledger.set(
                1,
                folded("web-1", "OPENED")
                        .open("P1")
                        .unsettledSince(NOW.minusSeconds(60))
                        .build());

        assertOnly(Kind.UNSETTLED_LEFT, "a POST for " + NAME);
    }

    @Test
    void aFoldedAlertThatFiresAndIsPartOfNoIncidentIsNamed() {
        plantShared();
        ledger.add(folded("web-3", "STALE").build());

        assertThat(differencesOf(sentFolded("web-1", true), sentFolded("web-3", true)))
                .singleElement()
                .satisfies(difference -> {
                    assertThat(difference.kind()).isEqualTo(Kind.NOT_PAGED);
                    assertThat(difference.sentence())
                            .startsWith("alert web-3 of rule cpu-high of workspace acme fires, is part of no open"
                                    + " incident among those of its rule, [incident P1")
                            .endsWith("the ledger says STALE why");
                });
    }

    @Test
    void aFoldedAlertThatResolvedAndIsOpenIsNamed() {
        plantShared();

        assertThat(differencesOf(sentFolded("web-1", true), sentFolded("web-2", false)))
                .extracting(Difference::toString)
                .containsExactly("NOT_RESOLVED: alert web-2 of rule cpu-high of workspace acme resolved, and is part of"
                        + " the incident of its rule, and the ledger says ADOPTED why");
    }

    @Test
    void aFoldedAlertWithAnIncidentOfItsOwnIsNamed() {
        plantShared();
        incidents.add(incident("P0", "resolved"));

        assertThat(differencesOf(sentFolded("web-1", true)))
                .extracting(Difference::toString)
                .containsExactly("PAGED_TWICE: " + NAME + " shares the incident of its rule, and has [incident P0"
                        + " (resolved, service PSVC001)]");
    }

    @Test
    void aSharedIncidentThatOutlivesAllAlertsIsNamed() {
        ledger.add(rule("RESOLVE_SKIPPED").build());
        ledger.add(folded("web-1", "RESOLVED").build());
        incidents.add(shared("P1", "triggered"));

        assertThat(differencesOf(sentFolded("web-1", false)))
                .contains(new Difference(
                        Kind.NOT_RESOLVED,
                        "all alerts of rule cpu-high of workspace acme resolved, and its incidents are [incident P1"
                                + " (triggered, service PSVC001)]"));
    }

    @Test
    void moreSharedIncidentsThanFiringsAreNamed() {
        plantShared();
        incidents.add(shared("P0", "resolved"));

        assertThat(differencesOf(sentFolded("web-1", true), sentFolded("web-2", true)))
                .isEmpty();
        assertThat(differencesOf(sentFolded("web-1", true))).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(Kind.PAGED_TWICE);
            assertThat(difference.sentence())
                    .startsWith("the alerts of rule cpu-high of workspace acme fired once and share [incident P1");
        });
    }

    /** A rule, its two alerts, and their incident. */
    private void plantShared() {
        ledger.add(rule("OPENED").open("P1").heldBy("web-1", "web-2").build());
        ledger.add(folded("web-1", "OPENED").open("P1").build());
        ledger.add(folded("web-2", "ADOPTED").open("P1").build());
        incidents.add(shared("P1", "triggered"));
    }

    private void plantHeldByNobody() {
        ledger.add(rule("OPENED").open("P1").build());
        ledger.add(folded("web-1", "RESOLVED").build());
        incidents.add(shared("P1", "triggered"));
    }

    private void assertOnly(Kind kind, String part) {
        assertThat(differences()).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(kind);
            assertThat(difference.sentence()).contains(part);
        });
    }

    private List<Difference> differences() {
        return InvariantCheck.differences(observed(), NOW, GRACE);
    }

    private List<Difference> differencesOf(SentAlert... sent) {
        return InvariantCheck.differences(observed(), NOW, GRACE, List.of(sent), List.of());
    }

    private Observed observed() {
        return new Observed(
                ledger,
                new QueueCounts(alertMessages, 0, 0),
                new QueueCounts(deadLetters.size(), 0, 0),
                deadLetters,
                incidents,
                resolvingRules);
    }

    private static PagedIncident incident(String id, String status) {
        return new PagedIncident(id, SENT.key(), "PSVC001", status);
    }

    private static LedgerEntry open(String incidentId) {
        return entry("OPENED").open(incidentId).build();
    }

    private static Planting entry(String outcome) {
        return new Planting("web-1", outcome);
    }

    private static Planting folded(String alertId, String outcome) {
        return new Planting(alertId, outcome).folded();
    }

    private static Planting rule(String outcome) {
        return new Planting("", outcome);
    }

    private static PagedIncident shared(String id, String status) {
        return new PagedIncident(id, SENT.ruleKey(), "PSVC001", status);
    }

    private static SentAlert sentFolded(String alertId, boolean endsFiring) {
        return new SentAlert("acme", "cpu-high", alertId, SentAlert.Rule.FOLDS, 1, endsFiring);
    }

    /** A ledger entry, put together as a test needs it. */
    private static final class Planting {
        private final String alertId;
        private final String outcome;
        private boolean folded;
        private Set<String> firing = Set.of();
        private Optional<String> incidentId = Optional.empty();
        private boolean resolvePending;
        private Optional<Instant> leaseUntil = Optional.empty();
        private Optional<Instant> nextAttemptAt = Optional.empty();
        private Optional<Instant> unsettledSince = Optional.empty();

        Planting(String alertId, String outcome) {
            this.alertId = alertId;
            this.outcome = outcome;
        }

        Planting folded() {
            folded = true;
            return this;
        }

        Planting heldBy(String... alertIds) {
            firing = Stream.of(alertIds)
                    .map(id -> Sha256.hex(id).substring(0, 24))
                    .collect(Collectors.toSet());
            return this;
        }

        Planting open(String id) {
            incidentId = Optional.of(id);
            return this;
        }

        Planting resolvePending() {
            resolvePending = true;
            return this;
        }

        Planting leaseUntil(Instant time) {
            leaseUntil = Optional.of(time);
            return this;
        }

        Planting nextAttemptAt(Instant time) {
            nextAttemptAt = Optional.of(time);
            return this;
        }

        Planting unsettledSince(Instant time) {
            unsettledSince = Optional.of(time);
            return this;
        }

        LedgerEntry build() {
            return new LedgerEntry(
                    "acme",
                    "cpu-high",
                    alertId,
                    outcome,
                    "why",
                    incidentId,
                    incidentId.isPresent(),
                    resolvePending,
                    leaseUntil,
                    nextAttemptAt,
                    unsettledSince,
                    folded,
                    firing);
        }
    }
}
