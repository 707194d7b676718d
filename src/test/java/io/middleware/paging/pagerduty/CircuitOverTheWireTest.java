package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.tls.TlsConfigurationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.middleware.paging.harness.MutableClock;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.FakePagerDuty;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;

/** What a PagerDuty that gives no answers hears of us. A client, a PagerDuty and a clock of its own for each test. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class CircuitOverTheWireTest {
    @Inject
    ObjectMapper json;

    @Inject
    TlsConfigurationRegistry tls;

    private final MutableClock clock = new MutableClock(Instant.parse("2026-11-23T03:00:00Z"));
    private final Access us = new Access(Region.US, new ApiToken(Sample.MANAGER_TOKEN));
    private final Access eu = new Access(Region.EU, new ApiToken(Sample.EU_TOKEN));
    private FakePagerDuty fake;
    private PagerDuty pagerDuty;

    @BeforeEach
    void start() {
        fake = FakePagerDuty.start(clock);
        pagerDuty = client(Duration.ofSeconds(20));
    }

    private PagerDuty client(Duration callTimeout) {
        return new PagerDuty(new PagerDutyCalls(
                new FixedPagerDutyConfig(fake.us().url(), fake.eu().url(), callTimeout), json, tls, clock));
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    static Stream<Fault> silence() {
        return Stream.of(
                Fault.on("POST", "/incidents").answering(503),
                Fault.on("POST", "/incidents").answering(408),
                Fault.on("POST", "/incidents").dropping(),
                Fault.on("POST", "/incidents").dropping().afterActing());
    }

    @ParameterizedTest
    @MethodSource("silence")
    void hostThatGivesNoAnswersIsLeftAlone(Fault fault) {
        fake.faults().add(fault.untilCleared());
        for (int i = 0; i < 5; i++) {
            open("alert-" + i);
        }
        assertThat(fake.requests()).hasSize(5);

        Failure failure = failure(open("alert-6"));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.CIRCUIT_OPEN);
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(10));
        assertThat(failure.detail()).startsWith("127.0.0.1 is not called since 2026-11-23T03:00:00Z: ");
        assertThat(pagerDuty.me(us, deadline())).isInstanceOf(Answer.Failed.class);
        assertThat(fake.requests()).as("while it is open").hasSize(5);
    }

    @Test
    void hostThatAnswersTooLateCountsToo() {
        fake.faults().add(Fault.onEverything().holding(Duration.ofHours(1)).untilCleared());
        pagerDuty = client(Duration.ofMillis(200));
        for (int i = 0; i < 5; i++) {
            assertThat(failure(open("alert-" + i)).kind()).isEqualTo(Failure.Kind.TIMEOUT);
        }

        assertThat(failure(open("alert-6")).detail()).endsWith("TIMEOUT: no answer in time");
    }

    @Test
    void nobodyListeningCountsToo() {
        fake.close();
        for (int i = 0; i < 5; i++) {
            assertThat(failure(open("alert-" + i)).kind()).isEqualTo(Failure.Kind.UNREACHABLE);
        }

        assertThat(failure(open("alert-6")).detail()).contains("UNREACHABLE: no connection");
    }

    @Test
    void oneProbeFindsOutThatTheHostIsBack() {
        fake.faults().add(Fault.on("POST", "/incidents").answering(503).times(5));
        for (int i = 0; i < 5; i++) {
            open("alert");
        }
        clock.advance(Duration.ofSeconds(10));

        IncidentResult opened = open("alert");

        assertThat(opened).isInstanceOf(IncidentResult.Opened.class);
        assertThat(open("another")).isInstanceOf(IncidentResult.Opened.class);
        assertThat(fake.requests()).hasSize(7);
    }

    @Test
    void hostThatStaysSilentHearsOfEachPauseOnce() {
        fake.faults().add(Fault.on("POST", "/incidents").answering(503).untilCleared());
        for (int i = 0; i < 5; i++) {
            open("alert");
        }

        // A call every second for ten minutes: probes after 10, 20, 40 s, then every 60 s.
        for (int second = 1; second <= 600; second++) {
            clock.advance(Duration.ofSeconds(1));
            open("alert");
        }

        assertThat(fake.count(Operation.CREATE_INCIDENT)).isEqualTo(5 + 3 + 8);
    }

    @Test
    void refusalsAndRateLimitsLeaveItClosed() {
        fake.faults().add(Fault.rateLimited("POST", "/incidents", 7).times(20));
        for (int i = 0; i < 20; i++) {
            assertThat(failure(open("alert")).kind()).isEqualTo(Failure.Kind.RATE_LIMITED);
        }
        fake.faults().add(Fault.on("POST", "/incidents").answering(400).times(20));
        for (int i = 0; i < 20; i++) {
            assertThat(failure(open("alert")).kind()).isEqualTo(Failure.Kind.REFUSED);
        }

        assertThat(open("alert")).isInstanceOf(IncidentResult.Opened.class);
    }

    @Test
    void oneRegionsOutageIsNotTheOthers() {
        fake.faults()
                .add(Fault.onEverything()
                        .in(io.middleware.paging.local.pagerduty.Region.US)
                        .answering(503)
                        .untilCleared());
        for (int i = 0; i < 5; i++) {
            open("alert");
        }

        assertThat(pagerDuty.me(eu, deadline())).isInstanceOf(Answer.Success.class);
        assertThat(failure(open("alert")).kind()).isEqualTo(Failure.Kind.CIRCUIT_OPEN);
    }

    @Test
    void callForWhichNoTimeIsLeftIsNoProbe() {
        fake.faults().add(Fault.on("POST", "/incidents").answering(503).times(5));
        for (int i = 0; i < 5; i++) {
            open("alert");
        }
        clock.advance(Duration.ofSeconds(10));

        IncidentResult late = open("alert", Deadline.after(Duration.ofSeconds(1), clock));

        assertThat(failure(late).kind()).isEqualTo(Failure.Kind.NO_TIME_LEFT);
        assertThat(open("alert")).isInstanceOf(IncidentResult.Opened.class);
    }

    @Test
    void tokenIsNotInTheReason() {
        fake.faults()
                .add(Fault.on("POST", "/incidents")
                        .answering(503, "{\"error\":\"" + Sample.MANAGER_TOKEN + "\"}")
                        .untilCleared());
        for (int i = 0; i < 5; i++) {
            open("alert");
        }

        assertThat(failure(open("alert")).toString()).contains("[redacted]").doesNotContain(Sample.MANAGER_TOKEN);
    }

    private IncidentResult open(String alert) {
        return open(alert, deadline());
    }

    private IncidentResult open(String alert, Deadline deadline) {
        NewIncident incident = new NewIncident(
                Sample.PAYMENTS,
                IncidentKey.of("circuit", "rule", alert),
                "CPU above 90 %",
                "",
                Optional.empty(),
                Optional.empty());
        return pagerDuty.open(us, Sample.MANAGER_EMAIL, incident, deadline);
    }

    private static Failure failure(IncidentResult result) {
        return ((IncidentResult.Failed) result).failure();
    }

    private Deadline deadline() {
        return Deadline.after(Duration.ofSeconds(30), clock);
    }
}
