package io.middleware.paging.delivery;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

import io.middleware.paging.installation.WorkspaceId;

/** What the ledger keeps one item for: an alert of a rule of a workspace. */
public record DeliveryKey(WorkspaceId workspaceId, String ruleId, String alertId) {
    public DeliveryKey {
        Objects.requireNonNull(workspaceId, "workspaceId is null");
        Objects.requireNonNull(ruleId, "ruleId is null");
        Objects.requireNonNull(alertId, "alertId is null");
    }

    /**
     * {@code workspace/rule/hash of the alert id}. Unambiguous though a rule may hold slashes: a workspace has none, and
     * the hash has a fixed length.
     */
    public String deliveryId() {
        return workspaceId.value() + '/' + ruleId + '/' + hash(alertId);
    }

    /** Alert ids are up to 1,024 characters, which would leave too little of DynamoDB's 2,048 bytes for a key. */
    private static String hash(String alertId) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(alertId.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
