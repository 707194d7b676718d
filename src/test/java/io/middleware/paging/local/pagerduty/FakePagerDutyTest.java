package io.middleware.paging.local.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.local.pagerduty.PagerDutyClient.Reply;

/** Who may call, and what an account shows. */
class FakePagerDutyTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-23T03:00:00Z"));
    private final FakePagerDuty pagerDuty = FakePagerDuty.start(now::get);
    private final PagerDutyClient manager = PagerDutyClient.of(pagerDuty.us(), Sample.MANAGER_TOKEN);

    @AfterEach
    void stop() {
        pagerDuty.close();
    }

    @Test
    void userTokenTellsItsOwner() throws Exception {
        JsonNode user = manager.get("/users/me").json().path("user");

        assertThat(user.path("email").asText()).isEqualTo(Sample.MANAGER_EMAIL);
        assertThat(user.path("role").asText()).isEqualTo("user");
        assertThat(user.path("html_url").asText()).isEqualTo("https://acme.pagerduty.com/users/PUSR001");
    }

    @Test
    void euUsersLiveUnderTheEuHost() throws Exception {
        Reply me = PagerDutyClient.of(pagerDuty.eu(), Sample.EU_TOKEN).get("/users/me");

        assertThat(me.json().path("user").path("html_url").asText())
                .isEqualTo("https://acme-eu.eu.pagerduty.com/users/PUSRE01");
    }

    @Test
    void tokenOfTheOtherRegionIsUnauthorized() throws Exception {
        assertThat(PagerDutyClient.of(pagerDuty.eu(), Sample.MANAGER_TOKEN)
                        .get("/users/me")
                        .status())
                .isEqualTo(401);
        assertThat(PagerDutyClient.of(pagerDuty.us(), Sample.EU_TOKEN)
                        .get("/users/me")
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token token=" + Sample.MANAGER_TOKEN,
                "Token token=\"" + Sample.MANAGER_TOKEN + "\"",
                "Token  token=" + Sample.MANAGER_TOKEN,
                "Bearer " + Sample.MANAGER_TOKEN,
                Sample.MANAGER_TOKEN,
                "Token token=" + Sample.REVOKED_TOKEN
            })
    void anyOtherSpellingOrTokenIsUnauthorized(String authorization) throws Exception {
        Reply reply = manager.with("Authorization", authorization).get("/users/me");

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.text()).isEmpty();
    }

    @Test
    void bodyOfUnauthorizedCanBeChosen() throws Exception {
        PagerDutyClient nobody = PagerDutyClient.anonymous(pagerDuty.us());

        pagerDuty.quirks().unauthorizedBody(Quirks.UnauthorizedBody.JSON);
        assertThat(nobody.get("/services").error()).isEqualTo("401 2006 Authentication failed");

        pagerDuty.quirks().unauthorizedBody(Quirks.UnauthorizedBody.HTML);
        assertThat(nobody.get("/services").text()).startsWith("<html>");
    }

    @Test
    void tokensComeAndGoAtRunTime() throws Exception {
        User user = pagerDuty.us().addUser("New", "new@acme.example", "user");
        pagerDuty.us().addUserToken("u+brand-new-token-01", user);
        PagerDutyClient client = PagerDutyClient.of(pagerDuty.us(), "u+brand-new-token-01");
        assertThat(client.get("/users/me").status()).isEqualTo(200);

        pagerDuty.us().revoke("u+brand-new-token-01");

        assertThat(client.get("/users/me").status()).isEqualTo(401);
    }

    @Test
    void tokensOfARemovedUserDie() throws Exception {
        User user = pagerDuty.us().account().userByEmail(Sample.MANAGER_EMAIL).orElseThrow();

        pagerDuty.us().account().removeUser(user);

        assertThat(manager.get("/users/me").status()).isEqualTo(401);
    }

    @Test
    void accountKeyHasNoUserAndSaysSoInAString() throws Exception {
        Reply reply = PagerDutyClient.of(pagerDuty.us(), Sample.ACCOUNT_KEY).get("/users/me");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("error").asText())
                .isEqualTo("Because this request was made using an account-level access token, we were unable to"
                        + " determine the user's identity. Please use a user-level token.");
    }

    @Test
    void sampleTokensHaveTwentyCharacters() {
        assertThat(List.of(
                        Sample.MANAGER_TOKEN,
                        Sample.RESPONDER_TOKEN,
                        Sample.OBSERVER_TOKEN,
                        Sample.STAKEHOLDER_TOKEN,
                        Sample.RESTRICTED_TOKEN,
                        Sample.REVOKED_TOKEN,
                        Sample.ACCOUNT_KEY,
                        Sample.READ_ONLY_ACCOUNT_KEY,
                        Sample.OTHER_ACCOUNT_TOKEN,
                        Sample.EU_TOKEN))
                .allMatch(token -> token.length() == 20)
                .doesNotHaveDuplicates();
    }

    @Test
    void servicesAreSortedByNameWithTheirState() throws Exception {
        JsonNode page = manager.get("/services", "limit", "100").json();

        assertThat(page.path("services"))
                .extracting(service -> service.path("name").asText() + " "
                        + service.path("status").asText())
                .containsExactly(
                        "Batch maintenance",
                        "Bots active",
                        "Checkout active",
                        "Legacy disabled",
                        "Orders API active",
                        "Orders Worker active",
                        "Payments active",
                        "Search active",
                        "Weekend active");
        assertThat(page.path("more").asBoolean()).isFalse();
        assertThat(page.path("total").isNull()).isTrue();
    }

    @Test
    void servicesAreFoundByPartOrWholeOfTheirName() throws Exception {
        assertThat(names(manager.get("/services", "query", "oRders"))).containsExactly("Orders API", "Orders Worker");
        assertThat(names(manager.get("/services", "name", "Orders API"))).containsExactly("Orders API");
        assertThat(names(manager.get("/services", "name", "Orders"))).isEmpty();
        assertThat(names(manager.get("/services", "sort_by", "name:desc", "limit", "1")))
                .containsExactly("Weekend");
    }

    @Test
    void servicesComeInPages() throws Exception {
        EscalationPolicy policy = pagerDuty.us().addPolicy("Many");
        for (int i = 0; i < 120; i++) {
            pagerDuty.us().addService("Many " + i, policy);
        }

        List<String> names = new ArrayList<>();
        Reply page = manager.get("/services", "query", "many", "limit", "500", "total", "true");
        names.addAll(names(page));
        Reply last = manager.get("/services", "query", "many", "limit", "100", "offset", "100");
        names.addAll(names(last));

        assertThat(page.json().path("limit").asInt()).isEqualTo(100);
        assertThat(page.json().path("more").asBoolean()).isTrue();
        assertThat(page.json().path("total").asInt()).isEqualTo(120);
        assertThat(last.json().path("more").asBoolean()).isFalse();
        assertThat(names).hasSize(120).doesNotHaveDuplicates();
        assertThat(names(manager.get("/services"))).hasSize(25);
    }

    @Test
    void nothingLiesBeyondTheTenThousandth() throws Exception {
        assertThat(manager.get("/services", "limit", "100", "offset", "9900").status())
                .isEqualTo(200);
        assertThat(manager.get("/services", "limit", "100", "offset", "9901").error())
                .startsWith("400 2002 Arguments Caused Error")
                .contains("Offset+limit exceeds maximum allowed value of 10000");
    }

    @Test
    void serviceIsFoundById() throws Exception {
        JsonNode service = manager.get("/services/" + Sample.PAYMENTS, "include[]", "teams")
                .json()
                .path("service");

        assertThat(service.path("name").asText()).isEqualTo("Payments");
        assertThat(service.path("html_url").asText()).isEqualTo("https://acme.pagerduty.com/service-directory/PSVC001");
        assertThat(service.path("escalation_policy").path("type").asText()).isEqualTo("escalation_policy_reference");
        assertThat(manager.get("/services/PNOTHING").error()).isEqualTo("404 2100 Not Found");
    }

    @Test
    void servicesOfAnotherAccountAreUnknown() throws Exception {
        assertThat(manager.get("/services/" + Sample.OTHER_PAYMENTS).status()).isEqualTo(404);
        assertThat(names(PagerDutyClient.of(pagerDuty.us(), Sample.OTHER_ACCOUNT_TOKEN)
                        .get("/services")))
                .containsExactly("Payments");
    }

    @Test
    void hiddenServiceIsAbsentForThoseItIsHiddenFrom() throws Exception {
        User user = pagerDuty.us().account().userByEmail(Sample.MANAGER_EMAIL).orElseThrow();

        pagerDuty.us().service(Sample.PAYMENTS).hideFrom(user);

        assertThat(names(manager.get("/services"))).doesNotContain("Payments");
        assertThat(manager.get("/services/" + Sample.PAYMENTS).status()).isEqualTo(404);
        assertThat(manager.open(PagerDutyClient.incident(Sample.PAYMENTS, "k", "Title"))
                        .error())
                .isEqualTo("400 2002 Arguments Caused Error [\"Service not found\"]");
        assertThat(names(PagerDutyClient.of(pagerDuty.us(), Sample.RESPONDER_TOKEN)
                        .get("/services")))
                .contains("Payments");
    }

    @Test
    void onCallsTellWhoWouldBePaged() throws Exception {
        JsonNode primary = manager.get("/oncalls", "escalation_policy_ids[]", Sample.PRIMARY_POLICY, "earliest", "true")
                .json()
                .path("oncalls");
        JsonNode weekend = manager.get("/oncalls", "escalation_policy_ids[]", Sample.WEEKEND_POLICY)
                .json()
                .path("oncalls");

        assertThat(primary).hasSize(1);
        assertThat(primary.get(0).path("user").path("summary").asText()).isEqualTo("Asha Rao");
        assertThat(primary.get(0).path("escalation_level").asInt()).isEqualTo(1);
        assertThat(weekend).isEmpty();
    }

    @Test
    void escalationPolicyShowsItsTargets() throws Exception {
        JsonNode policy = manager.get("/escalation_policies/" + Sample.PRIMARY_POLICY)
                .json()
                .path("escalation_policy");

        assertThat(policy.at("/escalation_rules/0/targets/0/summary").asText()).isEqualTo("Asha Rao");
        assertThat(manager.get("/escalation_policies/PNONE").status()).isEqualTo(404);
    }

    @Test
    void maintenanceWindowsAreFilteredByTime() throws Exception {
        assertThat(windows("ongoing")).hasSize(1);
        assertThat(windows("past")).isEmpty();

        now.updateAndGet(time -> time.plus(Duration.ofDays(31)));

        assertThat(windows("ongoing")).isEmpty();
        assertThat(windows("past")).hasSize(1);
        assertThat(pagerDuty.us().service(Sample.BATCH).status()).isEqualTo("active");
    }

    @ParameterizedTest
    @EnumSource(Quirks.RateLimitAnswer.class)
    void callsBeyondTheLimitAreRefusedUntilTheMinuteIsOver(Quirks.RateLimitAnswer answer) throws Exception {
        pagerDuty.quirks().rateLimitAnswer(answer);
        pagerDuty.us().account().limit(Operation.LIST_SERVICES, 2);

        Reply first = manager.get("/services");
        now.updateAndGet(time -> time.plusSeconds(20));
        manager.get("/services");
        Reply third = manager.get("/services");
        now.updateAndGet(time -> time.plusSeconds(40));

        assertThat(first.headers())
                .containsEntry("ratelimit-limit", "2")
                .containsEntry("ratelimit-remaining", "1")
                .containsEntry("ratelimit-reset", "60");
        assertThat(third.status()).isEqualTo(429);
        boolean hasHeaders = answer == Quirks.RateLimitAnswer.FULL || answer == Quirks.RateLimitAnswer.WITHOUT_BODY;
        boolean hasBody = answer == Quirks.RateLimitAnswer.FULL || answer == Quirks.RateLimitAnswer.WITHOUT_HEADERS;
        assertThat(third.headers().get("ratelimit-reset")).isEqualTo(hasHeaders ? "40" : null);
        assertThat(third.text())
                .isEqualTo(hasBody ? "{\"error\":{\"message\":\"Rate Limit Exceeded\",\"code\":2020}}" : "");
        assertThat(manager.get("/services").status()).isEqualTo(200);
    }

    @Test
    void callsOfAUserAreLimitedOverAllOfItsTokens() throws Exception {
        User user = pagerDuty.us().account().userByEmail(Sample.MANAGER_EMAIL).orElseThrow();
        pagerDuty.us().addUserToken("u+second-token-00001", user);
        pagerDuty.us().account().limitCalls(2);

        manager.get("/services");
        manager.get("/users/me");

        assertThat(PagerDutyClient.of(pagerDuty.us(), "u+second-token-00001")
                        .get("/services")
                        .status())
                .isEqualTo(429);
        assertThat(PagerDutyClient.of(pagerDuty.us(), Sample.RESPONDER_TOKEN)
                        .get("/services")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void everyAnswerHasARequestId() throws Exception {
        assertThat(manager.get("/services").headers()).containsKey("x-request-id");
        assertThat(manager.get("/nothing").headers()).containsKey("x-request-id");
        assertThat(PagerDutyClient.of(pagerDuty.us(), "u+nobodys-token-0001")
                        .get("/services")
                        .headers())
                .containsKey("x-request-id");
        pagerDuty.faults().add(Fault.onEverything().answering(502));
        assertThat(manager.get("/services").headers()).containsKey("x-request-id");
        pagerDuty.faults().add(Fault.onEverything().header("X-Request-Id", "chosen"));
        assertThat(manager.get("/services").headers()).containsEntry("x-request-id", "chosen");
    }

    @Test
    void whoIsKnownHearsOfTheRateLimit() throws Exception {
        assertThat(manager.get("/services").headers())
                .containsEntry("ratelimit-limit", "960")
                .containsEntry("ratelimit-remaining", "959")
                .containsEntry("ratelimit-reset", "60");
        assertThat(manager.get("/services/PNONE").headers()).containsKey("ratelimit-limit");
        assertThat(PagerDutyClient.of(pagerDuty.us(), "u+nobodys-token-0001")
                        .get("/services")
                        .headers())
                .doesNotContainKey("ratelimit-limit");
    }

    @Test
    void requestsAreRecordedWithoutTheToken() throws Exception {
        manager.with("From", Sample.MANAGER_EMAIL).get("/services", "query", "a b");
        manager.get("/v2/teams");

        RecordedRequest recorded = pagerDuty.requests(Operation.LIST_SERVICES).get(0);
        assertThat(recorded.query()).containsEntry("query", List.of("a b"));
        assertThat(recorded.header("from")).isEqualTo(Sample.MANAGER_EMAIL);
        assertThat(recorded.caller()).isEqualTo(Sample.MANAGER_EMAIL);
        assertThat(recorded.status()).hasValue(200);
        assertThat(recorded.receivedAt()).isEqualTo(now.get());
        assertThat(recorded.carried(Sample.MANAGER_TOKEN)).isTrue();
        assertThat(recorded.carried(Sample.EU_TOKEN)).isFalse();
        assertThat(pagerDuty.requests().toString())
                .contains("Token token=redacted")
                .doesNotContain(Sample.MANAGER_TOKEN);
        assertThat(pagerDuty.count(Operation.LIST_SERVICES)).isEqualTo(1);
        assertThat(pagerDuty.unexpectedRequests())
                .extracting(RecordedRequest::path)
                .containsExactly("/v2/teams");
    }

    @Test
    void resetRestoresTheSample() throws Exception {
        manager.open(PagerDutyClient.incident(Sample.PAYMENTS, "k", "Title"));
        pagerDuty.us().revoke(Sample.MANAGER_TOKEN);
        pagerDuty.faults().add(Fault.onEverything().answering(500).untilCleared());

        pagerDuty.reset();

        assertThat(pagerDuty.incidents()).isEmpty();
        assertThat(pagerDuty.requests()).isEmpty();
        assertThat(manager.get("/users/me").status()).isEqualTo(200);
    }

    private JsonNode windows(String filter) throws Exception {
        return manager.get("/maintenance_windows", "service_ids[]", Sample.BATCH, "filter", filter)
                .json()
                .path("maintenance_windows");
    }

    private static List<String> names(Reply reply) {
        List<String> names = new ArrayList<>();
        reply.json()
                .path("services")
                .forEach(service -> names.add(service.path("name").asText()));
        return names;
    }
}
