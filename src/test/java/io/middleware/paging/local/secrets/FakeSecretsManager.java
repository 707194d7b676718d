package io.middleware.paging.local.secrets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * AWS Secrets Manager in memory, over its own wire protocol (JSON 1.1), so that the AWS SDK is used as it is: point it
 * here with an endpoint override and any credentials. One account (000000000000) and one region (us-east-1), whatever the
 * caller signs for. Safe for use by several threads. Deletes by force at once, where AWS takes some seconds.
 */
public final class FakeSecretsManager implements AutoCloseable {

    private static final String TARGET_PREFIX = "secretsmanager.";

    private final ObjectMapper json = new ObjectMapper();
    private final Actions actions;
    private final HttpServer server;
    private final ExecutorService threads;
    private final Map<String, Integer> callsByAction = new TreeMap<>();
    private final List<PlannedFault> plannedFaults = new ArrayList<>();

    private FakeSecretsManager(int port, Actions actions) throws IOException {
        this.actions = actions;
        this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "fake-secrets-manager");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * @param port 0 for a free one
     * @param clock dates the secrets and ends recovery windows
     * @throws UncheckedIOException if the port is taken
     */
    public static FakeSecretsManager start(int port, Clock clock) {
        return start(port, clock, new Random());
    }

    /** As {@link #start(int, Clock)}, with the source of the six characters at the end of an ARN. */
    public static FakeSecretsManager start(int port, Clock clock, Random random) {
        try {
            return new FakeSecretsManager(port, new Actions(clock, random));
        } catch (IOException e) {
            throw new UncheckedIOException("Port " + port + " cannot be used: " + e.getMessage(), e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Lets the next calls fail, whatever they ask for. Faults planned earlier come first. */
    public void failNext(int calls, Fault fault) {
        plan(new PlannedFault(null, calls, fault));
    }

    /**
     * Lets the next calls of one action fail, such as {@code GetSecretValue}. Faults planned earlier come first.
     *
     * @throws IllegalArgumentException if there is no such action
     */
    public void failNext(int calls, String action, Fault fault) {
        if (!actions.names().contains(action)) {
            throw new IllegalArgumentException("No action " + action + "; there are " + actions.names());
        }
        plan(new PlannedFault(action, calls, fault));
    }

    private void plan(PlannedFault planned) {
        synchronized (plannedFaults) {
            plannedFaults.add(planned);
        }
    }

    /** Forgets the faults that have not come yet. */
    public void heal() {
        synchronized (plannedFaults) {
            plannedFaults.clear();
        }
    }

    /** Calls so far of one action, such as {@code GetSecretValue}, failed ones included. */
    public int calls(String action) {
        synchronized (callsByAction) {
            return callsByAction.getOrDefault(action, 0);
        }
    }

    /** Calls so far by action, failed ones included; only actions that were called. */
    public Map<String, Integer> calls() {
        synchronized (callsByAction) {
            return Map.copyOf(callsByAction);
        }
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
            String action = action(exchange);
            synchronized (callsByAction) {
                callsByAction.merge(action, 1, Integer::sum);
            }
            Fault fault = nextFault(action).orElse(null);
            if (fault instanceof Fault.Answered answered) {
                answer(exchange, answered.status(), error(answered.errorType(), answered.message()));
            } else if (fault instanceof Fault.AnswerLost) {
                carryOut(action, body);
            } else if (fault == null) {
                ObjectNode answer = carryOut(action, body);
                answer(exchange, status(answer), answer);
            }
        }
    }

    private static String action(HttpExchange exchange) {
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        boolean known = target != null
                && target.startsWith(TARGET_PREFIX)
                && exchange.getRequestMethod().equals("POST")
                && exchange.getRequestURI().getPath().equals("/");
        return known ? target.substring(TARGET_PREFIX.length()) : "";
    }

    private Optional<Fault> nextFault(String action) {
        synchronized (plannedFaults) {
            for (Iterator<PlannedFault> all = plannedFaults.iterator(); all.hasNext(); ) {
                PlannedFault planned = all.next();
                if (planned.action == null || planned.action.equals(action)) {
                    if (--planned.calls <= 0) {
                        all.remove();
                    }
                    return Optional.of(planned.fault);
                }
            }
            return Optional.empty();
        }
    }

    private ObjectNode carryOut(String action, byte[] body) {
        try {
            JsonNode request = json.readTree(body);
            if (!request.isObject()) {
                throw Refusal.unreadable("The body must be a JSON object.");
            }
            return actions.answer(action, request);
        } catch (Refusal refusal) {
            return error(refusal.type(), refusal.getMessage());
        } catch (JsonProcessingException notJson) {
            // Its message may quote the body, and with it a secret.
            return error("SerializationException", "The body is not JSON.");
        } catch (IOException | RuntimeException defect) {
            // Its message may hold a secret as well.
            return error(
                    "InternalServiceError",
                    "A defect of this server: " + defect.getClass().getName());
        }
    }

    private static int status(ObjectNode answer) {
        String errorType = answer.path("__type").asText();
        return errorType.isEmpty() ? 200 : errorType.equals("InternalServiceError") ? 500 : 400;
    }

    private ObjectNode error(String type, String message) {
        return json.createObjectNode().put("__type", type).put("Message", message);
    }

    private void answer(HttpExchange exchange, int status, ObjectNode answer) throws IOException {
        byte[] body = json.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
        if (answer.has("__type")) {
            exchange.getResponseHeaders()
                    .set("x-amzn-ErrorType", answer.get("__type").textValue());
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    /** A fault for so many more calls of an action, or of any action if that is null. */
    private static final class PlannedFault {

        private final String action;
        private final Fault fault;
        private int calls;

        private PlannedFault(String action, int calls, Fault fault) {
            if (calls < 1) {
                throw new IllegalArgumentException("calls must be at least 1, not " + calls);
            }
            this.action = action;
            this.calls = calls;
            this.fault = fault;
        }
    }
}
