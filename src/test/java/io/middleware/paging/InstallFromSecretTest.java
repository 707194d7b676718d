package io.middleware.paging;

import static io.middleware.paging.InstallFunctionTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.FunctionUnderTest.InstallWithKey;
import io.middleware.paging.harness.LogLines;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.secrets.Fault;

/** A token that is handed over in a secret of the user's own, and secrets under a KMS key that is not this stack's. */
@QuarkusTest
@TestProfile(InstallWithKey.class)
@QuarkusTestResource(TestCloud.class)
class InstallFromSecretTest {
    private static final String OTHER_KEY =
            "arn:aws:kms:us-east-1:000000000000:key/9999bbbb-2222-3333-4444-555555555555";

    private static final String KEY_ID = InstallWithKey.KEY.substring(InstallWithKey.KEY.lastIndexOf('/') + 1);

    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();
    private final String workspace = "w-" + UUID.randomUUID();
    private final String handedOver = InstallWithKey.HAND_OVER + workspace;
    private SecretsManagerClient secrets;

    @BeforeEach
    void connect() {
        secrets = AwsClients.secretsManager(cloud.secrets().endpoint());
    }

    @AfterEach
    void heal() {
        secrets.close();
        cloud.secrets().heal();
        assertThat(cloud.pagerDuty().unexpectedRequests()).isEmpty();
    }

    @Test
    void aTokenInASecretOfTheUsersInstallsAsOneInTheRequest() {
        String arn = handOver("  " + Sample.MANAGER_TOKEN + "\n");

        for (String id : new String[] {handedOver, arn, arn.substring(0, arn.lastIndexOf('-'))}) {
            JsonNode reply = install(id);

            assertThat(reply.path("status").asText()).as(reply.toString()).isEqualTo("ACTIVE");
            assertThat(reply.path("user").path("id").asText()).isEqualTo("PUSR001");
            assertThat(token()).isEqualTo(Sample.MANAGER_TOKEN);
            assertThat(reply.toString()).doesNotContain(Sample.MANAGER_TOKEN);
        }
    }

    @Test
    void theSecretIsReadOnceAndLeftAsItIs() {
        handOver(Sample.MANAGER_TOKEN);
        DescribeSecretResponse before = describe(handedOver);
        Map<String, Integer> calls = cloud.secrets().calls();

        install(handedOver);

        assertThat(cloud.secrets().calls("GetSecretValue") - calls.getOrDefault("GetSecretValue", 0))
                .isEqualTo(1);
        assertThat(cloud.secrets().calls("DeleteSecret")).isEqualTo(calls.getOrDefault("DeleteSecret", 0));
        DescribeSecretResponse after = describe(handedOver);
        assertThat(after.versionIdsToStages()).isEqualTo(before.versionIdsToStages());
        assertThat(after.tags()).isEqualTo(before.tags());
        assertThat(after.deletedDate()).isNull();
    }

    @Test
    void aFreshTokenInTheSecretReplacesADeadOne() {
        handOver(Sample.MANAGER_TOKEN);
        install(handedOver);
        secrets.putSecretValue(request -> request.secretId(handedOver).secretString(Sample.RESPONDER_TOKEN));

        JsonNode reply = install(handedOver);

        assertThat(reply.path("reinstalled").asBoolean()).as(reply.toString()).isTrue();
        assertThat(token()).isEqualTo(Sample.RESPONDER_TOKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "0123456789abcdef0123456789ABCDEF, INTEGRATION_KEY",
        "'u+with a blank inside', TOKEN_INVALID",
        Sample.REVOKED_TOKEN + ", TOKEN_INVALID",
        Sample.ACCOUNT_KEY + ", ACCOUNT_TOKEN",
        Sample.STAKEHOLDER_TOKEN + ", TOKEN_FORBIDDEN",
        "'   ', TOKEN_EMPTY",
    })
    void allChecksRunAsEver(String token, String code) {
        handOver(token);

        JsonNode reply = install(handedOver);

        assertRefused(reply, code);
        assertThat(reply.toString()).doesNotContain(token.isBlank() ? "nothing to hide" : token);
    }

    @Test
    void aSecretThatTheConsoleMadeJsonOfIsRefusedWithARemedy() {
        handOver("{\"token\":\"" + Sample.MANAGER_TOKEN + "\"}");

        JsonNode reply = install(handedOver);

        assertRefused(reply, "TOKEN_INVALID");
        assertThat(reply.path("error").path("message").asText())
                .contains("the secret " + handedOver + " holds JSON, not the bare token");
        assertThat(reply.path("error").path("remedy").asText()).contains("key/value");
        assertThat(reply.toString()).doesNotContain("sample");
    }

    @Test
    void aSecretOfBytesIsRefused() {
        secrets.createSecret(
                request -> request.name(handedOver).secretBinary(SdkBytes.fromUtf8String(Sample.MANAGER_TOKEN)));

        JsonNode reply = install(handedOver);

        assertRefused(reply, "TOKEN_INVALID");
        assertThat(reply.path("error").path("message").asText()).contains("holds bytes");
    }

    @Test
    void aSecretWithoutAValueYetIsRefused() {
        secrets.createSecret(request -> request.name(handedOver));

        assertInvalid(install(handedOver), "it has no value yet", "--secret-string");
    }

    @Test
    void aSecretThatDoesNotExistIsNamed() {
        assertInvalid(install(handedOver), "there is no secret " + handedOver, "create-secret");
    }

    @Test
    void aSecretMarkedForDeletionIsToldHowToBringBack() {
        handOver(Sample.MANAGER_TOKEN);
        secrets.deleteSecret(request -> request.secretId(handedOver));

        assertInvalid(install(handedOver), "marked for deletion", "restore-secret");
        assertThat(describe(handedOver).deletedDate()).isNotNull();
    }

    @Test
    void aDeniedSecretSaysWhereToLook() {
        handOver(Sample.MANAGER_TOKEN);
        cloud.secrets()
                .failNext(1, "GetSecretValue", new Fault.Answered("AccessDeniedException", 400, "an explicit deny"));

        assertInvalid(install(handedOver), "an explicit deny", "own policy");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSecretThatCannotBeDecryptedSaysUnderWhichKeyItMayBe(boolean disabled) {
        secrets.createSecret(request ->
                request.name(handedOver).secretString(Sample.MANAGER_TOKEN).kmsKeyId(OTHER_KEY));
        if (disabled) {
            cloud.secrets().disableKey(OTHER_KEY);
        } else {
            cloud.secrets().allowOnlyKeys(InstallWithKey.KEY);
        }

        assertInvalid(install(handedOver), "cannot be decrypted", "or under this stack's, " + InstallWithKey.KEY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pagerduty/paging/acme|must name a secret under pagerduty-handover/paging/",
                "pagerduty-handover/paging/|must name a secret under",
                "pagerduty-handover/paging-staging/acme|must name a secret under",
                "arn:aws:secretsmanager:us-east-1:000000000000:secret:pagerduty/paging/acme-AbCdEf|must name a secret under",
                "arn:aws:secretsmanager:eu-west-1:000000000000:secret:pagerduty-handover/paging/acme-AbCdEf|is in the region eu-west-1, and this stack in us-east-1",
                "arn:aws:secretsmanager:us-east-1:111122223333:secret:pagerduty-handover/paging/acme-AbCdEf|is in the account 111122223333, and this stack in 000000000000",
                "arn:aws:ssm:us-east-1:000000000000:parameter/pagerduty|must be the name or the ARN of a secret",
                "arn:aws:secretsmanager:us-east-1:000000000000:secret:pagerduty-handover/paging/acme-AbCdEf:token::|must be the name or the ARN",
                "pagerduty-handover/paging/not a name|must be the name or the ARN",
            })
    void noOtherSecretIsRead(String id, String message) {
        int read = cloud.secrets().calls("GetSecretValue");

        assertInvalid(install(id), message, "");
        assertThat(cloud.secrets().calls("GetSecretValue")).isEqualTo(read);
    }

    @Test
    void aTokenHasOneWayIn() {
        handOver(Sample.MANAGER_TOKEN);

        JsonNode reply =
                call(request().put("accessTokenSecretId", handedOver).put("accessToken", Sample.MANAGER_TOKEN));

        assertInvalid(reply, "accessToken and accessTokenSecretId are both set", "Leave out");
        assertThat(reply.toString()).doesNotContain(Sample.MANAGER_TOKEN);
    }

    @Test
    void anEmptyTokenBesideASecretIsNone() {
        handOver(Sample.MANAGER_TOKEN);

        JsonNode reply = call(request().put("accessTokenSecretId", handedOver).put("accessToken", ""));

        assertThat(reply.path("status").asText()).as(reply.toString()).isEqualTo("ACTIVE");
    }

    @Test
    void aTokenPastedAsTheSecretsNameIsNotRepeated() {
        for (String id : new String[] {Sample.MANAGER_TOKEN, InstallWithKey.HAND_OVER + Sample.MANAGER_TOKEN}) {
            JsonNode reply = install(id);

            assertRefused(reply, "INVALID_REQUEST");
            assertThat(reply.toString()).doesNotContain("sample");
        }
    }

    @Test
    void theTokenAsWorkspaceIsRefusedHoweverItCame() {
        handOver("y_NbAkKc66ryYTWUXYEu");

        JsonNode reply =
                call(object().put("workspaceId", "y_NbAkKc66ryYTWUXYEu").put("accessTokenSecretId", handedOver));

        assertInvalid(reply, "workspaceId holds the access token", "");
        assertThat(reply.toString()).doesNotContain("NbAkKc66");
    }

    @Test
    void aLineInTheLogSaysWhichWayTheTokenCame() {
        String arn = handOver(Sample.MANAGER_TOKEN);
        try (LogLines lines = new LogLines(AuditLog.class.getName())) {
            install(arn);

            assertThat(lines.of(workspace))
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line.message()).endsWith("status ACTIVE, token from the secret " + handedOver));
            assertThat(lines.of(workspace).toString()).doesNotContain("sample");
        }
    }

    @Test
    void aSecretUnderThisStacksKeyIsReplacedHoweverItNamesTheKey() {
        String own = TestCloud.secretName(workspace);
        for (String key : new String[] {InstallWithKey.KEY, KEY_ID}) {
            store(key);
            cloud.secrets().allowOnlyKeys(InstallWithKey.KEY);

            JsonNode reply = installByRequest();

            assertThat(reply.path("status").asText()).as(reply.toString()).isEqualTo("ACTIVE");
            cloud.secrets().heal();
            secrets.deleteSecret(request -> request.secretId(own).forceDeleteWithoutRecovery(true));
        }
    }

    @Test
    void aSecretUnderAnotherKeyIsRefusedWithEveryWayOut() {
        store(OTHER_KEY);
        cloud.secrets().allowOnlyKeys(InstallWithKey.KEY);

        JsonNode reply = installByRequest();

        assertRefused(reply, "SECRET_KEY_MISMATCH");
        assertThat(reply.path("error").path("message").asText())
                .contains(TestCloud.secretName(workspace))
                .contains(OTHER_KEY)
                .contains(InstallWithKey.KEY);
        assertThat(reply.path("error").path("remedy").asText())
                .contains("TokenKeyArn")
                .contains("aws secretsmanager update-secret --secret-id " + TestCloud.secretName(workspace)
                        + " --kms-key-id " + InstallWithKey.KEY)
                .contains("--force-delete-without-recovery");
        assertThat(installation()).isEmpty();
        cloud.secrets().heal();
        assertThat(token()).isEqualTo("the one before");
    }

    /** Which the functions could write; but everybody in the account could read it. */
    @Test
    void aSecretUnderTheAccountsOwnKeyIsRefusedToo() {
        store(null);

        JsonNode reply = installByRequest();

        assertRefused(reply, "SECRET_KEY_MISMATCH");
        assertThat(reply.path("error").path("message").asText()).contains("alias/aws/secretsmanager");
        assertThat(reply.path("error").path("remedy").asText())
                .contains("update-secret")
                .doesNotContain("TokenKeyArn");
    }

    @ParameterizedTest
    @ValueSource(strings = {OTHER_KEY, "alias/may-be-any"})
    void aSecretUnderAnotherKeyIsNotBroughtBackFromItsDeletion(String key) {
        store(key);
        secrets.deleteSecret(request -> request.secretId(TestCloud.secretName(workspace)));

        JsonNode reply = installByRequest();

        assertRefused(reply, "SECRET_KEY_MISMATCH");
        assertThat(reply.path("error").path("message").asText()).contains("waits for its deletion");
        assertThat(reply.path("error").path("remedy").asText()).contains("restore-secret");
        assertThat(describe(TestCloud.secretName(workspace)).deletedDate()).isNotNull();
    }

    @Test
    void anAliasIsAnotherKeyOnceKmsSaysSo() {
        store("alias/may-be-any");

        assertThat(installByRequest().path("status").asText()).isEqualTo("ACTIVE");

        cloud.secrets().allowOnlyKeys(InstallWithKey.KEY);
        JsonNode reply = installByRequest();

        assertRefused(reply, "SECRET_KEY_MISMATCH");
        assertThat(reply.path("error").path("message").asText()).contains("alias/may-be-any");
    }

    @Test
    void aDisabledKeyIsToldAsARefusal() {
        cloud.secrets().disableKey(InstallWithKey.KEY);

        assertRefused(installByRequest(), "SECRET_KEY_UNUSABLE");
        assertThat(installation()).isEmpty();

        cloud.secrets().heal();
        store(InstallWithKey.KEY);
        cloud.secrets().disableKey(InstallWithKey.KEY);
        JsonNode reinstall = installByRequest();

        assertRefused(reinstall, "SECRET_KEY_UNUSABLE");
        assertThat(reinstall.path("error").path("message").asText())
                .contains(InstallWithKey.KEY)
                .contains("can't encrypt");
        assertThat(reinstall.path("error").path("remedy").asText()).contains("Enable that key");
    }

    private String handOver(String text) {
        return secrets.createSecret(request -> request.name(handedOver).secretString(text))
                .arn();
    }

    /** The workspace's own secret, as an earlier stack of the same name left it. */
    private void store(String key) {
        secrets.createSecret(request -> request.name(TestCloud.secretName(workspace))
                .secretString("the one before")
                .kmsKeyId(key)
                .tags(Tag.builder().key("paging-stack").value("paging").build()));
    }

    private JsonNode install(String secretId) {
        return call(request().put("accessTokenSecretId", secretId));
    }

    private JsonNode installByRequest() {
        return call(request().put("accessToken", Sample.MANAGER_TOKEN));
    }

    private ObjectNode request() {
        return object().put("workspaceId", workspace);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private JsonNode call(ObjectNode request) {
        return function.call(request.toString());
    }

    private static void assertInvalid(JsonNode reply, String message, String remedy) {
        assertRefused(reply, "INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).contains(message);
        assertThat(reply.path("error").path("remedy").asText()).contains(remedy);
    }

    private String token() {
        return secrets.getSecretValue(request -> request.secretId(TestCloud.secretName(workspace)))
                .secretString();
    }

    private DescribeSecretResponse describe(String name) {
        return secrets.describeSecret(request -> request.secretId(name));
    }

    private Map<String, AttributeValue> installation() {
        return cloud.dynamo()
                .getItem(request -> request.tableName(cloud.stack().ref("Installations"))
                        .key(Map.of("workspaceId", AttributeValue.fromS(workspace)))
                        .consistentRead(true))
                .item();
    }
}
