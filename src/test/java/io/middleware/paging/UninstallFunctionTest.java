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
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.LogLines;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.DynamoSetupLocks;
import io.middleware.paging.installation.GivenToken;
import io.middleware.paging.installation.Installations;
import io.middleware.paging.installation.Installer;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pagerduty.Deadline;

@QuarkusTest
@TestProfile(FunctionUnderTest.Uninstall.class)
@QuarkusTestResource(TestCloud.class)
class UninstallFunctionTest {
    @Inject
    Installer installer;

    @Inject
    Installations installations;

    @Inject
    RuleBindings bindings;

    @Inject
    DynamoSetupLocks locks;

    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();
    private final WorkspaceId workspace = new WorkspaceId("w-" + UUID.randomUUID());

    @AfterEach
    void heal() {
        cloud.secrets().heal();
    }

    @Test
    void tokenInstallationAndBindingsAreRemoved() {
        install();
        bind("cpu-high");
        bind("disk-full");
        Instant now = cloud.clock().instant();
        // As the template's policy: a secret is deleted only with this stack's tag.
        cloud.secrets().allowOnly("paging-stack", "paging");
        try (LogLines lines = new LogLines(AuditLog.class.getName())) {
            JsonNode reply = uninstall();

            assertThat(reply.path("uninstalled").asBoolean())
                    .as(reply.toString())
                    .isTrue();
            assertThat(reply.path("finished").asBoolean()).isTrue();
            assertThat(reply.path("bindingsRemoved").asInt()).isEqualTo(2);
            assertThat(Instant.parse(reply.path("tokenDeletedAt").asText())).isEqualTo(now.plus(Duration.ofDays(7)));
            assertThat(Instant.parse(reply.path("effectiveAt").asText())).isEqualTo(now.plusSeconds(60));
            assertThat(reply.path("warnings")).isEmpty();
            assertThat(lines.of(workspace.value()))
                    .extracting(LogLines.Line::message)
                    .containsExactly(
                            "UNINSTALLED: workspace " + workspace + ", user PUSR001, account acme (us), bindings"
                                    + " removed 2, secret " + TestCloud.secretName(workspace) + " to be deleted at "
                                    + now.plus(Duration.ofDays(7)));
        }
        assertThat(installations.find(workspace)).isEmpty();
        assertThat(bindings.list(workspace, Optional.empty()).bindings()).isEmpty();
        assertThat(secret().deletedDate()).isEqualTo(now.plus(Duration.ofDays(7)));
    }

    @Test
    void anotherWorkspaceIsLeftAsItIs() {
        WorkspaceId other = new WorkspaceId(workspace + "-b");
        install();
        installer.install(other, GivenToken.inRequest(Sample.MANAGER_TOKEN), Optional.empty(), false, deadline());
        bindings.save(binding(other, "cpu-high"));

        uninstall();

        assertThat(installations.find(other)).isPresent();
        assertThat(bindings.find(other, new RuleId("cpu-high"))).isPresent();
    }

    @Test
    void neverInstalledIsNothingToDoAndNoError() {
        try (LogLines lines = new LogLines(AuditLog.class.getName())) {
            JsonNode reply = uninstall();

            assertThat(reply.has("error")).isFalse();
            assertThat(reply.path("uninstalled").asBoolean(true)).isFalse();
            assertThat(reply.path("finished").asBoolean()).isTrue();
            assertThat(reply.path("bindingsRemoved").asInt(-1)).isZero();
            assertThat(reply.path("message").asText()).contains("nothing to do");
            assertThat(lines.of(workspace.value())).isEmpty();
        }
    }

    @Test
    void uninstallingTwiceIsNothingToDo() {
        install();
        uninstall();

        JsonNode reply = uninstall();

        assertThat(reply.has("error")).isFalse();
        assertThat(reply.path("finished").asBoolean()).isTrue();
        assertThat(reply.path("uninstalled").asBoolean(true)).isFalse();
    }

    @Test
    void whatSomebodyLeftBehindIsRemovedToo() {
        bind("cpu-high");

        JsonNode reply = uninstall();

        assertThat(reply.path("uninstalled").asBoolean()).isTrue();
        assertThat(reply.path("bindingsRemoved").asInt()).isEqualTo(1);
        assertThat(reply.has("tokenDeletedAt")).isFalse();
    }

    @Test
    void aSecretOfAnotherStackIsAWarning() {
        install();
        try (SecretsManagerClient secrets = secrets()) {
            secrets.tagResource(request -> request.secretId(TestCloud.secretName(workspace))
                    .tags(Tag.builder().key("paging-stack").value("other").build()));
        }

        JsonNode reply = uninstall();

        assertThat(reply.path("uninstalled").asBoolean()).isTrue();
        assertThat(texts(reply.path("warnings"), "code")).containsExactly("SECRET_NOT_REMOVED");
    }

    @Test
    void whileSomebodyInstallsItIsRefused() {
        install();

        JsonNode reply = locks.alone(workspace, deadline(), this::uninstall, refusal -> null);

        assertThat(reply.path("error").path("code").asText()).isEqualTo("SETUP_UNDER_WAY");
        assertThat(reply.path("error").path("message").asText())
                .contains("over by " + cloud.clock().instant().plusSeconds(65));
        assertThat(installations.find(workspace)).isPresent();
    }

    @Test
    void installAfterwardsWorks() {
        install();
        uninstall();

        install();

        assertThat(installations.find(workspace)).isPresent();
        assertThat(secret().deletedDate()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|workspaceId is missing",
                "{\"workspaceId\":\"acme/../other\"}|workspaceId must be 1 to 64",
                "{\"workspaceId\":\"acme\",\"tf\":{\"action\":\"delete\"}}|tf is not taken",
            })
    void aBadRequestNamesTheField(String request, String message) {
        JsonNode reply = function.call(request);

        assertThat(reply.path("error").path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).contains(message);
    }

    private JsonNode uninstall() {
        return function.call("{\"workspaceId\":\"" + workspace + "\"}");
    }

    private void install() {
        installer.install(workspace, GivenToken.inRequest(Sample.MANAGER_TOKEN), Optional.empty(), false, deadline());
    }

    private Deadline deadline() {
        return Deadline.after(Duration.ofMinutes(1), cloud.clock());
    }

    private void bind(String rule) {
        bindings.save(binding(workspace, rule));
    }

    private RuleBinding binding(WorkspaceId of, String rule) {
        return new RuleBinding(
                of,
                new RuleId(rule),
                Sample.PAYMENTS,
                "Payments",
                true,
                UrgencyRule.SERVICE,
                GroupBy.ALERT,
                Optional.empty(),
                true,
                cloud.clock().instant());
    }

    private DescribeSecretResponse secret() {
        try (SecretsManagerClient secrets = secrets()) {
            return secrets.describeSecret(request -> request.secretId(TestCloud.secretName(workspace)));
        }
    }

    private SecretsManagerClient secrets() {
        return AwsClients.secretsManager(cloud.secrets().endpoint());
    }
}
