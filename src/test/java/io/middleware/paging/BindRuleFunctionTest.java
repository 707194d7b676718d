package io.middleware.paging;

import static io.middleware.paging.harness.FunctionUnderTest.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.TestCloud;
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
                Sample.MANAGER_TOKEN,
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
    @CsvSource({Sample.LEGACY + ", SERVICE_DISABLED", Sample.BATCH + ", SERVICE_IN_MAINTENANCE"})
    void aServiceThatOpensNoIncidentsIsBoundWithAWarning(String serviceId, String code) {
        JsonNode reply = bind("\"serviceId\":\"" + serviceId + "\"");

        assertThat(reply.path("binding").path("serviceId").asText()).isEqualTo(serviceId);
        assertThat(texts(reply.path("warnings"), "code")).containsExactly(code);
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
                "\"serviceId\":\"PSVC001\",\"notifyOnResolve\":7|INVALID_REQUEST|notifyOnResolve must be true or false",
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
    void aRuleIdThatIsNoneNamesTheField() {
        JsonNode reply =
                function.call("{\"workspaceId\":\"" + workspace + "\",\"ruleId\":\"a b\",\"serviceId\":\"PSVC001\"}");

        assertThat(reply.path("error").path("message").asText()).startsWith("ruleId must be 1 to 128 characters");
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

    private JsonNode bind(String fields) {
        return function.call("{\"workspaceId\":\"" + workspace + "\",\"ruleId\":\"cpu-high\"," + fields + "}");
    }

    private RuleBinding stored() {
        return bindings.find(workspace, new RuleId("cpu-high")).orElseThrow();
    }
}
