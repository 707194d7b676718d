package io.middleware.paging.alert;

import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.binding.CachedRuleBindings;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;

/**
 * Takes one alert from its rule to its outcome: find the binding, claim the episode, then open or resolve the incident.
 *
 * <p>Thread-safe, and safe to repeat at any point: of all that handle the same alert only one is granted the claim, and
 * what was handled before is not handled again. Failures of DynamoDB and Secrets Manager are thrown.
 */
@ApplicationScoped
public class AlertNotifier {
    private final CachedRuleBindings bindings;
    private final DeliveryLedger ledger;
    private final IncidentOpener opener;
    private final IncidentResolver resolver;
    private final RuleIncidents ruleIncidents;
    private final HandBack handBack;
    private final Backoff backoff;

    public AlertNotifier(
            CachedRuleBindings bindings,
            DeliveryLedger ledger,
            IncidentOpener opener,
            IncidentResolver resolver,
            RuleIncidents ruleIncidents,
            HandBack handBack,
            Backoff backoff) {
        this.bindings = bindings;
        this.ledger = ledger;
        this.opener = opener;
        this.resolver = resolver;
        this.ruleIncidents = ruleIncidents;
        this.handBack = handBack;
        this.backoff = backoff;
    }

    /** Takes the alert to its outcome by itself. */
    NotifyOutcome handle(Alert alert, Receive receive) {
        Step step = begin(alert, receive);
        return step instanceof Step.ToResolve toResolve
                ? toResolve.then().apply(resolver.resolve(List.of(toResolve)).get(0))
                : ((Step.Done) step).outcome();
    }

    /**
     * Takes the alert as far as it goes by itself: to its outcome, or to incidents that are best resolved together with
     * those of others ({@link IncidentResolver#resolve}).
     */
    Step begin(Alert alert, Receive receive) {
        Optional<RuleBinding> binding = receive.keepsComingBack()
                ? bindings.findAnew(alert.workspaceId(), alert.ruleId())
                : bindings.find(alert.workspaceId(), alert.ruleId());
        if (binding.isEmpty()) {
            return recordUnsent(
                    alert,
                    RuleBinding.none(alert.workspaceId(), alert.ruleId()),
                    Outcome.UNBOUND,
                    boundToNoService(alert),
                    receive);
        }
        if (!binding.get().enabled()) {
            return recordUnsent(
                    alert,
                    binding.get(),
                    Outcome.DISABLED,
                    "the binding of rule " + alert.ruleId() + " is disabled",
                    receive);
        }
        return switch (alert.status()) {
            case TRIGGERED -> trigger(alert, binding.get(), receive);
            case RESOLVED -> resolve(alert, binding.get(), receive);
        };
    }

    /** With the id to bind, which nobody could guess from a name that cannot be one. */
    private static String boundToNoService(Alert alert) {
        String rule = alert.ruleName()
                .map(name -> '"' + name + '"')
                .orElse(alert.ruleId().value());
        return "rule " + rule + " of workspace " + alert.workspaceId() + " is bound to no service"
                + (alert.ruleName().isPresent() ? "; bind it with bind-rule under ruleId " + alert.ruleId() : "");
    }

    private Step trigger(Alert alert, RuleBinding binding, Receive receive) {
        Optional<Alert.Silence> silence =
                alert.silence().filter(silenced -> silenced.until().isEmpty());
        if (silence.isPresent()) {
            return recordSilenced(alert, silence.get());
        }
        Claim claim = ledger.claimTrigger(
                alert.deliveryKey(),
                alert.occurredAt(),
                binding.serviceId(),
                alert.isFolded(binding),
                alert.resolvesIncident(binding));
        if (claim instanceof Claim.AlreadyDelivered delivered) {
            return new Step.Done(deliveredBefore(delivered));
        }
        if (!(claim instanceof Claim.Granted granted)) {
            return withoutClaim(claim, Outcome.REPEATED, "", receive);
        }
        Attempt attempt = Attempt.atAlert(alert, binding, granted, receive);
        return new Step.Done(handBack.whileMuted(attempt)
                .orElseGet(() -> granted.folded() ? ruleIncidents.open(attempt) : opener.open(attempt)));
    }

    private Step recordSilenced(Alert alert, Alert.Silence silence) {
        ledger.recordUnsent(
                alert.deliveryKey(), alert.occurredAt(), Outcome.DISABLED, silence.reason(), silence.detail());
        return new Step.Done(NotifyOutcome.done(Outcome.DISABLED, silence.reason(), silence.detail()));
    }

    /** Whoever delivered it may have ended before it could tell that nobody was paged: too often is better than never. */
    private static NotifyOutcome deliveredBefore(Claim.AlreadyDelivered delivered) {
        return delivered
                .incident()
                .filter(KnownIncident::pagedNobody)
                .map(incident -> NotifyOutcome.done(Outcome.NOBODY_PAGED, incident))
                .orElseGet(() -> NotifyOutcome.done(Outcome.REPEATED, "delivered before"));
    }

    private Step resolve(Alert alert, RuleBinding binding, Receive receive) {
        if (!alert.resolvesIncident(binding)) {
            String detail = alert.withResolvedBecause("the rule does not resolve its incidents");
            Claim claim =
                    ledger.recordResolve(alert.deliveryKey(), alert.occurredAt(), Outcome.RESOLVE_SKIPPED, detail);
            return recorded(alert, binding, claim, Outcome.RESOLVE_SKIPPED, detail, receive);
        }
        Claim claim = ledger.claimResolve(alert.deliveryKey(), alert.occurredAt());
        return claim instanceof Claim.Granted granted
                ? send(alert, binding, granted, receive)
                : withoutClaim(claim, Outcome.RESOLVE_SKIPPED, "resolved before", receive);
    }

    private Step send(Alert alert, RuleBinding binding, Claim.Granted claim, Receive receive) {
        Attempt attempt = Attempt.atAlert(alert, binding, claim, receive);
        return claim.folded() ? ruleIncidents.resolve(attempt) : resolver.begin(attempt);
    }

    /**
     * A rule that is disabled or unbound pages nobody. What it has opened is still resolved, and a resolve counts even if
     * there is nothing to send: an older trigger must not page once the rule is bound.
     */
    private Step recordUnsent(Alert alert, RuleBinding binding, Outcome outcome, String detail, Receive receive) {
        if (alert.status() == Alert.Status.RESOLVED) {
            Claim claim = ledger.recordResolveUnlessWanted(alert.deliveryKey(), alert.occurredAt(), outcome, detail);
            return claim instanceof Claim.Granted granted && granted.wantsResolve()
                    ? send(alert, binding, granted, receive)
                    : recorded(alert, binding, claim, outcome, detail, receive);
        }
        ledger.recordUnsent(alert.deliveryKey(), alert.occurredAt(), outcome, Reason.NONE, detail);
        return new Step.Done(NotifyOutcome.done(outcome, detail));
    }

    private Step recorded(
            Alert alert, RuleBinding binding, Claim claim, Outcome outcome, String detail, Receive receive) {
        return claim instanceof Claim.Granted shared
                ? new Step.Done(ruleIncidents.leave(Attempt.atAlert(alert, binding, shared, receive), outcome, detail))
                : withoutClaim(claim, outcome, detail, receive);
    }

    private Step withoutClaim(Claim claim, Outcome ifDone, String detailIfDone, Receive receive) {
        if (claim instanceof Claim.Repeated repeated) {
            return new Step.Done(
                    NotifyOutcome.done(repeated.incident().outcome(Outcome.REPEATED), repeated.incident()));
        }
        if (claim instanceof Claim.InFlight inFlight) {
            return new Step.Done(NotifyOutcome.waiting(
                    Reason.IN_FLIGHT,
                    "somebody else is handling this alert until " + inFlight.until() + " at the latest",
                    backoff.exponential(receive.count(), inFlight.until())));
        }
        return new Step.Done(
                claim instanceof Claim.Stale stale
                        ? NotifyOutcome.done(Outcome.STALE, stale.reason())
                        : NotifyOutcome.done(ifDone, detailIfDone));
    }

    /** Records that the alert's message leaves the queue undelivered. */
    void expire(Alert alert, NotifyOutcome expired) {
        ledger.recordExpired(alert.deliveryKey(), alert.occurredAt(), expired.reason(), expired.detail());
    }
}
