package io.middleware.paging.binding;

import java.time.Instant;
import java.util.Optional;

import io.middleware.paging.installation.WorkspaceId;

/** Where bindings are kept. Thread-safe; failures of the store are thrown. */
public interface RuleBindings {
    /** Strongly consistent; empty when the rule is bound to nothing. */
    Optional<RuleBinding> find(WorkspaceId workspaceId, RuleId ruleId);

    /** As {@link #find}, with the mark of {@link #markBroken}. */
    Optional<Marked> findMarked(WorkspaceId workspaceId, RuleId ruleId);

    /** @param broken empty when PagerDuty did not refuse the service since the binding was saved */
    record Marked(RuleBinding binding, Optional<BrokenMark> broken) {}

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
}
