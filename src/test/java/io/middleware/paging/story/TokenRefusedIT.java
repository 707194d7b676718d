package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.middleware.paging.local.pagerduty.Sample;

/** Five tokens that are none, each refused in its own words. */
class TokenRefusedIT extends Story {
    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "'  ', TOKEN_EMPTY",
        "0123456789abcdef0123456789abcdef, INTEGRATION_KEY",
        Sample.ACCOUNT_KEY + ", ACCOUNT_TOKEN",
        Sample.REVOKED_TOKEN + ", TOKEN_INVALID",
        Sample.STAKEHOLDER_TOKEN + ", TOKEN_FORBIDDEN",
    })
    void isToldWhatWasFoundAndWhatToDo(String token, String code) {
        JsonNode reply = install(token);

        assertThat(reply.path("error").path("code").asText()).isEqualTo(code);
        assertThat(reply.path("error").path("message").asText()).isNotBlank();
        assertThat(reply.path("error").path("remedy").asText()).isNotBlank();
        JsonNode listed = cloud.invoke("list-services", object().put("workspaceId", workspace));
        assertThat(listed.path("error").path("code").asText()).isEqualTo("NOT_INSTALLED");
    }
}
