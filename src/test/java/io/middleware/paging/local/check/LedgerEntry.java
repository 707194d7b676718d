package io.middleware.paging.local.check;

import java.time.Instant;
import java.util.Optional;

import io.middleware.paging.pagerduty.IncidentKey;

/**
 * An item of the table of deliveries, as far as it can be held against the queue and PagerDuty.
 *
 * @param outcome empty while its first try is under way
 * @param incidentId the last incident it knows, open or not
 * @param incidentOpen whether it holds that incident to be open
 * @param resolvePending whether a resolve was claimed and is still to be sent
 */
public record LedgerEntry(
        String workspaceId,
        String ruleId,
        String alertId,
        String outcome,
        String reason,
        Optional<String> incidentId,
        boolean incidentOpen,
        boolean resolvePending,
        Optional<Instant> leaseUntil,
        Optional<Instant> nextAttemptAt,
        Optional<Instant> unsettledSince) {

    String key() {
        return IncidentKey.of(workspaceId, ruleId, alertId).value();
    }

    /** How a sentence calls it. */
    String name() {
        return "alert " + alertId + " of rule " + ruleId + " of workspace " + workspaceId;
    }

    String rule() {
        return workspaceId + '/' + ruleId;
    }

    boolean isWaiting() {
        return outcome.equals("WAITING");
    }

    /** Whether somebody still has to do something about it. */
    boolean isUnderWay() {
        return isWaiting() || resolvePending || leaseUntil.isPresent() || unsettledSince.isPresent();
    }
}
