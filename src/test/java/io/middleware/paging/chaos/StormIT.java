package io.middleware.paging.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import io.middleware.paging.local.LocalCloud;
import io.middleware.paging.local.pagerduty.Account;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.RecordedRequest;

/**
 * A storm in real time, on the packaged function: JVM or, with {@code -Dlocal.form=native}, the native binary. Five times
 * as fast as production, so that it ends. What must hold to the second is proved on a clock that stands still, by
 * {@code StormTest}.
 *
 * <p>{@code -Dstorm.alerts} says how many; {@code mvn -Pchaos verify} runs 1,000.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StormIT {
    private static final int ALERTS = Integer.getInteger("storm.alerts", 60);
    private static final int RATE_PER_MINUTE = 1_200;
    private static final int PAGERDUTY_PER_MINUTE = 1_500;
    private static final String WORKSPACE = "storm";
    private static final String RULE = "cpu-high";
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    /** Each of the threads of each function may be in the middle of a call when the token dies. */
    private static final int MOST_CALLS_IN_FLIGHT = 16 * 5;

    private LocalCloud cloud;

    @BeforeAll
    void start() {
        Assumptions.assumeTrue(
                System.getProperty("aws.endpoint", "").isEmpty(), "a storm needs the engines of this machine");
        cloud = LocalCloud.builder()
                .stackName("storm")
                .workDirectory(Path.of("target", "storm"))
                // Not as a parameter: no template allows more than PagerDuty takes.
                .environment("PAGING_RATE_PER_MINUTE", Integer.toString(RATE_PER_MINUTE))
                .environment("notify", "PAGING_SLOW_RETRY", "PT4S")
                .environment("notify", "PAGING_INSTALLATION_CACHE", "PT2S")
                .start();
        cloud.pagerDuty().us().account().limit(Operation.CREATE_INCIDENT, PAGERDUTY_PER_MINUTE);
    }

    @AfterAll
    void stop() {
        if (cloud != null) {
            cloud.close();
            assertThat(cloud.takeDenied())
                    .as("calls that a role does not allow")
                    .isEmpty();
        }
    }

    @Test
    void allPageOnceAtThePaceThatPagerDutyTakes() throws Exception {
        install(token("storm"));
        Instant start = Instant.now();
        int receivesBefore = Math.toIntExact(cloud.receives());

        List<String> alerts = fire("storm", ALERTS);
        cloud.awaitDrained(PATIENCE);

        List<RecordedRequest> posts = postsSince(start);
        Map<String, List<IncidentView>> incidents = incidents(alerts);
        Instant lastPage = incidents.values().stream()
                .flatMap(List::stream)
                .map(IncidentView::createdAt)
                .max(Comparator.naturalOrder())
                .orElse(start);
        Duration last = Duration.between(start, lastPage);
        Duration ideal = Duration.ofMinutes(ALERTS).dividedBy(RATE_PER_MINUTE);
        long tooMany =
                posts.stream().filter(post -> post.status().orElse(0) == 429).count();
        double receives = (cloud.receives() - receivesBefore) / (double) ALERTS;
        System.out.printf(
                "storm in real time (%s): alerts %d, incidents %d, POSTs %d, 429 %d, mean receives %.2f, last page %.1f s,"
                        + " ideal %.1f s%n",
                form(),
                ALERTS,
                incidents.size(),
                posts.size(),
                tooMany,
                receives,
                last.toMillis() / 1e3,
                ideal.toMillis() / 1e3);
        assertThat(incidents)
                .hasSize(ALERTS)
                .allSatisfy((title, of) -> assertThat(of).hasSize(1));
        assertThat(cloud.pagerDuty().doublePages()).isEmpty();
        assertThat(tooMany).isLessThanOrEqualTo(posts.size() / 100);
        assertThat(receives).isLessThanOrEqualTo(3);
    }

    @Test
    void aTokenThatDiesInTheMiddleLosesNothingAndPagesNothingTwice() throws Exception {
        String dying = token("dying");
        install(dying);
        List<String> alerts = fire("death", ALERTS / 2);
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> incidents(alerts).size() >= 5);
        Instant death = Instant.now();
        cloud.pagerDuty().us().revoke(dying);
        Awaitility.await().atMost(PATIENCE).until(this::needsReauthentication);
        List<String> waiting = alerts.stream()
                .filter(title -> !incidents(alerts).containsKey(title))
                .toList();
        List<String> resolved = waiting.subList(0, waiting.size() / 4);
        resolved.forEach(title -> cloud.send(message(title, "resolved")));

        install(token("fresh"));
        cloud.awaitDrained(PATIENCE);

        Map<String, List<IncidentView>> incidents = incidents(alerts);
        long refused = cloud.pagerDuty().requests().stream()
                .filter(request -> !request.receivedAt().isBefore(death))
                .filter((RecordedRequest request) -> request.carried(dying))
                .count();
        Set<String> unpaged =
                alerts.stream().filter(title -> !incidents.containsKey(title)).collect(Collectors.toSet());
        System.out.printf(
                "token death in real time (%s): alerts %d, waiting at death %d, resolved meanwhile %d, incidents %d,"
                        + " calls with the dead token %d%n",
                form(), alerts.size(), waiting.size(), resolved.size(), incidents.size(), refused);
        assertThat(incidents).allSatisfy((title, of) -> assertThat(of).hasSize(1));
        assertThat(resolved)
                .as(
                        "a resolve that comes after its alert has paged finds an incident; one that comes before leaves none")
                .containsAll(unpaged);
        assertThat(incidents.values().stream().flatMap(List::stream))
                .filteredOn(incident -> resolved.contains(incident.title()))
                .noneMatch(IncidentView::isOpen);
        assertThat(cloud.pagerDuty().doublePages()).isEmpty();
        assertThat(refused).isBetween(1L, (long) MOST_CALLS_IN_FLIGHT);
    }

    private static String form() {
        return System.getProperty("local.form", "as built");
    }

    private String token(String name) {
        Account account = cloud.pagerDuty().us().account();
        String token = "u+storm-" + name;
        account.addUserToken(token, account.user("PUSR001").orElseThrow());
        return token;
    }

    private void install(String token) {
        expectNoError(
                cloud.invoke("install", object().put("workspaceId", WORKSPACE).put("accessToken", token)));
        expectNoError(cloud.invoke(
                "bind-rule",
                object().put("workspaceId", WORKSPACE)
                        .put("ruleId", RULE)
                        .put("serviceName", "Payments")
                        .put("notifyOnResolve", true)));
    }

    private boolean needsReauthentication() {
        return cloud.invoke("list-services", object().put("workspaceId", WORKSPACE))
                .path("error")
                .path("code")
                .asText()
                .equals("REAUTH_REQUIRED");
    }

    private static void expectNoError(JsonNode reply) {
        assertThat(reply.has("error")).as(reply.toString()).isFalse();
    }

    private List<String> fire(String name, int alerts) {
        List<String> titles = new ArrayList<>();
        for (int i = 0; i < alerts; i++) {
            String title = name + " " + i;
            cloud.send(message(title, "triggered"));
            titles.add(title);
        }
        return titles;
    }

    private static String message(String title, String status) {
        return object().put("workspaceId", WORKSPACE)
                .put("ruleId", RULE)
                .put("alertId", title)
                .put("status", status)
                .put("title", title)
                .put("occurredAt", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
                .toString();
    }

    private Map<String, List<IncidentView>> incidents(List<String> titles) {
        Set<String> wanted = Set.copyOf(titles);
        return cloud.pagerDuty().incidents().stream()
                .filter(incident -> wanted.contains(incident.title()))
                .collect(Collectors.groupingBy(IncidentView::title));
    }

    private List<RecordedRequest> postsSince(Instant start) {
        return cloud.pagerDuty().requests(Operation.CREATE_INCIDENT).stream()
                .filter(post -> !post.receivedAt().isBefore(start))
                .toList();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
