package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.RecordedRequest;
import io.middleware.paging.local.pagerduty.Sample;

/** What goes over the wire, to the letter. What comes back is told by the answer table of the alert room. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class PagerDutyTest {
    @Inject
    PagerDuty pagerDuty;

    private final TestCloud cloud = TestCloud.current();
    private final Access manager = new Access(Region.US, new ApiToken(Sample.MANAGER_TOKEN));
    private final IncidentKey key =
            IncidentKey.of("pagerduty-test", "rule", UUID.randomUUID().toString());

    @AfterEach
    void clearFaults() {
        cloud.pagerDuty().faults().clear();
    }

    @Test
    void aUserTokenTellsItsOwner() {
        Answer<User> me = pagerDuty.me(manager, deadline());

        assertThat(me)
                .isEqualTo(Answer.of(
                        new User("PUSR001", "Paging Bot", Sample.MANAGER_EMAIL, "user", Sample.US_SUBDOMAIN)));
    }

    @Test
    void aWriteHasTheHeadersThatPagerDutyAsksFor() {
        pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident(Optional.empty(), Optional.empty()), deadline());

        RecordedRequest request = last(Operation.CREATE_INCIDENT);
        assertThat(request.carried(Sample.MANAGER_TOKEN))
                .as("Authorization: Token token=…")
                .isTrue();
        assertThat(request.header("Accept")).contains("application/vnd.pagerduty+json;version=2");
        assertThat(request.header("Content-Type")).contains("application/json");
        assertThat(request.header("From")).contains(Sample.MANAGER_EMAIL);
    }

    @Test
    void anIncidentLeavesToTheServiceWhatNobodyDecided() throws Exception {
        pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident(Optional.empty(), Optional.empty()), deadline());

        assertThat(body(last(Operation.CREATE_INCIDENT)))
                .isEqualTo(new ObjectMapper().readTree("""
                                {"incident":{"type":"incident","title":"CPU above 90 %","service":{"id":"PSVC001",
                                "type":"service_reference"},"incident_key":"KEY","body":{"type":"incident_body",
                                "details":"93.4 % for 5 minutes"}}}""".replace("KEY", key.value())));
    }

    @Test
    void anIncidentCarriesUrgencyAndPolicyWhereTheyAreDecided() throws Exception {
        pagerDuty.open(
                manager,
                Sample.MANAGER_EMAIL,
                incident(Optional.of(Urgency.LOW), Optional.of(Sample.PRIMARY_POLICY)),
                deadline());

        JsonNode incident = body(last(Operation.CREATE_INCIDENT)).path("incident");
        assertThat(incident.path("urgency").asText()).isEqualTo("low");
        assertThat(incident.path("escalation_policy").path("id").asText()).isEqualTo(Sample.PRIMARY_POLICY);
        assertThat(incident.path("escalation_policy").path("type").asText()).isEqualTo("escalation_policy_reference");
    }

    @Test
    void anOpenIncidentIsLookedForByKeyAndServiceOverAllTime() {
        pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident(Optional.empty(), Optional.empty()), deadline());

        Answer<Optional<Incident>> found = pagerDuty.findOpen(manager, key, Sample.PAYMENTS, deadline());

        assertThat(found)
                .isInstanceOfSatisfying(
                        Answer.Success.class,
                        success -> assertThat((Optional<?>) success.value()).isPresent());
        assertThat(last(Operation.LIST_INCIDENTS).query())
                .containsEntry("incident_key", List.of(key.value()))
                .containsEntry("service_ids[]", List.of(Sample.PAYMENTS))
                .containsEntry("statuses[]", List.of("triggered", "acknowledged"))
                .containsEntry("date_range", List.of("all"));
    }

    @Test
    void aResolveSendsNoStatusThatCouldReopen() throws Exception {
        IncidentResult opened =
                pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident(Optional.empty(), Optional.empty()), deadline());
        String id = ((IncidentResult.Opened) opened).incident().id();

        pagerDuty.resolve(manager, Sample.MANAGER_EMAIL, id, "over", deadline());

        JsonNode change =
                body(last(Operation.UPDATE_INCIDENTS)).path("incidents").path(0);
        assertThat(change.path("id").asText()).isEqualTo(id);
        assertThat(change.path("type").asText()).isEqualTo("incident_reference");
        assertThat(change.path("status").asText()).isEqualTo("resolved");
        assertThat(change.path("resolution").asText()).isEqualTo("over");
    }

    @Test
    void aWriteIsNeverRepeatedByTheClientItself() {
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().untilCleared());
        int before = cloud.pagerDuty().count(Operation.CREATE_INCIDENT);

        pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident(Optional.empty(), Optional.empty()), deadline());

        assertThat(cloud.pagerDuty().count(Operation.CREATE_INCIDENT) - before).isEqualTo(1);
    }

    private NewIncident incident(Optional<Urgency> urgency, Optional<String> policy) {
        return new NewIncident(Sample.PAYMENTS, key, "CPU above 90 %", "93.4 % for 5 minutes", urgency, policy);
    }

    private RecordedRequest last(Operation operation) {
        List<RecordedRequest> requests = cloud.pagerDuty().requests(operation);
        return requests.get(requests.size() - 1);
    }

    private static JsonNode body(RecordedRequest request) throws Exception {
        return new ObjectMapper().readTree(request.body());
    }

    private Deadline deadline() {
        return Deadline.after(Duration.ofSeconds(30), cloud.clock());
    }
}
