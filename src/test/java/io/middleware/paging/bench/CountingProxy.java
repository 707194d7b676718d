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
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLContext;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import io.middleware.paging.local.Forwarder;

/** Stands before an engine or the fake PagerDuty, passes each request on as it is, and notes it. Thread-safe. */
final class CountingProxy implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String service;
    private final URI behind;
    private final Forwarder forwarder = new Forwarder();
    private final List<WireCall> calls = new ArrayList<>();
    private final String scheme;
    private final HttpServer server;
    private final ExecutorService threads;

    private CountingProxy(String service, URI behind, Optional<SSLContext> tls) throws IOException {
        this.service = service;
        this.behind = behind;
        this.scheme = tls.isPresent() ? "https" : "http";
        this.server = server(tls);
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
        return start(service, behind, Optional.empty());
    }

    /** @param tls with which it ends TLS; empty to speak plain HTTP */
    static CountingProxy start(String service, URI behind, Optional<SSLContext> tls) {
        try {
            return new CountingProxy(service, behind, tls);
        } catch (IOException e) {
            throw new UncheckedIOException("No port for a proxy of " + service, e);
        }
    }

    private static HttpServer server(Optional<SSLContext> tls) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (tls.isEmpty()) {
            return HttpServer.create(anyPort, 0);
        }
        HttpsServer server = HttpsServer.create(anyPort, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
        return server;
    }

    URI endpoint() {
        return endpoint(port());
    }

    /** @param port of what stands before it */
    URI endpoint(int port) {
        return URI.create(scheme + "://localhost:" + port);
    }

    int port() {
        return server.getAddress().getPort();
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
