package io.middleware.paging.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.MutableClock;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pacing.Slot;
import io.middleware.paging.pagerduty.Urgency;

/** What every ledger must hold to. Time is the test's; each test has an alert of its own. */
abstract class DeliveryLedgerContract {
    static final Duration LEASE = Duration.ofSeconds(35);
    static final Duration REPEAT_WINDOW = Duration.ofMinutes(5);

    private static final Instant START = Instant.parse("2026-11-23T03:00:00Z");
    private static final String SERVICE = "PSVC001";
    private static final KnownIncident INCIDENT =
            new KnownIncident("Q1", 812, "https://acme.example/Q1", SERVICE, false);

    final MutableClock clock = new MutableClock(START);

    /** The slots that the ledger gave back. */
    final List<Slot> givenBack = new CopyOnWriteArrayList<>();

    private final DeliveryKey key = new DeliveryKey(
            new WorkspaceId("acme"), "cpu-high", UUID.randomUUID().toString());

    /** A ledger on {@link #clock} with the lease and the window above, that gives slots back to {@link #givenBack}. */
    abstract DeliveryLedger ledger();

    @Test
    void firstTriggerIsGrantedWithNothingKnown() {
        Claim.Granted granted = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));

        assertThat(granted.open()).isEmpty();
        assertThat(granted.unsettled()).isEmpty();
    }

    @Test
    void secondClaimIsInFlightUntilTheLeaseEnds() {
        ledger().claimTrigger(key, at(0), SERVICE, false, true);

        assertThat(ledger().claimTrigger(key, at(0), SERVICE, false, true))
                .isEqualTo(new Claim.InFlight(START.plus(LEASE)));
        assertThat(ledger().claimTrigger(key, at(9), SERVICE, false, true))
                .isEqualTo(new Claim.InFlight(START.plus(LEASE)));
        assertThat(ledger().claimResolve(key, at(9))).isEqualTo(new Claim.InFlight(START.plus(LEASE)));

        clock.advance(LEASE);

        assertThat(ledger().claimTrigger(key, at(0), SERVICE, false, true)).isInstanceOf(Claim.Granted.class);
    }

    @Test
    void ofManyThatRaceExactlyOneIsGranted() throws Exception {
        ExecutorService racers = Executors.newFixedThreadPool(8);
        Callable<Claim> claim = () -> ledger().claimTrigger(key, at(0), SERVICE, false, true);

        List<Future<Claim>> claims =
                racers.invokeAll(Stream.generate(() -> claim).limit(24).toList());
        racers.shutdown();

        int granted = 0;
        for (Future<Claim> future : claims) {
            if (future.get() instanceof Claim.Granted) {
                granted++;
            } else {
                assertThat(future.get()).isInstanceOf(Claim.InFlight.class);
            }
        }
        assertThat(granted).isEqualTo(1);
    }

    @Test
    void aTriggerNotNewerThanTheLastIsADuplicate() {
        open(at(5));

        assertThat(ledger().claimTrigger(key, at(5), SERVICE, false, true))
                .isEqualTo(new Claim.AlreadyDelivered(Optional.of(INCIDENT)));
        assertThat(ledger().claimTrigger(key, at(4), SERVICE, false, true))
                .isEqualTo(new Claim.AlreadyDelivered(Optional.of(INCIDENT)));
    }

    @Test
    void aCrashedTryIsKnownToTheNextOne() {
        ledger().claimTrigger(key, at(0), SERVICE, false, true);
        clock.advance(LEASE);

        Claim.Granted granted = granted(ledger().claimTrigger(key, at(0), "PSVC002", false, true));

        assertThat(granted.unsettled())
                .contains(new Claim.UnsettledTry(START, Set.of(SERVICE), Optional.of(START), Optional.empty()));
    }

    @Test
    void everyServiceThatALostPostMayHaveGoneToIsRemembered() {
        Claim.Granted first = granted(ledger().claimTrigger(key, at(0), "PSVC001", false, true));
        release(key, first, Outcome.WAITING, "time-out", at(1), true);
        clock.advance(Duration.ofSeconds(1));
        Claim.Granted second = granted(ledger().claimTrigger(key, at(0), "PSVC002", false, true));
        release(key, second, Outcome.WAITING, "time-out", at(2), true);

        Claim.UnsettledTry unsettled = granted(ledger().claimTrigger(key, at(0), "PSVC003", false, true))
                .unsettled()
                .orElseThrow();

        assertThat(unsettled.serviceIds()).containsExactlyInAnyOrder("PSVC001", "PSVC002");
        assertThat(unsettled.startedAt()).isEqualTo(at(1));
    }

    @Test
    void sinceWhenATriggerMayHaveBeenPostedIsThatOfItsFirstTryAndOfNoOther() {
        release(
                key,
                granted(ledger().claimTrigger(key, at(0), SERVICE, false, true)),
                Outcome.WAITING,
                "lost",
                at(1),
                true);
        clock.advance(Duration.ofSeconds(20));
        Claim.Granted again = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        release(key, again, Outcome.WAITING, "lost too", at(21), true);
        clock.advance(Duration.ofSeconds(20));

        Claim.Granted newer = granted(ledger().claimTrigger(key, at(30), SERVICE, false, true));
        release(key, newer, Outcome.WAITING, "lost as well", at(41), true);
        clock.advance(Duration.ofSeconds(20));

        assertThat(again.unsettled().orElseThrow().sameSince()).contains(START);
        assertThat(newer.unsettled().orElseThrow().sameSince())
                .as("the others were for an older trigger")
                .isEmpty();
        Claim.Granted older = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        assertThat(older.unsettled().orElseThrow().sameSince())
                .as("the last was for a newer trigger")
                .isEmpty();
        release(key, older, Outcome.WAITING, "looked only", at(61), false);
        assertThat(granted(ledger().claimTrigger(key, at(30), SERVICE, false, true))
                        .unsettled()
                        .orElseThrow()
                        .sameSince())
                .contains(START.plusSeconds(40));
    }

    @Test
    void aTryThatSentNothingDoesNotMakeTheOneBeforeItYounger() {
        Claim.Granted lost = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        release(key, lost, Outcome.WAITING, "time-out", at(1), true);
        clock.advance(Duration.ofSeconds(20));
        Claim.Granted looked = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        release(key, looked, Outcome.WAITING, "looked only", at(21), false);

        assertThat(granted(ledger().claimTrigger(key, at(0), SERVICE, false, true))
                        .unsettled()
                        .orElseThrow()
                        .startedAt())
                .isEqualTo(START);
    }

    @Test
    void aResolveThatIsOlderThanALostTriggerCannotEndItsIncident() {
        Claim.Granted lost = granted(ledger().claimTrigger(key, at(10), SERVICE, false, true));
        release(key, lost, Outcome.WAITING, "time-out", at(12), true);

        assertThat(ledger().claimResolve(key, at(9))).isInstanceOf(Claim.Stale.class);
        assertThat(ledger().recordResolve(key, at(9), Outcome.RESOLVE_SKIPPED, ""))
                .isInstanceOf(Claim.Stale.class);
        assertThat(ledger().claimTrigger(key, at(10), SERVICE, false, true)).isInstanceOf(Claim.Granted.class);
    }

    @Test
    void anOlderTriggerIsGrantedBesideALostOneWhichStaysProtected() {
        Claim.Granted lost = granted(ledger().claimTrigger(key, at(10), SERVICE, false, true));
        release(key, lost, Outcome.WAITING, "time-out", at(12), true);

        Claim.Granted older = granted(ledger().claimTrigger(key, at(5), SERVICE, false, true));
        assertThat(older.unsettled()).isPresent();
        release(key, older, Outcome.WAITING, "429", at(12), false);

        assertThat(ledger().claimResolve(key, at(7))).isInstanceOf(Claim.Stale.class);
        open(at(5));
        assertThat(ledger().claimTrigger(key, at(10), SERVICE, false, true)).isInstanceOf(Claim.Repeated.class);
    }

    @Test
    void aLostTriggerThatEndsUnsentHoldsUpNoOlderOne() {
        Claim.Granted lost = granted(ledger().claimTrigger(key, at(10), SERVICE, false, true));
        release(key, lost, Outcome.WAITING, "time-out", at(12), true);
        ledger().recordUnsent(key, at(10), Outcome.DISABLED, Reason.NONE, "disabled");

        assertThat(ledger().claimTrigger(key, at(5), SERVICE, false, true)).isInstanceOf(Claim.Granted.class);
    }

    @Test
    void aTryThatMayHaveActedIsAsYoungAsItsRelease() {
        Claim.Granted lost = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        clock.advance(Duration.ofSeconds(20));
        release(key, lost, Outcome.WAITING, "time-out", at(21), true);

        assertThat(granted(ledger().claimTrigger(key, at(0), SERVICE, false, true))
                        .unsettled()
                        .orElseThrow()
                        .startedAt())
                .isEqualTo(at(20));
    }

    @Test
    void aTryReleasedWithCertaintyIsForgottenAndOneWithoutIsNot() {
        Claim.Granted first = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        release(key, first, Outcome.WAITING, "429", at(10), false);
        Claim.Granted second = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        assertThat(second.unsettled()).isEmpty();

        release(key, second, Outcome.WAITING, "time-out", at(10), true);
        Claim.Granted third = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        assertThat(third.unsettled()).isPresent();

        release(key, third, Outcome.WAITING, "429", at(10), false);

        assertThat(granted(ledger().claimTrigger(key, at(0), SERVICE, false, true))
                        .unsettled())
                .isPresent();
    }

    @Test
    void whoLostTheLeaseSettlesNothing() {
        Claim.Granted late = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        clock.advance(LEASE);
        Claim.Granted now = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));

        assertThat(ledger().settleOpen(key, late.leaseId(), at(0), INCIDENT, Outcome.OPENED))
                .isFalse();
        assertThat(ledger().settleResolved(key, late.leaseId(), Outcome.RESOLVED, ""))
                .isFalse();
        release(key, late, Outcome.WAITING, "late", at(1), false);

        assertThat(ledger().settleOpen(key, now.leaseId(), at(0), INCIDENT, Outcome.OPENED))
                .isTrue();
    }

    @Test
    void aNewerTriggerWithinTheWindowIsARepeatAndLaterItIsGranted() {
        open(at(0));
        clock.advance(REPEAT_WINDOW.minusMillis(1));

        assertThat(ledger().claimTrigger(key, at(60), SERVICE, false, true)).isEqualTo(new Claim.Repeated(INCIDENT));
        assertThat(ledger().claimTrigger(key, at(60), SERVICE, false, true)).isInstanceOf(Claim.AlreadyDelivered.class);

        clock.advance(Duration.ofMillis(1));

        assertThat(granted(ledger().claimTrigger(key, at(61), SERVICE, false, true))
                        .open())
                .contains(INCIDENT);
    }

    @Test
    void aRepeatDoesNotStretchTheWindow() {
        open(at(0));
        clock.advance(REPEAT_WINDOW.dividedBy(2));
        assertThat(ledger().claimTrigger(key, at(60), SERVICE, false, true)).isInstanceOf(Claim.Repeated.class);
        clock.advance(REPEAT_WINDOW.dividedBy(2));

        assertThat(ledger().claimTrigger(key, at(61), SERVICE, false, true)).isInstanceOf(Claim.Granted.class);
    }

    @Test
    void aResolveBeforeItsTriggerLeavesATombstone() {
        Claim.Granted granted = granted(ledger().claimResolve(key, at(10)));
        assertThat(granted.open()).isEmpty();
        ledger().settleResolved(key, granted.leaseId(), Outcome.RESOLVE_SKIPPED, "nothing open");

        assertThat(ledger().claimTrigger(key, at(9), SERVICE, false, true)).isInstanceOf(Claim.Stale.class);
        assertThat(ledger().claimTrigger(key, at(10), SERVICE, false, true)).isInstanceOf(Claim.Stale.class);
        assertThat(ledger().claimTrigger(key, at(11), SERVICE, false, true)).isInstanceOf(Claim.Granted.class);
    }

    @Test
    void aResolveThatNeedsNoCallLeavesTheSameTombstone() {
        Claim recorded = ledger().recordResolve(key, at(10), Outcome.RESOLVE_SKIPPED, "not asked for");

        assertThat(recorded).isInstanceOf(Claim.AlreadyDelivered.class);
        assertThat(ledger().claimTrigger(key, at(10), SERVICE, false, true)).isInstanceOf(Claim.Stale.class);
        assertThat(ledger().claimTrigger(key, at(11), SERVICE, false, true)).isInstanceOf(Claim.Granted.class);
    }

    @Test
    void aResolveOfTheSameMomentAsItsTriggerResolves() {
        open(at(10));

        assertThat(granted(ledger().claimResolve(key, at(10))).open()).contains(INCIDENT);
    }

    @Test
    void aResolveOlderThanTheLastTriggerIsStale() {
        open(at(10));

        assertThat(ledger().claimResolve(key, at(9))).isInstanceOf(Claim.Stale.class);
        assertThat(ledger().recordResolve(key, at(9), Outcome.RESOLVE_SKIPPED, ""))
                .isInstanceOf(Claim.Stale.class);
    }

    @Test
    void aResolveIsHandledOnce() {
        open(at(0));
        Claim.Granted granted = granted(ledger().claimResolve(key, at(10)));
        ledger().settleResolved(key, granted.leaseId(), Outcome.RESOLVED, "");

        assertThat(ledger().claimResolve(key, at(10))).isEqualTo(new Claim.AlreadyDelivered(Optional.of(INCIDENT)));
    }

    @Test
    void aReleasedResolveIsGrantedAgainAndStillKnowsItsIncident() {
        open(at(0));
        Claim.Granted first = granted(ledger().claimResolve(key, at(10)));
        release(key, first, Outcome.WAITING, "503", at(20), false);

        assertThat(granted(ledger().claimResolve(key, at(10))).open()).contains(INCIDENT);
    }

    @Test
    void aTriggerThatWaitedIsStaleOnceAResolveWasClaimed() {
        Claim.Granted waiting = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        release(key, waiting, Outcome.WAITING, "429", at(10), false);
        ledger().claimResolve(key, at(5));

        assertThat(ledger().claimTrigger(key, at(0), SERVICE, false, true)).isInstanceOf(Claim.Stale.class);
    }

    @Test
    void aNewerTriggerDuringAPendingResolveIsPostedThoughTheIncidentWasConfirmedAMomentAgo() {
        open(at(0));
        Claim.Granted resolve = granted(ledger().claimResolve(key, at(10)));
        release(key, resolve, Outcome.WAITING, "the answer was lost", at(20), false);

        assertThat(ledger().claimTrigger(key, at(11), SERVICE, false, true)).isInstanceOf(Claim.Granted.class);
    }

    @Test
    void aPendingResolveIsStaleOnceANewerTriggerWasDelivered() {
        open(at(0));
        Claim.Granted resolve = granted(ledger().claimResolve(key, at(10)));
        release(key, resolve, Outcome.WAITING, "503", at(20), false);
        open(at(11));

        assertThat(ledger().claimResolve(key, at(10))).isInstanceOf(Claim.Stale.class);
    }

    @Test
    void afterAResolveANewerTriggerStartsANewEpisodeAtOnce() {
        open(at(0));
        ledger().recordResolve(key, at(10), Outcome.RESOLVE_SKIPPED, "not asked for");

        Claim.Granted granted = granted(ledger().claimTrigger(key, at(11), SERVICE, false, true));

        assertThat(granted.open()).isEmpty();
    }

    @Test
    void aRefusedTriggerMayBeTriedAgain() {
        Claim.Granted granted = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        release(key, granted, Outcome.REFUSED, "Service not found", at(0), false);

        assertThat(ledger().claimTrigger(key, at(0), SERVICE, false, true)).isInstanceOf(Claim.Granted.class);
    }

    @Test
    void aSilencedRuleOwesTheResolveOfWhatIsOrMayBeOpen() {
        open(at(0));

        Claim.Granted owed =
                granted(ledger().recordResolveUnlessWanted(key, at(10), Outcome.DISABLED, "the rule is disabled"));

        assertThat(owed.wantsResolve()).isTrue();
        assertThat(owed.open()).contains(INCIDENT);
    }

    @Test
    void aSilencedRuleOwesNoResolveThatItsTriggerDidNotWant() {
        Claim.Granted trigger = granted(ledger().claimTrigger(key, at(0), SERVICE, false, false));
        ledger().settleOpen(key, trigger.leaseId(), at(0), INCIDENT, Outcome.OPENED);

        assertThat(ledger().recordResolveUnlessWanted(key, at(10), Outcome.UNBOUND, "bound to nothing"))
                .isInstanceOf(Claim.AlreadyDelivered.class);
        assertThat(ledger().claimTrigger(key, at(9), SERVICE, false, true)).isInstanceOf(Claim.Stale.class);
    }

    @Test
    void anUnsentTriggerDoesNotKeepTheNextOneFromPaging() {
        ledger().recordUnsent(key, at(0), Outcome.UNBOUND, Reason.NONE, "bound to nothing");

        assertThat(ledger().claimTrigger(key, at(1), SERVICE, false, true)).isInstanceOf(Claim.Granted.class);
    }

    @Test
    void aSlotThatWasNotUsedIsThereForTheNextTryAndGoneAfterIt() {
        Slot slot = waitsForSlot(90);

        Claim.Granted second = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        assertThat(second.slot()).contains(slot);
        assertThat(givenBack).isEmpty();

        release(key, second, Outcome.WAITING, "503", at(91), false);
        assertThat(granted(ledger().claimTrigger(key, at(0), SERVICE, false, true))
                        .slot())
                .isEmpty();
        assertThat(givenBack).containsExactly(slot);
    }

    @Test
    void whateverEndsAnAlertThatWaitsForItsTurnGivesItsSlotBack() {
        Slot first = waitsForSlot(90);
        ledger().recordUnsent(key, at(0), Outcome.DISABLED, Reason.NONE, "the rule is disabled");
        assertThat(givenBack).containsExactly(first);

        Slot second = waitsForSlot(91);
        ledger().recordExpired(key, at(0), Reason.PACED, "too long");
        assertThat(givenBack).containsExactly(first, second);

        Slot third = waitsForSlot(92);
        Claim.Granted resolve = granted(ledger().claimResolve(key, at(1)));
        assertThat(resolve.slot()).contains(third);
        ledger().settleResolved(key, resolve.leaseId(), Outcome.RESOLVE_SKIPPED, "nothing is open");
        assertThat(givenBack).containsExactly(first, second, third);
    }

    @Test
    void aResolveThatIsNotSentGivesTheSlotOfItsTriggerBack() {
        Slot slot = waitsForSlot(90);

        ledger().recordResolve(key, at(1), Outcome.RESOLVE_SKIPPED, "not asked for");

        assertThat(givenBack).containsExactly(slot);
    }

    @Test
    void anAlertWhoseIncidentIsFoundGivesItsSlotBack() {
        Slot slot = waitsForSlot(90);
        Claim.Granted claim = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));

        ledger().settleOpen(key, claim.leaseId(), at(0), INCIDENT, Outcome.ADOPTED);

        assertThat(givenBack).containsExactly(slot);
    }

    @Test
    void aRuleWhoseAlertsAllResolveBeforeItsTurnGivesItsSlotBack() {
        DeliveryKey rule = DeliveryKey.ofRule(key.workspaceId(), key.alertId());
        Slot slot = waitsForSlot(rule, granted(ledger().join(rule, key, SERVICE)), 90);

        ledger().leave(rule, key);

        assertThat(givenBack).containsExactly(slot);
    }

    @Test
    void aSlotThatIsKeptIsNotGivenBackAndOneThatIsReplacedIs() {
        Slot first = waitsForSlot(90);
        Slot again = waitsForSlot(90);
        assertThat(again).isEqualTo(first);
        assertThat(givenBack).isEmpty();

        waitsForSlot(95);

        assertThat(givenBack).containsExactly(first);
    }

    private Slot waitsForSlot(int second) {
        return waitsForSlot(key, granted(ledger().claimTrigger(key, at(0), SERVICE, false, true)), second);
    }

    private Slot waitsForSlot(DeliveryKey of, Claim.Granted claim, int second) {
        Slot slot = new Slot("us/PUSR001", at(second), Urgency.LOW);
        ledger().release(
                        of,
                        claim,
                        new Release(
                                Outcome.WAITING,
                                Reason.PACED,
                                "its turn",
                                at(second),
                                false,
                                Optional.empty(),
                                Optional.of(slot)));
        return slot;
    }

    @Test
    void whatAnAlertHasWaitedForAddsUpUntilItIsDelivered() {
        Claim.Granted first = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        assertThat(first.waited()).isEmpty();
        release(key, first, Outcome.WAITING, "503", at(1), false);
        clock.advance(Duration.ofSeconds(7));
        Claim.Granted second = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));
        ledger().release(
                        key,
                        second,
                        new Release(
                                Outcome.WAITING,
                                Reason.TOKEN,
                                "no token",
                                at(9),
                                false,
                                Optional.empty(),
                                Optional.empty()));

        Claim.Granted third = granted(ledger().claimTrigger(key, at(0), SERVICE, false, true));

        assertThat(third.waited()).contains(new Claim.Waited(START, Set.of(Reason.OUTAGE, Reason.TOKEN)));
        ledger().settleOpen(key, third.leaseId(), at(0), INCIDENT, Outcome.OPENED);
        ledger().recordResolve(key, at(1), Outcome.RESOLVE_SKIPPED, "");
        assertThat(granted(ledger().claimTrigger(key, at(2), SERVICE, false, true))
                        .waited())
                .isEmpty();
    }

    @Test
    void ofAlertsThatJoinTheirRuleAtOnceOneOpensAndWhenAllLeaveAtOnceOneEnds() throws Exception {
        DeliveryKey rule = DeliveryKey.ofRule(key.workspaceId(), key.alertId());
        List<DeliveryKey> alerts = Stream.iterate(0, i -> i + 1)
                .limit(40)
                .map(i -> new DeliveryKey(key.workspaceId(), key.alertId(), "host-" + i))
                .toList();

        List<Claim> joined = atOnce(alerts, alert -> joinUntilCounted(rule, alert));
        List<Claim> left = atOnce(alerts, alert -> leaveUntilDone(rule, alert));

        assertThat(joined.stream().filter(Claim.Granted.class::isInstance)).hasSize(1);
        assertThat(joined.stream().filter(Claim.Shared.class::isInstance)).hasSize(39);
        assertThat(left.stream().filter(Claim.Granted.class::isInstance)).hasSize(1);
        assertThat(ledger().leave(rule, alerts.get(0))).isInstanceOf(Claim.AlreadyDelivered.class);
    }

    private Claim joinUntilCounted(DeliveryKey rule, DeliveryKey alert) {
        Claim claim = ledger().join(rule, alert, SERVICE);
        while (claim instanceof Claim.InFlight) {
            claim = ledger().join(rule, alert, SERVICE);
        }
        if (claim instanceof Claim.Granted granted) {
            assertThat(ledger().settleOpen(rule, granted.leaseId(), at(0), INCIDENT, Outcome.OPENED))
                    .isTrue();
        }
        return claim;
    }

    private Claim leaveUntilDone(DeliveryKey rule, DeliveryKey alert) {
        Claim claim = ledger().leave(rule, alert);
        while (claim instanceof Claim.InFlight) {
            claim = ledger().leave(rule, alert);
        }
        if (claim instanceof Claim.Granted granted) {
            assertThat(ledger().settleResolved(rule, granted.leaseId(), Outcome.RESOLVED, ""))
                    .isTrue();
        }
        return claim;
    }

    private static <T, R> List<R> atOnce(List<T> things, Function<T, R> deed) throws Exception {
        ExecutorService racers = Executors.newFixedThreadPool(8);
        List<R> results = new ArrayList<>();
        for (Future<R> result : racers.invokeAll(things.stream()
                .map(thing -> (Callable<R>) () -> deed.apply(thing))
                .toList())) {
            results.add(result.get());
        }
        racers.shutdown();
        return results;
    }

    void open(Instant occurredAt) {
        Claim.Granted granted = granted(ledger().claimTrigger(key, occurredAt, SERVICE, false, true));
        assertThat(ledger().settleOpen(key, granted.leaseId(), occurredAt, INCIDENT, Outcome.OPENED))
                .isTrue();
    }

    void release(
            DeliveryKey of, Claim.Granted claim, Outcome outcome, String detail, Instant next, boolean mayHaveActed) {
        ledger().release(
                        of,
                        claim,
                        new Release(
                                outcome,
                                Reason.OUTAGE,
                                detail,
                                next,
                                mayHaveActed,
                                Optional.empty(),
                                Optional.empty()));
    }

    DeliveryKey key() {
        return key;
    }

    static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    static Claim.Granted granted(Claim claim) {
        assertThat(claim).isInstanceOf(Claim.Granted.class);
        return (Claim.Granted) claim;
    }
}
