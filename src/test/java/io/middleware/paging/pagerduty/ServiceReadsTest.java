package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.EscalationPolicy;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.pagerduty.User;

@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class ServiceReadsTest {
    @Inject
    ServiceReads reads;

    private final TestCloud cloud = TestCloud.current();
    private final Access manager = new Access(Region.US, new ApiToken(Sample.MANAGER_TOKEN));

    @AfterEach
    void asItWas() {
        cloud.pagerDuty().faults().clear();
        cloud.pagerDuty().quirks().othersMasked(false);
    }

    @Test
    void onCallNamesWhoByWhichScheduleAndUntilWhen() {
        User ada = cloud.pagerDuty().us().addUser("Ada", "ada@acme.example", "user");
        User bob = cloud.pagerDuty().us().addUser("Bob", "bob@acme.example", "user");
        // PagerDuty writes whole seconds.
        Instant end = cloud.clock().instant().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofHours(8));
        EscalationPolicy policy = cloud.pagerDuty()
                .us()
                .addPolicy("Night", ada)
                .onCall(2, bob)
                .bySchedule("Night rota", cloud.clock().instant(), end);

        List<OnCall> onCall = value(reads.onCalls(manager, policy.id(), deadline()));

        assertThat(onCall)
                .containsExactly(
                        new OnCall(
                                new Reference("user", ada.id(), "Ada"), 1, Optional.of("Night rota"), Optional.of(end)),
                        new OnCall(
                                new Reference("user", bob.id(), "Bob"),
                                2,
                                Optional.of("Night rota"),
                                Optional.of(end)));
        assertThat(last(Operation.LIST_ON_CALLS))
                .containsEntry("escalation_policy_ids[]", List.of(policy.id()))
                .containsEntry("earliest", List.of("true"));
    }

    @Test
    void onCallForEverHasNoScheduleAndNoEnd() {
        List<OnCall> onCall = value(reads.onCalls(manager, Sample.PRIMARY_POLICY, deadline()));

        assertThat(onCall).singleElement().satisfies(one -> {
            assertThat(one.schedule()).isEmpty();
            assertThat(one.until()).isEmpty();
        });
    }

    @Test
    void nobodyOnCallIsAnEmptyList() {
        assertThat(value(reads.onCalls(manager, Sample.WEEKEND_POLICY, deadline())))
                .isEmpty();
    }

    @Test
    void onCallsOfManyPagesAreReadToTheEnd() {
        User[] crowd = new User[101];
        for (int i = 0; i < crowd.length; i++) {
            crowd[i] = cloud.pagerDuty().us().addUser("User " + i, "user-" + i + "@acme.example", "user");
        }
        EscalationPolicy policy = cloud.pagerDuty().us().addPolicy("Everybody", crowd);

        assertThat(value(reads.onCalls(manager, policy.id(), deadline()))).hasSize(101);
    }

    /** Or an answer that cannot be read would pass for nobody on call. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"oncalls\":null}", "{\"oncalls\":\"none\"}", "[]", "<html>Log in</html>"})
    void answerWithoutTheListIsAFailure(String body) {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/oncalls").answering(200, body).untilCleared());

        assertThat(reads.onCalls(manager, Sample.PRIMARY_POLICY, deadline())).isInstanceOf(Answer.Failed.class);
    }

    /** As PagerDuty's answers are: any field but the id may be null. */
    @Test
    void maskedUserIsOnCallAllTheSame() {
        cloud.pagerDuty().faults().add(Fault.on("GET", "/oncalls").answering(200, """
                        {"oncalls":[{"user":null,"schedule":null,"escalation_level":null,"start":null,"end":null}],
                         "more":null}"""));

        List<OnCall> onCall = value(reads.onCalls(manager, Sample.PRIMARY_POLICY, deadline()));

        assertThat(onCall).singleElement().satisfies(one -> {
            assertThat(one.user().id()).isEmpty();
            assertThat(one.user().describe()).isEqualTo("somebody whose name PagerDuty does not show");
            assertThat(one.level()).isEqualTo(1);
        });
    }

    @Test
    void nameThatIsMaskedLeavesTheId() {
        cloud.pagerDuty().quirks().othersMasked(true);

        List<OnCall> onCall = value(reads.onCalls(manager, Sample.PRIMARY_POLICY, deadline()));

        assertThat(onCall)
                .singleElement()
                .satisfies(one -> assertThat(one.user().describe()).isEqualTo("user PUSR006"));
    }

    @Test
    void timeWithAnOffsetIsRead() {
        cloud.pagerDuty().faults().add(Fault.on("GET", "/oncalls").answering(200, """
                        {"oncalls":[{"user":{"id":"P1"},"end":"2026-11-23T09:00:00-05:00"}]}"""));

        List<OnCall> onCall = value(reads.onCalls(manager, Sample.PRIMARY_POLICY, deadline()));

        assertThat(onCall.get(0).until()).contains(Instant.parse("2026-11-23T14:00:00Z"));
    }

    @Test
    void onlyOngoingWindowsOfTheServiceAreMaintenance() {
        List<MaintenanceWindow> batch = value(reads.ongoingMaintenance(manager, Sample.BATCH, deadline()));

        assertThat(batch).singleElement().satisfies(window -> {
            assertThat(window.description()).isEqualTo("Moving the batch machines");
            assertThat(window.end()).isPresent();
        });
        assertThat(last(Operation.LIST_MAINTENANCE_WINDOWS))
                .containsEntry("service_ids[]", List.of(Sample.BATCH))
                .containsEntry("filter", List.of("ongoing"));
        assertThat(value(reads.ongoingMaintenance(manager, Sample.PAYMENTS, deadline())))
                .isEmpty();
    }

    @Test
    void serviceTellsItsRules() {
        String id = cloud.pagerDuty()
                .us()
                .addService("Office", cloud.pagerDuty().us().addPolicy("Office"))
                .urgencyByHours(
                        "high",
                        "low",
                        ZoneId.of("America/Lima"),
                        LocalTime.of(9, 0),
                        LocalTime.of(17, 30),
                        DayOfWeek.MONDAY,
                        DayOfWeek.FRIDAY)
                .id();

        ServiceDetail service = value(reads.service(manager, id, deadline()));

        assertThat(service.service().name()).isEqualTo("Office");
        assertThat(service.urgency())
                .isEqualTo(new ServiceUrgency.BySupportHours(Optional.of("high"), Optional.of("low")));
        assertThat(service.supportHours())
                .contains(new SupportHours(
                        Set.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                        LocalTime.of(9, 0),
                        LocalTime.of(17, 30),
                        ZoneId.of("America/Lima")));
        assertThat(service.autoResolveTimeout()).isEmpty();
        assertThat(service.acknowledgementTimeout()).contains(Duration.ofMinutes(30));
    }

    @Test
    void serviceOfNothingButAnIdIsRead() {
        cloud.pagerDuty().faults().add(Fault.on("GET", "/services/*").answering(200, "{\"service\":{\"id\":\"P1\"}}"));

        ServiceDetail service = value(reads.service(manager, "P1", deadline()));

        assertThat(service.urgency()).isEqualTo(new ServiceUrgency.NotSaid());
        assertThat(service.supportHours()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"days_of_week\":[1,2],\"start_time\":\"9\",\"end_time\":\"17:00:00\",\"time_zone\":\"UTC\"}",
                "{\"days_of_week\":[8],\"start_time\":\"09:00:00\",\"end_time\":\"17:00:00\",\"time_zone\":\"UTC\"}",
                "{\"days_of_week\":[1],\"start_time\":\"09:00:00\",\"end_time\":\"17:00:00\",\"time_zone\":\"Mars\"}",
                "{\"days_of_week\":[]}",
                "{}",
                "7",
            })
    void supportHoursThatCannotBeReadAreNoneAndNoFailure(String hours) {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/services/*")
                        .answering(200, "{\"service\":{\"id\":\"P1\",\"support_hours\":" + hours + "}}"));

        assertThat(value(reads.service(manager, "P1", deadline())).supportHours())
                .isEmpty();
    }

    /** PagerDuty's schema types them as a date and time, and ignores the date. */
    @Test
    void supportHoursWithADateCountByTheirTime() {
        cloud.pagerDuty().faults().add(Fault.on("GET", "/services/*").answering(200, """
                        {"service":{"id":"P1","support_hours":{"days_of_week":[1],"time_zone":"UTC",
                        "start_time":"2016-01-01T09:00:00Z","end_time":"2016-01-01T17:00:00.000-05:00"}}}"""));

        assertThat(value(reads.service(manager, "P1", deadline())).supportHours())
                .contains(new SupportHours(
                        Set.of(DayOfWeek.MONDAY), LocalTime.of(9, 0), LocalTime.of(17, 0), ZoneId.of("UTC")));
    }

    @Test
    void whatIsNoIdIsNeverSent() {
        int before = cloud.pagerDuty().requests().size();

        assertThatThrownBy(() -> reads.onCalls(manager, "PEP1/../users", deadline()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("PEP1");
        assertThatThrownBy(() -> reads.ongoingMaintenance(manager, Sample.MANAGER_TOKEN, deadline()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reads.service(manager, "", deadline())).isInstanceOf(IllegalArgumentException.class);
        assertThat(cloud.pagerDuty().requests()).hasSize(before);
    }

    private Map<String, List<String>> last(Operation operation) {
        var requests = cloud.pagerDuty().requests(operation);
        return requests.get(requests.size() - 1).query();
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
