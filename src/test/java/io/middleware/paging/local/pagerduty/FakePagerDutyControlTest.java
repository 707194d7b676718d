package io.middleware.paging.local.pagerduty;

import static io.middleware.paging.local.pagerduty.PagerDutyClient.incident;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.local.pagerduty.PagerDutyClient.Reply;

/** The other side of the fake, over HTTP. */
class FakePagerDutyControlTest {
    private final FakePagerDuty pagerDuty = FakePagerDuty.start(Clock.systemUTC());
    private final PagerDutyClient manager = PagerDutyClient.of(pagerDuty.us(), Sample.MANAGER_TOKEN);
    private final PagerDutyClient control = PagerDutyClient.anonymous(pagerDuty.us());

    @AfterEach
    void stop() {
        pagerDuty.close();
    }

    @Test
    void controlExplainsItself() throws Exception {
        assertThat(control.get("/_control").json().path("control")).isNotEmpty();
        assertThat(control.get("/_control/nonsense").status()).isEqualTo(404);
        assertThat(pagerDuty.requests()).isEmpty();
    }

    @Test
    void faultsAreAddedListedAndCleared() throws Exception {
        Reply added = control.post(
                "/_control/faults",
                Json.object()
                        .put("method", "POST")
                        .put("path", "/incidents")
                        .put("status", 503)
                        .put("times", -1));

        assertThat(added.status()).isEqualTo(201);
        assertThat(manager.open(incident(Sample.PAYMENTS, "a", "Title")).status())
                .isEqualTo(503);
        JsonNode listed = control.get("/_control/faults").json().path("faults");
        assertThat(listed.get(0).path("fired").asInt()).isEqualTo(1);
        control.send("DELETE", "/_control/faults/" + added.json().path("id").asInt(), "");
        assertThat(manager.open(incident(Sample.PAYMENTS, "a", "Title")).status())
                .isEqualTo(201);
    }

    @Test
    void faultCanActBeforeItAnswers() throws Exception {
        control.post(
                "/_control/faults",
                Json.object().put("region", "us").put("status", 500).put("act", true));

        assertThat(manager.open(incident(Sample.PAYMENTS, "a", "Title")).status())
                .isEqualTo(500);
        assertThat(pagerDuty.incidents()).hasSize(1);
    }

    @Test
    void requestsAndIncidentsAreListedWithoutTokens() throws Exception {
        manager.open(incident(Sample.PAYMENTS, "a", "Title"));

        Reply requests = control.get("/_control/requests");
        Reply incidents = control.get("/_control/incidents");

        assertThat(requests.json().at("/requests/0/status").asInt()).isEqualTo(201);
        assertThat(requests.json().at("/requests/0/caller").asText()).isEqualTo(Sample.MANAGER_EMAIL);
        assertThat(requests.text()).contains("Token token=redacted").doesNotContain(Sample.MANAGER_TOKEN);
        assertThat(incidents.json().at("/incidents/0/createdBy").asText()).isEqualTo(Sample.MANAGER_EMAIL);
    }

    @Test
    void incidentsAreHandledByHand() throws Exception {
        String id = manager.open(incident(Sample.PAYMENTS, "a", "Title"))
                .incident()
                .path("id")
                .asText();

        control.post("/_control/incidents/" + id + "/acknowledge", Json.object());
        assertThat(pagerDuty.incident(id).status()).isEqualTo(IncidentStatus.ACKNOWLEDGED);
        control.post("/_control/incidents/" + id + "/resolve", Json.object());
        assertThat(pagerDuty.incident(id).resolvedBy()).hasValue("asha@acme.example");
        assertThat(control.post("/_control/incidents/QNOTHING/resolve", Json.object())
                        .status())
                .isEqualTo(404);
    }

    @Test
    void servicesChangeTheirState() throws Exception {
        for (String status : new String[] {"maintenance", "disabled", "active"}) {
            Reply reply = control.put(
                    "/_control/services/" + Sample.PAYMENTS, Json.object().put("status", status));
            assertThat(reply.json().path("status").asText()).isEqualTo(status);
        }
        assertThat(control.put(
                                "/_control/services/" + Sample.PAYMENTS,
                                Json.object().put("status", "on"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void tokensAreRevokedAndReplaced() throws Exception {
        control.post("/_control/tokens/revoke", Json.object().put("token", Sample.MANAGER_TOKEN));
        assertThat(manager.get("/users/me").status()).isEqualTo(401);

        control.post(
                "/_control/tokens",
                Json.object().put("token", Sample.MANAGER_TOKEN).put("user", Sample.MANAGER_EMAIL));

        assertThat(manager.get("/users/me").status()).isEqualTo(200);
    }

    @Test
    void rateIsLimited() throws Exception {
        control.put("/_control/rate-limit", Json.object().put("account", "acme").put("perMinute", 1));

        assertThat(manager.open(incident(Sample.PAYMENTS, "a", "Title")).status())
                .isEqualTo(201);
        assertThat(manager.open(incident(Sample.PAYMENTS, "b", "Title")).status())
                .isEqualTo(429);
    }

    @Test
    void resetStartsAnew() throws Exception {
        manager.open(incident(Sample.PAYMENTS, "a", "Title"));

        control.post("/_control/reset", Json.object());

        assertThat(pagerDuty.incidents()).isEmpty();
        assertThat(pagerDuty.requests()).isEmpty();
    }

    @Test
    void policiesChangeWhoIsOnCall() throws Exception {
        ObjectNode ben = Json.object().put("level", 1).put("schedule", "Rota").put("minutes", 30);
        ben.putArray("onCall").add("ben@acme.example");
        control.put("/_control/policies/" + Sample.PRIMARY_POLICY, ben);
        JsonNode onCall = manager.get("/oncalls", "escalation_policy_ids[]", Sample.PRIMARY_POLICY)
                .json();
        assertThat(onCall.at("/oncalls/0/user/summary").asText()).isEqualTo("Ben Okafor");
        assertThat(onCall.at("/oncalls/0/schedule/summary").asText()).isEqualTo("Rota");
        assertThat(onCall.at("/oncalls/0/end").asText()).endsWith("Z");

        ObjectNode nobody = Json.object();
        nobody.putArray("onCall");
        control.put("/_control/policies/" + Sample.PRIMARY_POLICY, nobody);
        assertThat(manager.get("/oncalls", "escalation_policy_ids[]", Sample.PRIMARY_POLICY)
                        .json()
                        .path("oncalls"))
                .isEmpty();

        assertThat(control.put("/_control/policies/PNONE", nobody).status()).isEqualTo(404);
        assertThat(control.put("/_control/policies/" + Sample.PRIMARY_POLICY, Json.object())
                        .status())
                .isEqualTo(400);
    }

    @Test
    void servicesGetSupportHours() throws Exception {
        ObjectNode hours = Json.object()
                .put("timeZone", "Europe/Berlin")
                .put("start", "09:00")
                .put("end", "17:00")
                .put("during", "high")
                .put("outside", "low");
        hours.putArray("days").add(1).add(5);

        Reply reply = control.put(
                "/_control/services/" + Sample.PAYMENTS, Json.object().set("supportHours", hours));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        JsonNode service = manager.get("/services/" + Sample.PAYMENTS).json().path("service");
        assertThat(service.path("incident_urgency_rule").path("type").asText()).isEqualTo("use_support_hours");
        assertThat(service.path("support_hours").toString())
                .isEqualTo(
                        "{\"type\":\"fixed_time_per_day\",\"time_zone\":\"Europe/Berlin\",\"start_time\":\"09:00:00\","
                                + "\"end_time\":\"17:00:00\",\"days_of_week\":[1,5]}");
        assertThat(control.put(
                                "/_control/services/" + Sample.PAYMENTS,
                                Json.object().set("supportHours", hours.put("timeZone", "Mars")))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void incidentsAreSnoozedAndMerged() throws Exception {
        String first = manager.open(incident(Sample.PAYMENTS, "a", "Title"))
                .incident()
                .path("id")
                .asText();
        String second = manager.open(incident(Sample.PAYMENTS, "b", "Title"))
                .incident()
                .path("id")
                .asText();

        control.post("/_control/incidents/" + first + "/snooze", Json.object().put("minutes", 90));
        assertThat(manager.get("/incidents/" + first)
                        .incident()
                        .at("/pending_actions/0/type")
                        .asText())
                .isEqualTo("unacknowledge");
        control.post("/_control/incidents/" + first + "/merge", Json.object().put("into", second));
        assertThat(manager.get("/incidents/" + first)
                        .incident()
                        .at("/resolve_reason/incident/id")
                        .asText())
                .isEqualTo(second);
        assertThat(manager.get("/incidents/" + first).incident().path("pending_actions"))
                .isEmpty();
    }

    @Test
    void overviewOfALogLeavesOutTheNotifications() throws Exception {
        String id = manager.open(incident(Sample.PAYMENTS, "a", "Title"))
                .incident()
                .path("id")
                .asText();
        String path = "/incidents/" + id + "/log_entries";

        assertThat(manager.get(path, "is_overview", "true").text()).doesNotContain("notify_log_entry");
        assertThat(manager.get(path).text()).contains("notify_log_entry").doesNotContain("push");
        assertThat(manager.get(path, "include[]", "channels").text()).contains("push");
    }
}
