package io.middleware.paging.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import io.middleware.paging.installation.WorkspaceId;

class DeliveryKeyTest {
    @Test
    void deliveryIdIsWorkspaceRuleAndHash() {
        // printf '%s' cpu-high/host=web-1 | sha256sum
        assertThat(key("acme", "cpu-high", "cpu-high/host=web-1").deliveryId())
                .isEqualTo("acme/cpu-high/0d507273874ae238f1f2cd0eb785202f50a9044a3c5e8646fc18a6d0d9cfc2cb");
    }

    @Test
    void deliveryIdTellsAlertsRulesAndWorkspacesApart() {
        String id = key("acme", "cpu", "web-1").deliveryId();

        assertThat(key("acme", "cpu", "web-2").deliveryId()).isNotEqualTo(id);
        assertThat(key("acme", "mem", "web-1").deliveryId()).isNotEqualTo(id);
        assertThat(key("globex", "cpu", "web-1").deliveryId()).isNotEqualTo(id);
    }

    @Test
    void slashesInARuleMakeNoTwoKeysAlike() {
        assertThat(key("a", "b/c", "d").deliveryId())
                .isNotEqualTo(key("a", "b", "c/d").deliveryId());
    }

    @Test
    void longestDeliveryIdFitsInADynamoDbKey() {
        String id =
                key("w".repeat(64), "r".repeat(128), "\uD83D\uDE00".repeat(512)).deliveryId();

        assertThat(id.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(2_048);
    }

    @Test
    void noPartMayBeAbsent() {
        assertThatNullPointerException().isThrownBy(() -> new DeliveryKey(null, "cpu", "web-1"));
        assertThatNullPointerException().isThrownBy(() -> key("acme", null, "web-1"));
        assertThatNullPointerException().isThrownBy(() -> key("acme", "cpu", null));
    }

    private static DeliveryKey key(String workspaceId, String ruleId, String alertId) {
        return new DeliveryKey(new WorkspaceId(workspaceId), ruleId, alertId);
    }
}
