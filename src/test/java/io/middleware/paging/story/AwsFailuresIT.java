package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.secrets.FakeSecretsManager;
import io.middleware.paging.local.secrets.Fault;
import io.middleware.paging.metrics.EmfLine;

/** AWS answers late, with errors, or that there is nothing. The SDK's exceptions must arrive as what they are. */
class AwsFailuresIT extends Story {
    private FakeSecretsManager secrets;

    @BeforeEach
    void onlyWhereFaultsCanBeAskedFor() {
        assumeTrue(cloud.hasFakeSecretsManager(), "another AWS endpoint takes no orders to fail");
        secrets = cloud.fakeSecretsManager();
        // A warm notify remembers tokens: these stories begin with a cold one.
        cloud.kill("notify");
    }

    @AfterEach
    void heal() {
        if (secrets != null) {
            secrets.heal();
        }
    }

    @Test
    void aThrottledSecretDelaysThePageAndDoesNotLoseIt() throws Exception {
        installAndBind();
        secrets.failNext(5, "GetSecretValue", Fault.throttling());

        fires(0);
        handled();

        assertThat(incidents()).hasSize(1);
    }

    @Test
    void aStoreThatIsGoneForAWhileDelaysThePage() throws Exception {
        installAndBind();
        secrets.failNext(6, "GetSecretValue", Fault.dropped());

        fires(0);
        handled();

        assertThat(incidents()).hasSize(1);
        assertThat(ledger("outcome")).isEqualTo("OPENED");
    }

    @Test
    void aTokenThatWasDeletedIsAskedForAgain() {
        install(Sample.MANAGER_TOKEN);
        try (SecretsManagerClient client = cloud.secretsManager()) {
            client.deleteSecret(
                    request -> request.secretId(cloud.secretName(workspace)).forceDeleteWithoutRecovery(true));
        }

        JsonNode first = cloud.invoke("bind-rule", bindPayments());
        assertThat(first.path("error").path("code").asText()).isEqualTo("REAUTH_REQUIRED");
        assertThat(first.path("error").path("message").asText()).contains("missing from Secrets Manager");
        // A function's output takes another way than its answer.
        await().untilAsserted(() -> assertThat(cloud.logs().lines("bind-rule"))
                .filteredOn(line -> line.contains("ReauthRequired") && line.contains(workspace))
                .singleElement()
                .satisfies(
                        line -> assertThat(EmfLine.read(line).field("reason")).isEqualTo("TOKEN_MISSING")));

        assertThat(install(Sample.MANAGER_TOKEN).path("status").asText()).isEqualTo("ACTIVE");
        assertThat(cloud.invoke("bind-rule", bindPayments()).has("error")).isFalse();
    }

    @Test
    void aTokenThatWaitsForItsDeletionIsBroughtBackByInstalling() {
        install(Sample.MANAGER_TOKEN);
        try (SecretsManagerClient client = cloud.secretsManager()) {
            client.deleteSecret(
                    request -> request.secretId(cloud.secretName(workspace)).recoveryWindowInDays(7L));
        }

        assertThat(install(Sample.RESPONDER_TOKEN).path("status").asText()).isEqualTo("ACTIVE");
    }

    private JsonNode bindPayments() {
        return object().put("workspaceId", workspace).put("ruleId", RULE).put("serviceName", "Payments");
    }
}
