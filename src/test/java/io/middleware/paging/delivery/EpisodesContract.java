package io.middleware.paging.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.MutableClock;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pacing.Slot;
import io.middleware.paging.pagerduty.Urgency;

/** What every reader of the ledger must hold to. Time is the test's; each test has a rule of its own. */
abstract class EpisodesContract {
    private static final Instant START = Instant.parse("2026-11-23T03:00:00Z");
    private static final WorkspaceId ACME = new WorkspaceId("acme");
    private static final String SERVICE = "PSVC001";

    final MutableClock clock = new MutableClock(START);

    /** With slashes, and a beginning that another rule has too. */
    private final String rule = "team/cpu:high-" + UUID.randomUUID();

    /** On {@link #clock}. */
    abstract DeliveryLedger ledger();

    /** Of the same table. */
    abstract Episodes episodes();

    @Test
    void anAlertNobodyHeardOfHasNoEpisode() {
        assertThat(episodes().find(alert("a"))).isEmpty();
        assertThat(episodes().latest(ACME, rule, 5).alerts()).isEmpty();
        assertThat(episodes().latest(ACME, rule, 5).shared()).isEmpty();
        assertThat(episodes().open(ACME, rule, 5)).isEqualTo(new Episodes.Open(List.of(), false));
    }

    @Test
    void anOpenEpisodeTellsItsIncident() {
        page(alert("a"), at(-5), "Q1");

        Episode episode = find("a");

        assertThat(episode.key()).isEqualTo(alert("a"));
        assertThat(episode.outcome()).contains(Outcome.OPENED);
        assertThat(episode.reason()).isEmpty();
        assertThat(episode.detail()).isEmpty();
        assertThat(episode.beganAt()).contains(START);
        assertThat(episode.underWaySince()).contains(START);
        assertThat(episode.createdAt()).contains(START);
        assertThat(episode.triggeredAt()).contains(at(-5));
        assertThat(episode.openIncident()).contains(incident("Q1"));
        assertThat(episode.confirmedAt()).contains(START);
        assertThat(episode.attempts()).isEqualTo(1);
        assertThat(episode.wantsResolve()).isTrue();
        assertThat(episode.lease()).isEmpty();
        assertThat(episode.unsettled()).isEmpty();
        assertThat(episode.waiting()).isEmpty();
        assertThat(episode.expiresAt()).isEmpty();
    }

    @Test
    void aClaimedEpisodeTellsItsLeaseAndItsUnsettledPost() {
        Claim.Granted granted = claim(alert("a"), at(-5));

        Episode episode = find("a");

        assertThat(episode.lease()).contains(new Episode.Lease(granted.leaseId(), START.plus(lease())));
        assertThat(episode.unsettled())
                .contains(new Episode.Unsettled(
                        START,
                        Optional.of(at(-5)),
                        Optional.of(new Episode.FirstPost(at(-5), START)),
                        Set.of(SERVICE),
                        Optional.empty()));
        assertThat(episode.outcome()).isEmpty();
    }

    abstract Duration lease();

    @Test
    void aWaitingEpisodeTellsSinceWhenForWhatAndUntilWhen() {
        Slot slot = new Slot("us/PUSR001", at(90), Urgency.LOW);
        ledger().release(
                        alert("a"),
                        claim(alert("a"), at(-5)),
                        new Release(
                                Outcome.WAITING,
                                Reason.PACED,
                                "its turn comes",
                                at(90),
                                false,
                                Optional.empty(),
                                Optional.of(slot)));

        Episode episode = find("a");

        assertThat(episode.outcome()).contains(Outcome.WAITING);
        assertThat(episode.reason()).contains(Reason.PACED);
        assertThat(episode.detail()).contains("its turn comes");
        assertThat(episode.nextAttemptAt()).contains(at(90));
        assertThat(episode.waiting()).contains(new Claim.Waited(START, Set.of(Reason.PACED)));
        assertThat(episode.slot()).contains(slot);
        assertThat(episode.unsettled()).isEmpty();
    }

    @Test
    void anEpisodeThatIsOverKeepsItsIncidentAndTellsWhenItIsSwept() {
        page(alert("a"), at(-5), "Q1");
        resolve(alert("a"), at(-1));

        Episode episode = find("a");

        assertThat(episode.isOpen()).isFalse();
        assertThat(episode.openIncident()).isEmpty();
        assertThat(episode.incident()).contains(incident("Q1"));
        assertThat(episode.resolvedAt()).contains(at(-1));
        assertThat(episode.beganAt()).contains(START);
        assertThat(episode.underWaySince()).isEmpty();
        assertThat(episode.expiresAt()).contains(START.plus(Duration.ofDays(30)));
    }

    @Test
    void aLateMessageIsToldBesideTheIncident() {
        page(alert("a"), at(-5), "Q1");
        ledger().claimResolve(alert("a"), at(-9));

        Episode.Late late = find("a").late().orElseThrow();

        assertThat(late.occurredAt()).isEqualTo(at(-9));
        assertThat(late.reason()).contains("older than the last trigger");
        assertThat(late.count()).isEqualTo(1);
    }

    @Test
    void ofARuleThatFoldsTheSharedIncidentIsBesideItsAlerts() {
        DeliveryKey shared = DeliveryKey.ofRule(ACME, rule);
        for (String name : List.of("a", "b")) {
            Claim.Granted own = granted(ledger().claimTrigger(alert(name), at(-5), SERVICE, true, true));
            if (ledger().join(shared, alert(name), SERVICE) instanceof Claim.Granted first) {
                ledger().settleOpen(shared, first.leaseId(), at(-5), incident("Q1"), Outcome.OPENED);
            }
            ledger().settleOpen(alert(name), own.leaseId(), at(-5), incident("Q1"), Outcome.ADOPTED);
            tick();
        }

        Episodes.OfRule latest = episodes().latest(ACME, rule, 2);

        assertThat(latest.alerts())
                .extracting(episode -> episode.key().alertId())
                .containsExactly("b", "a");
        assertThat(latest.alerts()).allMatch(Episode::folded);
        Episode ofRule = latest.shared().orElseThrow();
        assertThat(ofRule.isOfRule()).isTrue();
        assertThat(ofRule.firing()).isEqualTo(2);
        assertThat(ofRule.openIncident()).contains(incident("Q1"));
        assertThat(episodes().open(ACME, rule, 5).episodes()).containsExactly(ofRule);
    }

    @Test
    void theLatestEpisodesOfARuleComeNewestFirst() {
        for (String name : List.of("a", "b", "c")) {
            page(alert(name), clock.instant(), "Q" + name);
            tick();
        }
        page(new DeliveryKey(ACME, rule + "/2", "other rule"), at(0), "QX");
        page(new DeliveryKey(new WorkspaceId("acme2"), rule, "other workspace"), at(0), "QY");

        assertThat(latest(2)).containsExactly("c", "b");
        assertThat(latest(9)).containsExactly("c", "b", "a");
    }

    @Test
    void onlyTheNextEpisodeMovesAnAlertUpTheList() {
        page(alert("a"), at(0), "Q1");
        tick();
        page(alert("b"), at(0), "Q2");
        tick();
        ledger().claimTrigger(alert("a"), at(1), SERVICE, false, true);
        resolve(alert("a"), at(2));
        ledger().recordResolve(alert("a"), at(3), Outcome.RESOLVE_SKIPPED, "resolved before");

        assertThat(latest(5)).containsExactly("b", "a");

        page(alert("a"), at(4), "Q3");

        assertThat(latest(5)).containsExactly("a", "b");
        assertThat(find("a").createdAt()).contains(START);
    }

    /** It may never be resolved: its producer sends none. */
    @Test
    void anAlertThatPagesAnewMovesUpTheList() {
        page(alert("a"), at(0), "Q1");
        tick();
        page(alert("b"), at(0), "Q2");
        clock.advance(Duration.ofMinutes(6));

        page(alert("a"), at(300), "Q1");
        assertThat(latest(5)).as("its incident was still open").containsExactly("b", "a");
        clock.advance(Duration.ofMinutes(6));
        page(alert("a"), at(600), "Q3");

        assertThat(latest(5)).containsExactly("a", "b");
        assertThat(find("a").beganAt()).contains(clock.instant());
        resolve(alert("a"), at(900));
        assertThat(latest(5)).containsExactly("a", "b");
    }

    @Test
    void anAlertThatWaitsAndIsTriedAgainStaysWhereItIs() {
        wait(alert("a"));
        tick();
        wait(alert("b"));
        tick();
        wait(alert("a"));

        assertThat(latest(5)).containsExactly("b", "a");
    }

    @Test
    void whatWasNeverClaimedIsListedToo() {
        ledger().recordUnsent(alert("unbound"), at(0), Outcome.UNBOUND, Reason.NONE, "bound to nothing");
        tick();
        ledger().recordResolve(alert("resolve"), at(0), Outcome.RESOLVE_SKIPPED, "resolved before");
        tick();
        ledger().claimResolve(alert("claimed resolve"), at(0));
        tick();
        ledger().recordExpired(alert("expired"), at(0), Reason.TOKEN, "no token");
        tick();

        assertThat(latest(9)).containsExactly("expired", "claimed resolve", "resolve", "unbound");

        ledger().recordUnsent(alert("unbound"), at(1), Outcome.UNBOUND, Reason.NONE, "bound to nothing");
        page(alert("resolve"), at(1), "Q1");

        assertThat(latest(9)).containsExactly("resolve", "expired", "claimed resolve", "unbound");
    }

    @Test
    void allThatIsOrMayBeOpenIsFoundAmongMany() {
        page(alert("open"), at(0), "Q1");
        tick();
        claim(alert("lost"), at(0));
        for (int i = 0; i < 105; i++) {
            tick();
            ledger().recordUnsent(alert("unbound-" + i), at(0), Outcome.UNBOUND, Reason.NONE, "bound to nothing");
        }

        assertThat(episodes().open(ACME, rule, 2).episodes())
                .extracting(episode -> episode.key().alertId())
                .containsExactly("lost", "open");
        assertThat(episodes().open(ACME, rule, 2).more()).isFalse();
        assertThat(episodes().open(ACME, rule, 1).episodes())
                .extracting(episode -> episode.key().alertId())
                .containsExactly("lost");
        assertThat(episodes().open(ACME, rule, 1).more()).isTrue();
    }

    private void page(DeliveryKey key, Instant occurredAt, String incidentId) {
        assertThat(ledger().settleOpen(
                                key,
                                claim(key, occurredAt).leaseId(),
                                occurredAt,
                                incident(incidentId),
                                Outcome.OPENED))
                .isTrue();
    }

    private void wait(DeliveryKey key) {
        ledger().release(
                        key,
                        claim(key, START),
                        new Release(
                                Outcome.WAITING,
                                Reason.OUTAGE,
                                "503",
                                at(60),
                                true,
                                Optional.empty(),
                                Optional.empty()));
    }

    private void resolve(DeliveryKey key, Instant occurredAt) {
        assertThat(ledger().settleResolved(
                                key,
                                granted(ledger().claimResolve(key, occurredAt)).leaseId(),
                                Outcome.RESOLVED,
                                ""))
                .isTrue();
    }

    private Claim.Granted claim(DeliveryKey key, Instant occurredAt) {
        return granted(ledger().claimTrigger(key, occurredAt, SERVICE, false, true));
    }

    private Episode find(String alertId) {
        return episodes().find(alert(alertId)).orElseThrow();
    }

    private List<String> latest(int max) {
        return episodes().latest(ACME, rule, max).alerts().stream()
                .map(episode -> episode.key().alertId())
                .toList();
    }

    private DeliveryKey alert(String id) {
        return new DeliveryKey(ACME, rule, id);
    }

    private void tick() {
        clock.advance(Duration.ofSeconds(1));
    }

    private static KnownIncident incident(String id) {
        return new KnownIncident(id, 812, "https://acme.example/" + id, SERVICE, false);
    }

    private static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    private static Claim.Granted granted(Claim claim) {
        assertThat(claim).isInstanceOf(Claim.Granted.class);
        return (Claim.Granted) claim;
    }
}
