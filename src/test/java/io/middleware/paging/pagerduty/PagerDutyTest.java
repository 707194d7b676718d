package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
    void whatWasCreatedSinceIsFoundWhetherOpenOrClosedTheNewestFirst() {
        String before = openAnother();
        cloud.pagerDuty().resolveByHand(before);
        cloud.clock().advance(Duration.ofMillis(10_700));
        Instant since = cloud.clock().instant();
        String closed = openAnother();
        cloud.pagerDuty().resolveByHand(closed);
        cloud.clock().advance(Duration.ofSeconds(10));
        String open = openAnother();

        Answer<List<Incident>> found = pagerDuty.createdSince(manager, key, Sample.PAYMENTS, since, deadline());

        List<Incident> incidents = found.fold(list -> list, failure -> List.of());
        assertThat(incidents).extracting(Incident::id).containsExactly(open, closed);
        assertThat(last(Operation.LIST_INCIDENTS).query())
                .containsEntry("statuses[]", List.of("triggered", "acknowledged", "resolved"))
                .containsEntry("date_range", List.of("all"))
                .containsEntry("sort_by", List.of("created_at:desc"));
    }

    private String openAnother() {
        IncidentResult result =
                pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident(Optional.empty(), Optional.empty()), deadline());
        return ((IncidentResult.Opened) result).incident().id();
    }

    @Test
    void whatDoesNotSayWhenItWasCreatedIsLeftOut() {
        cloud.pagerDuty().faults().add(Fault.on("GET", "/incidents").answering(200, """
                {"incidents": [{"id": "Q1", "status": "resolved"}, {"id": "Q2", "created_at": "yesterday"}]}
                """));

        Answer<List<Incident>> found = pagerDuty.createdSince(manager, key, Sample.PAYMENTS, Instant.EPOCH, deadline());

        int count = found.fold(List::size, failure -> -1);
        assertThat(count).isZero();
    }

    @Test
    void aResolveSendsNoStatusThatCouldReopen() throws Exception {
        IncidentResult opened =
                pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident(Optional.empty(), Optional.empty()), deadline());
        String id = ((IncidentResult.Opened) opened).incident().id();

        pagerDuty.resolve(manager, Sample.MANAGER_EMAIL, List.of(new Resolution(id, "over")), deadline());

        JsonNode change =
                body(last(Operation.UPDATE_INCIDENTS)).path("incidents").path(0);
        assertThat(change.path("id").asText()).isEqualTo(id);
        assertThat(change.path("type").asText()).isEqualTo("incident_reference");
        assertThat(change.path("status").asText()).isEqualTo("resolved");
        assertThat(change.path("resolution").asText()).isEqualTo("over");
    }

    @Test
    void manyAreResolvedInOneCallAndEachOnce() throws Exception {
        List<String> ids = List.of(open("a"), open("b"), open("c"));
        int before = cloud.pagerDuty().count(Operation.UPDATE_INCIDENTS);

        Answer<Resolved> answer = resolve(List.of(
                new Resolution(ids.get(0), "first"),
                new Resolution(ids.get(1), "second"),
                new Resolution(ids.get(0), "again"),
                new Resolution(ids.get(2), "third")));

        assertThat(answer.map(Resolved::incidentIds)).isEqualTo(Answer.of(Set.copyOf(ids)));
        assertThat(cloud.pagerDuty().count(Operation.UPDATE_INCIDENTS) - before).isEqualTo(1);
        JsonNode changes = body(last(Operation.UPDATE_INCIDENTS)).path("incidents");
        assertThat(changes.findValuesAsText("id")).isEqualTo(ids);
        assertThat(changes.findValuesAsText("resolution")).containsExactly("first", "second", "third");
        assertThat(changes.findValuesAsText("status")).containsOnly("resolved");
        assertThat(ids).noneMatch(id -> cloud.pagerDuty().incident(id).isOpen());
    }

    @Test
    void oneThatIsRefusedSparesAll() {
        String open = open("a");
        String closed = open("b");
        cloud.pagerDuty().resolveByHand(closed);

        Failure resolved = failure(resolve(List.of(new Resolution(open, "over"), new Resolution(closed, "over"))));
        Failure gone = failure(resolve(List.of(new Resolution(open, "over"), new Resolution("QGONE", "over"))));

        assertThat(resolved.kind()).isEqualTo(Failure.Kind.REFUSED);
        assertThat(resolved.code()).isEqualTo(1001);
        assertThat(gone.kind()).isEqualTo(Failure.Kind.NOT_FOUND);
        assertThat(cloud.pagerDuty().incident(open).isOpen()).isTrue();
    }

    @Test
    void noMoreAreSentThanPagerDutyTakes() {
        List<Resolution> most = IntStream.range(0, PagerDuty.MAX_RESOLVED_AT_ONCE)
                .mapToObj(i -> new Resolution("QNONE" + i, "over"))
                .toList();
        List<Resolution> tooMany = Stream.concat(most.stream(), Stream.of(new Resolution("Q1", "over")))
                .toList();
        List<Resolution> twice = Stream.concat(most.stream(), most.stream()).toList();

        assertThat(failure(resolve(most)).kind()).isEqualTo(Failure.Kind.NOT_FOUND);
        assertThat(failure(resolve(twice)).kind()).isEqualTo(Failure.Kind.NOT_FOUND);
        assertThatThrownBy(() -> resolve(tooMany))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("251");
        assertThatThrownBy(() -> resolve(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Resolution(" ", "over")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resolvedInWordsThatCannotBeReadIsNotTaken() {
        String id = open("a");
        cloud.pagerDuty().faults().add(Fault.on("PUT", "/incidents").answering(200, "<html>Log in</html>"));

        Failure failure = failure(resolve(List.of(new Resolution(id, "over"))));

        assertThat(failure.kind()).isEqualTo(Failure.Kind.SERVER_ERROR);
        assertThat(cloud.pagerDuty().incident(id).isOpen()).isTrue();
    }

    @Test
    void everyAnswerBringsItsRequestIdAndRateLimit() {
        AnswerHeaders expected = new AnswerHeaders(
                Optional.of("id-of-the-request"),
                Optional.of(new AnswerHeaders.RateLimit(60, 7, Duration.ofSeconds(42))));
        NewIncident incident = incident(Optional.empty(), Optional.empty());
        cloud.pagerDuty().faults().add(speaking(Fault.onEverything()).times(3));

        IncidentResult opened = pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident, deadline());
        IncidentResult alreadyOpen = pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident, deadline());
        Answer<Resolved> resolved = resolve(List.of(
                new Resolution(((IncidentResult.Opened) opened).incident().id(), "over")));
        cloud.pagerDuty().faults().add(speaking(Fault.on("POST", "/incidents").answering(429)));
        IncidentResult refused = pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident, deadline());
        cloud.pagerDuty().faults().add(speaking(Fault.on("POST", "/incidents").garbled()));
        IncidentResult unreadable = pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident, deadline());

        assertThat(((IncidentResult.Opened) opened).headers()).isEqualTo(expected);
        assertThat(alreadyOpen).isEqualTo(new IncidentResult.AlreadyOpen(expected));
        assertThat(resolved.map(Resolved::headers)).isEqualTo(Answer.of(expected));
        assertThat(((IncidentResult.Failed) refused).failure().headers()).isEqualTo(expected);
        assertThat(((IncidentResult.Failed) refused).failure().retryAfter()).contains(Duration.ofSeconds(42));
        assertThat(((IncidentResult.Failed) unreadable).failure().headers()).isEqualTo(expected);
    }

    @Test
    void tokenInARequestIdIsRedacted() {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents/*").answering(404).header("x-request-id", Sample.MANAGER_TOKEN));

        Answer<Incident> answer = pagerDuty.incident(manager, "PNONE", deadline());

        assertThat(failure(answer).headers().requestId()).contains("[redacted]");
    }

    @Test
    void whereNobodyAnsweredThereAreNoHeaders() {
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping());

        IncidentResult result =
                pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident(Optional.empty(), Optional.empty()), deadline());

        assertThat(((IncidentResult.Failed) result).failure().headers()).isEqualTo(AnswerHeaders.NONE);
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

    private static Fault speaking(Fault fault) {
        return fault.header("x-request-id", "id-of-the-request")
                .header("ratelimit-limit", "60")
                .header("ratelimit-remaining", "7")
                .header("ratelimit-reset", "42");
    }

    /** @return the id of a new incident of this test */
    private String open(String alert) {
        NewIncident incident = new NewIncident(
                Sample.PAYMENTS,
                new IncidentKey(key.value() + alert),
                "CPU above 90 %",
                "",
                Optional.empty(),
                Optional.empty());
        IncidentResult opened = pagerDuty.open(manager, Sample.MANAGER_EMAIL, incident, deadline());
        return ((IncidentResult.Opened) opened).incident().id();
    }

    private Answer<Resolved> resolve(List<Resolution> resolutions) {
        return pagerDuty.resolve(manager, Sample.MANAGER_EMAIL, resolutions, deadline());
    }

    private static <T> Failure failure(Answer<T> answer) {
        return ((Answer.Failed<T>) answer).failure();
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
