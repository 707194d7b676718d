package io.middleware.paging.local.check;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.middleware.paging.local.check.Difference.Kind;

/**
 * Holds what was observed against the promise: an alert that the queue took ends in exactly one incident, or in a recorded
 * reason, or it still waits. Alerts of a rule that folds end in one together.
 *
 * <p>While the alert queue has messages, a delivery under way may yet be finished by one of them; what is left undone is then
 * named only after the grace. An empty queue finishes nothing any more.
 */
public final class InvariantCheck {

    /** Outcomes after which an incident may rightly stay open: nobody asked for its end. */
    private static final Set<String> MAY_LEAVE_OPEN =
            Set.of("RESOLVE_SKIPPED", "UNBOUND", "DISABLED", "STALE", "REFUSED");

    /** Outcomes that are a reason why an alert that fires has no open incident. */
    private static final Set<String> REASONS = Set.of("REFUSED", "EXPIRED", "DISABLED", "UNBOUND");

    /** Outcomes of alerts whose message moved there. */
    private static final Set<String> IN_THE_DEAD_LETTER_QUEUE = Set.of("REFUSED", "EXPIRED");

    private static final Set<String> OF_DEAD_LETTERS = Set.of("MALFORMED", "REFUSED", "EXPIRED");

    private final Instant now;
    private final Duration grace;
    private final Observed observed;
    private final Map<String, LedgerEntry> entryByOwnKey = new HashMap<>();
    /** Whose an incident of that key is: a shared one is its rule's. */
    private final Map<String, LedgerEntry> entryByKey = new HashMap<>();

    private final Map<String, List<LedgerEntry>> foldedByRule = new LinkedHashMap<>();
    private final Map<String, List<PagedIncident>> incidentsByKey = new LinkedHashMap<>();
    private final Map<String, PagedIncident> incidentById = new HashMap<>();
    private final List<Difference> differences = new ArrayList<>();

    private InvariantCheck(Observed observed, Instant now, Duration grace) {
        this.observed = observed;
        this.now = now;
        this.grace = grace;
        for (LedgerEntry entry : observed.ledger()) {
            entryByOwnKey.put(entry.ownKey(), entry);
            entryByKey.put(entry.isOfRule() ? entry.key() : entry.ownKey(), entry);
            if (entry.folded() && !entry.isOfRule()) {
                foldedByRule
                        .computeIfAbsent(entry.rule(), rule -> new ArrayList<>())
                        .add(entry);
            }
        }
        for (PagedIncident incident : observed.incidents()) {
            if (incidentById.put(incident.id(), incident) == null) {
                incidentsByKey
                        .computeIfAbsent(incident.key(), key -> new ArrayList<>())
                        .add(incident);
            }
        }
    }

    /**
     * @param now when it was observed
     * @param grace how late a try may be while the queue is not empty: longer than its visibility time-out
     * @return what does not fit; empty if everything does
     */
    public static List<Difference> differences(Observed observed, Instant now, Duration grace) {
        InvariantCheck check = new InvariantCheck(observed, now, grace);
        check.compareLedger();
        check.comparePagerDuty();
        check.compareDeadLetters();
        return List.copyOf(check.differences);
    }

    /**
     * As {@link #differences(Observed, Instant, Duration)}, and what was sent ended as it had to.
     *
     * @param observed with all incidents, resolved ones too
     * @param malformed bodies that are no alerts; all others are alerts that PagerDuty takes sooner or later
     */
    public static List<Difference> differences(
            Observed observed, Instant now, Duration grace, Collection<SentAlert> sent, Collection<String> malformed) {
        InvariantCheck check = new InvariantCheck(observed, now, grace);
        check.compareLedger();
        check.comparePagerDuty();
        check.compareDeadLetters();
        sent.forEach(check::compareSent);
        sent.stream()
                .filter(alert -> alert.rule() == SentAlert.Rule.FOLDS)
                .collect(Collectors.groupingBy(SentAlert::ruleKey))
                .values()
                .forEach(check::compareSentOfRule);
        check.compareMalformed(malformed);
        check.compareRefused();
        return List.copyOf(check.differences);
    }

    private void compareLedger() {
        for (LedgerEntry entry : observed.ledger()) {
            compareIncident(entry);
            compareUndone(entry);
            if (entry.isOfRule()) {
                compareHolders(entry);
            } else if (entry.folded()) {
                compareFolded(entry);
            }
        }
        foldedByRule.values().forEach(this::compareTogether);
    }

    private void compareIncident(LedgerEntry entry) {
        if (!entry.incidentOpen() || mayBeUnderWay(entry) || isSaidOfItsRule(entry)) {
            return;
        }
        String says = "the ledger says that incident " + entry.incidentId().orElse("(none)") + " of " + entry.name()
                + " is open, and PagerDuty ";
        Optional<PagedIncident> there = entry.incidentId().map(incidentById::get);
        if (there.isEmpty()) {
            add(Kind.OPEN_ONLY_IN_LEDGER, says + "has none of that id");
        } else if (!there.get().isOpen()) {
            add(Kind.OPEN_ONLY_IN_LEDGER, says + "has it resolved: by a person, or the ledger missed it");
        } else if (!there.get().key().equals(entry.key())) {
            add(Kind.OPEN_ONLY_IN_LEDGER, says + "has it under the key of another alert");
        }
    }

    private void compareUndone(LedgerEntry entry) {
        if (!entry.firing().isEmpty()) {
            // Whoever fires has an item that says what becomes of its message; the next to join or leave goes on here.
            return;
        }
        if (observed.alertMessages() == 0) {
            compareLeftBehind(entry);
        } else if (isToBePaged(entry) && isLongAgo(entry.nextAttemptAt())) {
            add(
                    Kind.OVERDUE,
                    entry.name() + " waits (" + entry.reason() + ") for a try that was due at "
                            + entry.nextAttemptAt().get() + ": its message is stuck or lost");
        } else if (isLongAgo(entry.leaseUntil())) {
            add(
                    Kind.OVERDUE,
                    entry.name() + " was claimed until " + entry.leaseUntil().get()
                            + " and nobody has tried since: its message is stuck or lost");
        }
    }

    private void compareLeftBehind(LedgerEntry entry) {
        String gone = ", and the queue is empty: no message is left that would ";
        if (isToBePaged(entry)) {
            add(Kind.LOST, entry.name() + " waits (" + entry.reason() + ")" + gone + "page it");
        }
        if (entry.leaseUntil().filter(until -> until.isBefore(now)).isPresent()) {
            add(
                    Kind.CLAIM_LEFT,
                    "a claim on " + entry.name() + " lapsed at "
                            + entry.leaseUntil().get() + gone + "try again");
        }
        if (entry.unsettledSince().isPresent() && !mayStayUnsettled(entry)) {
            add(
                    Kind.UNSETTLED_LEFT,
                    "a POST for " + entry.name() + " since "
                            + entry.unsettledSince().get() + " has an unknown end" + gone + "find out");
        }
        if (entry.resolvePending()) {
            add(Kind.RESOLVE_LEFT, "a resolve of " + entry.name() + " was claimed and not sent" + gone + "send it");
        }
    }

    /** A rule waits for no message of its own: when nobody fires, nobody is to be paged. */
    private static boolean isToBePaged(LedgerEntry entry) {
        return entry.isWaiting() && !entry.isOfRule();
    }

    private static boolean mayStayUnsettled(LedgerEntry entry) {
        // What was refused for good, or waited too long, is in the dead-letter queue, and a person looks at it. What
        // waits
        // and is to fold had its POST, if any, under its rule's key: the rule's item says so.
        return IN_THE_DEAD_LETTER_QUEUE.contains(entry.outcome())
                || (entry.folded() && entry.isWaiting() && !entry.incidentOpen());
    }

    private void compareFolded(LedgerEntry alert) {
        if (alert.incidentOpen()
                && !mayBeUnderWay(alert)
                && !firingOfRule(alert).contains(alert.firingHash())) {
            add(
                    Kind.OPEN_NOT_FIRING,
                    "the ledger says that " + alert.name()
                            + " shares the open incident of its rule, and the rule's item does not have it among those"
                            + " that fire");
        }
    }

    private void compareHolders(LedgerEntry rule) {
        List<LedgerEntry> alerts = foldedByRule.getOrDefault(rule.rule(), List.of());
        if (observed.alertMessages() == 0) {
            Map<String, LedgerEntry> byHash = alerts.stream()
                    .collect(Collectors.toMap(LedgerEntry::firingHash, alert -> alert, (one, other) -> one));
            rule.firing().stream().sorted().forEach(hash -> compareHolder(rule, hash, byHash.get(hash)));
        }
        boolean isBeingLeft = mayBeUnderWay(rule) || alerts.stream().anyMatch(this::mayBeUnderWay);
        if (rule.incidentOpen()
                && rule.firing().isEmpty()
                && !isBeingLeft
                && observed.resolvingRules().contains(rule.rule())) {
            add(
                    Kind.HELD_BY_NONE,
                    "the ledger says that incident " + rule.incidentId().orElse("(none)") + " of " + rule.name()
                            + " is open, and none of its alerts fires: nobody would resolve it");
        }
    }

    private void compareHolder(LedgerEntry rule, String hash, LedgerEntry alert) {
        String holds = " among those that fire, and the queue is empty: it holds the rule's incident open for good";
        if (alert == null) {
            add(
                    Kind.FIRING_NOT_OPEN,
                    "the item of " + rule.name() + " has an alert that the ledger does not know (hash " + hash + ")"
                            + holds);
        } else if (!alert.incidentOpen() && !alert.isUnderWay() && !REASONS.contains(alert.outcome())) {
            add(
                    Kind.FIRING_NOT_OPEN,
                    "the ledger says " + alert.outcome() + " of " + alert.name() + ", and its rule's item has it"
                            + holds);
        }
    }

    private void compareTogether(List<LedgerEntry> alertsOfRule) {
        Map<String, List<String>> alertsByIncident = new TreeMap<>();
        for (LedgerEntry alert : alertsOfRule) {
            if (alert.incidentOpen() && !mayBeUnderWay(alert)) {
                alertsByIncident
                        .computeIfAbsent(alert.incidentId().orElse("(none)"), id -> new ArrayList<>())
                        .add(alert.alertId());
            }
        }
        if (alertsByIncident.size() > 1) {
            LedgerEntry any = alertsOfRule.get(0);
            add(
                    Kind.FOLDED_APART,
                    "the ledger says that alerts of rule " + any.ruleId() + " of workspace " + any.workspaceId()
                            + " share " + alertsByIncident.size() + " open incidents: "
                            + alertsByIncident.entrySet().stream()
                                    .map(entry -> entry.getKey() + " (alert "
                                            + entry.getValue().get(0) + others(entry.getValue()) + ")")
                                    .collect(Collectors.joining(", ")));
        }
    }

    private static String others(List<String> alerts) {
        return alerts.size() == 1 ? "" : " and " + (alerts.size() - 1) + " more";
    }

    private Optional<LedgerEntry> ruleOf(LedgerEntry alert) {
        return Optional.ofNullable(entryByKey.get(alert.key()));
    }

    private Set<String> firingOfRule(LedgerEntry alert) {
        return ruleOf(alert).map(LedgerEntry::firing).orElse(Set.of());
    }

    /** What is wrong with a shared incident is wrong once, however many share it. */
    private boolean isSaidOfItsRule(LedgerEntry entry) {
        return entry.folded()
                && !entry.isOfRule()
                && ruleOf(entry)
                        .filter(rule -> rule.incidentOpen() && rule.incidentId().equals(entry.incidentId()))
                        .isPresent();
    }

    private void comparePagerDuty() {
        incidentsByKey.forEach((key, incidents) -> {
            List<PagedIncident> open =
                    incidents.stream().filter(PagedIncident::isOpen).toList();
            LedgerEntry entry = entryByKey.get(key);
            if (open.size() > 1 && (entry != null || open.get(0).hasKeyLikeOurs())) {
                String whose = entry == null ? "key " + key : entry.name();
                add(Kind.TWO_OPEN, whose + " has " + open.size() + " open incidents: " + open);
            }
            open.forEach(incident -> compareOpen(incident, entry));
        });
    }

    private void compareOpen(PagedIncident incident, LedgerEntry entry) {
        if (entry == null) {
            if (incident.hasKeyLikeOurs()) {
                add(
                        Kind.UNKNOWN_KEY,
                        "PagerDuty has " + incident + " with the key " + incident.key()
                                + ", which looks like ours, and the ledger knows no such alert");
            }
            return;
        }
        boolean known = entry.incidentOpen() && entry.incidentId().equals(Optional.of(incident.id()));
        if (!known && !mayBeUnderWay(entry) && !isLeftOpen(entry)) {
            add(
                    Kind.OPEN_ONLY_IN_PAGERDUTY,
                    "PagerDuty has " + incident + " of " + entry.name() + ", and the ledger says " + entry.outcome()
                            + ", "
                            + (entry.incidentOpen()
                                    ? "with incident " + entry.incidentId().orElse("(none)")
                                    : "with none open"));
        }
    }

    private void compareDeadLetters() {
        for (DeadLetter letter : observed.deadLetters()) {
            if (letter.outcome().isEmpty()) {
                add(
                        Kind.DEAD_LETTER,
                        "message " + letter.messageId()
                                + " in the dead-letter queue has no outcome: SQS moved it after too"
                                + " many receives, or it had no room for one");
            } else if (!OF_DEAD_LETTERS.contains(letter.outcome().get())) {
                add(
                        Kind.DEAD_LETTER,
                        "message " + letter.messageId() + " in the dead-letter queue has the outcome "
                                + letter.outcome().get() + ", which does not belong there");
            } else if (letter.reason().filter(reason -> !reason.isBlank()).isEmpty()) {
                add(
                        Kind.DEAD_LETTER,
                        "message " + letter.messageId() + " in the dead-letter queue is "
                                + letter.outcome().get() + " and gives no reason");
            }
        }
    }

    private void compareSent(SentAlert alert) {
        LedgerEntry entry = entryByOwnKey.get(alert.key());
        if (entry == null) {
            add(Kind.SILENT, alert.name() + " was sent, and the ledger has no record of it");
            return;
        }
        if (mayBeUnderWay(entry)) {
            return;
        }
        List<PagedIncident> all = incidentsByKey.getOrDefault(alert.key(), List.of());
        List<PagedIncident> open = all.stream().filter(PagedIncident::isOpen).toList();
        if (alert.rule() == SentAlert.Rule.UNBOUND) {
            if (!all.isEmpty()) {
                add(Kind.PAGED_UNBOUND, alert.name() + " is bound to no service, and has " + all);
            }
            return;
        }
        if (alert.rule() == SentAlert.Rule.FOLDS) {
            compareSentFolded(alert, entry, all);
            return;
        }
        if (all.size() > alert.firings()) {
            add(Kind.PAGED_TWICE, alert.name() + " fired " + times(alert.firings()) + " and has " + all);
        }
        if (alert.endsFiring() && open.isEmpty() && !REASONS.contains(entry.outcome())) {
            add(
                    Kind.NOT_PAGED,
                    alert.name() + " fires, has no open incident among " + all + ", and the ledger says "
                            + entry.outcome() + " " + entry.reason());
        }
        if (!alert.endsFiring() && alert.rule() == SentAlert.Rule.RESOLVES && !open.isEmpty()) {
            add(
                    Kind.NOT_RESOLVED,
                    alert.name() + " resolved, its incidents are " + all + ", and the ledger says " + entry.outcome()
                            + " " + entry.reason());
        }
    }

    private void compareSentFolded(SentAlert alert, LedgerEntry entry, List<PagedIncident> ofItsOwn) {
        if (!ofItsOwn.isEmpty()) {
            add(Kind.PAGED_TWICE, alert.name() + " shares the incident of its rule, and has " + ofItsOwn);
        }
        List<PagedIncident> shared = incidentsByKey.getOrDefault(alert.ruleKey(), List.of());
        // Two that are open are named as such.
        boolean covered = entry.incidentOpen()
                && shared.stream()
                        .anyMatch(incident ->
                                incident.isOpen() && entry.incidentId().equals(Optional.of(incident.id())));
        String says = ", and the ledger says " + entry.outcome() + " " + entry.reason();
        if (alert.endsFiring() && !covered && !REASONS.contains(entry.outcome())) {
            add(
                    Kind.NOT_PAGED,
                    alert.name() + " fires, is part of no open incident among those of its rule, " + shared + says);
        }
        if (!alert.endsFiring() && entry.incidentOpen()) {
            add(Kind.NOT_RESOLVED, alert.name() + " resolved, and is part of the incident of its rule" + says);
        }
    }

    private void compareSentOfRule(List<SentAlert> alerts) {
        SentAlert any = alerts.get(0);
        List<PagedIncident> all = incidentsByKey.getOrDefault(any.ruleKey(), List.of());
        LedgerEntry rule = entryByKey.get(any.ruleKey());
        if (rule != null && mayBeUnderWay(rule)) {
            return;
        }
        String name = "rule " + any.ruleId() + " of workspace " + any.workspaceId();
        int firings = alerts.stream().mapToInt(SentAlert::firings).sum();
        if (all.size() > firings) {
            add(Kind.PAGED_TWICE, "the alerts of " + name + " fired " + times(firings) + " and share " + all);
        }
        if (alerts.stream().noneMatch(SentAlert::endsFiring) && all.stream().anyMatch(PagedIncident::isOpen)) {
            add(Kind.NOT_RESOLVED, "all alerts of " + name + " resolved, and its incidents are " + all);
        }
    }

    private void compareMalformed(Collection<String> malformed) {
        Set<String> there = observed.deadLetters().stream()
                .filter(letter -> letter.outcome().equals(Optional.of("MALFORMED")))
                .map(DeadLetter::body)
                .collect(Collectors.toSet());
        malformed.stream()
                .filter(body -> !there.contains(body))
                .forEach(body -> add(
                        Kind.MALFORMED_LOST,
                        "the malformed message \"" + body + "\" is not in the dead-letter queue as such"));
        there.stream()
                .filter(body -> !malformed.contains(body))
                .forEach(body -> add(
                        Kind.DEAD_LETTER,
                        "the message \"" + body + "\" is in the dead-letter queue as MALFORMED, and is an alert"));
    }

    /** Whoever knows what was sent has PagerDuty refuse none of it for good. */
    private void compareRefused() {
        observed.deadLetters().stream()
                .filter(letter -> letter.outcome().equals(Optional.of("REFUSED")))
                .forEach(letter -> add(
                        Kind.DEAD_LETTER,
                        "message " + letter.messageId() + " is in the dead-letter queue as REFUSED ("
                                + letter.reason().orElse("no reason") + "), and PagerDuty refused nothing for good: "
                                + letter.body()));
    }

    private boolean mayBeUnderWay(LedgerEntry entry) {
        return observed.alertMessages() > 0 && entry.isUnderWay();
    }

    /** A rule of which nothing is known may be one that leaves its incidents open. */
    private boolean isLeftOpen(LedgerEntry entry) {
        return MAY_LEAVE_OPEN.contains(entry.outcome())
                && !(entry.outcome().equals("RESOLVE_SKIPPED")
                        && observed.resolvingRules().contains(entry.rule()));
    }

    private boolean isLongAgo(Optional<Instant> instant) {
        return instant.filter(then -> then.plus(grace).isBefore(now)).isPresent();
    }

    private void add(Kind kind, String sentence) {
        differences.add(new Difference(kind, sentence));
    }

    private static String times(int count) {
        return count == 1 ? "once" : count + " times";
    }
}
