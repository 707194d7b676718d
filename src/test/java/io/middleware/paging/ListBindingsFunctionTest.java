package io.middleware.paging;

import static io.middleware.paging.harness.FunctionUnderTest.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.GivenToken;
import io.middleware.paging.installation.Installer;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.pagerduty.Account;
import io.middleware.paging.local.pagerduty.EscalationPolicy;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pagerduty.Deadline;

@QuarkusTest
@TestProfile(FunctionUnderTest.ListBindings.class)
@QuarkusTestResource(TestCloud.class)
class ListBindingsFunctionTest {
    private static final int LAMBDA_LIMIT_BYTES = 6 * 1024 * 1024;

    @Inject
    Installer installer;

    @Inject
    RuleBindings bindings;

    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();
    private final WorkspaceId workspace = new WorkspaceId("w-" + UUID.randomUUID());

    @AfterEach
    void clearFaults() {
        cloud.pagerDuty().faults().clear();
        assertThat(cloud.pagerDuty().unexpectedRequests()).isEmpty();
    }

    @Test
    void bindingsAreListedAsStoredAndByRule() {
        int asked = cloud.pagerDuty().requests().size();
        bind("disk-full", Sample.CHECKOUT, "Checkout");
        bind("cpu-high", Sample.PAYMENTS, "Payments");
        bind("a/b:c", Sample.PAYMENTS, "Payments");

        JsonNode reply = list("");

        assertThat(texts(reply.path("bindings"), "ruleId")).containsExactly("a/b:c", "cpu-high", "disk-full");
        assertThat(reply.path("bindings").path(1).fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "workspaceId",
                        "ruleId",
                        "serviceId",
                        "serviceName",
                        "notifyOnResolve",
                        "urgency",
                        "groupBy",
                        "enabled",
                        "boundAt");
        assertThat(reply.path("bindings").path(1).path("serviceName").asText()).isEqualTo("Payments");
        assertThat(reply.has("nextToken")).isFalse();
        assertThat(cloud.pagerDuty().requests()).hasSize(asked);
    }

    @Test
    void aWorkspaceWithoutBindingsHasAnEmptyList() {
        assertThat(list("").path("bindings").isArray()).isTrue();
        assertThat(list("").path("bindings")).isEmpty();
        assertThat(list(",\"verify\":true").path("bindings")).isEmpty();
    }

    @Test
    void onlyThoseOfOneServiceAreListedOnDemand() {
        bind("cpu-high", Sample.PAYMENTS, "Payments");
        bind("disk-full", Sample.CHECKOUT, "Checkout");

        assertThat(texts(list(",\"serviceId\":\"" + Sample.CHECKOUT + "\"").path("bindings"), "ruleId"))
                .containsExactly("disk-full");
    }

    @Test
    void aBindingThatNotifyMarkedIsListedAndVerifiedAsBroken() {
        install();
        RuleBinding binding = bind("cpu-high", Sample.PAYMENTS, "Payments");
        Instant since = cloud.clock().instant();
        bindings.markBroken(binding, "FORBIDDEN (HTTP 403)", since);

        JsonNode listed = list("").path("bindings").path(0);
        JsonNode verified = list(",\"verify\":true").path("bindings").path(0);

        assertThat(Instant.parse(listed.path("brokenSince").asText())).isEqualTo(since);
        assertThat(listed.path("brokenReason").asText()).isEqualTo("FORBIDDEN (HTTP 403)");
        assertThat(listed.has("health")).isFalse();
        assertThat(verified.path("health").asText()).isEqualTo("BROKEN");
        assertThat(verified.path("reason").asText()).contains("bind the rule again");
    }

    @Test
    void verifiedEachServiceIsAskedOnceAndToldInWords() {
        install();
        bind("active", Sample.PAYMENTS, "Payments");
        bind("active-too", Sample.PAYMENTS, "Payments");
        bind("deleted", "PNOSUCH", "Gone");
        bind("disabled", Sample.LEGACY, "Legacy");
        // Somebody wrote into the table by hand.
        bind("no-id", "../users/me", "Nothing");
        bind("maintenance", Sample.BATCH, "Batch");
        bind("renamed", Sample.CHECKOUT, "Till");
        int asked = cloud.pagerDuty().requests().size();

        JsonNode reply = list(",\"verify\":true");

        Map<String, String> health = new HashMap<>();
        Map<String, String> reason = new HashMap<>();
        reply.path("bindings").forEach(binding -> {
            health.put(binding.path("ruleId").asText(), binding.path("health").asText());
            reason.put(binding.path("ruleId").asText(), binding.path("reason").asText());
        });
        assertThat(health)
                .containsEntry("active", "OK")
                .containsEntry("active-too", "OK")
                .containsEntry("deleted", "BROKEN")
                .containsEntry("disabled", "BROKEN")
                .containsEntry("no-id", "BROKEN")
                .containsEntry("maintenance", "OK")
                .containsEntry("renamed", "OK");
        assertThat(reason.get("active")).isEmpty();
        assertThat(reason.get("deleted")).contains("no service with this id");
        assertThat(reason.get("disabled")).contains("is disabled");
        assertThat(reason.get("maintenance")).contains("maintenance window");
        assertThat(reason.get("renamed")).contains("\"Checkout\" now");
        assertThat(cloud.pagerDuty().requests()).hasSize(asked + 5);
    }

    @Test
    void verifiedAnEscalationPolicyThatIsGoneBreaksItsBinding() {
        install();
        bindings.save(binding("a", Sample.PAYMENTS, "Payments", Optional.of(Sample.PRIMARY_POLICY)));
        bindings.save(binding("b", Sample.PAYMENTS, "Payments", Optional.of("PNOPOL")));

        JsonNode reply = list(",\"verify\":true");

        assertThat(texts(reply.path("bindings"), "health")).containsExactly("OK", "BROKEN");
        assertThat(reply.path("bindings").path(1).path("reason").asText()).contains("no escalation policy");
    }

    @Test
    void verifiedAServiceThatPagerDutyDoesNotTellOfIsUnknown() {
        install();
        bind("a", Sample.CHECKOUT, "Checkout");
        bind("b", Sample.PAYMENTS, "Payments");
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/services/" + Sample.CHECKOUT)
                        .answering(503)
                        .untilCleared());

        JsonNode reply = list(",\"verify\":true");

        assertThat(texts(reply.path("bindings"), "health")).containsExactly("UNKNOWN", "OK");
        assertThat(reply.path("bindings").path(0).path("reason").asText()).contains("503");
    }

    @Test
    void verifiedWithADeadTokenIsTheUsualRefusal() {
        install();
        bind("a", Sample.PAYMENTS, "Payments");
        cloud.pagerDuty().faults().add(Fault.onEverything().answering(401).untilCleared());

        JsonNode reply = list(",\"verify\":true");

        assertThat(reply.path("error").path("code").asText()).isEqualTo("REAUTH_REQUIRED");
        assertThat(reply.has("bindings")).isFalse();
    }

    @Test
    void verifiedWithoutAnInstallationIsTheUsualRefusal() {
        bind("a", Sample.PAYMENTS, "Payments");

        assertThat(list(",\"verify\":true").path("error").path("code").asText()).isEqualTo("NOT_INSTALLED");
        assertThat(texts(list("").path("bindings"), "ruleId")).containsExactly("a");
    }

    @Test
    void verifyingGoesFourASecondAndOnInTheNextAnswer() {
        String name = "many-" + workspace.value().substring(2, 10);
        Account many = cloud.pagerDuty().us().addAccount(name);
        EscalationPolicy policy = many.addPolicy("Everyone");
        String token = "u+" + name + "-pad-pad";
        many.addUserToken(token, many.addUser("Mia", "mia@many.example", "admin"));
        install(token);
        for (int i = 0; i < 300; i++) {
            String service = many.addService(String.format(Locale.ROOT, "S%03d", i), policy)
                    .id();
            bind(String.format(Locale.ROOT, "rule-%03d", i), service, String.format(Locale.ROOT, "S%03d", i));
        }
        Instant begun = cloud.clock().instant();
        int asked = cloud.pagerDuty().requests().size();

        JsonNode first = list(",\"verify\":true");

        long seconds = Duration.between(begun, cloud.clock().instant()).toSeconds();
        int questions = cloud.pagerDuty().requests().size() - asked;
        assertThat(questions).isBetween(20, 299);
        assertThat((double) questions).isLessThanOrEqualTo(4.0 * (seconds + 1));
        assertThat(seconds).isLessThan(30);
        assertThat(first.path("bindings")).hasSize(questions);
        assertThat(first.has("nextToken")).isTrue();

        List<String> rules = new ArrayList<>(texts(first.path("bindings"), "ruleId"));
        for (JsonNode next = first; next.has("nextToken"); ) {
            next = list(
                    ",\"verify\":true,\"nextToken\":\"" + next.path("nextToken").asText() + "\"");
            assertThat(texts(next.path("bindings"), "health")).containsOnly("OK");
            rules.addAll(texts(next.path("bindings"), "ruleId"));
        }
        assertThat(rules).hasSize(300).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void tenThousandBindingsWithLongNamesComeInAnswersThatLambdaTakes() {
        bindTenThousand();
        List<String> rules = new ArrayList<>();
        int answers = 0;
        JsonNode reply;
        String token = "";
        do {
            reply = list(token);
            assertThat(reply.toString().getBytes(StandardCharsets.UTF_8).length).isLessThan(LAMBDA_LIMIT_BYTES);
            rules.addAll(texts(reply.path("bindings"), "ruleId"));
            token = ",\"nextToken\":\"" + reply.path("nextToken").asText() + "\"";
            answers++;
        } while (reply.has("nextToken"));

        assertThat(answers).isBetween(2, 4);
        assertThat(rules).hasSize(10_000).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void aNextTokenIsGoodForItsOwnListOnly() {
        bind("a", Sample.PAYMENTS, "Payments");
        String own = NextToken.after(new RuleId("a"), workspace, Optional.empty());
        String foreign = NextToken.after(new RuleId("a"), new WorkspaceId("other"), Optional.empty());

        assertThat(list(",\"nextToken\":\"" + own + "\"").path("bindings").isArray())
                .isTrue();
        for (String bad : List.of(foreign, own + "A", own.substring(1), "YQ", "!", own.toLowerCase(Locale.ROOT))) {
            JsonNode reply = list(",\"nextToken\":\"" + bad + "\"");

            assertThat(reply.path("error").path("code").asText()).as(bad).isEqualTo("INVALID_REQUEST");
            assertThat(reply.path("error").path("message").asText()).startsWith("nextToken ");
        }
        assertThat(list(",\"serviceId\":\"PSVC001\",\"nextToken\":\"" + own + "\"")
                        .has("error"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|workspaceId is missing",
                "{\"workspaceId\":\"acme\",\"serviceId\":\"../users\"}|serviceId must be an id of PagerDuty's",
                "{\"workspaceId\":\"acme\",\"verify\":1}|verify must be true or false, found a number",
                "{\"workspaceId\":\"acme\",\"nextToken\":{}}|nextToken must be text, found an object",
                "{\"workspaceId\":\"acme\",\"tf\":{\"action\":\"create\"}}|tf is not taken",
            })
    void aBadRequestNamesTheField(String request, String message) {
        JsonNode reply = function.call(request);

        assertThat(reply.path("error").path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(reply.path("error").path("message").asText()).contains(message);
    }

    private void install() {
        install(Sample.MANAGER_TOKEN);
    }

    private void install(String token) {
        installer.install(
                workspace,
                GivenToken.inRequest(token),
                Optional.empty(),
                false,
                Deadline.after(Duration.ofMinutes(1), cloud.clock()));
    }

    private RuleBinding bind(String rule, String serviceId, String serviceName) {
        RuleBinding binding = binding(rule, serviceId, serviceName, Optional.empty());
        bindings.save(binding);
        return binding;
    }

    private RuleBinding binding(String rule, String serviceId, String serviceName, Optional<String> policyId) {
        return new RuleBinding(
                workspace,
                new RuleId(rule),
                serviceId,
                serviceName,
                true,
                UrgencyRule.SERVICE,
                GroupBy.ALERT,
                policyId,
                true,
                cloud.clock().instant());
    }

    /** The longest names that there are: 128 characters of a rule, 255 of a service, three bytes each. */
    private void bindTenThousand() {
        String table = cloud.stack().ref("RuleBindings");
        bind("template", Sample.PAYMENTS, "\u30b5".repeat(255));
        Map<String, AttributeValue> item = cloud.dynamo()
                .getItem(request -> request.tableName(table)
                        .key(Map.of(
                                "workspaceId", AttributeValue.fromS(workspace.value()),
                                "ruleId", AttributeValue.fromS("template"))))
                .item();
        bindings.remove(workspace, new RuleId("template"));
        for (int first = 0; first < 10_000; first += 25) {
            List<WriteRequest> puts = IntStream.range(first, first + 25)
                    .mapToObj(i -> {
                        Map<String, AttributeValue> copy = new HashMap<>(item);
                        copy.put(
                                "ruleId",
                                AttributeValue.fromS("r".repeat(123) + String.format(Locale.ROOT, "%05d", i)));
                        return WriteRequest.builder()
                                .putRequest(put -> put.item(copy))
                                .build();
                    })
                    .toList();
            cloud.dynamo().batchWriteItem(request -> request.requestItems(Map.of(table, puts)));
        }
    }

    private JsonNode list(String more) {
        return function.call("{\"workspaceId\":\"" + workspace + "\"" + more + "}");
    }
}
