package io.middleware.paging.alert;

import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.binding.CachedRuleBindings;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.pagerduty.Deadline;

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
    private final Backoff backoff;

    public AlertNotifier(
            CachedRuleBindings bindings,
            DeliveryLedger ledger,
            IncidentOpener opener,
            IncidentResolver resolver,
            Backoff backoff) {
        this.bindings = bindings;
        this.ledger = ledger;
        this.opener = opener;
        this.resolver = resolver;
        this.backoff = backoff;
    }

    /** @param receiveCount how often the alert's message was received, from which its back-off follows */
    NotifyOutcome notify(Alert alert, int receiveCount, Deadline deadline) {
        Optional<RuleBinding> binding = bindings.find(alert.workspaceId(), alert.ruleId());
        if (binding.isEmpty()) {
            return recordUnsent(
                    alert,
                    Outcome.UNBOUND,
                    "rule " + alert.ruleId() + " of workspace " + alert.workspaceId() + " is bound to no service",
                    receiveCount);
        }
        if (!binding.get().enabled()) {
            return recordUnsent(
                    alert, Outcome.DISABLED, "the binding of rule " + alert.ruleId() + " is disabled", receiveCount);
        }
        return switch (alert.status()) {
            case TRIGGERED -> trigger(alert, binding.get(), receiveCount, deadline);
            case RESOLVED -> resolve(alert, binding.get(), receiveCount, deadline);
        };
    }

    private NotifyOutcome trigger(Alert alert, RuleBinding binding, int receiveCount, Deadline deadline) {
        Claim claim = ledger.claimTrigger(alert.deliveryKey(), alert.occurredAt(), binding.serviceId());
        return claim instanceof Claim.Granted granted
                ? opener.open(new Attempt(alert, binding, granted, receiveCount, deadline))
                : outcomeWithoutClaim(claim, Outcome.REPEATED, "delivered before", receiveCount);
    }

    private NotifyOutcome resolve(Alert alert, RuleBinding binding, int receiveCount, Deadline deadline) {
        if (!binding.notifyOnResolve()) {
            return recordResolve(
                    alert, Outcome.RESOLVE_SKIPPED, "the rule does not resolve its incidents", receiveCount);
        }
        Claim claim = ledger.claimResolve(alert.deliveryKey(), alert.occurredAt());
        return claim instanceof Claim.Granted granted
                ? resolver.resolve(new Attempt(alert, binding, granted, receiveCount, deadline))
                : outcomeWithoutClaim(claim, Outcome.RESOLVE_SKIPPED, "resolved before", receiveCount);
    }

    /** A resolve counts even for a rule that pages nobody: an older trigger must not page once the rule is bound. */
    private NotifyOutcome recordUnsent(Alert alert, Outcome outcome, String reason, int receiveCount) {
        if (alert.status() == Alert.Status.RESOLVED) {
            return recordResolve(alert, outcome, reason, receiveCount);
        }
        ledger.recordUnsent(alert.deliveryKey(), alert.occurredAt(), outcome, reason);
        return NotifyOutcome.done(outcome, reason);
    }

    private NotifyOutcome recordResolve(Alert alert, Outcome outcome, String reason, int receiveCount) {
        Claim claim = ledger.recordResolve(alert.deliveryKey(), alert.occurredAt(), outcome, reason);
        return outcomeWithoutClaim(claim, outcome, reason, receiveCount);
    }

    private NotifyOutcome outcomeWithoutClaim(Claim claim, Outcome ifDone, String reasonIfDone, int receiveCount) {
        if (claim instanceof Claim.Repeated repeated) {
            return NotifyOutcome.done(Outcome.REPEATED, repeated.incident());
        }
        if (claim instanceof Claim.Stale stale) {
            return NotifyOutcome.done(Outcome.STALE, stale.reason());
        }
        if (claim instanceof Claim.InFlight inFlight) {
            return NotifyOutcome.waiting(
                    "somebody else is handling this alert until " + inFlight.until() + " at the latest",
                    backoff.exponential(receiveCount));
        }
        return NotifyOutcome.done(ifDone, reasonIfDone);
    }
}
