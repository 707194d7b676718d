package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.middleware.paging.local.pagerduty.Account;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;

/**
 * infra/examples/bindings, applied by Terraform to the packaged functions. Skipped, and reported so, where there is no terraform or
 * no way to its AWS provider.
 */
@Tag("terraform")
class BindingsAsCodeIT extends Story {
    private Terraform terraform;
    private String[] variables;

    @BeforeEach
    void install() throws Exception {
        terraform = Terraform.example("bindings", cloud.endpoints().lambda());
        String table = cloud.tableName("Deliveries");
        variables = new String[] {
            "stack=" + table.substring(0, table.length() - "-Deliveries".length()), "workspace=" + workspace
        };
        assertThat(install(Sample.MANAGER_TOKEN).path("status").asText()).isEqualTo("ACTIVE");
    }

    @AfterEach
    void tokenIsNowhere() throws Exception {
        if (terraform != null) {
            assertThat(terraform.everythingWritten())
                    .hasSizeGreaterThan(5)
                    .noneMatch(text -> text.contains(Sample.MANAGER_TOKEN), "holds the token");
            terraform.delete();
        }
    }

    @Test
    void rulesAreBoundAsConfiguredUntilTheyAreRemoved() throws Exception {
        terraform.apply(variables);

        assertThat(bound()).isEqualTo(Map.of("cpu-high", "Payments", "disk-full", "Orders API"));
        terraform.emptyPlan(variables);
        fires(0);
        handled();
        assertThat(incidents()).extracting(IncidentView::serviceId).containsExactly(Sample.PAYMENTS);

        // A change, and another rule goes.
        rules(object().set("cpu-high", rule("Checkout")));
        terraform.apply(variables);

        assertThat(bound()).isEqualTo(Map.of("cpu-high", "Checkout"));
        assertThat(terraform.answer("bind", workspace + "/cpu-high").path("replaced"))
                .as("the rule was bound when it was bound anew")
                .isEqualTo(BooleanNode.TRUE);
        terraform.emptyPlan(variables);

        terraform.destroy(variables);

        assertThat(bound()).isEmpty();
    }

    @Test
    void aRefusedChangeLeavesTheOldBindingAndIsTriedAgain() throws Exception {
        rules(object().set("cpu-high", rule("Payments")));
        terraform.apply(variables);
        rules(object().set("cpu-high", rule("Not yet")));

        for (int i = 0; i < 2; i++) {
            assertThat(terraform.failingApply(variables))
                    .contains("SERVICE_NOT_FOUND")
                    .contains("Not yet")
                    .contains("list-services");
            assertThat(bound()).isEqualTo(Map.of("cpu-high", "Payments"));
        }
        fires(0);
        handled();
        assertThat(incidents()).extracting(IncidentView::serviceId).containsExactly(Sample.PAYMENTS);

        // It exists now, and nobody changed the configuration.
        Account acme = pagerDuty.us().account(Sample.US_SUBDOMAIN);
        var service = acme.addService(
                "Not yet", acme.addPolicy("Not yet", acme.user("PUSR002").orElseThrow()));
        try {
            terraform.apply(variables);

            assertThat(bound()).isEqualTo(Map.of("cpu-high", "Not yet"));
            terraform.emptyPlan(variables);
        } finally {
            acme.removeService(service);
        }
    }

    @Test
    void whatSomebodyChangedByHandAndWhatDoesNotPageAreWarnings() throws Exception {
        rules(object().set("cpu-high", rule("Payments")));
        terraform.apply(variables);
        cloud.invoke("unbind-rule", object().put("workspaceId", workspace).put("ruleId", "cpu-high"));

        assertThat(terraform.emptyPlan(variables))
                .contains("Warning: Check block assertion failed")
                .contains("cpu-high is bound to nothing: its alerts page nobody")
                .contains("change rebind_when");

        ObjectNode weekend = object().set("cpu-high", rule("Weekend"));
        rules(weekend);
        assertThat(terraform.apply(variables))
                .contains("Bound, but may not page as you expect")
                .contains("NOBODY_ON_CALL");
        assertThat(bound()).isEqualTo(Map.of("cpu-high", "Weekend"));
    }

    /** The rules from now on. */
    private void rules(JsonNode rules) throws Exception {
        ObjectNode configuration = object();
        configuration.withObject("/module/bindings").set("rules", rules);
        terraform.override("rules", configuration);
    }

    private static ObjectNode rule(String serviceName) {
        return object().put("service_name", serviceName);
    }

    /** The service of each rule, as list-bindings has it. */
    private Map<String, String> bound() {
        Map<String, String> services = new TreeMap<>();
        cloud.invoke("list-bindings", object().put("workspaceId", workspace))
                .path("bindings")
                .forEach(binding -> services.put(
                        binding.path("ruleId").asText(),
                        binding.path("serviceName").asText()));
        return services;
    }
}
