package io.middleware.paging.binding;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.installation.WorkspaceId;

/**
 * A rule and the service it pages.
 *
 * @param serviceName as it was when the rule was bound; pages go by {@code serviceId}
 * @param escalationPolicyId overrides the service's own policy; empty keeps it
 * @param enabled a disabled binding pages nobody and says so in the ledger
 */
public record RuleBinding(
        WorkspaceId workspaceId,
        RuleId ruleId,
        String serviceId,
        String serviceName,
        boolean notifyOnResolve,
        UrgencyRule urgency,
        GroupBy groupBy,
        Optional<String> escalationPolicyId,
        boolean enabled,
        Instant boundAt) {
    public RuleBinding {
        Objects.requireNonNull(workspaceId, "workspaceId is null");
        Objects.requireNonNull(ruleId, "ruleId is null");
        Objects.requireNonNull(serviceId, "serviceId is null");
        Objects.requireNonNull(serviceName, "serviceName is null");
        Objects.requireNonNull(urgency, "urgency is null");
        Objects.requireNonNull(groupBy, "groupBy is null");
        Objects.requireNonNull(escalationPolicyId, "escalationPolicyId is null");
        Objects.requireNonNull(boundAt, "boundAt is null");
    }

    /** Stands in for a binding that is gone, where only what its rule has opened is still to be resolved. */
    public static RuleBinding none(WorkspaceId workspaceId, RuleId ruleId) {
        return new RuleBinding(
                workspaceId,
                ruleId,
                "",
                "",
                false,
                UrgencyRule.SERVICE,
                GroupBy.ALERT,
                Optional.empty(),
                false,
                Instant.EPOCH);
    }
}
