package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

import io.middleware.paging.local.pagerduty.Account;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Sample;

/** What hardly ever happens, and needs rights that nothing else needs. */
class RareTroubleIT extends Story {

    @ParameterizedTest
    @ValueSource(strings = {"status", "list-services", "bind-rule", "list-bindings", "send-test"})
    void whoAsksPagerDutyRemembersThatTheTokenIsDead(String function) {
        String token = "u+dead-" + workspace;
        Account account = pagerDuty.us().account();
        account.addUserToken(token, account.user("PUSR001").orElseThrow());
        installAndBindWith(token);
        pagerDuty.us().revoke(token);

        ask(function);

        assertThat(status()).isEqualTo("REAUTH_REQUIRED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "list-services", "bind-rule", "list-bindings", "send-test"})
    void whoNeedsTheTokenRemembersThatItsSecretIsGone(String function) {
        installAndBindWith(Sample.MANAGER_TOKEN);
        deleteSecret();

        ask(function);

        assertThat(status()).isEqualTo("REAUTH_REQUIRED");
    }

    @Test
    void explainSaysThatTheSecretIsGone() {
        installAndBindWith(Sample.MANAGER_TOKEN);
        deleteSecret();

        assertThat(ask("explain").toString()).contains("there is no secret " + cloud.secretName(workspace));
    }

    @Test
    void anAlertWaitsForASecretThatIsGone() throws Exception {
        installAndBindWith(Sample.MANAGER_TOKEN);
        deleteSecret();
        fires(0);
        await().until(() -> status().equals("REAUTH_REQUIRED"));

        install(Sample.MANAGER_TOKEN);
        handled();

        assertThat(incidents()).hasSize(1);
    }

    @Test
    void aTestThatTheTokenMayNotOpenMarksTheBinding() {
        // May page Payments only.
        install(Sample.OBSERVER_TOKEN);
        bind("Checkout");

        assertThat(ask("send-test").has("error")).isTrue();

        JsonNode bindings = cloud.invoke("list-bindings", of());
        assertThat(bindings.path("bindings").path(0).path("brokenReason").asText())
                .as(bindings.toString())
                .startsWith("FORBIDDEN");
    }

    @Test
    void aBindingThatMeetsAnUninstallIsTakenBack() {
        installAndBindWith(Sample.MANAGER_TOKEN);
        pagerDuty.faults().add(Fault.on("GET", "/services").afterwards(request -> cloud.invoke("uninstall", of())));

        JsonNode reply = ask("bind-rule");

        assertThat(reply.path("error").path("code").asText())
                .as(reply.toString())
                .isEqualTo("NOT_INSTALLED");
        assertThat(cloud.invoke("list-bindings", of()).path("bindings")).isEmpty();
    }

    @Test
    void aTokenIsReadFromTheSecretInWhichItIsHandedOver() {
        String handOver = environmentOfInstall().get("PAGING_HANDOVER_PREFIX") + workspace;
        try (SecretsManagerClient secrets = cloud.secretsManager()) {
            secrets.createSecret(request -> request.name(handOver).secretString(Sample.MANAGER_TOKEN));
        }

        JsonNode reply = cloud.invoke("install", of().put("accessTokenSecretId", handOver));

        assertThat(reply.path("status").asText()).as(reply.toString()).isEqualTo("ACTIVE");
    }

    @Test
    void aSecretUnderAKeyThatIsNotTheStacksIsRefused() {
        try (SecretsManagerClient secrets = cloud.secretsManager()) {
            secrets.createSecret(request -> request.name(cloud.secretName(workspace))
                    .secretString("of an earlier stack")
                    .kmsKeyId("arn:aws:kms:us-east-1:000000000000:key/of-an-earlier-stack")
                    .tags(tag ->
                            tag.key("paging-stack").value(environmentOfInstall().get("PAGING_STACK"))));
        }

        JsonNode reply = install(Sample.MANAGER_TOKEN);

        assertThat(reply.path("error").path("code").asText())
                .as(reply.toString())
                .isEqualTo("SECRET_KEY_MISMATCH");
    }

    @Test
    void aPageWaitsAsLongAsPagerDutyAsksFor() throws Exception {
        installAndBindWith(Sample.MANAGER_TOKEN);
        pagerDuty.faults().add(Fault.rateLimited("POST", "/incidents", 4));

        fires(0);
        handled();

        assertThat(incidents()).hasSize(1);
    }

    @Test
    void aTestWaitsAsLongAsPagerDutyAsksFor() {
        installAndBindWith(Sample.MANAGER_TOKEN);
        pagerDuty.faults().add(Fault.rateLimited("POST", "/incidents", 4));

        JsonNode reply = await().until(() -> ask("send-test"), answer -> answer.has("incident"));

        assertThat(reply.path("incident").path("status").asText()).isEqualTo("resolved");
    }

    @Test
    void anUninstallRemovesWhatIsBound() {
        installAndBindWith(Sample.MANAGER_TOKEN);

        JsonNode reply = cloud.invoke("uninstall", of());

        assertThat(reply.path("uninstalled").asBoolean()).as(reply.toString()).isTrue();
        assertThat(reply.path("bindingsRemoved").asInt()).isEqualTo(1);
        assertThat(status()).isEqualTo("NOT_INSTALLED");
    }

    @Test
    void anInstallThatMeetsAMoveOfDeadLettersLetsItGoOn() throws Exception {
        assumeTrue(cloud.hasFakeSecretsManager(), "other endpoints move at their own pace");
        installAndBindWith(Sample.MANAGER_TOKEN);
        try (SqsClient sqs = cloud.sqs()) {
            for (int i = 0; i < 5; i++) {
                String body = message("resolved", "never-fired-" + i, i);
                sqs.sendMessage(request ->
                        request.queueUrl(cloud.endpoints().deadLetterQueueUrl()).messageBody(body));
            }
            Map<String, String> install = environmentOfInstall();
            sqs.startMessageMoveTask(request -> request.sourceArn(install.get("PAGING_DEAD_LETTER_QUEUE_ARN"))
                    .destinationArn(install.get("PAGING_ALERT_QUEUE_ARN"))
                    .maxNumberOfMessagesPerSecond(1));
        }

        JsonNode reply = install(Sample.MANAGER_TOKEN);

        assertThat(reply.path("warnings").findValuesAsText("code"))
                .as(reply.toString())
                .doesNotContain("REDRIVE_NOT_STARTED");
        await().untilAsserted(() -> assertThat(ledger("never-fired-4", "outcome"))
                .as("the last one is moved")
                .isNotEmpty());
    }

    private JsonNode ask(String function) {
        ObjectNode request = of();
        switch (function) {
            case "status", "list-bindings" -> request.put("verify", true);
            case "bind-rule" -> request.put("ruleId", RULE).put("serviceName", "Payments");
            case "send-test", "explain" -> request.put("ruleId", RULE);
            default -> {}
        }
        return cloud.invoke(function, request);
    }

    /** Without a call to PagerDuty. */
    private String status() {
        return cloud.invoke("status", of()).path("status").asText();
    }

    private void installAndBindWith(String token) {
        assertThat(install(token).path("status").asText()).isEqualTo("ACTIVE");
        bind("Payments");
    }

    private Map<String, String> environmentOfInstall() {
        return cloud.functions().stream()
                .filter(function -> function.exportName().equals("install"))
                .findFirst()
                .orElseThrow()
                .environment();
    }

    private void deleteSecret() {
        // It remembers the token for some minutes; the others have not read it yet.
        cloud.kill("bind-rule");
        try (SecretsManagerClient secrets = cloud.secretsManager()) {
            secrets.deleteSecret(
                    request -> request.secretId(cloud.secretName(workspace)).forceDeleteWithoutRecovery(true));
        }
    }

    private ObjectNode of() {
        return object().put("workspaceId", workspace);
    }
}
