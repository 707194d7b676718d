package io.middleware.paging.alert;

import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.IncidentKey;
import io.middleware.paging.pagerduty.Urgency;

/**
 * One try at one incident, with the claim that allows it.
 *
 * @param alert that caused the try
 */
record Attempt(
        Alert alert,
        RuleBinding binding,
        DeliveryKey key,
        IncidentKey incidentKey,
        Claim.Granted claim,
        Receive receive) {
    static Attempt atAlert(Alert alert, RuleBinding binding, Claim.Granted claim, Receive receive) {
        return new Attempt(alert, binding, alert.deliveryKey(), alert.incidentKey(), claim, receive);
    }

    /** Whether the incident is that of the rule, shared by its alerts. */
    boolean isOfRule() {
        return !key.equals(alert.deliveryKey());
    }

    Deadline deadline() {
        return receive.deadline();
    }

    /**
     * What the pace goes by. An urgency that PagerDuty decides may be high. What PagerDuty would not take the last time is
     * tried again in the share of low urgency: a thousand alerts of a service that is disabled must not use up the turns of
     * those that can page.
     */
    Urgency urgency() {
        return hasWaitedFor(Reason.NOT_PAGEABLE) || hasWaitedFor(Reason.FORBIDDEN)
                ? Urgency.LOW
                : alert.urgency(binding).orElse(Urgency.HIGH);
    }

    boolean hasWaitedFor(Reason reason) {
        return claim.waited()
                .filter(waited -> waited.reasons().contains(reason))
                .isPresent();
    }
}
