package io.middleware.paging.local.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads incidents over PagerDuty's REST API: https://developer.pagerduty.com, "List incidents". */
public final class PagerDutyIncidents {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAGE = 100;

    /** PagerDuty lists no more: offset and limit together. Source: PagerDuty, "Pagination". */
    private static final int MAX_LISTED = 10_000;

    private static final String OPEN = "&statuses[]=triggered&statuses[]=acknowledged";

    /** How often a rate limit is waited for. */
    private static final int MAX_TRIES = 5;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI host;
    private final String token;

    /**
     * @param token is sent and never told
     * @throws IllegalArgumentException if it has characters that no token has
     */
    public PagerDutyIncidents(URI host, String token) {
        if (!token.matches("[\\x21-\\x7e]+")) {
            // The HTTP client would say so too, and quote it.
            throw new IllegalArgumentException("the token has characters that no token has");
        }
        this.host = host;
        this.token = token;
    }

    /** All that are triggered or acknowledged, whenever they were opened. */
    List<PagedIncident> open() {
        return list(OPEN);
    }

    /** As {@link #open()}, with those that are resolved. */
    List<PagedIncident> all() {
        return list(OPEN + "&statuses[]=resolved");
    }

    /** Empty if there is none of that id that the token can see. */
    Optional<PagedIncident> find(String id) {
        HttpResponse<String> answer = get("/incidents/" + id);
        return answer.statusCode() == 404
                ? Optional.empty()
                : Optional.of(incident(read(answer).path("incident")));
    }

    private List<PagedIncident> list(String statuses) {
        List<PagedIncident> found = new ArrayList<>();
        for (int offset = 0; ; offset += PAGE) {
            if (offset + PAGE > MAX_LISTED) {
                throw new IllegalStateException("PagerDuty lists no more than " + MAX_LISTED + " incidents");
            }
            JsonNode page = read(get("/incidents?date_range=all&sort_by=incident_number&limit=" + PAGE + "&offset="
                    + offset + statuses.replace("[", "%5B").replace("]", "%5D")));
            page.path("incidents").forEach(incident -> found.add(incident(incident)));
            if (!page.path("more").asBoolean()) {
                return found;
            }
        }
    }

    private static PagedIncident incident(JsonNode incident) {
        return new PagedIncident(
                incident.path("id").asText(),
                incident.path("incident_key").asText(),
                incident.path("service").path("id").asText(),
                incident.path("status").asText());
    }

    private HttpResponse<String> get(String pathAndQuery) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(host + pathAndQuery))
                .timeout(Duration.ofSeconds(30))
                .header("Accept", "application/vnd.pagerduty+json;version=2")
                .header("Authorization", "Token token=" + token)
                .build();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            for (int tries = 1; answer.statusCode() == 429 && tries < MAX_TRIES; tries++) {
                TimeUnit.SECONDS.sleep(
                        answer.headers().firstValueAsLong("ratelimit-reset").orElse(5));
                answer = client.send(request, BodyHandlers.ofString());
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException("PagerDuty does not answer at " + host, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while PagerDuty was asked", e);
        }
    }

    private static JsonNode read(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("PagerDuty answers " + answer.statusCode() + " to GET "
                    + answer.uri().getPath());
        }
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException("PagerDuty's answer is not JSON", e);
        }
    }
}
