package io.middleware.paging.local.pagerduty;

import static io.middleware.paging.local.pagerduty.PagerDutyClient.incident;
import static io.middleware.paging.local.pagerduty.PagerDutyClient.status;
import static io.middleware.paging.local.pagerduty.PagerDutyClient.wrapped;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.local.pagerduty.PagerDutyClient.Reply;

/** The life of an incident, from its opening to its end. */
class FakePagerDutyIncidentsTest {
    private static final String KEY_TAKEN =
            "400 2002 Arguments Caused Error [\"Open incident with matching dedup key already exists on this service\"]";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-23T03:00:00Z"));
    private final FakePagerDuty pagerDuty = FakePagerDuty.start(now::get);
    private final PagerDutyClient manager =
            PagerDutyClient.of(pagerDuty.us(), Sample.MANAGER_TOKEN).with("From", Sample.MANAGER_EMAIL);

    @AfterEach
    void stop() {
        pagerDuty.close();
    }

    @Test
    void openedIncidentPagesWhoIsOnCall() throws Exception {
        ObjectNode asked = incident(Sample.PAYMENTS, "key-1", "Queue too deep");
        asked.putObject("body").put("type", "incident_body").put("details", "depth 7312");

        Reply reply = manager.open(asked);

        assertThat(reply.status()).isEqualTo(201);
        JsonNode opened = reply.incident();
        assertThat(opened.path("id").asText()).matches("Q[0-9A-Z]{13}");
        assertThat(opened.path("incident_number").asInt()).isEqualTo(1);
        assertThat(opened.path("status").asText()).isEqualTo("triggered");
        assertThat(opened.path("urgency").asText()).isEqualTo("high");
        assertThat(opened.path("incident_key").asText()).isEqualTo("key-1");
        assertThat(opened.path("created_at").asText()).isEqualTo("2026-11-23T03:00:00Z");
        assertThat(opened.path("html_url").asText())
                .isEqualTo("https://acme.pagerduty.com/incidents/"
                        + opened.path("id").asText());
        assertThat(opened.path("service").path("id").asText()).isEqualTo(Sample.PAYMENTS);
        assertThat(opened.at("/assignments/0/assignee/summary").asText()).isEqualTo("Asha Rao");
        assertThat(opened.path("escalation_policy").path("id").asText()).isEqualTo(Sample.PRIMARY_POLICY);
        assertThat(opened.path("first_trigger_log_entry").path("type").asText())
                .isEqualTo("trigger_log_entry_reference");
        assertThat(opened.has("body")).isFalse();
    }

    @Test
    void incidentIsRememberedUnderItsAuthor() throws Exception {
        ObjectNode asked = incident(Sample.PAYMENTS, "key-1", "Queue too deep");
        asked.putObject("body").put("type", "incident_body").put("details", "depth 7312");

        manager.open(asked);

        IncidentView incident = pagerDuty.incidents().get(0);
        assertThat(incident.from()).isEqualTo(Optional.of(Sample.MANAGER_EMAIL));
        assertThat(incident.createdBy()).isEqualTo(Sample.MANAGER_EMAIL);
        assertThat(incident.details()).isEqualTo("depth 7312");
        assertThat(incident.createdAt()).isEqualTo(now.get());
        assertThat(incident.assigneeIds()).isEqualTo(incident.pagedIds()).containsExactly("PUSR006");
    }

    @Test
    void numbersRiseAndIdsDiffer() throws Exception {
        List<JsonNode> opened = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            opened.add(
                    manager.open(incident(Sample.PAYMENTS, "key-" + i, "Title")).incident());
        }

        assertThat(opened)
                .extracting(incident -> incident.path("incident_number").asInt())
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(opened).extracting(incident -> incident.path("id").asText()).doesNotHaveDuplicates();
    }

    @Test
    void keyIsTakenWhileTheIncidentIsOpen() throws Exception {
        Reply first = manager.open(incident(Sample.PAYMENTS, "key", "Title"));

        assertThat(manager.open(incident(Sample.PAYMENTS, "key", "Other")).error())
                .isEqualTo(KEY_TAKEN);
        assertThat(manager.open(incident(Sample.CHECKOUT, "key", "Title")).status())
                .isEqualTo(201);
        pagerDuty.acknowledgeByHand(first.incident().path("id").asText());
        assertThat(manager.open(incident(Sample.PAYMENTS, "key", "Other")).error())
                .isEqualTo(KEY_TAKEN);
        pagerDuty.resolveByHand(first.incident().path("id").asText());
        assertThat(manager.open(incident(Sample.PAYMENTS, "key", "Other")).status())
                .isEqualTo(201);
        assertThat(pagerDuty.doublePages()).isEmpty();
    }

    @Test
    void ofManyRequestsWithOneKeyOneIsOpened() {
        List<CompletableFuture<Reply>> replies = IntStream.range(0, 200)
                .mapToObj(i -> manager.openLater(incident(Sample.PAYMENTS, "key-" + i % 20, "Title")))
                .toList();

        assertThat(replies.stream().map(CompletableFuture::join).filter(reply -> reply.status() == 201))
                .hasSize(20);
        assertThat(pagerDuty.incidents()).hasSize(20);
        assertThat(pagerDuty.doublePages()).isEmpty();
        assertThat(pagerDuty.count(Operation.CREATE_INCIDENT)).isEqualTo(200);
    }

    @Test
    void incidentWithoutKeyGetsOne() throws Exception {
        ObjectNode asked = incident(Sample.PAYMENTS, "", "Title");
        asked.remove("incident_key");

        assertThat(manager.open(asked).incident().path("incident_key").asText()).matches("[0-9a-f]{32}");
        assertThat(manager.open(asked).status()).isEqualTo(201);
    }

    @Test
    void textsAreChecked() throws Exception {
        ObjectNode objectDetails = incident(Sample.PAYMENTS, "k", "Title");
        objectDetails.putObject("body").putObject("details").put("depth", 7312);
        ObjectNode untyped = incident(Sample.PAYMENTS, "k", "Title");
        untyped.remove("type");

        assertThat(manager.open(incident(Sample.PAYMENTS, "k", "")).error())
                .isEqualTo("400 2001 Invalid Input Provided [\"Title cannot be empty.\"]");
        assertThat(manager.post("/incidents", Json.object().put("title", "no wrapper"))
                        .error())
                .isEqualTo("400 2001 Invalid Input Provided [\"Title cannot be empty.\"]");
        assertThat(manager.open(incident(Sample.PAYMENTS, "k", "x".repeat(1025)))
                        .status())
                .isEqualTo(400);
        assertThat(manager.open(incident(Sample.PAYMENTS, "k".repeat(256), "Title"))
                        .status())
                .isEqualTo(400);
        assertThat(manager.open(incident(Sample.PAYMENTS, "k", "Title").put("urgency", "medium"))
                        .status())
                .isEqualTo(400);
        assertThat(manager.open(objectDetails).status()).isEqualTo(400);
        assertThat(manager.open(untyped).status()).isEqualTo(400);
        assertThat(pagerDuty.incidents()).isEmpty();
        assertThat(manager.open(incident(Sample.PAYMENTS, "k".repeat(255), "x".repeat(1024)))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void bodyMustBeDeclaredAndShapedAsAnObject() throws Exception {
        String mustBeHash = "400 2001 Invalid Input Provided [\"params must be a Hash\"]";

        assertThat(manager.with("Content-Type", "text/plain")
                        .open(incident(Sample.PAYMENTS, "k", "Title"))
                        .error())
                .isEqualTo(mustBeHash);
        assertThat(manager.send("POST", "/incidents", "[]").error()).isEqualTo(mustBeHash);
        assertThat(manager.with("Content-Type", "application/json; charset=utf-8")
                        .open(incident(Sample.PAYMENTS, "k", "Title"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void bodyBeyondHalfAMegabyteIsTooLarge() throws Exception {
        ObjectNode asked = incident(Sample.PAYMENTS, "k", "Title");
        asked.putObject("body").put("details", "x".repeat(512 * 1024));

        assertThat(manager.open(asked).status()).isEqualTo(413);
    }

    @Test
    void unknownServiceIsABadArgument() throws Exception {
        assertThat(manager.open(incident("PNOTHING", "k", "Title")).error())
                .isEqualTo("400 2002 Arguments Caused Error [\"Service not found\"]");
    }

    @ParameterizedTest
    @CsvSource({Sample.LEGACY + ",disabled", Sample.BATCH + ",maintenance", Sample.WEEKEND + ",could not be assigned"})
    void serviceThatCannotPageRefuses(String serviceId, String text) throws Exception {
        Reply reply = manager.open(incident(serviceId, "k", "Title"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).contains(text);
        assertThat(pagerDuty.incidents()).isEmpty();
    }

    @Test
    void wordsOfARefusalCanBeChosen() throws Exception {
        pagerDuty.quirks().nobodyOnCall(new Quirks.RefusalText(2001, "Incident could not be created", ""));

        assertThat(manager.open(incident(Sample.WEEKEND, "k", "Title")).error())
                .isEqualTo("400 2001 Incident could not be created");
    }

    @Test
    void serviceThatHealsPagesAgain() throws Exception {
        pagerDuty.us().service(Sample.LEGACY).enable();
        pagerDuty.us().service(Sample.BATCH).endMaintenance();
        User asha = pagerDuty.us().account().user("PUSR006").orElseThrow();
        pagerDuty.us().service(Sample.WEEKEND).policy().onCall(asha);

        for (String service : List.of(Sample.LEGACY, Sample.BATCH, Sample.WEEKEND)) {
            assertThat(manager.open(incident(service, "k", "Title")).status()).isEqualTo(201);
        }
    }

    @Test
    void emptyLevelIsSkipped() throws Exception {
        Reply reply = manager.open(incident(Sample.SEARCH, "k", "Title"));

        assertThat(reply.incident().at("/assignments/0/assignee/summary").asText())
                .isEqualTo("Ben Okafor");
    }

    @Test
    void incidentAssignedToItsAuthorStartsAcknowledgedAndPagesNobody() throws Exception {
        Reply byManager = manager.open(incident(Sample.BOTS, "k1", "Title"));
        Reply byAnother =
                PagerDutyClient.of(pagerDuty.us(), Sample.RESPONDER_TOKEN).open(incident(Sample.BOTS, "k2", "Title"));

        assertThat(byManager.status()).isEqualTo(201);
        assertThat(byManager.incident().path("status").asText()).isEqualTo("acknowledged");
        assertThat(pagerDuty.incidents().get(0).pagedIds()).isEmpty();
        assertThat(byAnother.incident().path("status").asText()).isEqualTo("triggered");
    }

    @Test
    void urgencyOfTheRequestWinsOverTheServices() throws Exception {
        assertThat(manager.open(incident(Sample.SEARCH, "k1", "Title"))
                        .incident()
                        .path("urgency")
                        .asText())
                .isEqualTo("low");
        assertThat(manager.open(incident(Sample.SEARCH, "k2", "Title").put("urgency", "high"))
                        .incident()
                        .path("urgency")
                        .asText())
                .isEqualTo("high");
    }

    @Test
    void escalationPolicyOfTheRequestWinsOverTheServices() throws Exception {
        ObjectNode asked = incident(Sample.PAYMENTS, "k", "Title");
        asked.putObject("escalation_policy").put("id", "PEP0005").put("type", "escalation_policy_reference");

        assertThat(manager.open(asked)
                        .incident()
                        .at("/assignments/0/assignee/summary")
                        .asText())
                .isEqualTo("Ben Okafor");
        asked.putObject("escalation_policy").put("id", "PNONE");
        assertThat(manager.open(asked).error()).isEqualTo("400 1014 Escalation Policy Not Found");
    }

    @Test
    void stakeholdersAndReadOnlyKeysMayNotWrite() throws Exception {
        for (String token : List.of(Sample.STAKEHOLDER_TOKEN, Sample.READ_ONLY_ACCOUNT_KEY)) {
            PagerDutyClient reader = PagerDutyClient.of(pagerDuty.us(), token).with("From", Sample.MANAGER_EMAIL);
            assertThat(reader.get("/services").status()).isEqualTo(200);
            assertThat(reader.open(incident(Sample.PAYMENTS, "k", "Title")).error())
                    .isEqualTo("403 2010 Access Denied");
            assertThat(reader.put("/incidents/Q1", status("resolved")).status()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @CsvSource({
        Sample.OBSERVER_TOKEN + "," + Sample.PAYMENTS + "," + Sample.CHECKOUT,
        Sample.RESTRICTED_TOKEN + "," + Sample.CHECKOUT + "," + Sample.PAYMENTS
    })
    void weakRolesPageOnlyWhereATeamRoleLetsThem(String token, String own, String foreign) throws Exception {
        PagerDutyClient weak = PagerDutyClient.of(pagerDuty.us(), token);
        String foreignId = manager.open(incident(foreign, "theirs", "Title"))
                .incident()
                .path("id")
                .asText();

        assertThat(weak.open(incident(own, "k", "Title")).status()).isEqualTo(201);
        assertThat(weak.open(incident(foreign, "k", "Title")).error()).isEqualTo("403 2010 Access Denied");
        assertThat(weak.put("/incidents/" + foreignId, status("resolved")).status())
                .isEqualTo(403);
    }

    @Test
    void accountKeyMustSayForWhomItActs() throws Exception {
        PagerDutyClient key = PagerDutyClient.of(pagerDuty.us(), Sample.ACCOUNT_KEY);
        ObjectNode asked = incident(Sample.PAYMENTS, "k", "Title");

        assertThat(key.open(asked).error())
                .isEqualTo("400 2016 You must specify a user's email address in the \"From\" header to perform this"
                        + " action");
        assertThat(key.with("From", "nobody").open(asked).error()).isEqualTo("400 1028 Malformed \"From\" header");
        assertThat(key.with("From", "nobody@acme.example").open(asked).error())
                .isEqualTo("400 1008 Requester User Not Found");
        assertThat(key.with("From", Sample.RESPONDER_EMAIL).open(asked).status())
                .isEqualTo(201);
        assertThat(pagerDuty.incidents().get(0).createdBy()).isEqualTo(Sample.RESPONDER_EMAIL);
    }

    @Test
    void openIncidentIsFoundByItsKey() throws Exception {
        Reply opened = manager.open(incident(Sample.PAYMENTS, "orders-prod/Depth", "Title"));
        manager.open(incident(Sample.CHECKOUT, "orders-prod/Depth", "Title"));
        manager.open(incident(Sample.PAYMENTS, "other", "Title"));

        JsonNode found = search(
                "incident_key",
                "orders-prod/Depth",
                "service_ids[]",
                Sample.PAYMENTS,
                "statuses[]",
                "triggered",
                "statuses[]",
                "acknowledged",
                "date_range",
                "all",
                "limit",
                "5");

        assertThat(found).hasSize(1);
        assertThat(found.get(0).path("id")).isEqualTo(opened.incident().path("id"));
    }

    @Test
    void searchEndsAMonthAgoUnlessToldOtherwise() throws Exception {
        manager.open(incident(Sample.PAYMENTS, "k", "Title"));
        now.updateAndGet(time -> time.plus(Duration.ofDays(40)));

        assertThat(search("incident_key", "k")).isEmpty();
        assertThat(search("incident_key", "k", "date_range", "all")).hasSize(1);
        assertThat(search("incident_key", "k", "since", "2026-11-01", "until", "2026-12-01T00:00:00Z"))
                .hasSize(1);
        assertThat(manager.get("/incidents", "since", "2026-01-01").status()).isEqualTo(400);
        assertThat(manager.get("/incidents", "since", "yesterday").status()).isEqualTo(400);
    }

    @Test
    void emptyKeyMatchesAllThatAreOpen() throws Exception {
        manager.open(incident(Sample.PAYMENTS, "a", "Title"));
        manager.open(incident(Sample.CHECKOUT, "b", "Title"));
        pagerDuty.resolveByHand(pagerDuty.incidents().get(0).id());

        assertThat(search("incident_key", "")).hasSize(1);
        assertThat(search()).hasSize(2);
    }

    @Test
    void searchFiltersSortsAndPages() throws Exception {
        for (int i = 1; i <= 4; i++) {
            manager.open(incident(Sample.PAYMENTS, "k" + i, "Title " + i).put("urgency", i % 2 == 0 ? "low" : "high"));
        }
        pagerDuty.resolveByHand(pagerDuty.incidents().get(3).id());

        assertThat(numbers("urgencies[]", "low")).containsExactly(2, 4);
        assertThat(numbers("statuses[]", "resolved")).containsExactly(4);
        assertThat(numbers("user_ids[]", "PUSR006")).containsExactly(1, 2, 3);
        assertThat(numbers("sort_by", "urgency:desc,incident_number:desc")).containsExactly(4, 2, 3, 1);
        assertThat(numbers("limit", "2", "offset", "1")).containsExactly(2, 3);
        assertThat(numbers("priorities[]", "ignored")).hasSize(4);
        assertThat(manager.get("/incidents", "statuses[]", "open").error())
                .isEqualTo("400 2001 Invalid Input Provided [\"Status must be a list of triggered, acknowledged, or"
                        + " resolved.\"]");
    }

    @Test
    void incidentIsReadByIdOrNumberAndItsBodyOnRequest() throws Exception {
        ObjectNode asked = incident(Sample.PAYMENTS, "k", "Title");
        asked.putObject("body").put("details", "depth 7312");
        String id = manager.open(asked).incident().path("id").asText();

        assertThat(manager.get("/incidents/1").incident().path("id").asText()).isEqualTo(id);
        assertThat(manager.get("/incidents/" + id).incident().has("body")).isFalse();
        assertThat(manager.get("/incidents/" + id, "include[]", "body")
                        .incident()
                        .at("/body/details")
                        .asText())
                .isEqualTo("depth 7312");
        assertThat(manager.get("/incidents/QNOTHING").status()).isEqualTo(404);
        assertThat(manager.get("/incidents/2").status()).isEqualTo(404);
    }

    @Test
    void resolvedIncidentTellsWhoAndWhy() throws Exception {
        String id = open("k");
        now.updateAndGet(time -> time.plusSeconds(90));
        ObjectNode change = Json.object().put("status", "resolved").put("resolution", "queue drained");

        Reply reply = manager.put("/incidents/" + id, wrapped(change));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.incident().path("status").asText()).isEqualTo("resolved");
        assertThat(reply.incident().path("resolved_at").asText()).isEqualTo("2026-11-23T03:01:30Z");
        assertThat(pagerDuty.incident(id).resolvedBy()).isEqualTo(Optional.of(Sample.MANAGER_EMAIL));
        assertThat(entries(id)).containsExactly("resolve", "notify", "assign", "trigger");
        assertThat(manager.get("/incidents/" + id + "/log_entries")
                        .json()
                        .at("/log_entries/0/channel/resolution")
                        .asText())
                .isEqualTo("queue drained");
    }

    @Test
    void resolvingTwiceIsRefusedOrIgnored() throws Exception {
        String id = open("k");
        manager.put("/incidents/" + id, status("resolved"));

        assertThat(manager.put("/incidents/" + id, status("resolved")).error())
                .isEqualTo("400 1001 Incident Already Resolved");
        pagerDuty.quirks().repeatedStatusRefused(false);
        assertThat(manager.put("/incidents/" + id, status("resolved")).status()).isEqualTo(200);
        assertThat(entries(id)).containsOnlyOnce("resolve");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acknowledged", "triggered"})
    void anyOtherStatusReopensAResolvedIncident(String status) throws Exception {
        String id = open("k");
        manager.put("/incidents/" + id, status("resolved"));

        Reply reply = manager.put("/incidents/" + id, status(status));

        assertThat(reply.incident().path("status").asText()).isEqualTo(status);
        assertThat(pagerDuty.incident(id).resolvedAt()).isEmpty();
        assertThat(manager.open(incident(Sample.PAYMENTS, "k", "Title")).error())
                .isEqualTo(KEY_TAKEN);
    }

    @Test
    void twoOpenIncidentsOfOneKeyAreNoticedEvenIfTheClockStandsStill() throws Exception {
        String first = open("k");
        pagerDuty.resolveByHand(first);
        String second = open("k");
        assertThat(pagerDuty.doublePages()).isEmpty();

        pagerDuty.reopenByHand(first);
        pagerDuty.resolveByHand(first);

        assertThat(pagerDuty.doublePages())
                .containsExactly(new DoublePage(Sample.PAYMENTS, "k", List.of(first, second)));
    }

    @Test
    void acknowledgingAssignsTheIncidentToTheOneWhoDoesIt() throws Exception {
        String id = open("k");

        Reply reply = manager.put("/incidents/" + id, status("acknowledged"));

        assertThat(reply.incident().at("/assignments/0/assignee/id").asText()).isEqualTo("PUSR001");
        assertThat(manager.put("/incidents/" + id, status("acknowledged")).error())
                .isEqualTo("400 1002 Incident Already Acknowledged");
    }

    @Test
    void serviceShowsTheStateOfItsIncidents() throws Exception {
        String id = open("k");
        Service payments = pagerDuty.us().service(Sample.PAYMENTS);

        assertThat(payments.status()).isEqualTo("critical");
        pagerDuty.acknowledgeByHand(id);
        assertThat(payments.status()).isEqualTo("warning");
        pagerDuty.resolveByHand(id);
        assertThat(payments.status()).isEqualTo("active");
    }

    @Test
    void mergedIncidentIsResolvedForGood() throws Exception {
        String source = open("a");
        String target = open("b");

        pagerDuty.mergeByHand(source, target);

        assertThat(pagerDuty.incident(source).status()).isEqualTo(IncidentStatus.RESOLVED);
        assertThat(manager.put("/incidents/" + source, status("resolved")).error())
                .isEqualTo("400 1019 Incident Already Merged");
    }

    @Test
    void unknownIncidentCannotBeChanged() throws Exception {
        String id = open("k");

        assertThat(manager.put("/incidents/QNOTHING", status("resolved")).status())
                .isEqualTo(404);
        assertThat(manager.put("/incidents/" + id, status("closed")).error()).startsWith("400 1003");
    }

    @Test
    void manyAreResolvedAtOnce() throws Exception {
        List<String> ids = List.of(open("a"), open("b"), open("c"));

        Reply reply = manager.put("/incidents", resolving(ids));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("incidents")).hasSize(3);
        assertThat(pagerDuty.incidents()).noneMatch(IncidentView::isOpen);
    }

    @Test
    void oneWrongChangeSparesAll() throws Exception {
        List<String> ids = List.of(open("a"), open("b"));
        pagerDuty.resolveByHand(ids.get(1));

        assertThat(manager.put("/incidents", resolving(ids)).error()).isEqualTo("400 1001 Incident Already Resolved");
        assertThat(manager.put("/incidents", resolving(List.of(ids.get(0), "QNOTHING")))
                        .status())
                .isEqualTo(404);
        assertThat(pagerDuty.incident(ids.get(0)).isOpen()).isTrue();
    }

    @Test
    void resolvedOnesSpareNoneWhereTheyAreIgnored() throws Exception {
        pagerDuty.quirks().repeatedStatusRefused(false);
        List<String> ids = List.of(open("a"), open("b"));
        pagerDuty.resolveByHand(ids.get(1));

        assertThat(manager.put("/incidents", resolving(ids)).status()).isEqualTo(200);
        assertThat(pagerDuty.incidents()).noneMatch(IncidentView::isOpen);
    }

    @Test
    void resolvesHaveALimitOfTheirOwn() throws Exception {
        List<String> ids = List.of(open("a"), open("b"));
        pagerDuty.us().account().limit(Operation.UPDATE_INCIDENTS, 1);

        assertThat(manager.put("/incidents", resolving(ids.subList(0, 1))).headers())
                .containsEntry("ratelimit-remaining", "0");
        assertThat(manager.put("/incidents", resolving(ids.subList(1, 2))).status())
                .isEqualTo(429);
        assertThat(manager.put("/incidents/" + ids.get(1), status("resolved")).status())
                .isEqualTo(200);
    }

    @Test
    void bulkHoldsTwoHundredAndFifty() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 251; i++) {
            ids.add(open("k" + i));
        }

        assertThat(manager.put("/incidents", resolving(ids)).status()).isEqualTo(413);
        assertThat(manager.put("/incidents", resolving(ids.subList(0, 250))).status())
                .isEqualTo(200);
        assertThat(pagerDuty.incidents()).filteredOn(IncidentView::isOpen).hasSize(1);
    }

    @Test
    void notesAreKept() throws Exception {
        String id = open("k");

        Reply reply = manager.post("/incidents/" + id + "/notes", note("Looked at it"));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().at("/note/content").asText()).isEqualTo("Looked at it");
        assertThat(pagerDuty.incident(id).notes()).containsExactly("Looked at it");
        assertThat(manager.post("/incidents/" + id + "/notes", note(" ")).status())
                .isEqualTo(400);
        assertThat(manager.post("/incidents/QNOTHING/notes", note("x")).status())
                .isEqualTo(404);
    }

    @Test
    void logShowsWhoWasNotified() throws Exception {
        String id = open("k");

        JsonNode log = manager.get("/incidents/" + id + "/log_entries", "is_overview", "false", "include[]", "channels")
                .json()
                .path("log_entries");

        assertThat(log.get(0).path("type").asText()).isEqualTo("notify_log_entry");
        assertThat(log.get(0).at("/user/summary").asText()).isEqualTo("Asha Rao");
        assertThat(log.get(2).path("type").asText()).isEqualTo("trigger_log_entry");
        assertThat(log.get(2).at("/agent/id").asText()).isEqualTo("PUSR001");
    }

    @Test
    void incidentsOfAnotherAccountAreUnknown() throws Exception {
        String id = open("k");
        PagerDutyClient other = PagerDutyClient.of(pagerDuty.us(), Sample.OTHER_ACCOUNT_TOKEN);

        assertThat(other.get("/incidents/" + id).status()).isEqualTo(404);
        assertThat(other.put("/incidents/" + id, status("resolved")).status()).isEqualTo(404);
        assertThat(other.open(incident(Sample.OTHER_PAYMENTS, "k", "Title"))
                        .incident()
                        .path("incident_number")
                        .asInt())
                .isEqualTo(1);
    }

    private String open(String key) throws Exception {
        Reply reply = manager.open(incident(Sample.PAYMENTS, key, "Title"));
        assertThat(reply.status()).isEqualTo(201);
        return reply.incident().path("id").asText();
    }

    private JsonNode search(String... parameters) throws Exception {
        return manager.get("/incidents", parameters).json().path("incidents");
    }

    private List<Integer> numbers(String... parameters) throws Exception {
        List<Integer> numbers = new ArrayList<>();
        search(parameters)
                .forEach(
                        incident -> numbers.add(incident.path("incident_number").asInt()));
        return numbers;
    }

    private List<String> entries(String id) throws Exception {
        List<String> types = new ArrayList<>();
        manager.get("/incidents/" + id + "/log_entries")
                .json()
                .path("log_entries")
                .forEach(entry -> types.add(entry.path("type").asText().replace("_log_entry", "")));
        return types;
    }

    private static ObjectNode resolving(List<String> ids) {
        ObjectNode body = Json.object();
        ArrayNode incidents = body.putArray("incidents");
        ids.forEach(id -> incidents
                .addObject()
                .put("id", id)
                .put("type", "incident_reference")
                .put("status", "resolved"));
        return body;
    }

    private static ObjectNode note(String content) {
        return Json.object().set("note", Json.object().put("content", content));
    }
}
