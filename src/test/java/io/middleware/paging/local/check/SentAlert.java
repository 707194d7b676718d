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
        /** A service; its alerts share an incident, which is resolved when the last of them has. */
        FOLDS,
        /** Nothing. */
        UNBOUND
    }

    /** That of an incident of its own. */
    String key() {
        return IncidentKey.of(workspaceId, ruleId, alertId).value();
    }

    /** That of the incident which the alerts of its rule share, if they do. */
    String ruleKey() {
        return IncidentKey.ofRule(workspaceId, ruleId).value();
    }

    String name() {
        return "alert " + alertId + " of rule " + ruleId + " of workspace " + workspaceId;
    }
}
