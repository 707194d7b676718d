package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import io.middleware.paging.local.pagerduty.Sample;

/** A token that install reads from a secret of the user's pages, and is replaced the same way. */
class TokenHandOverIT extends Story {
    @Test
    void aTokenInASecretOfTheUsersPagesAndIsReplaced() throws Exception {
        try (SecretsManagerClient secrets = cloud.secretsManager()) {
            String secret = handOverPrefix() + workspace;
            String arn = secrets.createSecret(request -> request.name(secret).secretString(Sample.REVOKED_TOKEN + "\n"))
                    .arn();

            assertThat(installFrom(arn).path("error").path("code").asText()).isEqualTo("TOKEN_INVALID");

            secrets.putSecretValue(request -> request.secretId(secret).secretString(Sample.MANAGER_TOKEN));
            JsonNode installed = installFrom(arn);
            assertThat(installed.path("status").asText())
                    .as(installed.toString())
                    .isEqualTo("ACTIVE");
            bind("Payments");
            fires(0);
            handled();
            assertThat(incidents()).hasSize(1);

            secrets.putSecretValue(request -> request.secretId(secret).secretString(Sample.RESPONDER_TOKEN));
            JsonNode replaced = installFrom(secret);
            assertThat(replaced.path("user").path("email").asText()).isEqualTo(Sample.RESPONDER_EMAIL);
            assertThat(secrets.getSecretValue(request -> request.secretId(cloud.secretName(workspace)))
                            .secretString())
                    .isEqualTo(Sample.RESPONDER_TOKEN);
        }
    }

    private JsonNode installFrom(String secretId) {
        return cloud.invoke("install", object().put("workspaceId", workspace).put("accessTokenSecretId", secretId));
    }

    private String handOverPrefix() {
        return "pagerduty-handover/" + stack() + "/";
    }
}
