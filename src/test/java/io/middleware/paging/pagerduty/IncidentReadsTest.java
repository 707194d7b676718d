package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;

@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class IncidentReadsTest {
    private static final Reference ASHA = new Reference("user", "PUSR006", "Asha Rao");

    @Inject
    IncidentReads reads;

    @Inject
    PagerDuty pagerDuty;

    private final TestCloud cloud = TestCloud.current();
    private final Access manager = new Access(Region.US, new ApiToken(Sample.MANAGER_TOKEN));

    @AfterEach
    void asItWas() {
        cloud.pagerDuty().faults().clear();
        cloud.pagerDuty().quirks().notificationChannel("push");
    }

    @Test
    void openIncidentTellsWhereItStands() {
        String id = open();

        IncidentDetail incident = value(reads.incident(manager, id, deadline()));

        assertThat(incident.incident().status()).isEqualTo("triggered");
        assertThat(incident.incident().number()).isPositive();
        assertThat(incident.title()).isEqualTo("CPU above 90 %");
        assertThat(incident.urgency()).contains("high");
        assertThat(incident.service()).contains(new Reference("service", Sample.PAYMENTS, "Payments"));
        assertThat(incident.escalationPolicy().map(Reference::name)).contains("Primary");
        assertThat(incident.assignees()).containsExactly(ASHA);
        assertThat(incident.directlyAssigned()).isFalse();
        assertThat(incident.createdAt()).contains(now());
        assertThat(incident.acknowledgements()).isEmpty();
        assertThat(incident.triggersAgainAt()).isEmpty();
        assertThat(incident.mergedInto()).isEmpty();
    }

    @Test
    void acknowledgedIncidentTellsByWhomAndWhen() {
        String id = open();
        cloud.pagerDuty().acknowledgeByHand(id);

        IncidentDetail incident = value(reads.incident(manager, id, deadline()));

        assertThat(incident.incident().isAcknowledged()).isTrue();
        assertThat(incident.acknowledgements())
                .containsExactly(new IncidentDetail.Acknowledgement(ASHA, Optional.of(now())));
        assertThat(incident.statusChangedBy()).contains(ASHA);
        assertThat(incident.statusChangedAt()).contains(now());
        assertThat(incident.triggersAgainAt()).as("its time-out").contains(now().plus(Duration.ofMinutes(30)));
        assertThat(log(id).ofType("snooze")).isEmpty();
    }

    @Test
    void snoozedIncidentTellsUntilWhen() {
        String id = open();
        cloud.pagerDuty().snoozeByHand(id, Duration.ofHours(4));

        IncidentDetail incident = value(reads.incident(manager, id, deadline()));

        assertThat(incident.triggersAgainAt()).contains(now().plus(Duration.ofHours(4)));
        assertThat(log(id).ofType("snooze"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.agent()).contains(ASHA));
    }

    @Test
    void mergedIncidentNamesTheOneThatGoesOn() {
        String source = open();
        String target = open();
        cloud.pagerDuty().mergeByHand(source, target);

        IncidentDetail incident = value(reads.incident(manager, source, deadline()));

        assertThat(incident.incident().isResolved()).isTrue();
        assertThat(incident.mergedInto().map(Reference::id)).contains(target);
    }

    @Test
    void incidentOfNothingButAnIdIsRead() {
        cloud.pagerDuty().faults().add(Fault.on("GET", "/incidents/*").answering(200, """
                        {"incident":{"id":"Q1","acknowledgements":null,"assignments":null,"pending_actions":null,
                        "resolve_reason":"over","last_status_change_by":null,"service":null}}"""));

        IncidentDetail incident = value(reads.incident(manager, "Q1", deadline()));

        assertThat(incident.service()).isEmpty();
        assertThat(incident.statusChangedBy()).isEmpty();
        assertThat(incident.mergedInto()).isEmpty();
    }

    @Test
    void logTellsWhoWasNotifiedByWhatAndWhen() {
        cloud.pagerDuty().quirks().notificationChannel("sms");
        String id = open();

        IncidentLog log = log(id);

        assertThat(log.more()).isFalse();
        assertThat(log.notifications()).singleElement().satisfies(entry -> {
            assertThat(entry.at()).contains(now());
            assertThat(entry.notification())
                    .contains(new IncidentLog.Notification(ASHA, Optional.of("sms"), Optional.of("success")));
        });
        assertThat(log.entries()).extracting(IncidentLog.Entry::type).contains("trigger", "assign", "notify");
        assertThat(log.toString()).as("a person's address").doesNotContain("not-for-others");
        var requests = cloud.pagerDuty().requests(Operation.LIST_LOG_ENTRIES);
        assertThat(requests.get(requests.size() - 1).query())
                .containsEntry("is_overview", List.of("false"))
                .containsEntry("include[]", List.of("channels"))
                .containsEntry("limit", List.of("100"));
    }

    @Test
    void whoStartsAcknowledgedNotifiesNobody() {
        String id = open(Sample.BOTS);

        IncidentLog log = log(id);

        assertThat(log.notifications()).isEmpty();
        assertThat(log.ofType("acknowledge"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.agent().map(Reference::id)).contains("PUSR001"));
    }

    @Test
    void logThatIsLongerSaysSo() {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents/*/log_entries")
                        .answering(
                                200,
                                "{\"log_entries\":[{\"type\":\"notify_log_entry\",\"channel\":"
                                        + "{\"type\":\"phone\"}}],\"more\":true}"));

        IncidentLog log = log("Q1");

        assertThat(log.more()).isTrue();
        assertThat(log.notifications().get(0).notification().orElseThrow().channel())
                .contains("phone");
    }

    @Test
    void logThatCannotBeReadIsNoEmptyLog() {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents/*/log_entries")
                        .answering(200, "{}")
                        .untilCleared());

        assertThat(reads.log(manager, "Q1", deadline())).isInstanceOf(Answer.Failed.class);
    }

    @Test
    void whatIsNoIdIsNeverSent() {
        assertThatThrownBy(() -> reads.incident(manager, "../users/me", deadline()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reads.log(manager, "Q1/log", deadline())).isInstanceOf(IllegalArgumentException.class);
    }

    private String open() {
        return open(Sample.PAYMENTS);
    }

    private String open(String serviceId) {
        NewIncident incident = new NewIncident(
                serviceId,
                IncidentKey.of("reads", "rule", UUID.randomUUID().toString()),
                "CPU above 90 %",
                "",
                Optional.empty(),
                Optional.empty());
        IncidentResult opened = pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident, deadline());
        return ((IncidentResult.Opened) opened).incident().id();
    }

    private IncidentLog log(String id) {
        return value(reads.log(manager, id, deadline()));
    }

    private Instant now() {
        return cloud.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static <T> T value(Answer<T> answer) {
        return answer.fold(value -> value, failure -> {
            throw new AssertionError(failure.describe());
        });
    }

    private Deadline deadline() {
        return Deadline.after(Duration.ofSeconds(60), cloud.clock());
    }
}
