package io.middleware.paging;

import static io.middleware.paging.harness.FunctionUnderTest.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.GivenToken;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.Installations;
import io.middleware.paging.installation.Installer;
import io.middleware.paging.installation.TokenStore;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.metrics.EmfLine;
import io.middleware.paging.pagerduty.ApiToken;
import io.middleware.paging.pagerduty.Deadline;

@QuarkusTest
@TestProfile(FunctionUnderTest.ListServices.class)
@QuarkusTestResource(TestCloud.class)
class ListServicesFunctionTest {
    @Inject
    Installer installer;

    @Inject
    Installations installations;

    @Inject
    TokenStore tokens;

    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();
    private final WorkspaceId workspace = new WorkspaceId("w-" + UUID.randomUUID());

    @AfterEach
    void clearFaults() {
        cloud.pagerDuty().faults().clear();
        cloud.secrets().heal();
    }

    @Test
    void allServicesWithTheirStatusAndPolicy() {
        install();

        JsonNode reply = list("");

        assertThat(texts(reply.path("services"), "id")).contains(Sample.PAYMENTS, Sample.LEGACY, Sample.BATCH);
        assertThat(find(reply, Sample.LEGACY).path("status").asText()).isEqualTo("disabled");
        assertThat(find(reply, Sample.BATCH).path("status").asText()).isEqualTo("maintenance");
        assertThat(find(reply, Sample.PAYMENTS).path("description").asText()).isEqualTo("Card and bank payments");
        assertThat(find(reply, Sample.WEEKEND)
                        .path("escalationPolicy")
                        .path("id")
                        .asText())
                .isEqualTo(Sample.WEEKEND_POLICY);
        assertThat(reply.path("warnings")).isEmpty();
    }

    @Test
    void aQueryIsLeftToPagerDuty() {
        install();

        JsonNode reply = list(",\"query\":\"orders\"");

        assertThat(texts(reply.path("services"), "id")).containsExactly(Sample.ORDERS_API, Sample.ORDERS_WORKER);
        assertThat(cloud.pagerDuty().requests(Operation.LIST_SERVICES))
                .last()
                .satisfies(request -> assertThat(request.query()).containsEntry("query", List.of("orders")));
    }

    @Test
    void aQueryWithoutAMatchSaysSo() {
        install();

        JsonNode reply = list(",\"query\":\"no such thing\"");

        assertThat(reply.path("services")).isEmpty();
        assertThat(reply.path("warnings").path(0).path("code").asText()).isEqualTo("NO_SERVICES");
        assertThat(reply.path("warnings").path(0).path("message").asText()).contains("no such thing");
    }

    @Test
    void aWorkspaceThatIsNotInstalledIsTold() {
        assertThat(list("").path("error").path("code").asText()).isEqualTo("NOT_INSTALLED");
    }

    @Test
    void aTokenThatDiedTurnsTheInstallationIntoReauthRequired() {
        install();
        tokens.save(workspace, new ApiToken(Sample.REVOKED_TOKEN));
        cloud.clock().advance(Duration.ofMinutes(1));

        JsonNode first = list("");
        JsonNode second = list("");

        assertThat(first.path("error").path("code").asText()).isEqualTo("REAUTH_REQUIRED");
        assertThat(first.path("error").path("remedy").asText()).contains("install again");
        assertThat(second.path("error")).isEqualTo(first.path("error"));
        Optional<Installation> installation = installations.find(workspace);
        assertThat(installation.orElseThrow().status()).isEqualTo(Installation.Status.REAUTH_REQUIRED);
    }

    @Test
    void aStray401AsksToTryAgainAndTheTokenStaysInUse() {
        install();
        cloud.pagerDuty().faults().add(Fault.on("GET", "/services").answering(401));

        JsonNode refused = list("");

        assertThat(refused.path("error").path("code").asText()).isEqualTo("PAGERDUTY_UNAVAILABLE");
        assertThat(refused.path("error").path("message").asText()).contains("HTTP 401");
        assertThat(installations.find(workspace).orElseThrow().status()).isEqualTo(Installation.Status.ACTIVE);
        assertThat(deadTokens()).isEmpty();
        assertThat(list("").path("services").isEmpty()).isFalse();
    }

    @Test
    void aTokenThatDiedIsCountedOnceWithItsWorkspace() {
        install();
        tokens.save(workspace, new ApiToken(Sample.REVOKED_TOKEN));
        cloud.clock().advance(Duration.ofMinutes(1));

        list("");
        list("");

        assertThat(deadTokens()).singleElement().satisfies(line -> {
            assertThat(line.metric()).isEqualTo("ReauthRequired");
            assertThat(line.field("reason")).isEqualTo("UNAUTHORIZED");
            assertThat(line.root().toString()).doesNotContain(Sample.REVOKED_TOKEN);
        });
    }

    @Test
    void aTokenThatIsGoneIsCountedAsMissing() {
        install();
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            secrets.deleteSecret(
                    request -> request.secretId(TestCloud.secretName(workspace)).forceDeleteWithoutRecovery(true));
        }

        assertThat(list("").path("error").path("remedy").asText()).contains("in a minute");
        assertThat(deadTokens()).as("it may only not be there yet").isEmpty();
        cloud.clock().advance(Duration.ofMinutes(1));
        list("");
        list("");

        assertThat(deadTokens()).extracting(line -> line.field("reason")).containsExactly("TOKEN_MISSING");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"token\":\"u+sample-manager-001\"}|holds JSON, not the bare token",
                "{ \"token\" : \"u+sample-manager-001\" }|holds JSON, not the bare token",
                "[\"u+sample-manager-001\"]|holds JSON, not the bare token",
                "\"u+sample-manager-001\"|holds JSON, not the bare token",
                "u+sample-manager-001 and more|holds other text than a token",
            })
    void aSecretThatSomebodyEditedSaysWhatItHolds(String value, String reason) {
        install();
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            secrets.putSecretValue(
                    request -> request.secretId(TestCloud.secretName(workspace)).secretString(value));
        }
        cloud.clock().advance(Duration.ofMinutes(1));
        int before = cloud.pagerDuty().requests().size();

        JsonNode error = list("").path("error");

        assertThat(error.path("code").asText()).isEqualTo("REAUTH_REQUIRED");
        assertThat(error.path("message").asText())
                .contains("the secret " + TestCloud.secretName(workspace) + " " + reason)
                .doesNotContain("sample");
        assertThat(cloud.pagerDuty().requests()).hasSize(before);
    }

    /** AWS denies the reading of what does not have the tag, and so of what does not exist. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSecretThatIsGoneOrNotOursIsNamedThoughAwsDeniesToReadIt(boolean gone) {
        install();
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            if (gone) {
                secrets.deleteSecret(request ->
                        request.secretId(TestCloud.secretName(workspace)).forceDeleteWithoutRecovery(true));
            } else {
                secrets.untagResource(request ->
                        request.secretId(TestCloud.secretName(workspace)).tagKeys("paging-stack"));
            }
        }
        cloud.secrets().allowOnly("paging-stack", "paging");
        cloud.clock().advance(Duration.ofMinutes(1));

        JsonNode error = list("").path("error");

        assertThat(error.path("code").asText()).as(error.toString()).isEqualTo("REAUTH_REQUIRED");
        assertThat(error.path("message").asText())
                .contains(
                        gone
                                ? "there is no secret " + TestCloud.secretName(workspace)
                                : "the secret " + TestCloud.secretName(workspace) + " has no tag paging-stack");
    }

    @Test
    void aSecretThatCannotBeDecryptedIsTold() {
        install();
        String key = "arn:aws:kms:us-east-1:000000000000:key/9999aaaa-2222-3333-4444-555555555555";
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            secrets.updateSecret(
                    request -> request.secretId(TestCloud.secretName(workspace)).kmsKeyId(key));
        }
        cloud.secrets().allowOnlyKeys();
        cloud.clock().advance(Duration.ofMinutes(1));

        JsonNode error = list("").path("error");

        assertThat(error.path("code").asText()).isEqualTo("REAUTH_REQUIRED");
        assertThat(error.path("message").asText())
                .contains("cannot be decrypted (Access to KMS is not allowed)")
                .contains(key);
    }

    @Test
    void aPagerDutyThatIsDownIsNamed() {
        install();
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/services").answering(500).untilCleared());

        JsonNode reply = list("");

        assertThat(reply.path("error").path("code").asText()).isEqualTo("PAGERDUTY_UNAVAILABLE");
        assertThat(reply.path("error").path("message").asText()).contains("500");
    }

    @Test
    void aRequestWithoutAWorkspaceNamesTheField() {
        JsonNode reply = function.call("{\"query\":\"x\"}");

        assertThat(reply.path("error").path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).contains("workspaceId");
    }

    @Test
    void aBlockOfTerraformsIsRefusedByName() {
        JsonNode reply = function.call("{\"workspaceId\":\"" + workspace + "\",\"tf\":{\"action\":\"delete\"}}");

        assertThat(reply.path("error").path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).startsWith("tf is not taken");
    }

    @Test
    void textIsAskedForAndNothingElseCountsAsText() {
        JsonNode reply = function.call("{\"workspaceId\":\"" + workspace + "\",\"query\":false}");

        assertThat(reply.path("error").path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).isEqualTo("query must be text, found true or false.");
    }

    @Test
    void aTokenInTheWrongFieldIsNotRepeated() {
        install();

        for (String token : List.of(Sample.MANAGER_TOKEN, "y_NbAkKc66ryYTWUXYEu")) {
            JsonNode asWorkspace = function.call("{\"workspaceId\":\"" + token + "\"}");
            JsonNode asQuery = list(",\"query\":\"" + token + "\"");

            assertThat(asWorkspace.has("error")).isTrue();
            assertThat(texts(asQuery.path("warnings"), "code")).containsExactly("NO_SERVICES");
            assertThat(asWorkspace + " " + asQuery).doesNotContain(token);
        }
    }

    @Test
    void whatWasReadBeforeTheTimeWasUpIsShown() {
        install();
        String page = "{\"services\":[{\"id\":\"PX\",\"name\":\"One of many\"}],\"more\":true}";
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/services")
                        .answering(200, page)
                        .afterwards(read -> cloud.clock().advance(Duration.ofSeconds(7)))
                        .untilCleared());

        JsonNode reply = list("");

        assertThat(reply.path("services")).as(reply.toString()).hasSizeGreaterThan(1);
        assertThat(texts(reply.path("warnings"), "code")).containsExactly("SERVICES_CUT");
    }

    private List<EmfLine> deadTokens() {
        return cloud.metricLines().stream()
                .map(EmfLine::read)
                .filter(line -> workspace.value().equals(line.field("workspace")))
                .toList();
    }

    private void install() {
        installer.install(
                workspace,
                GivenToken.inRequest(Sample.MANAGER_TOKEN),
                Optional.empty(),
                false,
                Deadline.after(java.time.Duration.ofMinutes(1), cloud.clock()));
    }

    private JsonNode list(String more) {
        return function.call("{\"workspaceId\":\"" + workspace + "\"" + more + "}");
    }

    private static JsonNode find(JsonNode reply, String id) {
        for (JsonNode service : reply.path("services")) {
            if (service.path("id").asText().equals(id)) {
                return service;
            }
        }
        throw new AssertionError("no service " + id + " in " + reply);
    }
}
