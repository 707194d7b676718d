package io.middleware.paging.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;

import io.middleware.paging.local.lambda.InvocationResult;
import io.middleware.paging.local.lambda.LambdaEmulator;
import io.middleware.paging.local.lambda.TooManyRequestsException;
import io.middleware.paging.local.template.FunctionDefinition;

/** What clients of Lambda call: Invoke, ListFunctions, GetFunction, event source mappings. https://docs.aws.amazon.com/lambda/latest/api/ */
final class LambdaApi implements AutoCloseable {

    static final String PATH = "/2015-03-31/functions";

    /** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB to wait for, 1 MB for events. */
    private static final int MAX_REQUEST_BYTES = 6 * 1024 * 1024;

    private static final int MAX_EVENT_BYTES = 1024 * 1024;

    private static final Pattern INVOCATIONS = Pattern.compile(PATH + "/([^/]+)/invocations/?");
    private static final Pattern CONCURRENCY = Pattern.compile("/2019-09-30/functions/([^/]+)/concurrency/?");
    private static final Pattern FUNCTION = Pattern.compile(PATH + "/([^/]+)(/configuration)?/?");

    private final ObjectMapper json = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private final LambdaEmulator lambda;
    private final EventSourceApi eventSources;
    private final AsynchronousInvocations asynchronous;

    /** @param problems is told of events that were given up */
    LambdaApi(LambdaEmulator lambda, EventSourceApi eventSources, Consumer<String> problems) {
        this.lambda = lambda;
        this.eventSources = eventSources;
        this.asynchronous = new AsynchronousInvocations(lambda, problems);
    }

    static boolean isLambda(String path) {
        return path.startsWith(PATH)
                || path.startsWith(EventSourceApi.PATH)
                || CONCURRENCY.matcher(path).matches();
    }

    void handle(HttpExchange exchange) throws IOException {
        // A name may be an ARN: its colons arrive escaped or not.
        String path = exchange.getRequestURI().getPath();
        Matcher invocation = INVOCATIONS.matcher(path);
        Matcher function = FUNCTION.matcher(path);
        String method = exchange.getRequestMethod();
        Matcher concurrency = CONCURRENCY.matcher(path);
        if (path.startsWith(EventSourceApi.PATH)) {
            eventSources.handle(exchange);
        } else if (concurrency.matches() && method.equals("GET")) {
            describeConcurrency(exchange, concurrency.group(1));
        } else if (invocation.matches() && method.equals("POST")) {
            invoke(exchange, invocation.group(1));
        } else if (path.matches(PATH + "/?") && method.equals("GET")) {
            list(exchange);
        } else if (function.matches() && method.equals("GET")) {
            describe(exchange, function.group(1), function.group(2) != null);
        } else {
            error(exchange, 404, "UnknownOperationException", "The local cloud can invoke, list and get functions");
        }
    }

    @Override
    public void close() {
        asynchronous.close();
    }

    private void invoke(HttpExchange exchange, String name) throws IOException {
        Optional<FunctionDefinition> function = lambda.find(name);
        byte[] payload = exchange.getRequestBody().readNBytes(MAX_REQUEST_BYTES + 1);
        Headers headers = exchange.getRequestHeaders();
        String type =
                Optional.ofNullable(headers.getFirst("X-Amz-Invocation-Type")).orElse("RequestResponse");
        int limit = type.equals("Event") ? MAX_EVENT_BYTES : MAX_REQUEST_BYTES;
        if (function.isEmpty()) {
            notFound(exchange, name);
        } else if (payload.length > limit) {
            drain(exchange);
            error(
                    exchange,
                    413,
                    "RequestTooLargeException",
                    "Request must be smaller than " + limit + " bytes for the InvokeFunction operation");
        } else if (!isJson(payload)) {
            error(
                    exchange,
                    400,
                    "InvalidRequestContentException",
                    "Could not parse request body into json: the payload is not one JSON value");
        } else {
            invoke(exchange, function.get(), type, payload.length == 0 ? new byte[] {'{', '}'} : payload);
        }
    }

    private void invoke(HttpExchange exchange, FunctionDefinition function, String type, byte[] payload)
            throws IOException {
        switch (type) {
            case "RequestResponse" -> invokeAndWait(exchange, function, payload);
            case "Event" -> {
                asynchronous.add(function.exportName(), payload);
                exchange.sendResponseHeaders(202, -1);
            }
            case "DryRun" -> exchange.sendResponseHeaders(204, -1);
            default ->
                error(exchange, 400, "InvalidParameterValueException", "X-Amz-Invocation-Type cannot be " + type);
        }
    }

    private void invokeAndWait(HttpExchange exchange, FunctionDefinition function, byte[] payload) throws IOException {
        try {
            InvocationResult result = lambda.invoke(function.exportName(), payload);
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Type", "application/json");
            headers.set("X-Amz-Executed-Version", "$LATEST");
            if (result.functionError()) {
                headers.set("X-Amz-Function-Error", "Unhandled");
            }
            if ("Tail".equals(exchange.getRequestHeaders().getFirst("X-Amz-Log-Type"))) {
                byte[] log = result.logTail().getBytes(StandardCharsets.UTF_8);
                headers.set("X-Amz-Log-Result", Base64.getEncoder().encodeToString(log));
            }
            // A function without a result answers with JSON's null.
            byte[] answer = result.payload().length == 0 ? new byte[] {'n', 'u', 'l', 'l'} : result.payload();
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (TooManyRequestsException e) {
            error(exchange, 429, "TooManyRequestsException", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            error(exchange, 500, "ServiceException", "The local cloud is being closed");
        }
    }

    private void list(HttpExchange exchange) throws IOException {
        ObjectNode list = json.createObjectNode();
        lambda.functions().forEach(function -> list.withArray("Functions").add(configuration(function)));
        answer(exchange, 200, list);
    }

    private void describe(HttpExchange exchange, String name, boolean configurationOnly) throws IOException {
        Optional<FunctionDefinition> function = lambda.find(name);
        if (function.isEmpty()) {
            notFound(exchange, name);
        } else if (configurationOnly) {
            answer(exchange, 200, configuration(function.get()));
        } else {
            ObjectNode node = json.createObjectNode();
            node.set("Configuration", configuration(function.get()));
            node.putObject("Code");
            answer(exchange, 200, node);
        }
    }

    /** None is reserved for any of them. */
    private void describeConcurrency(HttpExchange exchange, String name) throws IOException {
        if (lambda.find(name).isEmpty()) {
            notFound(exchange, name);
        } else {
            answer(exchange, 200, json.createObjectNode());
        }
    }

    private ObjectNode configuration(FunctionDefinition function) {
        ObjectNode node = json.createObjectNode();
        node.put("FunctionName", function.name());
        node.put("FunctionArn", function.arn());
        node.put("Timeout", function.timeout().toSeconds());
        node.put("MemorySize", function.memoryMegabytes());
        node.put("Version", "$LATEST");
        node.put("PackageType", "Zip");
        node.put("State", "Active");
        node.put("LastUpdateStatus", "Successful");
        ObjectNode variables = node.putObject("Environment").putObject("Variables");
        function.environment().forEach(variables::put);
        return node;
    }

    private void notFound(HttpExchange exchange, String name) throws IOException {
        List<String> names =
                lambda.functions().stream().map(FunctionDefinition::exportName).toList();
        error(
                exchange,
                404,
                "ResourceNotFoundException",
                "Function not found: " + name + ". There are " + String.join(", ", names));
    }

    private void error(HttpExchange exchange, int status, String type, String message) throws IOException {
        exchange.getResponseHeaders().set("x-amzn-ErrorType", type);
        ObjectNode node = json.createObjectNode();
        node.put("Type", "User");
        // Clients differ in which of the two they read.
        node.put("Message", message);
        node.put("message", message);
        answer(exchange, status, node);
    }

    private void answer(HttpExchange exchange, int status, ObjectNode node) throws IOException {
        byte[] body = json.writeValueAsBytes(node);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private boolean isJson(byte[] payload) throws IOException {
        try {
            return payload.length == 0 || !json.readTree(payload).isMissingNode();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** A client that is still sending sees a broken connection instead of the answer. */
    private static void drain(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().skip(Long.MAX_VALUE);
    }
}
