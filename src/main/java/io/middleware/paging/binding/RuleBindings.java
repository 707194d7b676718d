package io.middleware.paging.binding;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.middleware.paging.installation.WorkspaceId;

/** Where bindings are kept. Thread-safe; failures of the store are thrown. */
public interface RuleBindings {
    /** Strongly consistent; empty when the rule is bound to nothing. */
    Optional<RuleBinding> find(WorkspaceId workspaceId, RuleId ruleId);

    /** As {@link #find}, with the mark of {@link #markBroken}. */
    Optional<Listed> findMarked(WorkspaceId workspaceId, RuleId ruleId);

    /**
     * Writes the binding. Safe to repeat.
     *
     * @return what it replaced; empty when the rule was bound to nothing
     */
    Optional<RuleBinding> save(RuleBinding binding);

    /**
     * Notes that PagerDuty refuses this one service to the token's user; saving the binding again forgets it. Does
     * nothing when the rule is bound to another service by now. Safe to repeat.
     */
    void markBroken(RuleBinding binding, String reason, Instant at);

    /**
     * Removes the binding. Safe to repeat.
     *
     * @return what was removed; empty when the rule was bound to nothing
     */
    Optional<RuleBinding> remove(WorkspaceId workspaceId, RuleId ruleId);

    /** Removes some of the workspace's bindings, as many as are quickly done; whichever come first. Safe to repeat. */
    Removal removeSome(WorkspaceId workspaceId);

    /**
     * Some of the workspace's bindings, by {@code ruleId} as DynamoDB sorts text: by the bytes of its UTF-8. Strongly
     * consistent.
     *
     * @param after where to go on; empty begins with the first
     */
    Page list(WorkspaceId workspaceId, Optional<RuleId> after);

    /** @param complete whether none was left; otherwise {@link #removeSome} is to be called again */
    record Removal(int removed, boolean complete) {}

    /** @param next after which to go on; empty when these are the last */
    record Page(List<Listed> bindings, Optional<RuleId> next) {
        public Page {
            bindings = List.copyOf(bindings);
        }
    }

    /** @param broken the mark of {@link #markBroken}; empty without one */
    record Listed(RuleBinding binding, Optional<Broken> broken) {}

    record Broken(Instant since, String reason) {}
}
