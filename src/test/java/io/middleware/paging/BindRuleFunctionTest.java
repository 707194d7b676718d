package io.middleware.paging;

import static io.middleware.paging.harness.FunctionUnderTest.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Inject;

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

import io.middleware.paging.binding.PageText;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.LogLines;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.GivenToken;
import io.middleware.paging.installation.Installer;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pagerduty.Deadline;

@QuarkusTest
@TestProfile(FunctionUnderTest.BindRule.class)
@QuarkusTestResource(TestCloud.class)
class BindRuleFunctionTest {
    @Inject
    Installer installer;

    @Inject
    RuleBindings bindings;

    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();
    private final WorkspaceId workspace = new WorkspaceId("w-" + UUID.randomUUID());

    @BeforeEach
    void install() {
        installer.install(
                workspace,
                GivenToken.inRequest(Sample.MANAGER_TOKEN),
                Optional.empty(),
                false,
                Deadline.after(Duration.ofMinutes(1), cloud.clock()));
    }

    @AfterEach
    void clearFaults() {
        cloud.pagerDuty().faults().clear();
    }

    @Test
    void aRuleIsBoundByServiceIdWithTheDefaults() {
        JsonNode reply = bind("\"serviceId\":\"" + Sample.PAYMENTS + "\"");

        JsonNode binding = reply.path("binding");
        assertThat(binding.path("workspaceId").asText()).isEqualTo(workspace.value());
        assertThat(binding.path("ruleId").asText()).isEqualTo("cpu-high");
        assertThat(binding.path("serviceId").asText()).isEqualTo(Sample.PAYMENTS);
        assertThat(binding.path("serviceName").asText()).isEqualTo("Payments");
        assertThat(binding.path("notifyOnResolve").asBoolean(true)).isFalse();
        assertThat(binding.path("urgency").asText()).isEqualTo("service");
        assertThat(binding.path("enabled").asBoolean()).isTrue();
        assertThat(reply.path("replaced").asBoolean(true)).isFalse();
        assertThat(reply.path("warnings")).isEmpty();
        assertThat(stored().serviceId()).isEqualTo(Sample.PAYMENTS);
    }

    @Test
    void aRuleIsBoundByExactServiceName() {
        JsonNode reply = bind("\"serviceName\":\"Orders API\",\"notifyOnResolve\":true,\"urgency\":\"severity\","
                + "\"escalationPolicyId\":\"" + Sample.PRIMARY_POLICY + "\",\"enabled\":false");

        assertThat(reply.path("binding").path("serviceId").asText()).isEqualTo(Sample.ORDERS_API);
        RuleBinding stored = stored();
        assertThat(stored.notifyOnResolve()).isTrue();
        assertThat(stored.urgency()).isEqualTo(UrgencyRule.SEVERITY);
        assertThat(stored.escalationPolicyId()).contains(Sample.PRIMARY_POLICY);
        assertThat(stored.enabled()).isFalse();
    }

    @Test
    void savingAgainReplacesAndSaysWhatChanged() {
        bind("\"serviceId\":\"" + Sample.PAYMENTS + "\"");

        JsonNode reply = bind("\"serviceName\":\"Checkout\",\"notifyOnResolve\":true");

        assertThat(reply.path("replaced").asBoolean()).isTrue();
        assertThat(texts(reply.path("changes"), "field"))
                .containsExactly("serviceId", "serviceName", "notifyOnResolve");
        assertThat(reply.path("changes").path(1).path("from").asText()).isEqualTo("Payments");
        assertThat(reply.path("changes").path(1).path("to").asText()).isEqualTo("Checkout");
        assertThat(reply.path("changes").path(2).path("from").isBoolean()).isTrue();
        assertThat(stored().serviceId()).isEqualTo(Sample.CHECKOUT);
    }

    @Test
    void savingTheSameAgainChangesNothing() {
        bind("\"serviceId\":\"" + Sample.PAYMENTS + "\"");

        JsonNode reply = bind("\"serviceId\":\"" + Sample.PAYMENTS + "\"");

        assertThat(reply.path("replaced").asBoolean()).isTrue();
        assertThat(reply.path("changes")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        Sample.LEGACY + ", SERVICE_DISABLED",
        Sample.BATCH + ", SERVICE_IN_MAINTENANCE",
        Sample.WEEKEND + ", NOBODY_ON_CALL",
        Sample.BOTS + ", SELF_ON_CALL"
    })
    void aServiceThatOpensNoIncidentsIsBoundWithAWarning(String serviceId, String code) {
        JsonNode reply = bind("\"serviceId\":\"" + serviceId + "\"");

        assertThat(reply.path("binding").path("serviceId").asText()).isEqualTo(serviceId);
        assertThat(texts(reply.path("warnings"), "code")).containsExactly(code);
    }

    @Test
    void thePolicyOfTheBindingDecidesWhoIsOnCall() {
        JsonNode overridden = bind(
                "\"serviceId\":\"" + Sample.PAYMENTS + "\",\"escalationPolicyId\":\"" + Sample.WEEKEND_POLICY + "\"");
        JsonNode other = bind("\"serviceName\":\"Weekend\",\"escalationPolicyId\":\"" + Sample.PRIMARY_POLICY + "\"");

        assertThat(texts(overridden.path("warnings"), "code")).containsExactly("NOBODY_ON_CALL");
        assertThat(overridden.at("/warnings/0/message").asText()).contains("\"Weekend\"");
        assertThat(other.path("warnings")).isEmpty();
    }

    @Test
    void maintenanceIsToldWithItsEnd() {
        JsonNode reply = bind("\"serviceId\":\"" + Sample.BATCH + "\"");

        assertThat(reply.at("/warnings/0/message").asText())
                .contains("Moving the batch machines")
                .matches(".* until 20\\d\\d-\\d\\d-\\d\\dT.*");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429, 500, 503})
    void aLookThatFailsIsAWarningAndTheRuleIsBound(int status) {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/oncalls").answering(status).untilCleared());

        JsonNode reply = bind("\"serviceId\":\"" + Sample.PAYMENTS + "\"");

        assertThat(texts(reply.path("warnings"), "code")).containsExactly("NOT_CHECKED");
        assertThat(reply.at("/warnings/0/message").asText())
                .contains("whether anybody is on call")
                .contains("" + status);
        assertThat(stored().serviceId()).isEqualTo(Sample.PAYMENTS);
    }

    @Test
    void aLookThatFindsNoTimeIsAWarningAndTheRuleIsBound() {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/services/*")
                        .afterwards(request -> cloud.clock().advance(Duration.ofSeconds(29))));

        JsonNode reply = bind("\"serviceId\":\"" + Sample.PAYMENTS + "\"");

        assertThat(texts(reply.path("warnings"), "code")).containsExactly("NOT_CHECKED");
        assertThat(stored().serviceId()).isEqualTo(Sample.PAYMENTS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"serviceId\":\"PNOSUCH\"|SERVICE_NOT_FOUND|PNOSUCH",
                "\"serviceName\":\"payments\"|SERVICE_NOT_FOUND|exactly the name \"payments\"",
                "\"serviceName\":\"Paym\"|SERVICE_NOT_FOUND|Paym",
                "\"serviceId\":\"PSVC001\",\"escalationPolicyId\":\"PNOPOL\"|INVALID_REQUEST|escalationPolicyId",
                "\"serviceId\":\"PSVC001\",\"serviceName\":\"Payments\"|INVALID_REQUEST|both set",
                "\"notifyOnResolve\":true|INVALID_REQUEST|serviceId and serviceName are missing",
                "\"serviceId\":\"PSVC001\",\"urgency\":\"huge\"|INVALID_REQUEST|urgency must be high, low, severity or service",
                "\"serviceId\":\"PSVC001\",\"notifyOnResolve\":7|INVALID_REQUEST|notifyOnResolve must be true or false, found a number",
                "\"serviceId\":\"PSVC001\",\"enabled\":\"on\"|INVALID_REQUEST|enabled must be true or false, found \"on\"",
                "\"serviceId\":\"PSVC001\",\"urgency\":true|INVALID_REQUEST|urgency must be text, found true or false",
                "\"serviceId\":true|INVALID_REQUEST|serviceId must be text, found true or false",
                "\"serviceName\":[\"Payments\"]|INVALID_REQUEST|serviceName must be text, found a list",
                "\"serviceId\":\"PSVC001\",\"escalationPolicyId\":{}|INVALID_REQUEST|escalationPolicyId must be text, found an object",
                "\"serviceId\":\"PSVC001\",\"title\":\"{host} down\"|INVALID_REQUEST|title has {host}, which is no placeholder",
                "\"serviceId\":\"PSVC001\",\"title\":\"{title\"|INVALID_REQUEST|title has a { at character 1 that no } closes",
                "\"serviceId\":\"PSVC001\",\"title\":\"\\u200b\"|INVALID_REQUEST|title shows nothing",
                "\"serviceId\":\"PSVC001\",\"title\":\"\\ud83d {title}\"|INVALID_REQUEST|title holds half of a surrogate pair",
                "\"serviceId\":\"PSVC001\",\"title\":[\"{title}\"]|INVALID_REQUEST|title must be text, found a list",
                "\"serviceId\":\"PSVC001\",\"runbookUrl\":\"wiki.acme.example/cpu\"|INVALID_REQUEST|runbookUrl must be a URL that begins with http:// or https://",
                "\"serviceId\":\"PSVC001\",\"runbookUrl\":\"javascript:alert(1)\"|INVALID_REQUEST|found \"javascript:alert(1)\"",
                "\"serviceId\":\"PSVC001\",\"runbookUrl\":\"https:///cpu\"|INVALID_REQUEST|runbookUrl must be a URL",
                "\"serviceId\":\"PSVC001\",\"runbookUrl\":\"https://ann:secret@wiki.acme.example/\"|INVALID_REQUEST|runbookUrl must be a URL",
                "\"serviceId\":\"PSVC001\",\"runbookUrl\":\"https://wiki.acme.example/a b\"|INVALID_REQUEST|runbookUrl must be a URL",
                "\"serviceId\":\"PSVC001\",\"note\":true|INVALID_REQUEST|note must be text, found true or false",
                "\"serviceId\":\"PSVC001\",\"tf\":{\"action\":\"create\"}|INVALID_REQUEST|tf",
            })
    void whatCannotBeBoundIsRefusedAndNothingIsStored(String fields, String code, String message) {
        JsonNode reply = bind(fields);

        assertThat(reply.path("error").path("code").asText())
                .as(reply.toString())
                .isEqualTo(code);
        assertThat(reply.path("error").path("message").asText()).contains(message);
        assertThat(bindings.find(workspace, new RuleId("cpu-high"))).isEmpty();
    }

    @Test
    void whatAPageSaysIsStoredAndShownAsASample() {
        JsonNode reply = bind(
                "\"serviceId\":\"PSVC001\",\"title\":\" [{severity}] {title} ({labels.team}) on {source}\","
                        + "\"runbookUrl\":\"https://wiki.acme.example/cpu#now\",\"note\":\"Restart it.\\nThen call {source}.\"");

        JsonNode binding = reply.path("binding");
        assertThat(binding.path("title").asText()).isEqualTo("[{severity}] {title} ({labels.team}) on {source}");
        assertThat(binding.path("runbookUrl").asText()).isEqualTo("https://wiki.acme.example/cpu#now");
        assertThat(binding.path("note").asText()).isEqualTo("Restart it.\nThen call {source}.");
        JsonNode sample = reply.path("sample");
        assertThat(sample.path("about").asText()).startsWith("A sample: the alert is made up");
        assertThat(sample.path("title").asText()).isEqualTo("[critical] CPU above 90 % on web-1 (<team>) on web-1");
        assertThat(sample.path("titleWithoutValues").asText()).isEqualTo("[critical] CPU above 90 % on web-1 on");
        assertThat(sample.path("details").asText())
                .startsWith("Runbook: https://wiki.acme.example/cpu#now\n\nRestart it.\nThen call {source}.\n\n"
                        + "> 93.4 % for 5 minutes\n\nSeverity: critical\nRule: cpu-high\n");
        assertThat(stored().pageText())
                .isEqualTo(new PageText(
                        Optional.of("[{severity}] {title} ({labels.team}) on {source}"),
                        Optional.of("https://wiki.acme.example/cpu#now"),
                        Optional.of("Restart it.\nThen call {source}.")));
    }

    @Test
    void theSampleOfARuleWithoutTextsIsWhatTheAlertSays() {
        JsonNode sample = bind("\"serviceId\":\"PSVC001\",\"groupBy\":\"rule\"").path("sample");

        assertThat(sample.path("title").asText()).isEqualTo("CPU above 90 % on web-1");
        assertThat(sample.path("details").asText()).startsWith("Shared: this incident stands for all alerts");
    }

    @Test
    void whatIsLeftOutWhenSavingAgainIsGone() {
        bind("\"serviceId\":\"PSVC001\",\"title\":\"{rule}\",\"runbookUrl\":\"http://wiki\",\"note\":\"Call Ann.\"");

        JsonNode reply = bind("\"serviceId\":\"PSVC001\",\"title\":\" \",\"note\":null");

        assertThat(texts(reply.path("changes"), "field")).containsExactly("title", "runbookUrl", "note");
        assertThat(texts(reply.path("changes"), "from")).containsExactly("{rule}", "http://wiki", "Call Ann.");
        assertThat(reply.path("changes").path(0).path("to").isNull()).isTrue();
        assertThat(reply.path("binding").has("title")).isFalse();
        assertThat(stored().pageText()).isEqualTo(PageText.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"title", "runbookUrl", "note"})
    void aTokenInWhatAPageSaysIsNeitherStoredNorShown(String field) {
        for (String token : List.of(Sample.MANAGER_TOKEN, "y_NbAkKc66ryYTWUXYEu", "z6AuGmBQsL8bEfYqTBkg")) {
            for (String text : List.of(
                    token,
                    "https://wiki.acme.example/?token=" + token,
                    "https://wiki.acme.example/?token=" + token.replace("+", "%2b"))) {
                JsonNode reply = bind("\"serviceId\":\"PSVC001\",\"" + field + "\":\"" + text + "\"");

                assertThat(reply.path("error").path("message").asText())
                        .isEqualTo(field + " holds what looks like a PagerDuty token.");
                assertThat(reply.toString()).doesNotContain(token.substring(2));
            }
        }
        assertThat(bindings.find(workspace, new RuleId("cpu-high"))).isEmpty();
    }

    @Test
    void aTextThatIsTooLongIsRefusedWithItsLength() {
        assertThat(bind("\"serviceId\":\"PSVC001\",\"title\":\"" + "t".repeat(256) + "\"")
                        .at("/error/message")
                        .asText())
                .isEqualTo("title must have at most 255 characters, found 256.");
        assertThat(bind("\"serviceId\":\"PSVC001\",\"note\":\"" + "n".repeat(1_001) + "\"")
                        .at("/error/message")
                        .asText())
                .isEqualTo("note must have at most 1000 characters, found 1001.");
        assertThat(bind("\"serviceId\":\"PSVC001\",\"runbookUrl\":\"https://a.example/" + "u".repeat(1_010) + "\"")
                        .at("/error/message")
                        .asText())
                .isEqualTo("runbookUrl must have at most 1024 characters, found 1028.");
    }

    @Test
    void theLineAboutABindingShortensALongNote() {
        try (LogLines lines = new LogLines(AuditLog.class.getName())) {
            bind("\"serviceId\":\"PSVC001\",\"title\":\"{rule}\",\"note\":\"First\\nthis. " + "n".repeat(900) + "\"");
            bind("\"serviceId\":\"PSVC001\",\"runbookUrl\":\"http://wiki\"");

            assertThat(lines.of(workspace.value()))
                    .extracting(LogLines.Line::message)
                    .satisfiesExactly(
                            bound -> assertThat(bound)
                                    .endsWith(", enabled true, title {rule}, note First this. " + "n".repeat(88) + "…"),
                            rebound -> assertThat(rebound)
                                    .endsWith(": title {rule} → none, runbookUrl none → http://wiki, note First this. "
                                            + "n".repeat(88) + "… → none"));
        }
    }

    @Test
    void aRuleIdThatIsNoneNamesTheField() {
        JsonNode reply =
                function.call("{\"workspaceId\":\"" + workspace + "\",\"ruleId\":\"a b\",\"serviceId\":\"PSVC001\"}");

        assertThat(reply.path("error").path("message").asText()).startsWith("ruleId must be 1 to 128 characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../users/me",
                "..%2Fusers%2Fme",
                "%2e%2e",
                "PSVC001/../../users/me",
                "PSVC001?include[]=x",
                "PSVC001#",
                "PSVC 001",
                "PSVC001\\n",
                "ＰSVC001",
                "P0123456789012345678",
            })
    void whatIsNoIdOfPagerDutyNeverReachesIt(String id) {
        int before = cloud.pagerDuty().requests().size();

        for (String fields : List.of(
                "\"serviceId\":\"" + id + "\"", "\"serviceId\":\"PSVC001\",\"escalationPolicyId\":\"" + id + "\"")) {
            JsonNode reply = bind(fields);

            assertThat(reply.path("error").path("code").asText())
                    .as(reply.toString())
                    .isEqualTo("INVALID_REQUEST");
            assertThat(reply.path("error").path("message").asText()).contains("Id must be an id of PagerDuty's");
        }
        assertThat(cloud.pagerDuty().requests()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "workspaceId",
                "ruleId",
                "serviceId",
                "serviceName",
                "notifyOnResolve",
                "urgency",
                "groupBy",
                "escalationPolicyId",
                "enabled",
                "title",
                "runbookUrl",
                "note"
            })
    void aTokenInTheWrongFieldIsNotRepeated(String field) {
        for (String token :
                List.of(Sample.MANAGER_TOKEN, "y_NbAkKc66ryYTWUXYEu", "x".repeat(50) + Sample.MANAGER_TOKEN)) {
            ObjectNode request = JsonNodeFactory.instance
                    .objectNode()
                    .put("workspaceId", workspace.value())
                    .put("ruleId", "cpu-high");
            request.put("serviceId", field.equals("serviceName") ? null : "PNOSUCH")
                    .put(field, token);

            JsonNode reply = function.call(request.toString());

            assertThat(reply.has("error")).as(reply.toString()).isTrue();
            assertThat(reply.toString()).doesNotContain("sample").doesNotContain("NbAkKc66");
        }
    }

    @Test
    void whoAsksForItGetsARefusalAsAFunctionError() {
        bind("\"serviceId\":\"" + Sample.PAYMENTS + "\"");

        JsonNode error = bindToFail("\"serviceId\":\"PNOSUCH\",\"onRefusal\":\"fail\"");

        JsonNode refusal = bind("\"serviceId\":\"PNOSUCH\"").path("error");
        assertThat(error.path("errorMessage").asText())
                .isEqualTo("SERVICE_NOT_FOUND: " + refusal.path("message").asText() + " "
                        + refusal.path("remedy").asText());
        assertThat(stored().serviceId()).isEqualTo(Sample.PAYMENTS);
    }

    @Test
    void whoAsksForAnErrorGetsOneForAWrongFieldToo() {
        JsonNode error = bindToFail(
                "\"serviceId\":\"PSVC001\",\"onRefusal\":\"fail\",\"tf\":{\"action\":\"create\",\"prev_input\":null}");

        assertThat(error.path("errorMessage").asText())
                .startsWith("INVALID_REQUEST: tf is not taken")
                .endsWith("Set lifecycle_scope of aws_lambda_invocation to CREATE_ONLY.");
    }

    @Test
    void whatIsBoundIsAnAnswerWhateverHappensOnRefusal() {
        assertThat(bind("\"serviceId\":\"PSVC001\",\"onRefusal\":\"fail\"").has("binding"))
                .isTrue();
        assertThat(bind("\"serviceId\":\"PNOSUCH\",\"onRefusal\":\"value\"")
                        .at("/error/code")
                        .asText())
                .isEqualTo("SERVICE_NOT_FOUND");
        assertThat(bind("\"serviceId\":\"PSVC001\",\"onRefusal\":\"die\"")
                        .at("/error/message")
                        .asText())
                .isEqualTo("onRefusal must be value or fail, found \"die\".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"serviceId", "serviceName", "note", "title", "urgency", "ruleId"})
    void aTokenInTheWrongFieldIsInNoFunctionError(String field) {
        ObjectNode request = JsonNodeFactory.instance
                .objectNode()
                .put("workspaceId", workspace.value())
                .put("ruleId", "cpu-high")
                .put("onRefusal", "fail");
        request.put("serviceId", field.equals("serviceName") ? null : "PNOSUCH").put(field, Sample.MANAGER_TOKEN);

        JsonNode error = function.callToFail(request.toString());

        assertThat(error.path("errorMessage").asText()).isNotBlank();
        assertThat(error.toString()).doesNotContain("sample-manager").doesNotContain(Sample.MANAGER_TOKEN);
    }

    @Test
    void twoServicesOfOneNameAreAmbiguous() {
        String two = "{\"services\":[{\"id\":\"P1\",\"name\":\"Twin\"},{\"id\":\"P2\",\"name\":\"Twin\"},"
                + "{\"id\":\"P3\",\"name\":\"Twins\"}],\"more\":false}";
        cloud.pagerDuty().faults().add(Fault.on("GET", "/services").answering(200, two));

        JsonNode reply = bind("\"serviceName\":\"Twin\"");

        assertThat(reply.path("error").path("code").asText()).isEqualTo("SERVICE_AMBIGUOUS");
        assertThat(reply.path("error").path("message").asText())
                .contains("P1, P2")
                .doesNotContain("P3");
    }

    @Test
    void aWorkspaceThatIsNotInstalledIsTold() {
        JsonNode reply =
                function.call("{\"workspaceId\":\"nobody\",\"ruleId\":\"cpu-high\",\"serviceId\":\"PSVC001\"}");

        assertThat(reply.path("error").path("code").asText()).isEqualTo("NOT_INSTALLED");
    }

    @Test
    void aBindingLeavesALineThatSaysWhatItChanged() {
        try (LogLines lines = new LogLines(AuditLog.class.getName())) {
            bind("\"serviceId\":\"" + Sample.PAYMENTS + "\"");
            bind("\"serviceId\":\"PNOSUCH\"");
            bind("\"serviceId\":\"" + Sample.CHECKOUT + "\",\"urgency\":\"low\",\"escalationPolicyId\":\""
                    + Sample.PRIMARY_POLICY + "\"");
            bind("\"serviceId\":\"" + Sample.CHECKOUT + "\",\"urgency\":\"low\",\"escalationPolicyId\":\""
                    + Sample.PRIMARY_POLICY + "\"");

            assertThat(lines.of(workspace.value()))
                    .extracting(line -> line.level() + " " + line.message())
                    .containsExactly(
                            "INFO BOUND: rule cpu-high of workspace " + workspace + ": serviceId PSVC001, serviceName"
                                    + " Payments, notifyOnResolve false, urgency service, groupBy alert,"
                                    + " escalationPolicyId none, enabled true",
                            "INFO REBOUND: rule cpu-high of workspace " + workspace + ": serviceId PSVC001 → PSVC002,"
                                    + " serviceName Payments → Checkout, urgency service → low, escalationPolicyId none →"
                                    + " PEP0001",
                            "INFO REBOUND: rule cpu-high of workspace " + workspace + ": unchanged");
        }
    }

    @Test
    void aNameIsNotTakenForMissingOnAListThatWasCut() {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/services")
                        .answering(200, "{\"services\":[{\"id\":\"P1\",\"name\":\"Other\"}],\"more\":true}")
                        .afterwards(page -> cloud.clock().advance(Duration.ofSeconds(30))));

        JsonNode reply = bind("\"serviceName\":\"Payments\"");

        assertThat(reply.path("error").path("code").asText())
                .as(reply.toString())
                .isEqualTo("PAGERDUTY_UNAVAILABLE");
    }

    private JsonNode bind(String fields) {
        return function.call("{\"workspaceId\":\"" + workspace + "\",\"ruleId\":\"cpu-high\"," + fields + "}");
    }

    private JsonNode bindToFail(String fields) {
        return function.callToFail("{\"workspaceId\":\"" + workspace + "\",\"ruleId\":\"cpu-high\"," + fields + "}");
    }

    private RuleBinding stored() {
        return bindings.find(workspace, new RuleId("cpu-high")).orElseThrow();
    }
}
