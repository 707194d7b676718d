package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

import io.middleware.paging.local.pagerduty.Account;

/** A token dies, alerts wait, and somebody installs a fresh one. */
class FreshTokenIT extends Story {
    private static final String LEFT_THE_QUEUE = "cpu-high/host=web-2";
    private static final String RESOLVED_MEANWHILE = "cpu-high/host=web-3";

    @Test
    void whatWaitedPagesAndWhatHadLeftTheQueueIsSentBackAndWhatHasResolvedPagesNobody() throws Exception {
        // Tokens of this story alone: the others go on with theirs.
        String dying = token("dying");
        assertThat(install(dying).path("status").asText()).isEqualTo("ACTIVE");
        bind("Payments");
        pagerDuty.us().revoke(dying);

        fires(0);
        await().until(() -> ledger("reasonCode").equals("TOKEN"));
        expired(message("triggered", LEFT_THE_QUEUE, 1));
        expired(message("triggered", RESOLVED_MEANWHILE, 2));
        cloud.send(message("resolved", RESOLVED_MEANWHILE, 3));
        // Handled, not only sent: one that comes after its trigger was sent back would find that it has paged.
        await().until(() -> ledger(RESOLVED_MEANWHILE, "outcome").equals("RESOLVE_SKIPPED"));
        assertThat(cloud.invoke("list-services", object().put("workspaceId", workspace))
                        .path("error")
                        .path("code")
                        .asText())
                .isEqualTo("REAUTH_REQUIRED");

        JsonNode reply = install(token("fresh"));

        assertThat(reply.path("reinstalled").asBoolean()).isTrue();
        assertThat(reply.path("warnings").findValuesAsText("code")).doesNotContain("REDRIVE_NOT_STARTED");
        await().until(() -> !incidents(LEFT_THE_QUEUE).isEmpty() && !incidents().isEmpty());
        handled();
        assertThat(incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.details())
                        .startsWith("Late: ")
                        .contains("a fresh PagerDuty token of this workspace"));
        assertThat(incidents(LEFT_THE_QUEUE)).hasSize(1);
        assertThat(incidents(RESOLVED_MEANWHILE)).isEmpty();
        assertThat(deadLetters()).isEmpty();
    }

    private String token(String name) {
        Account account = pagerDuty.us().account();
        String token = "u+" + name + '-' + workspace;
        account.addUserToken(token, account.user("PUSR001").orElseThrow());
        return token;
    }

    /** As notify moves what it may not keep any longer. */
    private void expired(String body) {
        try (SqsClient sqs = cloud.sqs()) {
            sqs.sendMessage(request -> request.queueUrl(cloud.endpoints().deadLetterQueueUrl())
                    .messageBody(body)
                    .messageAttributes(Map.of(
                            "outcome",
                            MessageAttributeValue.builder()
                                    .dataType("String")
                                    .stringValue("EXPIRED")
                                    .build())));
        }
    }
}
