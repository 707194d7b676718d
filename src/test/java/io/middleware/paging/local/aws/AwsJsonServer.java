package io.middleware.paging.local.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * One AWS service on the loopback interface, over its own wire protocol (JSON 1.0 or 1.1), so that the AWS SDK is used as
 * it is: point it here with an endpoint override and any credentials. Handles calls side by side.
 */
public final class AwsJsonServer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BACKLOG = 1024;

    private final Protocol protocol;
    private final Service service;
    private final HttpServer server;
    private final ExecutorService threads;

    /**
     * How a service is spoken to.
     *
     * @param name of the service's threads
     * @param targetPrefix what comes before the action in {@code X-Amz-Target}, with its dot
     * @param version {@code 1.0} or {@code 1.1}
     */
    public record Protocol(String name, String targetPrefix, String version) {}

    /** What the service does with a call. */
    public interface Service {

        /**
         * @param action empty if the request names none of this service
         * @return empty to close the connection without an answer
         */
        Optional<Reply> answer(String action, byte[] body);
    }

    /**
     * @param queryCode see {@link AwsError}
     */
    public record Reply(int status, ObjectNode body, Optional<String> queryCode) {

        /** What {@code action} makes of the request, or the error that it throws. */
        public static Reply to(byte[] request, Function<JsonNode, ObjectNode> action) {
            try {
                JsonNode json = JSON.readTree(request);
                if (!json.isObject()) {
                    return error(400, "SerializationException", "The body must be a JSON object.");
                }
                return new Reply(200, action.apply(json), Optional.empty());
            } catch (AwsError error) {
                Reply reply = error(400, error.type(), error.getMessage());
                return new Reply(reply.status(), reply.body(), error.queryCode());
            } catch (JsonProcessingException notJson) {
                // Its message may quote the body, and with it a secret.
                return error(400, "SerializationException", "The body is not JSON.");
            } catch (IOException | RuntimeException defect) {
                // Its message may hold a secret as well.
                return error(
                        500,
                        "InternalServiceError",
                        "A defect of this server: " + defect.getClass().getName());
            }
        }

        public static Reply error(int status, String type, String message) {
            return new Reply(
                    status, JSON.createObjectNode().put("__type", type).put("Message", message), Optional.empty());
        }
    }

    private AwsJsonServer(int port, Protocol protocol, Service service) throws IOException {
        this.protocol = protocol;
        this.service = service;
        this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), BACKLOG);
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, protocol.name());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * @param port 0 for a free one
     * @throws UncheckedIOException if the port is taken
     */
    public static AwsJsonServer start(int port, Protocol protocol, Service service) {
        try {
            return new AwsJsonServer(port, protocol, service);
        } catch (IOException e) {
            throw new UncheckedIOException("Port " + port + " cannot be used: " + e.getMessage(), e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        // Closing an exchange that was not answered closes its connection.
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Optional<Reply> reply = service.answer(action(exchange), body);
            if (reply.isPresent()) {
                send(exchange, reply.get(), protocol.version());
            }
        }
    }

    private String action(HttpExchange exchange) {
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        boolean known = target != null
                && target.startsWith(protocol.targetPrefix())
                && exchange.getRequestMethod().equals("POST")
                && exchange.getRequestURI().getPath().equals("/");
        return known ? target.substring(protocol.targetPrefix().length()) : "";
    }

    /** @param version of the protocol, as in {@link Protocol} */
    public static void send(HttpExchange exchange, Reply reply, String version) throws IOException {
        byte[] body = JSON.writeValueAsBytes(reply.body());
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-" + version);
        exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
        if (reply.body().has("__type")) {
            String type = reply.body().get("__type").textValue();
            // In the header the SDK looks for the name alone.
            exchange.getResponseHeaders().set("x-amzn-ErrorType", type.substring(type.indexOf('#') + 1));
        }
        reply.queryCode().ifPresent(code -> exchange.getResponseHeaders().set("x-amzn-query-error", code + ";Sender"));
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
    }
}
