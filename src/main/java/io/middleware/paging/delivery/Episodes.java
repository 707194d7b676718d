package io.middleware.paging.delivery;

import java.util.List;
import java.util.Optional;

import io.middleware.paging.installation.WorkspaceId;

/**
 * Reads the ledger. Changes nothing, and claims nothing: whatever it says may be different a moment later.
 *
 * <p>One episode is read as it is. The lists may miss what began within the last second or so.
 */
public interface Episodes {
    /** Empty when the ledger has never heard of the alert, or has swept it (30 days after its end). */
    Optional<Episode> find(DeliveryKey key);

    /**
     * The last episodes of a rule's alerts, newest first. An alert is listed once, with its last episode.
     *
     * @param max from 1 to 99
     */
    OfRule latest(WorkspaceId workspaceId, String ruleId, int max);

    /**
     * What may still be open in PagerDuty because of a rule, the newest first. Alerts that share the rule's incident are not
     * listed beside it.
     *
     * @param max how many to list; the search ends after 2,000 episodes in any case
     */
    Open open(WorkspaceId workspaceId, String ruleId, int max);

    /**
     * @param alerts newest first
     * @param shared the incident that the rule's alerts share, if there ever was one
     */
    record OfRule(List<Episode> alerts, Optional<Episode> shared) {
        public OfRule {
            alerts = List.copyOf(alerts);
        }
    }

    /**
     * @param episodes with an open incident, or with a POST that may have opened one
     * @param more whether there may be others
     */
    record Open(List<Episode> episodes, boolean more) {
        public Open {
            episodes = List.copyOf(episodes);
        }
    }
}
