package io.middleware.paging.binding;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.installation.WorkspaceId;

/**
 * A rule and the service it pages.
 *
 * @param serviceName as it was when the rule was bound; pages go by {@code serviceId}
 * @param escalationPolicyId overrides the service's own policy; empty keeps it
 * @param reportedWaits for what its alerts wait until a person does something, and when that was reported as new; by
 *     reason, see {@link DynamoWaitReports}
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
        Instant boundAt,
        PageText pageText,
        Map<String, Instant> reportedWaits) {
    public RuleBinding {
        Objects.requireNonNull(workspaceId, "workspaceId is null");
        Objects.requireNonNull(ruleId, "ruleId is null");
        Objects.requireNonNull(serviceId, "serviceId is null");
        Objects.requireNonNull(serviceName, "serviceName is null");
        Objects.requireNonNull(urgency, "urgency is null");
        Objects.requireNonNull(groupBy, "groupBy is null");
        Objects.requireNonNull(escalationPolicyId, "escalationPolicyId is null");
        Objects.requireNonNull(boundAt, "boundAt is null");
        Objects.requireNonNull(pageText, "pageText is null");
        reportedWaits = Map.copyOf(reportedWaits);
    }

    /** One whose pages say what the alert says, and of which nothing is reported yet. */
    public RuleBinding(
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
        this(
                workspaceId,
                ruleId,
                serviceId,
                serviceName,
                notifyOnResolve,
                urgency,
                groupBy,
                escalationPolicyId,
                enabled,
                boundAt,
                PageText.NONE,
                Map.of());
    }

    /** Whether it was reported at that time or later that its alerts wait for this. */
    public boolean isReported(String reason, Instant since) {
        Instant at = reportedWaits.get(reason);
        return at != null && !at.isBefore(since);
    }

    /** Whether it is the stand-in for one that is gone. */
    public boolean isNone() {
        return serviceId.isEmpty();
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
