package io.middleware.paging.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;

import io.middleware.paging.local.queue.EventSourcePoller;
import io.middleware.paging.local.template.EventSourceDefinition;
import io.middleware.paging.local.template.FunctionDefinition;

/**
 * Lambda's event source mappings: list them, look at one, disable it and enable it again.
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
 */
final class EventSourceApi {

    static final String PATH = "/2015-03-31/event-source-mappings";

    private static final Pattern ONE = Pattern.compile(PATH + "/([^/]+)/?");

    private final ObjectMapper json = new ObjectMapper();
    private final List<Mapping> mappings;

    /** A mapping and what plays it. */
    record Mapping(FunctionDefinition function, EventSourceDefinition definition, EventSourcePoller poller) {

        String uuid() {
            return UUID.nameUUIDFromBytes(
                            (function.name() + '/' + definition.logicalId()).getBytes(StandardCharsets.UTF_8))
                    .toString();
        }

        private boolean isOf(String nameOrArn) {
            return Stream.of(function.name(), function.exportName(), function.arn())
                    .anyMatch(Predicate.isEqual(nameOrArn));
        }
    }

    EventSourceApi(List<Mapping> mappings) {
        this.mappings = List.copyOf(mappings);
    }

    void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        Matcher one = ONE.matcher(path);
        if (path.matches(PATH + "/?") && method.equals("GET")) {
            answer(exchange, 200, list(exchange.getRequestURI().getQuery()));
        } else if (one.matches() && (method.equals("GET") || method.equals("PUT"))) {
            Optional<Mapping> mapping = mappings.stream()
                    .filter(known -> known.uuid().equals(one.group(1)))
                    .findFirst();
            if (mapping.isEmpty()) {
                error(exchange, 404, "ResourceNotFoundException", "There is no event source mapping " + one.group(1));
                return;
            }
            if (method.equals("PUT")) {
                change(mapping.get(), json.readTree(exchange.getRequestBody()));
            }
            answer(exchange, method.equals("PUT") ? 202 : 200, shape(mapping.get()));
        } else {
            error(
                    exchange,
                    404,
                    "UnknownOperationException",
                    "The local cloud can list, get, enable and disable event source mappings");
        }
    }

    private ObjectNode list(String query) {
        Optional<String> function = Optional.ofNullable(query)
                .map(text -> CloudFormationApi.fields(text).get("FunctionName"));
        ObjectNode list = json.createObjectNode();
        list.putArray("EventSourceMappings")
                .addAll(mappings.stream()
                        .filter(mapping -> function.map(mapping::isOf).orElse(true))
                        .map(this::shape)
                        .toList());
        return list;
    }

    private static void change(Mapping mapping, JsonNode request) throws IOException {
        if (request.path("Enabled").asBoolean(true)) {
            mapping.poller().resume();
            return;
        }
        try {
            mapping.poller().pause();
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            throw new IOException("The local cloud is being closed", ending);
        }
    }

    private ObjectNode shape(Mapping mapping) {
        ObjectNode node = json.createObjectNode()
                .put("UUID", mapping.uuid())
                .put("BatchSize", mapping.definition().batchSize())
                .put(
                        "MaximumBatchingWindowInSeconds",
                        mapping.definition().batchingWindow().toSeconds())
                .put("EventSourceArn", mapping.definition().queueArn())
                .put("FunctionArn", mapping.function().arn())
                .put("State", mapping.poller().isPaused() ? "Disabled" : "Enabled")
                .put("StateTransitionReason", "USER_INITIATED");
        mapping.definition()
                .maximumConcurrency()
                .ifPresent(maximum -> node.putObject("ScalingConfig").put("MaximumConcurrency", maximum));
        if (mapping.definition().reportsBatchItemFailures()) {
            node.putArray("FunctionResponseTypes").add("ReportBatchItemFailures");
        }
        return node;
    }

    private void error(HttpExchange exchange, int status, String type, String message) throws IOException {
        exchange.getResponseHeaders().set("x-amzn-ErrorType", type);
        answer(
                exchange,
                status,
                json.createObjectNode()
                        .put("Type", "User")
                        .put("Message", message)
                        .put("message", message));
    }

    private void answer(HttpExchange exchange, int status, ObjectNode node) throws IOException {
        byte[] body = json.writeValueAsBytes(node);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
