package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import io.middleware.paging.local.pagerduty.Sample;

/** A person tests a rule: a real incident opens and is resolved, and a call that is repeated opens no second one. */
class SendTestIT extends Story {
    @Test
    void aTestPagesIsResolvedAndIsOneIncidentHoweverOftenItIsAskedFor() {
        installAndBind();

        // On a busy machine the first process may take more time to start than the call has: then one calls again.
        JsonNode first = await().until(this::sendTest, reply -> reply.has("incident"));
        JsonNode second = sendTest();

        assertThat(incidents("send-test")).singleElement().satisfies(incident -> {
            assertThat(incident.title()).startsWith("Test: ");
            assertThat(incident.serviceId()).isEqualTo(Sample.PAYMENTS);
            assertThat(incident.isOpen()).isFalse();
        });
        assertThat(first.path("incident").path("status").asText())
                .as(first.toString())
                .isEqualTo("resolved");
        assertThat(first.path("reachesSomebody").asBoolean())
                .as(first.toString())
                .isTrue();
        assertThat(second.path("incident")).isEqualTo(first.path("incident"));
        assertThat(second.path("warnings").findValuesAsText("code")).contains("EARLIER_TEST");
        assertThat(ledger("send-test", "outcome")).isEqualTo("RESOLVED");
    }

    private JsonNode sendTest() {
        return cloud.invoke("send-test", object().put("workspaceId", workspace).put("ruleId", RULE));
    }
}
