package io.middleware.paging;

import static io.middleware.paging.harness.FunctionUnderTest.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
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
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.pagerduty.Account;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.pagerduty.User;
import io.middleware.paging.pagerduty.Deadline;

@QuarkusTest
@TestProfile(FunctionUnderTest.Status.class)
@QuarkusTestResource(TestCloud.class)
class StatusFunctionTest {
    @Inject
    Installer installer;

    @Inject
    Installations installations;

    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();
    private final WorkspaceId workspace = new WorkspaceId("w-" + UUID.randomUUID());

    @AfterEach
    void clearFaults() {
        cloud.pagerDuty().faults().clear();
        cloud.secrets().heal();
        assertThat(cloud.pagerDuty().unexpectedRequests()).isEmpty();
    }

    @Test
    void anInstalledWorkspaceIsActiveAndNobodyElseIsAsked() {
        Instant at = cloud.clock().instant();
        install(Sample.MANAGER_TOKEN);
        int asked = cloud.pagerDuty().requests().size();
        int secretsRead = cloud.secrets().calls("GetSecretValue");

        JsonNode reply = status("");

        assertThat(reply.fieldNames())
                .toIterable()
                .containsExactly("workspaceId", "status", "since", "region", "user", "installedAt");
        assertThat(reply.path("workspaceId").asText()).isEqualTo(workspace.value());
        assertThat(reply.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(Instant.parse(reply.path("since").asText())).isEqualTo(at);
        assertThat(Instant.parse(reply.path("installedAt").asText())).isEqualTo(at);
        assertThat(reply.path("region").asText()).isEqualTo("us");
        assertThat(reply.path("user").path("id").asText()).isEqualTo("PUSR001");
        assertThat(reply.path("user").path("email").asText()).isEqualTo(Sample.MANAGER_EMAIL);
        assertThat(reply.path("user").path("role").asText()).isEqualTo("user");
        assertThat(cloud.pagerDuty().requests()).hasSize(asked);
        assertThat(cloud.secrets().calls("GetSecretValue")).isEqualTo(secretsRead);
    }

    @Test
    void notToBeInstalledIsAStatusAndNoError() {
        for (String verify : new String[] {"", ",\"verify\":true"}) {
            JsonNode reply = status(verify);

            assertThat(reply.has("error")).isFalse();
            assertThat(reply.path("status").asText()).isEqualTo("NOT_INSTALLED");
            assertThat(reply.path("remedy").asText()).contains("Run install");
        }
        assertThat(status(",\"verify\":true").path("page").asText()).startsWith("would not go out: ");
    }

    @Test
    void aDeadTokenIsToldWithReasonRemedyAndTheNextTry() {
        install(Sample.MANAGER_TOKEN);
        Instant died = cloud.clock().instant();
        Instant next = died.plusSeconds(60);
        installations.requireReauth(workspace, version(), "PagerDuty refused the token", died, next);

        JsonNode reply = status("");

        assertThat(reply.path("status").asText()).isEqualTo("REAUTH_REQUIRED");
        assertThat(reply.path("reason").asText()).isEqualTo("PagerDuty refused the token");
        assertThat(reply.path("remedy").asText()).contains("Run install again");
        assertThat(Instant.parse(reply.path("since").asText())).isEqualTo(died);
        assertThat(Instant.parse(reply.path("nextProbeAt").asText())).isEqualTo(next);
    }

    @Test
    void verifiedATokenThatWorksWouldPage() {
        install(Sample.MANAGER_TOKEN);

        JsonNode reply = verify();

        assertThat(reply.path("page").asText()).startsWith("would go out, as an incident by " + Sample.MANAGER_EMAIL);
        assertThat(reply.path("verified").path("user").path("id").asText()).isEqualTo("PUSR001");
        assertThat(reply.path("warnings").isArray()).isTrue();
        assertThat(reply.path("warnings")).isEmpty();
    }

    @Test
    void verifiedADeadTokenIsFoundOut() {
        install(Sample.MANAGER_TOKEN);
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/users/me").answering(401).untilCleared());

        JsonNode reply = verify();

        assertThat(reply.path("status").asText()).isEqualTo("REAUTH_REQUIRED");
        assertThat(reply.path("page").asText()).startsWith("would wait: ").contains("401");
        assertThat(reply.path("nextProbeAt").asText()).isNotEmpty();
        assertThat(status("").path("status").asText()).isEqualTo("REAUTH_REQUIRED");
    }

    @Test
    void verifiedATokenThatWorksAgainMakesTheWorkspaceActive() {
        install(Sample.MANAGER_TOKEN);
        Instant died = cloud.clock().instant();
        // The next try by itself is hours away: somebody wants to know now.
        installations.requireReauth(workspace, version(), "refused", died, died.plus(Duration.ofHours(4)));

        JsonNode reply = verify();

        assertThat(reply.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(reply.has("reason")).isFalse();
        assertThat(reply.path("page").asText()).startsWith("would go out");
        assertThat(installations.find(workspace).orElseThrow().status()).isEqualTo(Installation.Status.ACTIVE);
    }

    @Test
    void verifiedADeadTokenThatStaysDeadIsAskedForLater() {
        install(Sample.MANAGER_TOKEN);
        Instant died = cloud.clock().instant();
        installations.requireReauth(workspace, version(), "refused", died, died);
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/users/me").answering(401).untilCleared());

        JsonNode reply = verify();

        assertThat(reply.path("status").asText()).isEqualTo("REAUTH_REQUIRED");
        assertThat(reply.path("page").asText()).startsWith("would wait: ");
        assertThat(Instant.parse(reply.path("nextProbeAt").asText())).isAfter(died);
    }

    @Test
    void verifiedAPagerDutyThatIsDownTellsNothing() {
        install(Sample.MANAGER_TOKEN);
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/users/me").answering(503).untilCleared());

        JsonNode reply = verify();

        assertThat(reply.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(reply.path("page").asText()).startsWith("cannot be told: ").contains("503");
        assertThat(reply.has("verified")).isFalse();
    }

    @Test
    void verifiedAnotherUsersTokenInTheSecretIsAWarning() {
        install(Sample.MANAGER_TOKEN);
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            secrets.putSecretValue(
                    request -> request.secretId(TestCloud.secretName(workspace)).secretString(Sample.RESPONDER_TOKEN));
        }

        JsonNode reply = verify();

        assertThat(reply.path("verified").path("user").path("email").asText()).isEqualTo(Sample.RESPONDER_EMAIL);
        assertThat(texts(reply.path("warnings"), "code")).containsExactly("OTHER_USER");
        assertThat(reply.toString()).doesNotContain(Sample.RESPONDER_TOKEN);
    }

    /** Its key was disabled, or is one that the functions may not use: a person must act, and an alarm says so. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void verifiedASecretThatCannotBeDecryptedSaysWhatToDo(boolean disabled) {
        String key = "arn:aws:kms:us-east-1:000000000000:key/9999aaaa-2222-3333-4444-555555555555";
        install(Sample.MANAGER_TOKEN);
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            secrets.updateSecret(
                    request -> request.secretId(TestCloud.secretName(workspace)).kmsKeyId(key));
        }
        if (disabled) {
            cloud.secrets().disableKey(key);
        } else {
            cloud.secrets().allowOnlyKeys();
        }
        cloud.clock().advance(Duration.ofMinutes(1));

        JsonNode reply = verify();

        assertThat(reply.path("status").asText()).isEqualTo("REAUTH_REQUIRED");
        assertThat(reply.path("reason").asText())
                .contains("the secret " + TestCloud.secretName(workspace) + " cannot be decrypted")
                .contains("its KMS key is " + key)
                .contains("enable that key")
                .contains("TokenKeyArn");
        assertThat(reply.path("page").asText()).startsWith("would wait: ").contains("cannot be decrypted");

        cloud.secrets().heal();

        assertThat(verify().path("status").asText())
                .as("the key can be used again")
                .isEqualTo("ACTIVE");
    }

    @Test
    void verifiedAUserWhoseEmailChangedIsAWarning() {
        install("verify-mail", new String[] {"old@acme.example", "new@acme.example"}, "user", "user");

        assertThat(texts(verify().path("warnings"), "code")).containsExactly("EMAIL_CHANGED");
    }

    @Test
    void verifiedAUserWhoBecameAStakeholderWouldNotPage() {
        install("verify-role", new String[] {"stan@acme.example", "stan@acme.example"}, "user", "read_only_user");

        assertThat(verify().path("page").asText()).startsWith("would wait: the role read_only_user (stakeholder)");
    }

    @Test
    void verifiedARoleThatPagesOnlyItsTeamsIsAWarning() {
        install(Sample.OBSERVER_TOKEN);

        JsonNode reply = verify();

        assertThat(reply.path("page").asText()).startsWith("would go out");
        assertThat(texts(reply.path("warnings"), "code")).containsExactly("ROLE_MAY_NOT_PAGE");
    }

    @Test
    void anUninstallThatIsNotFinishedIsTold() {
        install(Sample.MANAGER_TOKEN);
        installations.beginUninstall(
                installations.find(workspace).orElseThrow(), cloud.clock().instant());

        JsonNode reply = status("");

        assertThat(reply.path("status").asText()).isEqualTo("NOT_INSTALLED");
        assertThat(reply.path("reason").asText()).contains("uninstall");
        assertThat(reply.path("remedy").asText()).contains("Run uninstall again");
        assertThat(reply.has("user")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|workspaceId is missing",
                "[]|The request must be a JSON object",
                "{\"workspaceId\":\"a b\"}|workspaceId must be",
                "{\"workspaceId\":\"acme\",\"verify\":\"yes\"}|verify must be true or false",
                "{\"workspaceId\":\"acme\",\"tf\":{\"action\":\"delete\"}}|tf is not taken",
            })
    void aBadRequestNamesTheField(String request, String message) {
        JsonNode reply = function.call(request);

        assertThat(reply.path("error").path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).contains(message);
    }

    private void install(String token) {
        installer.install(
                workspace,
                GivenToken.inRequest(token),
                Optional.empty(),
                false,
                Deadline.after(Duration.ofMinutes(1), cloud.clock()));
    }

    /** The token of a user who changes after the install: PagerDuty has another under the same id then. */
    private void install(String account, String[] emails, String roleThen, String roleNow) {
        Account own = cloud.pagerDuty()
                .us()
                .addAccount(account + "-" + workspace.value().substring(2, 8));
        String token = "u+" + workspace.value().substring(2, 20);
        User then = own.addUser("PUSRX01", "Ann", emails[0], roleThen);
        own.addUserToken(token, then);
        install(token);
        own.removeUser(then);
        own.addUserToken(token, own.addUser("PUSRX01", "Ann", emails[1], roleNow));
    }

    private String version() {
        return installations.find(workspace).orElseThrow().tokenVersion();
    }

    private JsonNode verify() {
        return status(",\"verify\":true");
    }

    private JsonNode status(String more) {
        return function.call("{\"workspaceId\":\"" + workspace + "\"" + more + "}");
    }
}
