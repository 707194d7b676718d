package io.middleware.paging.alert;

import java.util.Optional;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;

/**
 * Incidents that all alerts of a rule share ({@code groupBy: rule}): the first alert opens it, the others join it, and it
 * is resolved when the last has left.
 *
 * <p>Every alert keeps its own item in the ledger, with its own claim and its own rules of time; the rule has one more, with
 * the incident and the alerts that fire. The alert's claim is held while the rule's is asked for, and settled after it: a
 * crash in between repeats steps that may be repeated.
 */
@ApplicationScoped
public class RuleIncidents {
    private static final String BUSY = "somebody else is at the incident of its rule";

    private final DeliveryLedger ledger;
    private final IncidentOpener opener;
    private final IncidentResolver resolver;
    private final HandBack handBack;

    public RuleIncidents(DeliveryLedger ledger, IncidentOpener opener, IncidentResolver resolver, HandBack handBack) {
        this.ledger = ledger;
        this.opener = opener;
        this.resolver = resolver;
        this.handBack = handBack;
    }

    /** @param attempt with the alert's own claim */
    NotifyOutcome open(Attempt attempt) {
        return guarded(attempt, true, () -> {
            Claim claim = ledger.join(
                    attempt.alert().ruleDeliveryKey(),
                    attempt.key(),
                    attempt.binding().serviceId());
            if (claim instanceof Claim.Granted granted) {
                return settleOpened(attempt, opener.open(ofRule(attempt, granted)));
            }
            if (claim instanceof Claim.Shared shared && shared.incident().isPresent()) {
                return settleOpened(attempt, joined(shared.incident().get()));
            }
            return busy(attempt, claim, true);
        });
    }

    /** @param attempt with the alert's own claim, of a resolve */
    Step resolve(Attempt attempt) {
        try {
            Claim claim = ledger.leave(attempt.alert().ruleDeliveryKey(), attempt.key());
            if (claim instanceof Claim.Granted granted) {
                Step step = resolver.begin(ofRule(attempt, granted));
                return step instanceof Step.ToResolve toResolve
                        ? toResolve.then(outcome -> guarded(attempt, false, () -> settleResolved(attempt, outcome)))
                        : new Step.Done(settleResolved(attempt, ((Step.Done) step).outcome()));
            }
            if (claim instanceof Claim.InFlight) {
                return new Step.Done(busy(attempt, claim, false));
            }
            return new Step.Done(settleResolved(attempt, left(attempt.alert(), claim)));
        } catch (RuntimeException awsFailed) {
            throw handBack.afterException(attempt, awsFailed, false);
        }
    }

    /**
     * The alert has resolved and PagerDuty is not to hear of it. Safe to repeat.
     *
     * @param attempt with the alert's own claim
     */
    NotifyOutcome leave(Attempt attempt, Outcome outcome, String detail) {
        DeliveryKey rule = attempt.alert().ruleDeliveryKey();
        Claim ofRule = ledger.leave(rule, attempt.key());
        if (ofRule instanceof Claim.Granted last) {
            ledger.settleResolved(
                    rule, last.leaseId(), Outcome.RESOLVE_SKIPPED, "its last alert has resolved; " + detail);
        }
        return ofRule instanceof Claim.InFlight
                ? busy(attempt, ofRule, false)
                : settleResolved(attempt, NotifyOutcome.done(outcome, detail));
    }

    private static NotifyOutcome joined(KnownIncident incident) {
        return new NotifyOutcome(
                incident.outcome(Outcome.ADOPTED),
                NotifyOutcome.Next.DONE,
                Reason.FOLDED,
                "shares the incident of its rule",
                Optional.empty(),
                Optional.of(incident),
                Optional.empty());
    }

    private static NotifyOutcome left(Alert alert, Claim claim) {
        String detail = claim instanceof Claim.Shared shared && shared.others() > 0
                ? shared.others() + " other alerts of the rule still fire"
                : "no incident is open for its rule";
        return NotifyOutcome.done(Outcome.RESOLVE_SKIPPED, alert.withResolvedBecause(detail));
    }

    private NotifyOutcome settleOpened(Attempt attempt, NotifyOutcome outcome) {
        if (outcome.next() != NotifyOutcome.Next.DONE) {
            return handBack.giveBack(attempt, outcome, true);
        }
        return ledger.settleOpen(
                        attempt.key(),
                        attempt.claim().leaseId(),
                        attempt.alert().occurredAt(),
                        outcome.incident().orElseThrow(),
                        outcome.outcome())
                ? outcome
                : handBack.leaseLost(attempt.receive());
    }

    private NotifyOutcome settleResolved(Attempt attempt, NotifyOutcome outcome) {
        if (outcome.next() != NotifyOutcome.Next.DONE) {
            return handBack.giveBack(attempt, outcome, false);
        }
        return ledger.settleResolved(attempt.key(), attempt.claim().leaseId(), outcome.outcome(), outcome.detail())
                ? outcome
                : handBack.leaseLost(attempt.receive());
    }

    private NotifyOutcome busy(Attempt attempt, Claim ofRule, boolean isTrigger) {
        return ofRule instanceof Claim.InFlight inFlight
                ? handBack.inFlight(attempt, BUSY, inFlight, isTrigger)
                : handBack.again(attempt, Reason.IN_FLIGHT, BUSY, isTrigger);
    }

    /**
     * @param isTrigger a folded trigger that is given back counts as one that may have acted, whatever became of it: the
     *     incident that it may have opened is the rule's, and a resolve that is older must not end it
     */
    private NotifyOutcome guarded(Attempt attempt, boolean isTrigger, Supplier<NotifyOutcome> steps) {
        try {
            return steps.get();
        } catch (RuntimeException awsFailed) {
            return handBack.outcomeAfter(attempt, awsFailed, isTrigger);
        }
    }

    private static Attempt ofRule(Attempt attempt, Claim.Granted claim) {
        return Attempt.atRule(attempt.alert(), attempt.binding(), claim, attempt.receive());
    }
}
