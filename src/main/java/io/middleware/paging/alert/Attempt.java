package io.middleware.paging.alert;

import java.time.Instant;
import java.util.Optional;

import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.Claim.UnsettledTry;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.IncidentKey;
import io.middleware.paging.pagerduty.Urgency;

/**
 * One try at one incident, with the claim that allows it.
 *
 * @param alert that caused the try
 * @param lookUpFailingSince since when PagerDuty fails to say what became of a lost POST; empty if it does not
 */
record Attempt(
        Alert alert,
        RuleBinding binding,
        DeliveryKey key,
        IncidentKey incidentKey,
        Claim.Granted claim,
        Optional<Instant> lookUpFailingSince,
        Receive receive) {
    static Attempt atAlert(Alert alert, RuleBinding binding, Claim.Granted claim, Receive receive) {
        return of(alert, binding, alert.deliveryKey(), alert.incidentKey(), claim, receive);
    }

    /** At the incident that the alerts of a rule share. */
    static Attempt atRule(Alert alert, RuleBinding binding, Claim.Granted claim, Receive receive) {
        return of(alert, binding, alert.ruleDeliveryKey(), alert.ruleIncidentKey(), claim, receive);
    }

    private static Attempt of(
            Alert alert,
            RuleBinding binding,
            DeliveryKey key,
            IncidentKey incidentKey,
            Claim.Granted claim,
            Receive receive) {
        return new Attempt(
                alert,
                binding,
                key,
                incidentKey,
                claim,
                claim.unsettled().flatMap(UnsettledTry::lookUpFailingSince),
                receive);
    }

    /** @param failingSince empty after PagerDuty has answered */
    Attempt withLookUpFailingSince(Optional<Instant> failingSince) {
        return new Attempt(alert, binding, key, incidentKey, claim, failingSince, receive);
    }

    /** Whether the incident is that of the rule, shared by its alerts. */
    boolean isOfRule() {
        return !key.equals(alert.deliveryKey());
    }

    Deadline deadline() {
        return receive.deadline();
    }

    /**
     * What the pace goes by. An urgency that PagerDuty decides may be high. In the share of low urgency go resolves, since no
     * page may wait for one, and what PagerDuty would not take the last time: a thousand alerts of a service that is disabled
     * must not use up the turns of those that can page.
     */
    Urgency urgency() {
        return alert.status() == Alert.Status.RESOLVED
                        || hasWaitedFor(Reason.NOT_PAGEABLE)
                        || hasWaitedFor(Reason.FORBIDDEN)
                ? Urgency.LOW
                : alert.urgency(binding).orElse(Urgency.HIGH);
    }

    boolean hasWaitedFor(Reason reason) {
        return claim.waited()
                .filter(waited -> waited.reasons().contains(reason))
                .isPresent();
    }
}
