package io.middleware.paging.delivery;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.installation.WorkspaceId;

/**
 * What is open in PagerDuty because of a rule, and whether it will be resolved with nobody's doing. Changes nothing.
 *
 * <p>Thread-safe; failures of the ledger are thrown.
 */
@ApplicationScoped
public class OpenIncidents {
    private static final int MAX = 20;

    private final Episodes episodes;

    public OpenIncidents(Episodes episodes) {
        this.episodes = episodes;
    }

    /**
     * @param incidents the newest first, 20 at most
     * @param more whether there may be others
     */
    public record OfRule(List<Open> incidents, boolean more) {
        public OfRule {
            incidents = List.copyOf(incidents);
        }
    }

    /**
     * @param willBeResolved whether its resolve is sent when its alert resolves: the rule asked for that when it opened the
     *     incident, and that holds whatever becomes of its binding
     */
    public record Open(Episode episode, boolean willBeResolved) {}

    /** What is or, after a lost call, may be open. */
    public OfRule find(WorkspaceId workspaceId, String ruleId) {
        Episodes.Open found = episodes.open(workspaceId, ruleId, MAX);
        return new OfRule(
                found.episodes().stream()
                        .map(episode -> new Open(episode, willBeResolved(episode)))
                        .toList(),
                found.more());
    }

    /** Of a shared incident the items of its alerts tell. */
    private boolean willBeResolved(Episode episode) {
        return episode.isOfRule()
                ? episodes.latest(episode.key().workspaceId(), episode.key().ruleId(), MAX).alerts().stream()
                        .anyMatch(alert -> alert.folded()
                                && alert.wantsResolve()
                                && alert.underWaySince().isPresent())
                : episode.wantsResolve();
    }
}
