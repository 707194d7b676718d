package io.middleware.paging.local.check;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

import io.middleware.paging.pagerduty.IncidentKey;
import io.middleware.paging.pagerduty.Sha256;

/**
 * An item of the table of deliveries, as far as it can be held against the queue and PagerDuty.
 *
 * @param alertId empty in the item of a rule that folds: it has the incident that the rule's alerts share
 * @param outcome empty while its first try is under way
 * @param incidentId the last incident it knows, open or not
 * @param incidentOpen whether it holds that incident to be open
 * @param resolvePending whether a resolve was claimed and is still to be sent
 * @param folded whether its incident is that of its rule
 * @param firing in the item of a rule: the {@link #firingHash()} of each alert that holds its incident open
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
        Optional<Instant> unsettledSince,
        boolean folded,
        Set<String> firing) {

    /** As the ledger has it: 12 bytes of the hash of the alert's id, here in hexadecimal. */
    private static final int DIGITS_OF_A_FIRING_ALERT = 24;

    public LedgerEntry {
        firing = Set.copyOf(firing);
    }

    /** That of its incident. */
    String key() {
        return folded || isOfRule() ? IncidentKey.ofRule(workspaceId, ruleId).value() : ownKey();
    }

    /** That of an incident which it shares with no other alert. */
    String ownKey() {
        return IncidentKey.of(workspaceId, ruleId, alertId).value();
    }

    /** Whether it stands for all alerts of a rule. */
    boolean isOfRule() {
        return alertId.isEmpty();
    }

    /** How its rule's item calls it. */
    String firingHash() {
        return Sha256.hex(alertId).substring(0, DIGITS_OF_A_FIRING_ALERT);
    }

    /** How a sentence calls it. */
    String name() {
        return (isOfRule() ? "" : "alert " + alertId + " of ") + "rule " + ruleId + " of workspace " + workspaceId;
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
