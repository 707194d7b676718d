package io.middleware.paging.local.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * The HTTP interface between Lambda and a runtime, version 2018-06-01: each instance has its own path.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
final class RuntimeApi implements AutoCloseable {

    /** The quota for synchronous calls: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
    static final int MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

    private static final Pattern PATH = Pattern.compile(
            "/([^/]+)/2018-06-01/runtime/(invocation/next|init/error|invocation/([^/]+)/(response|error))");

    private final HttpServer server;
    private final ExecutorService threads;
    private final Map<String, FunctionInstance> instances = new ConcurrentHashMap<>();

    RuntimeApi() {
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "lambda-runtime-api");
            thread.setDaemon(true);
            return thread;
        });
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open a port for the Lambda Runtime API", e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** The address for {@code AWS_LAMBDA_RUNTIME_API} of that instance. */
    String register(FunctionInstance instance) {
        instances.put(instance.id, instance);
        return "127.0.0.1:" + server.getAddress().getPort() + "/" + instance.id;
    }

    void unregister(FunctionInstance instance) {
        instances.remove(instance.id);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
            FunctionInstance instance = path.matches() ? instances.get(path.group(1)) : null;
            if (instance == null) {
                answer(exchange, 404, "{\"errorType\":\"NotFound\",\"errorMessage\":\"No such instance or path\"}");
                return;
            }
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (path.group(2).equals("invocation/next")) {
                giveNext(exchange, instance);
            } else if (path.group(2).equals("init/error")) {
                instance.initFailed(body);
                accepted(exchange);
            } else {
                take(exchange, instance, path.group(3), path.group(4).equals("error"), body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void giveNext(HttpExchange exchange, FunctionInstance instance)
            throws IOException, InterruptedException {
        Optional<Invocation> next = instance.next();
        if (next.isEmpty()) {
            // Its process has ended: there is nobody to answer.
            return;
        }
        Invocation invocation = next.get();
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/json");
        headers.set("Lambda-Runtime-Aws-Request-Id", invocation.requestId);
        headers.set("Lambda-Runtime-Trace-Id", invocation.traceId);
        headers.set("Lambda-Runtime-Invoked-Function-Arn", instance.functionArn());
        headers.set(
                "Lambda-Runtime-Deadline-Ms",
                Long.toString(invocation.deadline().toEpochMilli()));
        exchange.sendResponseHeaders(200, invocation.payload.length);
        exchange.getResponseBody().write(invocation.payload);
    }

    private static void take(
            HttpExchange exchange, FunctionInstance instance, String requestId, boolean error, byte[] body)
            throws IOException {
        Optional<Invocation> current = instance.current(requestId);
        if (current.isEmpty()) {
            answer(
                    exchange,
                    400,
                    "{\"errorType\":\"InvalidRequestID\",\"errorMessage\":\"Not the invocation of this instance\"}");
            return;
        }
        Invocation invocation = current.get();
        // Accepted first: whoever waits for the result may end this instance as soon as there is one.
        if (body.length > MAX_PAYLOAD_BYTES) {
            answer(exchange, 413, "{\"errorType\":\"RequestEntityTooLarge\",\"errorMessage\":\"Exceeded 6 MB\"}");
            invocation.fail(
                    "Function.ResponseSizeTooLarge",
                    "Response payload size exceeded maximum allowed payload size (" + MAX_PAYLOAD_BYTES + " bytes).");
        } else if (error) {
            accepted(exchange);
            invocation.fail(body);
        } else {
            accepted(exchange);
            invocation.succeed(body);
        }
    }

    private static void accepted(HttpExchange exchange) throws IOException {
        answer(exchange, 202, "{\"status\":\"OK\"}");
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
