package io.middleware.paging.binding;

import java.time.Clock;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.github.benmanes.caffeine.cache.Cache;

import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.recall.Recall;

/**
 * Bindings for the pager's eyes: remembered for {@code PAGING_BINDING_CACHE}, so that a warm function reads none. The
 * absence of a binding is never remembered, nor that one is disabled: a rule that is bound or enabled this moment pages with
 * its next alert, which would be lost otherwise.
 *
 * <p>Thread-safe.
 */
@ApplicationScoped
public class CachedRuleBindings {

    private final RuleBindings bindings;
    private final Cache<Key, RuleBinding> remembered;

    public CachedRuleBindings(RuleBindings bindings, BindingConfig config, Clock clock) {
        this.bindings = bindings;
        this.remembered = Recall.lasting(config.bindingCache(), clock);
    }

    /** The binding as it was at most {@code PAGING_BINDING_CACHE} ago; empty when the rule is bound to nothing. */
    public Optional<RuleBinding> find(WorkspaceId workspaceId, RuleId ruleId) {
        return find(new Key(workspaceId, ruleId));
    }

    /** The binding as it is now: for an alert that has waited, since a person may have bound its rule to another service. */
    public Optional<RuleBinding> findAnew(WorkspaceId workspaceId, RuleId ruleId) {
        Key key = new Key(workspaceId, ruleId);
        remembered.invalidate(key);
        return find(key);
    }

    private Optional<RuleBinding> find(Key key) {
        Optional<RuleBinding> binding = Optional.ofNullable(remembered.get(
                key, missing -> bindings.find(key.workspaceId(), key.ruleId()).orElse(null)));
        if (binding.filter(RuleBinding::enabled).isEmpty()) {
            remembered.invalidate(key);
        }
        return binding;
    }

    private record Key(WorkspaceId workspaceId, RuleId ruleId) {}
}
