package io.middleware.paging.local.pagerduty;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Talks to the fake over real HTTP, as one caller with one token. */
final class PagerDutyClient {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final URI host;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private PagerDutyClient(URI host) {
        this.host = host;
        headers.put("Accept", "application/vnd.pagerduty+json;version=2");
        headers.put("Content-Type", "application/json");
    }

    static PagerDutyClient of(PagerDutyHost host, String token) {
        return new PagerDutyClient(host.url()).with("Authorization", "Token token=" + token);
    }

    static PagerDutyClient anonymous(PagerDutyHost host) {
        return new PagerDutyClient(host.url());
    }

    PagerDutyClient with(String header, String value) {
        PagerDutyClient other = new PagerDutyClient(host);
        other.headers.putAll(headers);
        other.headers.put(header, value);
        return other;
    }

    /** @param parameters names and values in turn */
    Reply get(String path, String... parameters) throws IOException, InterruptedException {
        return send("GET", path + query(parameters), "");
    }

    Reply post(String path, JsonNode body) throws IOException, InterruptedException {
        return send("POST", path, body.toString());
    }

    Reply put(String path, JsonNode body) throws IOException, InterruptedException {
        return send("PUT", path, body.toString());
    }

    Reply open(ObjectNode incident) throws IOException, InterruptedException {
        return post("/incidents", wrapped(incident));
    }

    CompletableFuture<Reply> openLater(ObjectNode incident) {
        return HTTP.sendAsync(request("POST", "/incidents", wrapped(incident).toString()), BodyHandlers.ofString())
                .thenApply(Reply::of);
    }

    Reply send(String method, String pathAndQuery, String body) throws IOException, InterruptedException {
        return Reply.of(HTTP.send(request(method, pathAndQuery, body), BodyHandlers.ofString()));
    }

    private HttpRequest request(String method, String pathAndQuery, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(host + pathAndQuery))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::setHeader);
        return request.build();
    }

    private static String query(String... parameters) {
        StringBuilder query = new StringBuilder();
        for (int i = 0; i < parameters.length; i += 2) {
            query.append(i == 0 ? '?' : '&')
                    .append(URLEncoder.encode(parameters[i], StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return query.toString();
    }

    /** A valid incident, to be bent by tests. */
    static ObjectNode incident(String serviceId, String key, String title) {
        ObjectNode incident =
                Json.object().put("type", "incident").put("title", title).put("incident_key", key);
        incident.putObject("service").put("id", serviceId).put("type", "service_reference");
        return incident;
    }

    static ObjectNode wrapped(ObjectNode incident) {
        return Json.object().set("incident", incident);
    }

    static ObjectNode status(String status) {
        return wrapped(Json.object().put("type", "incident_reference").put("status", status));
    }

    /** @param json missing node if the body is no JSON object */
    record Reply(int status, JsonNode json, String text, Map<String, String> headers) {

        static Reply of(HttpResponse<String> response) {
            JsonNode json = Json.parseObject(response.body().getBytes(StandardCharsets.UTF_8))
                    .<JsonNode>map(object -> object)
                    .orElseGet(() -> Json.object().path("nothing"));
            Map<String, String> headers = response.headers().map().entrySet().stream()
                    .collect(Collectors.toMap(
                            header -> header.getKey(),
                            header -> header.getValue().get(0)));
            return new Reply(response.statusCode(), json, response.body(), headers);
        }

        /** Status, code and text of an error in one line. */
        String error() {
            JsonNode error = json.path("error");
            return status + " " + error.path("code").asText() + " "
                    + error.path("message").asText()
                    + (error.has("errors") ? " " + error.path("errors") : "");
        }

        JsonNode incident() {
            return json.path("incident");
        }
    }
}
