package io.middleware.paging.local.check;

import io.middleware.paging.pagerduty.IncidentKey;

/**
 * An alert that a test sent, in any order and as often as it liked.
 *
 * @param firings how many episodes its messages tell of, by their {@code occurredAt}
 * @param endsFiring whether the last of them is a trigger
 */
public record SentAlert(String workspaceId, String ruleId, String alertId, Rule rule, int firings, boolean endsFiring) {

    /** What its rule is bound to. */
    public enum Rule {
        /** A service, and resolves are passed on. */
        RESOLVES,
        /** A service, and incidents stay open. */
        LEAVES_OPEN,
        /** Nothing. */
        UNBOUND
    }

    String key() {
        return IncidentKey.of(workspaceId, ruleId, alertId).value();
    }

    String name() {
        return "alert " + alertId + " of rule " + ruleId + " of workspace " + workspaceId;
    }
}
