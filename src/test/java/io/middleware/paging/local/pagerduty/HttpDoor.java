package io.middleware.paging.local.pagerduty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** The HTTP side of one region: reads a request, lets a fault strike, records, answers. */
final class HttpDoor implements AutoCloseable {
    private static final Logger LOG = System.getLogger(HttpDoor.class.getName());
    private static final int BACKLOG = 1024;

    private final Region region;
    private final RestApi api;
    private final Faults faults;
    private final RequestLog requests;
    private final ControlApi control;
    private final HttpServer server;
    private final ExecutorService workers;
    private final ScheduledExecutorService timer;

    private HttpDoor(
            Region region, HttpServer server, RestApi api, Faults faults, RequestLog requests, ControlApi control) {
        this.region = region;
        this.server = server;
        this.api = api;
        this.faults = faults;
        this.requests = requests;
        this.control = control;
        this.workers = Executors.newCachedThreadPool(
                daemons("pagerduty-" + server.getAddress().getPort()));
        this.timer = Executors.newSingleThreadScheduledExecutor(
                daemons("pagerduty-" + server.getAddress().getPort() + "-timer"));
    }

    /** @throws UncheckedIOException if the port is taken */
    static HttpDoor open(
            PagerDutyHost host, int port, RestApi api, Faults faults, RequestLog requests, ControlApi control) {
        HttpServer server = listen(port);
        HttpDoor door = new HttpDoor(host.region(), server, api, faults, requests, control);
        server.setExecutor(door.workers);
        server.createContext("/", door::handle);
        server.start();
        host.listensAt(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
        return door;
    }

    private static HttpServer listen(int port) {
        try {
            // Only this machine: the control paths ask nobody for a password.
            return HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException("no server on port " + port, e);
        }
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private void handle(HttpExchange exchange) throws IOException {
        Call call = read(exchange);
        if (ControlApi.isControl(call.path())) {
            send(exchange, Optional.of(guarded(() -> control.answer(call))));
            return;
        }
        RecordedRequest request = requests.arrived(call, api.caller(call));
        Fault fault = faults.strike(call).orElseGet(Fault::onEverything);
        after(fault.stall(), () -> act(exchange, call, request, fault));
    }

    private void act(HttpExchange exchange, Call call, RecordedRequest request, Fault fault) {
        Optional<Answer> truth = fault.acts() ? Optional.of(guarded(() -> api.answer(call))) : Optional.empty();
        Optional<Answer> answer = fault.distort(truth);
        OptionalInt status = answer.map(Answer::status).map(OptionalInt::of).orElseGet(OptionalInt::empty);
        RecordedRequest recorded = requests.answered(request, status);
        runHook(fault, recorded);
        after(fault.hold(), () -> send(exchange, answer));
    }

    private static void runHook(Fault fault, RecordedRequest request) {
        try {
            fault.afterwards().accept(request);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the hook of a fault failed", e);
        }
    }

    /** Nothing waits on a thread of its own: a held request is a task of the timer. */
    private void after(Duration delay, Runnable task) {
        if (delay.isZero()) {
            task.run();
            return;
        }
        try {
            timer.schedule(() -> workers.execute(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "closed while a request was to be held", e);
        }
    }

    private interface Answering {
        Answer answer();
    }

    private static Answer guarded(Answering answering) {
        try {
            return answering.answer();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the fake PagerDuty failed", e);
            return Answer.usual(500);
        }
    }

    private Call read(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        return Call.of(
                region,
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                headers,
                readBody(exchange.getRequestBody()));
    }

    /** Reads to the end, so that the client hears the answer, but keeps no more than shows that it was too long. */
    private static byte[] readBody(InputStream stream) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        for (int length = stream.read(chunk); length >= 0; length = stream.read(chunk)) {
            if (kept.size() <= Call.MAX_BODY_BYTES) {
                kept.write(chunk, 0, length);
            }
        }
        return kept.toByteArray();
    }

    /** @param answer empty to drop the connection */
    private static void send(HttpExchange exchange, Optional<Answer> answer) {
        try (exchange) {
            if (answer.isEmpty()) {
                return;
            }
            Answer sent =
                    answer.get().withDefault("x-request-id", UUID.randomUUID().toString());
            sent.headers().forEach(exchange.getResponseHeaders()::set);
            boolean empty = sent.body().length == 0;
            exchange.sendResponseHeaders(sent.status(), empty ? -1 : sent.body().length);
            if (!empty) {
                exchange.getResponseBody().write(sent.body());
            }
        } catch (IOException e) {
            // The client has gone, which some tests bring about; there is nobody left to tell.
            LOG.log(Level.DEBUG, "the client has gone", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        server.stop(0);
        workers.shutdownNow();
    }
}
