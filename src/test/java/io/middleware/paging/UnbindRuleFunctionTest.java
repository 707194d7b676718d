package io.middleware.paging;

import static io.middleware.paging.harness.FunctionUnderTest.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.LogLines;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.pagerduty.Sample;

@QuarkusTest
@TestProfile(FunctionUnderTest.UnbindRule.class)
@QuarkusTestResource(TestCloud.class)
class UnbindRuleFunctionTest {
    private static final RuleId RULE = new RuleId("cpu-high");

    @Inject
    RuleBindings bindings;

    @Inject
    DeliveryLedger ledger;

    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();
    private final WorkspaceId workspace = new WorkspaceId("w-" + UUID.randomUUID());

    @Test
    void aBoundRuleIsUnboundAndSaysWhatItWas() {
        bind();
        try (LogLines lines = new LogLines(AuditLog.class.getName())) {
            JsonNode reply = unbind("");

            assertThat(reply.path("removed").asBoolean()).isTrue();
            assertThat(reply.path("binding").path("serviceId").asText()).isEqualTo(Sample.PAYMENTS);
            assertThat(reply.path("open").isArray()).isTrue();
            assertThat(reply.path("open")).isEmpty();
            assertThat(Instant.parse(reply.path("effectiveAt").asText()))
                    .isEqualTo(cloud.clock().instant().plusSeconds(60));
            assertThat(lines.of(workspace.value()))
                    .extracting(LogLines.Line::message)
                    .containsExactly(
                            "UNBOUND: rule cpu-high of workspace " + workspace + ": serviceId PSVC001, serviceName"
                                    + " Payments, notifyOnResolve true, urgency service, groupBy alert, escalationPolicyId"
                                    + " none, enabled true");
        }
        assertThat(bindings.find(workspace, RULE)).isEmpty();
    }

    @Test
    void unbindingTwiceIsNoErrorAndLeavesNoLine() {
        bind();
        unbind("");
        try (LogLines lines = new LogLines(AuditLog.class.getName())) {
            JsonNode reply = unbind("");

            assertThat(reply.has("error")).isFalse();
            assertThat(reply.path("removed").asBoolean(true)).isFalse();
            assertThat(reply.has("binding")).isFalse();
            assertThat(lines.of(workspace.value())).isEmpty();
        }
    }

    @Test
    void onlyThisRuleOfThisWorkspaceIsUnbound() {
        WorkspaceId other = new WorkspaceId("w-" + UUID.randomUUID());
        bind();
        bindings.save(binding(workspace, new RuleId("cpu")));
        bindings.save(binding(other, RULE));

        unbind("");

        assertThat(bindings.find(workspace, new RuleId("cpu"))).isPresent();
        assertThat(bindings.find(other, RULE)).isPresent();
    }

    @Test
    void whatIsOpenIsToldWithWhetherItWillBeResolved() {
        bind();
        open("web-1", 11, true);
        cloud.clock().advance(Duration.ofSeconds(1));
        open("web-2", 12, false);

        JsonNode reply = unbind("");

        assertThat(texts(reply.path("open"), "alertId")).containsExactly("web-2", "web-1");
        assertThat(texts(reply.path("open"), "willBeResolved")).containsExactly("false", "true");
        assertThat(reply.path("open").path(0).path("number").asLong()).isEqualTo(12);
        assertThat(reply.path("open").path(0).path("htmlUrl").asText())
                .isEqualTo("https://acme.pagerduty.com/incidents/Q12");
        assertThat(reply.path("moreOpen").asBoolean(true)).isFalse();
        assertThat(reply.path("message").asText())
                .contains("Open in PagerDuty because of it: 2. Those with willBeResolved");
    }

    @Test
    void twentyAreListedAndMoreAreToldOf() {
        bind();
        for (int i = 1; i <= 21; i++) {
            open("web-" + i, i, true);
        }

        JsonNode reply = unbind("");

        assertThat(reply.path("open")).hasSize(20);
        assertThat(reply.path("moreOpen").asBoolean()).isTrue();
        assertThat(reply.path("message").asText())
                .contains("more than 20. They are resolved when their alerts resolve");
    }

    @Test
    void whatIsOpenStaysKnownAfterTheRuleIsUnbound() {
        open("web-1", 11, false);

        JsonNode reply = unbind("");

        assertThat(reply.path("removed").asBoolean(true)).isFalse();
        assertThat(texts(reply.path("open"), "alertId")).containsExactly("web-1");
        assertThat(reply.path("message").asText()).contains("did not ask for resolves: resolve them in PagerDuty");
    }

    @Test
    void anIncidentThatTheRulesAlertsShareIsListedOnce() {
        bind();
        share("web-1", true);
        share("web-2", true);

        JsonNode reply = unbind("");

        assertThat(reply.path("open")).hasSize(1);
        assertThat(reply.path("open").path(0).has("alertId")).isFalse();
        assertThat(reply.path("open").path(0).path("number").asLong()).isEqualTo(7);
        assertThat(reply.path("open").path(0).path("willBeResolved").asBoolean())
                .isTrue();
    }

    @Test
    void whatCannotBeReadOfTheLedgerKeepsNoRuleBound() {
        bind();
        // Somebody wrote into the ledger by hand.
        open("web-1", 11, true);
        cloud.dynamo()
                .updateItem(request -> request.tableName(cloud.stack().ref("Deliveries"))
                        .key(Map.of(
                                "deliveryId",
                                AttributeValue.fromS(new DeliveryKey(workspace, RULE.value(), "web-1").deliveryId())))
                        .updateExpression("SET confirmedAt = :bad")
                        .expressionAttributeValues(Map.of(":bad", AttributeValue.fromS("yesterday"))));

        JsonNode reply = unbind("");

        assertThat(reply.path("removed").asBoolean()).isTrue();
        assertThat(texts(reply.path("warnings"), "code")).containsExactly("OPEN_INCIDENTS_UNKNOWN");
        assertThat(reply.has("open")).isFalse();
        assertThat(bindings.find(workspace, RULE)).isEmpty();
    }

    @Test
    void terraformUnbindsOnlyWhenItDestroys() {
        bind();

        for (String action : new String[] {"create", "update"}) {
            JsonNode reply = unbind(",\"tf\":{\"action\":\"" + action + "\",\"prev_input\":null}");

            assertThat(reply.path("removed").asBoolean(true)).isFalse();
            assertThat(reply.path("message").asText()).contains("Terraform destroys");
            assertThat(bindings.find(workspace, RULE)).isPresent();
        }
        assertThat(unbind(",\"tf\":{\"action\":\"delete\",\"prev_input\":{}}")
                        .path("removed")
                        .asBoolean())
                .isTrue();
        assertThat(bindings.find(workspace, RULE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"workspaceId\":\"acme\"}|ruleId is missing",
                "{\"ruleId\":\"cpu-high\"}|workspaceId is missing",
                "{\"workspaceId\":\"acme\",\"ruleId\":\"a b\"}|ruleId must be 1 to 128 characters",
                "{\"workspaceId\":\"acme\",\"ruleId\":[\"cpu-high\"]}|ruleId must be text, found a list",
                "{\"workspaceId\":\"acme\",\"ruleId\":\"cpu-high\",\"tf\":{\"action\":\"destroy\"}}|tf.action must be create, update or delete, found \"destroy\"",
                "{\"workspaceId\":\"acme\",\"ruleId\":\"cpu-high\",\"tf\":null}|tf.action must be create, update or delete",
                "{\"workspaceId\":\"acme\",\"ruleId\":\"cpu-high\",\"tf\":{\"action\":[\"delete\"]}}|tf.action must be",
                "7|The request must be a JSON object",
            })
    void aBadRequestNamesTheFieldAndUnbindsNothing(String request, String message) {
        JsonNode reply = function.call(request);

        assertThat(reply.path("error").path("code").asText())
                .as(reply.toString())
                .isEqualTo("INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).contains(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"workspaceId", "ruleId"})
    void aTokenInTheWrongFieldIsNotRepeated(String field) {
        String request =
                "{\"workspaceId\":\"acme\",\"ruleId\":\"a b\",\"" + field + "\":\"x " + Sample.MANAGER_TOKEN + "\"}";

        assertThat(function.call(request).toString()).contains("error").doesNotContain(Sample.MANAGER_TOKEN);
    }

    private void open(String alertId, long number, boolean wantsResolve) {
        DeliveryKey key = new DeliveryKey(workspace, RULE.value(), alertId);
        Instant now = cloud.clock().instant();
        Claim.Granted claim = (Claim.Granted) ledger.claimTrigger(key, now, Sample.PAYMENTS, false, wantsResolve);
        ledger.settleOpen(
                key,
                claim.leaseId(),
                now,
                new KnownIncident(
                        "Q" + number,
                        number,
                        "https://acme.pagerduty.com/incidents/Q" + number,
                        Sample.PAYMENTS,
                        false),
                Outcome.OPENED);
    }

    /** As notify does for a rule that folds: the alert's claim, then its rule's, which knows the incident. */
    private void share(String alertId, boolean wantsResolve) {
        DeliveryKey key = new DeliveryKey(workspace, RULE.value(), alertId);
        DeliveryKey rule = DeliveryKey.ofRule(workspace, RULE.value());
        Instant now = cloud.clock().instant();
        KnownIncident incident =
                new KnownIncident("Q7", 7, "https://acme.pagerduty.com/incidents/Q7", Sample.PAYMENTS, false);
        Claim.Granted own = (Claim.Granted) ledger.claimTrigger(key, now, Sample.PAYMENTS, true, wantsResolve);
        if (ledger.join(rule, key, Sample.PAYMENTS) instanceof Claim.Granted first) {
            ledger.settleOpen(rule, first.leaseId(), now, incident, Outcome.OPENED);
        }
        ledger.settleOpen(key, own.leaseId(), now, incident, Outcome.ADOPTED);
    }

    private void bind() {
        bindings.save(binding(workspace, RULE));
    }

    private RuleBinding binding(WorkspaceId of, RuleId rule) {
        return new RuleBinding(
                of,
                rule,
                Sample.PAYMENTS,
                "Payments",
                true,
                UrgencyRule.SERVICE,
                GroupBy.ALERT,
                Optional.empty(),
                true,
                cloud.clock().instant());
    }

    private JsonNode unbind(String more) {
        return function.call("{\"workspaceId\":\"" + workspace + "\",\"ruleId\":\"" + RULE + "\"" + more + "}");
    }
}
