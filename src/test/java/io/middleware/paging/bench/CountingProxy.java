package io.middleware.paging.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.middleware.paging.local.Forwarder;

/** Stands before an engine or the fake PagerDuty, passes each request on as it is, and notes it. Thread-safe. */
final class CountingProxy implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String service;
    private final URI behind;
    private final Forwarder forwarder = new Forwarder();
    private final List<WireCall> calls = new ArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads;

    private CountingProxy(String service, URI behind) throws IOException {
        this.service = service;
        this.behind = behind;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "proxy-of-" + service);
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Starts on a free port. */
    static CountingProxy start(String service, URI behind) {
        try {
            return new CountingProxy(service, behind);
        } catch (IOException e) {
            throw new UncheckedIOException("No port for a proxy of " + service, e);
        }
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The answered calls since the last time. */
    synchronized List<WireCall> takeCalls() {
        List<WireCall> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Instant arrivedAt = Instant.now();
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.setStreams(new ByteArrayInputStream(body), null);
            String what = what(exchange, body);
            forwarder.forward(exchange, behind);
            // The answer is out when the exchange is closed: whoever has it finds the call noted.
            note(new WireCall(service, what, arrivedAt, Instant.now()));
        }
    }

    private synchronized void note(WireCall call) {
        calls.add(call);
    }

    private static String what(HttpExchange exchange, byte[] body) throws IOException {
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        if (target == null) {
            return exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        }
        String action = target.substring(target.lastIndexOf('.') + 1);
        String table = JSON.readTree(body).path("TableName").asText();
        return table.isEmpty() ? action : action + " " + table.substring(table.indexOf('-') + 1);
    }
}
