package io.middleware.paging.local;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pagerduty.IncidentKey;

/**
 * The story of the product, told by the running functions: a token is installed, a rule bound and tested, an alert pages, and its
 * end resolves the incident; the token dies, {@code explain} says so, and a fresh one brings the page. Each step prints what was
 * sent and what came back, and checks it.
 *
 * <p>With another PagerDuty than the fake it needs a token for it in the environment variable {@code PAGERDUTY_TOKEN}. It
 * then pages the first active service that the token sees, once: it sends no test, and no token dies.
 */
final class Tour {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_SHOWN_CHARS = 400;
    private static final String RUNBOOK = "https://runbooks.acme.example/cpu-high";

    private static final String WORKSPACE = "tour";
    private static final String RULE = "cpu-high";

    /** Of the same user as the fake's usual one, which must live on after the tour. */
    private static final String SHORT_LIVED_TOKEN = "u+sample-tour-000001";

    private final LocalCloud cloud;
    private final PrintStream out;
    private final String token;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String alertId = RULE + "/host=web-1/" + Instant.now().getEpochSecond();
    private final String secondAlertId = RULE + "/host=web-2/" + Instant.now().getEpochSecond();
    private final Instant firedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private String region;
    private int step;

    private Tour(LocalCloud cloud, PrintStream out, String token) {
        this.cloud = cloud;
        this.out = out;
        this.token = token;
    }

    /** Returns whether every step held. */
    static boolean run(LocalCloud cloud, PrintStream out) {
        Optional<String> token = token(cloud);
        if (token.isEmpty()) {
            out.println("No tour: " + cloud.endpoints().pagerduty()
                    + " is not the fake PagerDuty, and the tour needs a user"
                    + " token for it. Set PAGERDUTY_TOKEN. It opens and resolves one"
                    + " incident on the first active service.");
            return false;
        }
        try {
            new Tour(cloud, out, token.get()).tell();
            return true;
        } catch (StepFailed failed) {
            out.println();
            out.println("The tour ends here: " + failed.getMessage());
            out.println("The functions' logs are in " + cloud.logs().directory() + ".");
            return false;
        }
    }

    private static Optional<String> token(LocalCloud cloud) {
        return cloud.hasFakePagerDuty()
                ? Optional.of(SHORT_LIVED_TOKEN)
                : Optional.ofNullable(System.getenv("PAGERDUTY_TOKEN")).filter(text -> !text.isBlank());
    }

    private void tell() {
        if (cloud.hasFakePagerDuty()) {
            control("tokens", object().put("token", SHORT_LIVED_TOKEN).put("user", Sample.MANAGER_EMAIL));
        }
        title("A user pastes the wrong key. It is refused, with what to do about it.");
        JsonNode refused = invoke("install", install("0123456789abcdef0123456789abcdef"));
        check(refused.path("error").path("code").asText().equals("INTEGRATION_KEY"), "an integration key is refused");

        title("The user pastes a PagerDuty user token. It is checked, stored, and shows its services.");
        JsonNode installed = invoke("install", install(token));
        check(installed.path("status").asText().equals("ACTIVE"), "the installation is ACTIVE");
        region = installed.path("region").asText();
        String user = installed.path("user").path("email").asText();

        title("The services can be listed, by a part of their name too.");
        JsonNode service = firstActive(installed.path("services"));
        String serviceName = service.path("name").asText();
        JsonNode listed =
                invoke("list-services", object().put("workspaceId", WORKSPACE).put("query", firstWord(serviceName)));
        check(listed.path("services").findValuesAsText("name").contains(serviceName), serviceName + " is listed");

        title("The user picks " + serviceName + " for the rule " + RULE + ", and ticks \"notify on resolve\".");
        JsonNode bound = invoke(
                "bind-rule",
                object().put("workspaceId", WORKSPACE)
                        .put("ruleId", RULE)
                        .put("serviceName", serviceName)
                        .put("notifyOnResolve", true)
                        .put("runbookUrl", RUNBOOK));
        check(bound.path("binding").path("serviceId").equals(service.path("id")), "the rule is bound");

        title("Would a page get through now? status asks PagerDuty.");
        JsonNode status =
                invoke("status", object().put("workspaceId", WORKSPACE).put("verify", true));
        check(status.path("status").asText().equals("ACTIVE"), "the token works");
        if (cloud.hasFakePagerDuty()) {
            title("The user sends a test: a real incident, resolved at once.");
            JsonNode tested = invoke("send-test", ofRule());
            check(tested.path("incident").path("number").asLong() > 0, "PagerDuty opened an incident for it");
        }

        title("The rule fires: an alert message arrives on the queue, and pages.");
        send("triggered", firedAt);
        JsonNode incident = awaitIncident(service, found -> true, "one incident opens in PagerDuty");
        check(incident.path("title").asText().equals("CPU above 90 % on web-1"), "it has the alert's title");
        check(incident.path("service").path("id").equals(service.path("id")), "it is on " + serviceName);
        String opener = opener(incident);
        check(opener.equals(installed.path("user").path("name").asText()), "it was opened by " + opener);
        JsonNode explained = invoke("explain", ofRule().put("alertId", alertId));
        check(
                !explained.path("verdict").asText().isEmpty(),
                "explain says: " + explained.path("verdict").asText());

        title("The same message comes again, as queues do, and the rule goes on firing. Nobody is paged twice.");
        send("triggered", firedAt);
        send("triggered", firedAt.plusSeconds(30));
        drain();
        check(incidents(service).size() == 1, "there is still one incident");

        title("The alert resolves, and so does the incident.");
        send("resolved", firedAt.plusSeconds(60));
        incident = awaitIncident(service, found -> status(found).equals("resolved"), "the incident is resolved");
        drain();
        if (cloud.hasFakePagerDuty()) {
            theTokenDies();
        }

        out.println();
        out.println("What PagerDuty shows:");
        out.println();
        show("Title", incident.path("title").asText());
        show(
                "Number",
                "#" + incident.path("incident_number").asText() + "  "
                        + incident.path("html_url").asText());
        show("Service", serviceName);
        show("User", opener + ", " + user);
        show("Status", status(incident));
        out.println();
    }

    private void theTokenDies() {
        title(
                "Somebody deletes the token in PagerDuty, and another host fires. Its alert waits; explain says for what.");
        control("tokens/revoke", object().put("token", SHORT_LIVED_TOKEN));
        out.println("   > PagerDuty: the token is deleted");
        send("triggered", secondAlertId, firedAt);
        awaitVerdict("It has not paged yet");
        JsonNode status = invoke("status", object().put("workspaceId", WORKSPACE));
        check(status.path("status").asText().equals("REAUTH_REQUIRED"), "status asks for a fresh token");

        title("The user pastes a fresh token. What waited pages by itself.");
        JsonNode reinstalled = invoke("install", install(Sample.MANAGER_TOKEN));
        check(reinstalled.path("reinstalled").asBoolean(), "the bindings were kept");
        awaitVerdict("It paged");
        send("resolved", secondAlertId, firedAt.plusSeconds(60));
        awaitVerdict("is over");
        drain();
    }

    /** Asks until explain says so of the second alert: what waits is tried every few seconds. */
    private void awaitVerdict(String words) {
        Instant end = Instant.now().plus(PATIENCE);
        ObjectNode request = ofRule().put("alertId", secondAlertId);
        String verdict = "";
        while (Instant.now().isBefore(end)) {
            verdict = cloud.invoke("explain", request).path("verdict").asText();
            if (verdict.contains(words)) {
                out.println("   > explain " + shown(request));
                check(true, "explain says: " + verdict);
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        }
        throw new StepFailed("explain says \"" + verdict + "\", and within " + PATIENCE.toSeconds()
                + " s it did not say \"" + words + "\"");
    }

    private static ObjectNode ofRule() {
        return object().put("workspaceId", WORKSPACE).put("ruleId", RULE);
    }

    /** PagerDuty's other side: what people do there. */
    private void control(String path, ObjectNode request) {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(cloud.endpoints().pagerduty().resolve("/_control/" + path))
                            .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new StepFailed("the fake PagerDuty answered " + response.statusCode() + ": " + response.body());
            }
        } catch (IOException e) {
            throw new StepFailed("the fake PagerDuty did not answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailed("interrupted");
        }
    }

    private void title(String text) {
        out.println();
        out.println(++step + ". " + text);
    }

    private void show(String name, String value) {
        out.printf("   %-8s %s%n", name, value);
    }

    private JsonNode invoke(String function, ObjectNode request) {
        out.println("   > " + function + " " + shown(request));
        JsonNode reply;
        try {
            reply = cloud.invoke(function, request);
        } catch (IllegalStateException failed) {
            throw new StepFailed(failed.getMessage());
        }
        out.println("   < " + shown(reply));
        return reply;
    }

    private void send(String status, Instant occurredAt) {
        send(status, alertId, occurredAt);
    }

    private void send(String status, String alertId, Instant occurredAt) {
        String host = alertId.equals(secondAlertId) ? "web-2" : "web-1";
        ObjectNode alert = object().put("workspaceId", WORKSPACE)
                .put("ruleId", RULE)
                .put("alertId", alertId)
                .put("status", status)
                .put("title", "CPU above 90 % on " + host)
                .put("summary", "93.4 % for 5 minutes")
                .put("severity", "critical")
                .put("source", host)
                .put("occurredAt", occurredAt.toString());
        alert.putObject("labels").put("env", "prod");
        out.println("   > SQS " + shown(alert));
        cloud.send(alert.toString());
    }

    private void drain() {
        try {
            cloud.awaitDrained(PATIENCE);
        } catch (IllegalStateException late) {
            throw new StepFailed(late.getMessage());
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            throw new StepFailed("interrupted");
        }
    }

    private JsonNode awaitIncident(JsonNode service, Predicate<JsonNode> expected, String what) {
        Instant end = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(end)) {
            JsonNode incidents = incidents(service);
            if (incidents.size() == 1 && expected.test(incidents.path(0))) {
                out.println("   < PagerDuty " + shown(summary(incidents.path(0))));
                check(true, what);
                return incidents.path(0);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        throw new StepFailed("within " + PATIENCE.toSeconds() + " s it did not come true that " + what);
    }

    /** Those of this alert, as PagerDuty's own API shows them. */
    private JsonNode incidents(JsonNode service) {
        return get("/incidents?date_range=all&limit=5&service_ids%5B%5D="
                        + encoded(service.path("id").asText()) + "&incident_key="
                        + encoded(IncidentKey.of(WORKSPACE, RULE, alertId).value()))
                .path("incidents");
    }

    /** The user whom PagerDuty holds to have triggered the incident. */
    private String opener(JsonNode incident) {
        for (JsonNode entry : get("/incidents/" + incident.path("id").asText() + "/log_entries")
                .path("log_entries")) {
            if (entry.path("type").asText().startsWith("trigger_")) {
                return entry.path("agent").path("summary").asText();
            }
        }
        throw new StepFailed("PagerDuty does not say who triggered " + incident.path("id"));
    }

    private JsonNode get(String path) {
        URI host = region.equals("eu")
                ? cloud.endpoints().pagerdutyEu()
                : cloud.endpoints().pagerduty();
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(host + path))
                            .header("Authorization", "Token token=" + token)
                            .header("Accept", "application/vnd.pagerduty+json;version=2")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new StepFailed("PagerDuty at " + host + " did not answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailed("interrupted");
        }
    }

    private void check(boolean holds, String what) {
        if (!holds) {
            throw new StepFailed("it does not hold that " + what);
        }
        out.println("   ✓ " + what);
    }

    private JsonNode firstActive(JsonNode services) {
        for (JsonNode service : services) {
            if (service.path("status").asText().equals("active")) {
                return cloud.hasFakePagerDuty() ? named(services, "Payments") : service;
            }
        }
        throw new StepFailed("the token sees no active service to page");
    }

    private static JsonNode named(JsonNode services, String name) {
        for (JsonNode service : services) {
            if (service.path("name").asText().equals(name)) {
                return service;
            }
        }
        throw new StepFailed("there is no service " + name);
    }

    private static ObjectNode summary(JsonNode incident) {
        ObjectNode summary = object();
        for (String field : new String[] {"incident_number", "title", "status", "urgency"}) {
            summary.set(field, incident.path(field));
        }
        summary.put("service", incident.path("service").path("summary").asText());
        return summary;
    }

    private ObjectNode install(String accessToken) {
        return object().put("workspaceId", WORKSPACE).put("accessToken", accessToken);
    }

    private String shown(JsonNode json) {
        String text = json.toString().replace(token, "u+…").replace(Sample.MANAGER_TOKEN, "u+…");
        return text.length() > MAX_SHOWN_CHARS ? text.substring(0, MAX_SHOWN_CHARS) + " …" : text;
    }

    private static String status(JsonNode incident) {
        return incident.path("status").asText();
    }

    private static String firstWord(String name) {
        return name.strip().split("\\s+")[0];
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private static final class StepFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StepFailed(String message) {
            super(message);
        }
    }
}
