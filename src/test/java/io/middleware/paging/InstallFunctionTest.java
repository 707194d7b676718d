package io.middleware.paging;

import static io.middleware.paging.harness.FunctionUnderTest.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.LogLines;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.pagerduty.Account;
import io.middleware.paging.local.pagerduty.EscalationPolicy;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Region;
import io.middleware.paging.local.pagerduty.Sample;

@QuarkusTest
@TestProfile(FunctionUnderTest.Install.class)
@QuarkusTestResource(TestCloud.class)
class InstallFunctionTest {
    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();
    private final String workspace = "w-" + UUID.randomUUID();

    @AfterEach
    void clearFaults() {
        cloud.pagerDuty().faults().clear();
        cloud.secrets().heal();
        assertThat(cloud.pagerDuty().unexpectedRequests()).isEmpty();
    }

    @Test
    void aUserTokenInstallsAndShowsItsServices() {
        JsonNode reply = install("  " + Sample.MANAGER_TOKEN + "\n");

        assertThat(reply.path("error").isMissingNode()).as(reply.toString()).isTrue();
        assertThat(reply.path("workspaceId").asText()).isEqualTo(workspace);
        assertThat(reply.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(reply.path("region").asText()).isEqualTo("us");
        assertThat(reply.path("user"))
                .isEqualTo(object().put("id", "PUSR001")
                        .put("name", "Paging Bot")
                        .put("email", Sample.MANAGER_EMAIL)
                        .put("role", "user"));
        assertThat(texts(reply.path("services"), "name")).contains("Payments", "Checkout", "Legacy", "Orders API");
        JsonNode payments = service(reply, "Payments");
        assertThat(payments.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("id", "name", "description", "status", "escalationPolicy", "htmlUrl");
        assertThat(payments.path("id").asText()).isEqualTo(Sample.PAYMENTS);
        assertThat(payments.path("status").asText()).isNotEmpty();
        assertThat(payments.path("escalationPolicy").path("id").asText()).isEqualTo(Sample.PRIMARY_POLICY);
        assertThat(payments.path("escalationPolicy").path("name").asText()).isEqualTo("Primary");
        assertThat(payments.path("htmlUrl").asText()).startsWith("https://acme.pagerduty.com/");
        assertThat(reply.path("warnings")).isEmpty();
        assertThat(Instant.parse(reply.path("installedAt").asText()))
                .isEqualTo(cloud.clock().instant());
        assertThat(reply.path("reinstalled").asBoolean(true)).isFalse();
        assertThat(secret()).isEqualTo(Sample.MANAGER_TOKEN);
        assertThat(installation().get("status").s()).isEqualTo("ACTIVE");
        assertThat(installation().toString()).doesNotContain(Sample.MANAGER_TOKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "'', TOKEN_EMPTY",
        "'   \t', TOKEN_EMPTY",
        "0123456789abcdef0123456789ABCDEF, INTEGRATION_KEY",
        "'u+with a blank inside', TOKEN_INVALID",
        Sample.REVOKED_TOKEN + ", TOKEN_INVALID",
        "u+nobody-has-this-one, TOKEN_INVALID",
        Sample.ACCOUNT_KEY + ", ACCOUNT_TOKEN",
        Sample.READ_ONLY_ACCOUNT_KEY + ", ACCOUNT_TOKEN",
        Sample.STAKEHOLDER_TOKEN + ", TOKEN_FORBIDDEN",
    })
    void everyOtherTokenIsRefusedWithItsOwnCode(String token, String code) {
        JsonNode reply = install(token);

        assertRefused(reply, code);
        assertThat(reply.toString()).doesNotContain(token.isBlank() ? "nothing to hide" : token);
        assertNothingStored();
    }

    @Test
    void aMissingTokenIsAnEmptyOne() {
        JsonNode reply = call(object().put("workspaceId", workspace));

        assertRefused(reply, "TOKEN_EMPTY");
        assertThat(reply.path("error").path("message").asText())
                .contains("Neither accessToken nor accessTokenSecretId");
        assertRefused(call(object().put("workspaceId", workspace).putNull("accessToken")), "TOKEN_EMPTY");
    }

    @Test
    void whoAsksForItGetsARefusalAsAFunctionError() {
        ObjectNode request = object().put("workspaceId", workspace).put("accessToken", Sample.REVOKED_TOKEN);

        JsonNode error =
                function.callToFail(request.deepCopy().put("onRefusal", "fail").toString());

        JsonNode refusal = call(request).path("error");
        assertThat(error.path("errorMessage").asText())
                .isEqualTo("TOKEN_INVALID: " + refusal.path("message").asText() + " "
                        + refusal.path("remedy").asText());
        assertThat(error.toString()).doesNotContain(Sample.REVOKED_TOKEN);
        assertNothingStored();
    }

    @ParameterizedTest
    @CsvSource({"fail", "value"})
    void whatIsInstalledIsAnAnswerWhateverHappensOnRefusal(String onRefusal) {
        JsonNode reply = call(object().put("workspaceId", workspace)
                .put("accessToken", Sample.MANAGER_TOKEN)
                .put("onRefusal", onRefusal));

        assertThat(reply.path("status").asText()).isEqualTo("ACTIVE");
    }

    @Test
    void withoutAHandOverPrefixNoSecretIsRead() {
        int read = cloud.secrets().calls("GetSecretValue");

        JsonNode reply = call(
                object().put("workspaceId", workspace).put("accessTokenSecretId", "pagerduty-handover/paging/acme"));

        assertRefused(reply, "INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText())
                .startsWith("accessTokenSecretId")
                .contains("PAGING_HANDOVER_PREFIX is not set");
        assertThat(cloud.secrets().calls("GetSecretValue")).isEqualTo(read);
    }

    @Test
    void aTokenOfTheOtherRegionIsFoundThere() {
        JsonNode reply = install(Sample.EU_TOKEN);

        assertThat(reply.path("region").asText()).isEqualTo("eu");
        assertThat(texts(reply.path("services"), "name")).containsExactly("Payments EU", "Search EU");
    }

    @Test
    void aGivenRegionIsTheOnlyOneAsked() {
        int before = cloud.pagerDuty().requests().size();

        JsonNode reply = call(request(Sample.EU_TOKEN).put("region", "us"));

        assertRefused(reply, "TOKEN_INVALID");
        assertThat(reply.path("error").path("remedy").asText()).contains("region");
        assertThat(cloud.pagerDuty().requests().stream().skip(before))
                .allMatch(request -> request.region() == Region.US);
    }

    @Test
    void aForbiddenUserIsRefusedAsForbidden() {
        cloud.pagerDuty().faults().add(Fault.on("GET", "/users/me").answering(403));

        assertRefused(install(Sample.MANAGER_TOKEN), "TOKEN_FORBIDDEN");
        assertNothingStored();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/users/me", "/services"})
    void aPagerDutyThatIsDownIsNotAnInvalidToken(String path) {
        cloud.pagerDuty().faults().add(Fault.on("GET", path).answering(503).untilCleared());

        JsonNode reply = install(Sample.MANAGER_TOKEN);

        assertRefused(reply, "PAGERDUTY_UNAVAILABLE");
        assertThat(reply.path("error").path("message").asText()).contains("503");
        assertNothingStored();
    }

    @Test
    void oneFailedReadIsTriedAgain() {
        cloud.pagerDuty().faults().add(Fault.on("GET", "/users/me").answering(502));
        cloud.pagerDuty().faults().add(Fault.on("GET", "/services").dropping());

        assertThat(install(Sample.MANAGER_TOKEN).path("status").asText()).isEqualTo("ACTIVE");
    }

    @ParameterizedTest
    @ValueSource(strings = {Sample.OBSERVER_TOKEN, Sample.RESTRICTED_TOKEN})
    void aRoleThatPagesOnlyItsTeamsIsWarnedAbout(String token) {
        assertThat(texts(install(token).path("warnings"), "code")).containsExactly("ROLE_MAY_NOT_PAGE");
    }

    @Test
    void noServicesIsAWarningWithARemedy() {
        Account empty = cloud.pagerDuty().us().addAccount("empty-" + workspace.substring(2, 10));
        empty.addUserToken("u+sample-no-services", empty.addUser("Nora", "nora@empty.example", "admin"));

        JsonNode reply = install("u+sample-no-services");

        assertThat(reply.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(reply.path("services")).isEmpty();
        assertThat(reply.path("warnings").path(0).path("code").asText()).isEqualTo("NO_SERVICES");
        assertThat(reply.path("warnings").path(0).path("message").asText()).contains("Create one in PagerDuty");
    }

    @Test
    void allPagesOfServicesAreRead() {
        Account large = cloud.pagerDuty().us().addAccount("large");
        EscalationPolicy policy = large.addPolicy("Everyone");
        for (int i = 0; i < 250; i++) {
            large.addService(String.format(Locale.ROOT, "Service %03d", i), policy);
        }
        large.addUserToken("u+sample-250-service", large.addUser("Lars", "lars@large.example", "admin"));

        JsonNode reply = install("u+sample-250-service");

        assertThat(reply.path("services")).hasSize(250);
        assertThat(reply.path("services").path(249).path("name").asText()).isEqualTo("Service 249");
        assertThat(reply.path("warnings")).isEmpty();
    }

    @Test
    void moreServicesThanPagerDutyListsIsAWarningAndNeverALoop() {
        String page =
                "{\"services\":[{\"id\":\"PX\",\"name\":\"One of many\"}],\"limit\":100,\"offset\":0,\"more\":true}";
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/services").answering(200, page).untilCleared());
        int before = cloud.pagerDuty().count(Operation.LIST_SERVICES);

        JsonNode reply = install(Sample.MANAGER_TOKEN);

        assertThat(texts(reply.path("warnings"), "code")).containsExactly("SERVICES_CUT");
        assertThat(cloud.pagerDuty().count(Operation.LIST_SERVICES) - before).isEqualTo(100);
    }

    @Test
    void aReinstallByAnotherUserReplacesTheTokenAndSaysSo() {
        install(Sample.MANAGER_TOKEN);

        JsonNode reply = install(Sample.RESPONDER_TOKEN);

        assertThat(reply.path("reinstalled").asBoolean()).isTrue();
        assertThat(texts(reply.path("warnings"), "code")).containsExactly("OTHER_USER");
        assertThat(secret()).isEqualTo(Sample.RESPONDER_TOKEN);
        assertThat(installation().get("userEmail").s()).isEqualTo(Sample.RESPONDER_EMAIL);
    }

    @Test
    void aReinstallWithTheSameTokenHasNothingToSay() {
        install(Sample.MANAGER_TOKEN);

        assertThat(install(Sample.MANAGER_TOKEN).path("warnings")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", Sample.REVOKED_TOKEN, Sample.ACCOUNT_KEY, Sample.STAKEHOLDER_TOKEN})
    void aFailedReinstallChangesNothing(String token) {
        install(Sample.MANAGER_TOKEN);
        Map<String, AttributeValue> before = installation();
        cloud.clock().advance(Duration.ofSeconds(1));

        assertThat(install(token).has("error")).isTrue();

        assertThat(installation()).isEqualTo(before);
        assertThat(secret()).isEqualTo(Sample.MANAGER_TOKEN);
    }

    @Test
    void anotherAccountIsRefusedUnlessForced() {
        install(Sample.MANAGER_TOKEN);

        JsonNode refused = install(Sample.OTHER_ACCOUNT_TOKEN);
        assertRefused(refused, "OTHER_ACCOUNT");
        assertThat(refused.path("error").path("message").asText())
                .contains("acme")
                .contains("globex");
        assertThat(secret()).isEqualTo(Sample.MANAGER_TOKEN);

        JsonNode forced = call(request(Sample.OTHER_ACCOUNT_TOKEN).put("force", true));
        assertThat(forced.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(secret()).isEqualTo(Sample.OTHER_ACCOUNT_TOKEN);
    }

    @Test
    void aSecretThatWaitsForItsDeletionIsBroughtBack() {
        install(Sample.MANAGER_TOKEN);
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            secrets.deleteSecret(
                    request -> request.secretId(TestCloud.secretName(workspace)).recoveryWindowInDays(7L));
        }

        JsonNode reply = install(Sample.RESPONDER_TOKEN);

        assertThat(reply.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(secret()).isEqualTo(Sample.RESPONDER_TOKEN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|workspaceId is missing",
                "[]|must be a JSON object",
                "\"text\"|must be a JSON object",
                "{\"workspaceId\":\"a/b\"}|workspaceId must be",
                "{\"workspaceId\":{\"a\":1}}|workspaceId must be text, found an object",
                "{\"workspaceId\":\"w\",\"region\":\"mars\"}|region must be us, eu or auto, found \"mars\"",
                "{\"workspaceId\":\"w\",\"force\":\"perhaps\"}|force must be true or false",
                "{\"workspaceId\":\"w\",\"accessToken\":[]}|accessToken must be text, found a list",
                "{\"workspaceId\":true}|workspaceId must be text, found true or false",
                "{\"workspaceId\":\"w\",\"region\":false}|region must be text, found true or false",
                "{\"workspaceId\":\"w\",\"accessToken\":true}|accessToken must be text, found true or false",
                "{\"workspaceId\":\"w\",\"force\":1}|force must be true or false, found a number",
                "{\"workspaceId\":\"w\",\"force\":{}}|force must be true or false, found an object",
                "{\"workspaceId\":\"w\",\"accessTokenSecretId\":{}}|accessTokenSecretId must be text, found an object",
                "{\"workspaceId\":\"w\",\"tf\":{\"action\":\"delete\"}}|tf is not taken",
            })
    void aRequestThatCannotBeReadNamesTheField(String request, String message) {
        JsonNode reply = function.call(request);

        assertRefused(reply, "INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"workspaceId", "region", "force", "accessTokenSecretId"})
    void aTokenInTheWrongFieldIsNotRepeated(String field) {
        for (String token :
                List.of(Sample.MANAGER_TOKEN, Sample.ACCOUNT_KEY, "see " + Sample.MANAGER_TOKEN + " here")) {
            JsonNode reply = call(request(Sample.REVOKED_TOKEN).put(field, token));

            assertThat(reply.has("error")).as(reply.toString()).isTrue();
            assertThat(reply.toString()).doesNotContain(token).doesNotContain("sample");
        }
    }

    @Test
    void theTokenAsWorkspaceIsRefusedAndNotRepeated() {
        // An older token without "+" could be the name of a workspace.
        JsonNode reply =
                call(object().put("workspaceId", "y_NbAkKc66ryYTWUXYEu").put("accessToken", "y_NbAkKc66ryYTWUXYEu"));

        assertRefused(reply, "INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).startsWith("workspaceId");
        assertThat(reply.toString()).doesNotContain("NbAkKc66");
    }

    @Test
    void theSameSubdomainInTheOtherRegionIsAnotherAccount() {
        Account twin = cloud.pagerDuty().eu().addAccount(Sample.US_SUBDOMAIN);
        twin.addUserToken("u+sample-eu-twin-001", twin.addUser("Tove", "tove@acme.example", "admin"));
        install(Sample.MANAGER_TOKEN);

        JsonNode refused = install("u+sample-eu-twin-001");

        assertRefused(refused, "OTHER_ACCOUNT");
        assertThat(refused.path("error").path("message").asText())
                .contains("acme (us)")
                .contains("acme (eu)");
        assertThat(secret()).isEqualTo(Sample.MANAGER_TOKEN);
    }

    @Test
    void aListThatTakesTooLongDoesNotFailTheInstall() {
        slowServices(Duration.ofSeconds(6));

        JsonNode reply = install("u+sample-slow-service");

        assertThat(reply.path("status").asText()).as(reply.toString()).isEqualTo("ACTIVE");
        assertThat(reply.path("services")).hasSizeBetween(100, 900);
        assertThat(texts(reply.path("warnings"), "code")).containsExactly("SERVICES_CUT");
        assertThat(reply.path("warnings").path(0).path("message").asText())
                .contains("first " + reply.path("services").size() + " services")
                .contains("query");
        assertThat(secret()).isEqualTo("u+sample-slow-service");
    }

    @Test
    void aListThatFailsOnALaterPageDoesNotFailTheInstall() {
        slowServices(Duration.ZERO);
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/services")
                        .afterwards(first -> cloud.pagerDuty()
                                .faults()
                                .add(Fault.on("GET", "/services").answering(503).untilCleared())));

        JsonNode reply = install("u+sample-slow-service");

        assertThat(reply.path("services")).as(reply.toString()).hasSize(100);
        assertThat(reply.path("warnings").path(0).path("message").asText()).contains("503");
    }

    @Test
    void aSecretWithoutOurTagIsNotOverwritten() {
        createSecret(Map.of());

        JsonNode reply = install(Sample.MANAGER_TOKEN);

        assertRefused(reply, "INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText())
                .contains(TestCloud.secretName(workspace) + " has no tag");
        assertThat(reply.path("error").path("remedy").asText())
                .contains("another SecretPrefix")
                .contains("--tags Key=paging-stack,Value=paging");
        assertThat(secret()).isEqualTo("somebody's own");
        assertThat(installation()).isEmpty();
    }

    @Test
    void theSecretOfAnotherStackIsNotOverwritten() {
        createSecret(Map.of("paging-stack", "staging", "workspaceId", workspace));

        JsonNode reply = install(Sample.MANAGER_TOKEN);

        assertRefused(reply, "INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).contains("belongs to the stack staging");
        assertThat(secret()).isEqualTo("somebody's own");
        assertThat(installation()).isEmpty();
    }

    @Test
    void aSecretOfAnotherThatWaitsForItsDeletionIsNotBroughtBack() {
        createSecret(Map.of());
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            secrets.deleteSecret(request -> request.secretId(TestCloud.secretName(workspace)));

            assertRefused(install(Sample.MANAGER_TOKEN), "INVALID_REQUEST");

            assertThat(secrets.describeSecret(request -> request.secretId(TestCloud.secretName(workspace)))
                            .deletedDate())
                    .isNotNull();
        }
    }

    @Test
    void aPolicyThatAsksForTheTagLetsOursBeWritten() {
        cloud.secrets().allowOnly("paging-stack", "paging");

        install(Sample.MANAGER_TOKEN);
        JsonNode again = install(Sample.RESPONDER_TOKEN);

        assertThat(again.path("reinstalled").asBoolean()).as(again.toString()).isTrue();
        assertThat(secret()).isEqualTo(Sample.RESPONDER_TOKEN);
    }

    @Test
    void aNewSecretHasTheTagOfItsStack() {
        install(Sample.MANAGER_TOKEN);

        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            assertThat(secrets.describeSecret(request -> request.secretId(TestCloud.secretName(workspace)))
                            .tags())
                    .extracting(tag -> tag.key() + "=" + tag.value())
                    .containsExactlyInAnyOrder("paging-stack=paging", "workspaceId=" + workspace);
        }
    }

    @Test
    void anInstallLeavesALineThatSaysWhatItChanged() {
        try (LogLines lines = new LogLines(AuditLog.class.getName())) {
            install(Sample.MANAGER_TOKEN);
            install(Sample.REVOKED_TOKEN);
            install(Sample.RESPONDER_TOKEN);
            call(request(Sample.OTHER_ACCOUNT_TOKEN).put("force", true));

            assertThat(lines.of(workspace))
                    .extracting(line -> line.level() + " " + line.message())
                    .containsExactly(
                            "INFO INSTALLED: workspace " + workspace
                                    + ", user PUSR001, account acme (us), status ACTIVE, token from the request",
                            "INFO REINSTALLED: workspace " + workspace
                                    + ", user PUSR001 → PUSR002, account acme (us), status ACTIVE, token from the request",
                            "INFO REINSTALLED: workspace " + workspace
                                    + ", user PUSR002 → PUSRG01, account acme (us) → globex (us), status ACTIVE, token"
                                    + " from the request");
            assertThat(lines.of(workspace).toString()).doesNotContain("sample").doesNotContain("@");
        }
    }

    private void createSecret(Map<String, String> tags) {
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            secrets.createSecret(request -> request.name(TestCloud.secretName(workspace))
                    .secretString("somebody's own")
                    .tags(tags.entrySet().stream()
                            .map(tag -> Tag.builder()
                                    .key(tag.getKey())
                                    .value(tag.getValue())
                                    .build())
                            .toList()));
        }
    }

    /** An account with 1,000 services; each page of them takes so long. */
    private void slowServices(Duration each) {
        Account slow = cloud.pagerDuty().us().addAccount("slow-" + workspace.substring(2, 10));
        EscalationPolicy policy = slow.addPolicy("Everyone");
        for (int i = 0; i < 1_000; i++) {
            slow.addService(String.format(Locale.ROOT, "Service %04d", i), policy);
        }
        slow.addUserToken("u+sample-slow-service", slow.addUser("Sven", "sven@slow.example", "admin"));
        if (!each.isZero()) {
            cloud.pagerDuty()
                    .faults()
                    .add(Fault.on("GET", "/services")
                            .afterwards(page -> cloud.clock().advance(each))
                            .untilCleared());
        }
    }

    private JsonNode install(String token) {
        return call(request(token));
    }

    private ObjectNode request(String token) {
        return object().put("workspaceId", workspace).put("accessToken", token);
    }

    private JsonNode call(ObjectNode request) {
        return function.call(request.toString());
    }

    static void assertRefused(JsonNode reply, String code) {
        assertThat(reply.path("error").path("code").asText())
                .as(reply.toString())
                .isEqualTo(code);
        assertThat(reply.path("error").path("message").asText()).isNotBlank();
        assertThat(reply.path("error").path("remedy").asText()).isNotBlank();
        assertThat(reply.fieldNames()).toIterable().containsExactly("error");
    }

    private void assertNothingStored() {
        assertThat(installation()).isEmpty();
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            assertThat(secrets.listSecrets().secretList())
                    .noneMatch(secret -> secret.name().equals(TestCloud.secretName(workspace)));
        }
    }

    private String secret() {
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(cloud.secrets().endpoint())) {
            return secrets.getSecretValue(request -> request.secretId(TestCloud.secretName(workspace)))
                    .secretString();
        }
    }

    private Map<String, AttributeValue> installation() {
        return cloud.dynamo()
                .getItem(request -> request.tableName(cloud.stack().ref("Installations"))
                        .key(Map.of("workspaceId", AttributeValue.fromS(workspace)))
                        .consistentRead(true))
                .item();
    }

    private static JsonNode service(JsonNode reply, String name) {
        for (JsonNode service : reply.path("services")) {
            if (service.path("name").asText().equals(name)) {
                return service;
            }
        }
        throw new AssertionError("no service " + name + " in " + reply);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
