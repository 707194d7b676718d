package io.middleware.paging.delivery;

import java.util.Objects;

import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Sha256;

/** What the ledger keeps one item for: an alert of a rule of a workspace. */
public record DeliveryKey(WorkspaceId workspaceId, String ruleId, String alertId) {
    public DeliveryKey {
        Objects.requireNonNull(workspaceId, "workspaceId is null");
        Objects.requireNonNull(ruleId, "ruleId is null");
        Objects.requireNonNull(alertId, "alertId is null");
    }

    /** The key of what all alerts of a rule share. No alert has an empty id. */
    public static DeliveryKey ofRule(WorkspaceId workspaceId, String ruleId) {
        return new DeliveryKey(workspaceId, ruleId, "");
    }

    /**
     * {@code workspace/rule/hash of the alert id}. Unambiguous though a rule may hold slashes: a workspace has none, and
     * the hash has a fixed length.
     */
    public String deliveryId() {
        // Alert ids are up to 1,024 characters, which would leave too little of DynamoDB's 2,048 bytes for a key.
        return ruleKey() + '/' + Sha256.hex(alertId);
    }

    /** {@code workspace/rule}: what all alerts of a rule have in common. */
    public String ruleKey() {
        return workspaceId.value() + '/' + ruleId;
    }
}
