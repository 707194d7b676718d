package io.middleware.paging.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.middleware.paging.local.Forwarder;
import io.middleware.paging.local.aws.AwsRequest;
import io.middleware.paging.local.engine.FreePort;

/**
 * Stands before a store and lets a share of the requests fail: before it acts, after it has acted, or all of them by not
 * listening. By itself it only passes on. Thread-safe.
 */
final class FaultProxy implements AutoCloseable {

    private final Forwarder forwarder = new Forwarder();
    private final ExecutorService threads;
    private final int port;
    private final RandomGenerator random;
    private final List<Armed> strikes = new ArrayList<>();
    private final Map<Strike, Integer> struck = new EnumMap<>(Strike.class);
    private double drizzle;
    private volatile URI behind;
    private HttpServer server;

    /** What a request meets. */
    enum Strike {
        SERVER_ERROR,
        THROTTLED,
        DROPPED_BEFORE,
        DROPPED_AFTER
    }

    private static final class Armed {
        private final Strike strike;
        private final double probability;
        private int left;

        private Armed(Strike strike, double probability, int left) {
            this.strike = strike;
            this.probability = probability;
            this.left = left;
        }
    }

    private FaultProxy(String name, RandomGenerator random) {
        this.random = random;
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "fault-proxy-of-" + name);
            thread.setDaemon(true);
            return thread;
        });
        this.server = listen(FreePort.find());
        this.port = server.getAddress().getPort();
    }

    /**
     * Starts on a free port. {@link #standBefore} must follow before the first request.
     *
     * @param random says which request is struck
     */
    static FaultProxy start(String name, RandomGenerator random) {
        return new FaultProxy(name, random);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    void standBefore(URI store) {
        behind = store;
    }

    /** Strikes so many requests, each with this probability, after what was asked for before. */
    void strike(Strike strike, int times, double probability) {
        synchronized (strikes) {
            strikes.add(new Armed(strike, probability, times));
        }
    }

    /** Whether nothing is left that would strike, {@link #drizzle} apart. */
    boolean isCalm() {
        synchronized (strikes) {
            return strikes.isEmpty();
        }
    }

    /** From now on any request may be struck by anything, each with this probability. */
    void drizzle(double probability) {
        synchronized (strikes) {
            drizzle = probability;
        }
    }

    /** Refuses connections until {@link #listenAgain()}. Those that are open break. Safe to repeat. */
    synchronized void stopListening() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    /** Safe to repeat. */
    synchronized void listenAgain() {
        if (server == null) {
            server = listen(port);
        }
    }

    /** Nothing strikes any more. */
    void heal() {
        synchronized (strikes) {
            strikes.clear();
            drizzle = 0;
        }
        listenAgain();
    }

    int struck(Strike strike) {
        synchronized (strikes) {
            return struck.getOrDefault(strike, 0);
        }
    }

    @Override
    public void close() {
        stopListening();
        threads.shutdownNow();
    }

    private HttpServer listen(int where) {
        try {
            HttpServer listening =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), where), 256);
            listening.setExecutor(threads);
            listening.createContext("/", this::handle);
            listening.start();
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException("No port " + where + " for a proxy", e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        // Closing an exchange that was not answered closes its connection.
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Optional<Strike> strike = draw();
            if (strike.isEmpty()) {
                Forwarder.answer(exchange, forwarder.ask(exchange, body, behind));
                return;
            }
            switch (strike.get()) {
                case SERVER_ERROR -> error(exchange, 500, serverError(exchange));
                case THROTTLED -> error(exchange, 400, throttling(exchange));
                case DROPPED_BEFORE -> {}
                case DROPPED_AFTER -> forwarder.ask(exchange, body, behind);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Strike> draw() {
        synchronized (strikes) {
            Optional<Strike> drawn = armed().or(() -> random.nextDouble() < drizzle
                    ? Optional.of(Strike.values()[random.nextInt(Strike.values().length)])
                    : Optional.empty());
            drawn.ifPresent(strike -> struck.merge(strike, 1, Integer::sum));
            return drawn;
        }
    }

    private Optional<Strike> armed() {
        for (Armed candidate : strikes) {
            if (random.nextDouble() < candidate.probability) {
                candidate.left--;
                if (candidate.left == 0) {
                    strikes.remove(candidate);
                }
                return Optional.of(candidate.strike);
            }
        }
        return Optional.empty();
    }

    /** As AWS's JSON protocols tell errors; the service is known by the request. */
    private static void error(HttpExchange exchange, int status, String type) throws IOException {
        byte[] body = ("{\"__type\":\"" + type + "\",\"message\":\"This call was told to fail.\"}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
        exchange.getResponseHeaders().set("x-amzn-ErrorType", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static String serverError(HttpExchange exchange) {
        return switch (AwsRequest.service(exchange).orElse("")) {
            case "dynamodb" -> "com.amazonaws.dynamodb.v20120810#InternalServerError";
            case "secretsmanager" -> "InternalServiceError";
            default -> "com.amazonaws.sqs#InternalFailure";
        };
    }

    private String throttling(HttpExchange exchange) {
        return switch (AwsRequest.service(exchange).orElse("")) {
            case "dynamodb" ->
                random.nextBoolean()
                        ? "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
                        : "com.amazon.coral.availability#ThrottlingException";
            case "secretsmanager" -> "ThrottlingException";
            default -> "com.amazonaws.sqs#RequestThrottled";
        };
    }
}
