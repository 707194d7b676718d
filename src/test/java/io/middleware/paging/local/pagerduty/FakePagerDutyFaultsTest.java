package io.middleware.paging.local.pagerduty;

import static io.middleware.paging.local.pagerduty.PagerDutyClient.incident;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.local.pagerduty.PagerDutyClient.Reply;

/** What can be made to go wrong. */
class FakePagerDutyFaultsTest {
    private final FakePagerDuty pagerDuty = FakePagerDuty.start(Clock.systemUTC());
    private final PagerDutyClient manager = PagerDutyClient.of(pagerDuty.us(), Sample.MANAGER_TOKEN);

    @AfterEach
    void stop() {
        pagerDuty.close();
    }

    @Test
    void faultStrikesAsOftenAsAskedAndDoesNotAct() throws Exception {
        Faults.Armed fault = pagerDuty
                .faults()
                .add(Fault.on("POST", "/incidents").answering(503).times(2));

        assertThat(open("a").status()).isEqualTo(503);
        assertThat(open("a").status()).isEqualTo(503);
        assertThat(open("a").status()).isEqualTo(201);
        assertThat(pagerDuty.incidents()).hasSize(1);
        assertThat(fault.fired()).isEqualTo(2);
        assertThat(pagerDuty.requests(Operation.CREATE_INCIDENT))
                .extracting(request -> request.status().orElse(0))
                .containsExactly(503, 503, 201);
    }

    @Test
    void queuedFaultsGoBeforeStandingOnes() throws Exception {
        Faults.Armed standing =
                pagerDuty.faults().add(Fault.onEverything().answering(500).untilCleared());
        pagerDuty.faults().add(Fault.on("GET", "/services/*").answering(502));

        assertThat(manager.get("/services").status()).isEqualTo(500);
        assertThat(manager.get("/services/" + Sample.PAYMENTS).status()).isEqualTo(502);
        assertThat(manager.get("/services/" + Sample.PAYMENTS).status()).isEqualTo(500);
        standing.remove();
        assertThat(manager.get("/services").status()).isEqualTo(200);
        assertThat(pagerDuty.faults().armed()).isEmpty();
        assertThat(pagerDuty.faults().fired()).isEqualTo(3);
    }

    @Test
    void faultCanKeepToOneRegion() throws Exception {
        pagerDuty.faults().add(Fault.onEverything().in(Region.EU).answering(500).untilCleared());

        assertThat(manager.get("/services").status()).isEqualTo(200);
        assertThat(PagerDutyClient.of(pagerDuty.eu(), Sample.EU_TOKEN)
                        .get("/services")
                        .status())
                .isEqualTo(500);
    }

    @Test
    void faultCanKeepToOneOperation() throws Exception {
        String id = open("a").incident().path("id").asText();
        pagerDuty.faults().add(Fault.on("PUT", "/incidents").answering(503).untilCleared());

        assertThat(open("b").status()).isEqualTo(201);
        assertThat(manager.get("/incidents").status()).isEqualTo(200);
        assertThat(manager.put("/incidents", Json.object()).status()).isEqualTo(503);
        assertThat(manager.put("/incidents/" + id, PagerDutyClient.status("resolved"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void faultCanStrikeByChanceAndOnlySoOften() throws Exception {
        Faults.Armed fault = pagerDuty
                .faults()
                .add(Fault.on("POST", "/incidents").answering(500).times(2).withProbability(0.5, new Random(42)));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            statuses.add(open("key-" + i).status());
        }

        assertThat(statuses).filteredOn(status -> status == 500).hasSize(2);
        assertThat(statuses.get(0) + statuses.get(1)).as("not the first two").isLessThan(1_000);
        assertThat(fault.fired()).isEqualTo(2);
        assertThat(pagerDuty.faults().armed()).isEmpty();
    }

    @Test
    void answerIsMadeToOrder() throws Exception {
        pagerDuty
                .faults()
                .add(Fault.on("*", "/services")
                        .answering(418, "{\"error\":[\"odd\"]}")
                        .header("retry-after", "7"));
        pagerDuty.faults().add(Fault.rateLimited("GET", "/services", 30));

        Reply odd = manager.get("/services");
        Reply limited = manager.get("/services");

        assertThat(odd.status()).isEqualTo(418);
        assertThat(odd.text()).isEqualTo("{\"error\":[\"odd\"]}");
        assertThat(odd.headers()).containsEntry("retry-after", "7");
        assertThat(limited.error()).isEqualTo("429 2020 Rate Limit Exceeded");
        assertThat(limited.headers()).containsEntry("ratelimit-reset", "30");
    }

    @Test
    void droppedRequestHasNoEffect() throws Exception {
        pagerDuty.faults().add(Fault.on("POST", "/incidents").dropping());

        assertThatThrownBy(() -> open("a")).isInstanceOf(IOException.class);

        assertThat(pagerDuty.incidents()).isEmpty();
        assertThat(open("a").status()).isEqualTo(201);
    }

    @Test
    void lostAnswerLeavesTheIncidentOpen() throws Exception {
        pagerDuty.faults().add(Fault.on("POST", "/incidents").dropping().afterActing());

        assertThatThrownBy(() -> open("a")).isInstanceOf(IOException.class);

        assertThat(pagerDuty.incidents()).singleElement().matches(IncidentView::isOpen);
        assertThat(pagerDuty.requests(Operation.CREATE_INCIDENT).get(0).status())
                .isEmpty();
        assertThat(open("a").error()).contains("matching dedup key");
    }

    @Test
    void errorAfterActingLeavesTheIncidentOpen() throws Exception {
        pagerDuty.faults().add(Fault.on("POST", "/incidents").answering(502).afterActing());

        assertThat(open("a").status()).isEqualTo(502);

        assertThat(pagerDuty.incidents()).hasSize(1);
    }

    @Test
    void garbledAnswerHasTheTrueStatus() throws Exception {
        pagerDuty.faults().add(Fault.on("POST", "/incidents").garbled());

        Reply reply = open("a");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.json().isMissingNode()).isTrue();
        assertThat(pagerDuty.incidents()).hasSize(1);
    }

    @Test
    void heldAnswerComesAfterItsEffect() {
        pagerDuty.faults().add(Fault.on("POST", "/incidents").holding(Duration.ofHours(1)));

        CompletableFuture<Reply> reply = manager.openLater(incident(Sample.PAYMENTS, "a", "Title"));

        await().until(() -> pagerDuty.incidents().size() == 1);
        assertThat(reply).isNotDone();
    }

    @Test
    void heldAnswerArrivesInTheEnd() throws Exception {
        pagerDuty.faults().add(Fault.on("POST", "/incidents").holding(Duration.ofMillis(1)));

        assertThat(open("a").status()).isEqualTo(201);
    }

    @Test
    void stalledRequestIsOvertaken() throws Exception {
        pagerDuty.faults().add(Fault.on("POST", "/incidents").stalling(Duration.ofHours(1)));

        CompletableFuture<Reply> first = manager.openLater(incident(Sample.PAYMENTS, "a", "Title"));
        await().until(() -> pagerDuty.count(Operation.CREATE_INCIDENT) == 1);

        assertThat(open("a").status()).isEqualTo(201);
        assertThat(first).isNotDone();
    }

    @Test
    void hookRunsBetweenTheEffectAndTheAnswer() throws Exception {
        AtomicReference<RecordedRequest> seen = new AtomicReference<>();
        CountDownLatch answer = new CountDownLatch(1);
        pagerDuty.faults().add(Fault.on("POST", "/incidents").afterwards(request -> {
            seen.set(request);
            awaitQuietly(answer);
        }));

        CompletableFuture<Reply> reply = manager.openLater(incident(Sample.PAYMENTS, "a", "Title"));
        await().until(() -> seen.get() != null);

        assertThat(seen.get().status()).hasValue(201);
        assertThat(pagerDuty.incidents()).hasSize(1);
        assertThat(reply).isNotDone();
        answer.countDown();
        assertThat(reply.join().status()).isEqualTo(201);
    }

    @Test
    void chanceIsRepeatable() throws Exception {
        List<Integer> first = underChance();
        pagerDuty.reset();

        assertThat(first).contains(201, 500);
        assertThat(underChance()).isEqualTo(first);
    }

    @Test
    void closingEndsEveryThread() {
        pagerDuty.faults().add(Fault.onEverything().holding(Duration.ofHours(1)));
        manager.openLater(incident(Sample.PAYMENTS, "a", "Title"));
        await().until(() -> pagerDuty.incidents().size() == 1);

        String threads = "pagerduty-" + pagerDuty.us().url().getPort();
        assertThat(Thread.getAllStackTraces().keySet())
                .anyMatch(thread -> thread.getName().startsWith(threads));

        pagerDuty.close();

        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith(threads)));
    }

    private List<Integer> underChance() throws Exception {
        pagerDuty
                .faults()
                .add(Fault.on("POST", "/incidents")
                        .answering(500)
                        .untilCleared()
                        .withProbability(0.4, new Random(42)));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            statuses.add(open("key-" + i).status());
        }
        return statuses;
    }

    private Reply open(String key) throws IOException, InterruptedException {
        return manager.open(incident(Sample.PAYMENTS, key, "Title"));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
