package io.middleware.paging.binding;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
    /** A message with a thousand alerts of one rule reads its binding once or twice, not a thousand times. */
    private static final Duration STILL_NEW = Duration.ofSeconds(1);

    private final RuleBindings bindings;
    private final Clock clock;
    private final Cache<Key, Remembered> remembered;

    public CachedRuleBindings(RuleBindings bindings, BindingConfig config, Clock clock) {
        this.bindings = bindings;
        this.clock = clock;
        this.remembered = Recall.lasting(config.bindingCache(), clock);
    }

    /** The binding as it was at most {@code PAGING_BINDING_CACHE} ago; empty when the rule is bound to nothing. */
    public Optional<RuleBinding> find(WorkspaceId workspaceId, RuleId ruleId) {
        Key key = new Key(workspaceId, ruleId);
        Optional<RuleBinding> binding =
                Optional.ofNullable(remembered.get(key, this::read)).map(Remembered::binding);
        if (binding.filter(RuleBinding::enabled).isEmpty()) {
            remembered.invalidate(key);
        }
        return binding;
    }

    /** The next {@link #find} reads it again. */
    public void forget(WorkspaceId workspaceId, RuleId ruleId) {
        remembered.invalidate(new Key(workspaceId, ruleId));
    }

    /**
     * The binding as it was at most a second ago: for an alert that has waited, since a person may have bound its rule to
     * another service.
     */
    public Optional<RuleBinding> findAnew(WorkspaceId workspaceId, RuleId ruleId) {
        Instant old = clock.instant().minus(STILL_NEW);
        remembered
                .asMap()
                .computeIfPresent(
                        new Key(workspaceId, ruleId),
                        (key, known) -> known.readAt().isBefore(old) ? null : known);
        return find(workspaceId, ruleId);
    }

    private Remembered read(Key key) {
        Instant now = clock.instant();
        return bindings.find(key.workspaceId(), key.ruleId())
                .map(binding -> new Remembered(binding, now))
                .orElse(null);
    }

    private record Key(WorkspaceId workspaceId, RuleId ruleId) {}

    private record Remembered(RuleBinding binding, Instant readAt) {}
}
