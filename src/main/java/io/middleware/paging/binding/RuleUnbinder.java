package io.middleware.paging.binding;

import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;

import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.Episodes;
import io.middleware.paging.installation.WorkspaceId;

/** Unbinds rules, and says what stays open because of them. */
@ApplicationScoped
public class RuleUnbinder {
    private static final Logger LOG = Logger.getLogger(RuleUnbinder.class);
    private static final int MAX_OPEN = 20;

    private final RuleBindings bindings;
    private final Episodes episodes;

    public RuleUnbinder(RuleBindings bindings, Episodes episodes) {
        this.bindings = bindings;
        this.episodes = episodes;
    }

    /**
     * @param removed what the rule was bound to; empty when it was bound to nothing
     * @param open what is or may be open in PagerDuty because of the rule; empty when that could not be read
     */
    public record Unbound(Optional<RuleBinding> removed, Optional<Open> open) {}

    /**
     * @param incidents the newest first, 20 at most
     * @param more whether there may be others
     */
    public record Open(List<Incident> incidents, boolean more) {
        public Open {
            incidents = List.copyOf(incidents);
        }
    }

    /** @param willBeResolved whether the rule asked for its resolve, which is then still sent */
    public record Incident(Episode episode, boolean willBeResolved) {}

    /** Safe to repeat. What was sent to PagerDuty stays there, and what is open is still resolved as the rule asked. */
    public Unbound unbind(WorkspaceId workspaceId, RuleId ruleId) {
        return new Unbound(bindings.remove(workspaceId, ruleId), open(workspaceId, ruleId));
    }

    private Optional<Open> open(WorkspaceId workspaceId, RuleId ruleId) {
        try {
            Episodes.Open found = episodes.open(workspaceId, ruleId.value(), MAX_OPEN);
            return Optional.of(new Open(
                    found.episodes().stream()
                            .map(episode -> new Incident(episode, willBeResolved(episode)))
                            .toList(),
                    found.more()));
        } catch (RuntimeException awsFailed) {
            // The rule is unbound, and that is to be answered.
            LOG.warnf("What is open of rule %s could not be read: %s", ruleId, awsFailed.getMessage());
            return Optional.empty();
        }
    }

    /** Of a shared incident the items of its alerts tell. */
    private boolean willBeResolved(Episode episode) {
        return episode.isOfRule()
                ? episodes.latest(episode.key().workspaceId(), episode.key().ruleId(), MAX_OPEN).alerts().stream()
                        .anyMatch(alert -> alert.folded()
                                && alert.wantsResolve()
                                && alert.underWaySince().isPresent())
                : episode.wantsResolve();
    }
}
