package io.middleware.paging.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

import com.sun.net.httpserver.HttpExchange;

/** Passes a request on to an engine as it is, and its answer back. */
public final class Forwarder {

    /** Said anew on each connection: RFC 9110, section 7.6.1. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "date",
            "expect",
            "host",
            "keep-alive",
            "server",
            "transfer-encoding",
            "upgrade");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public void forward(HttpExchange exchange, URI engine) throws IOException {
        forward(exchange, exchange.getRequestBody().readAllBytes(), engine);
    }

    /** @param target path and query there, instead of those of the request */
    public void forward(HttpExchange exchange, URI engine, String target) throws IOException {
        forward(exchange, exchange.getRequestBody().readAllBytes(), engine, target);
    }

    /** @param body of the request, which was read already */
    public void forward(HttpExchange exchange, byte[] body, URI engine) throws IOException {
        forward(exchange, body, engine, exchange.getRequestURI().toString());
    }

    private void forward(HttpExchange exchange, byte[] body, URI engine, String target) throws IOException {
        try {
            answer(exchange, ask(exchange, body, engine, target));
        } catch (IOException e) {
            byte[] problem = ("{\"message\":\"" + engine + " does not answer\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(503, problem.length);
            exchange.getResponseBody().write(problem);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The engine's answer to the request of {@code exchange}, which is not answered yet. */
    public HttpResponse<byte[]> ask(HttpExchange exchange, byte[] body, URI engine)
            throws IOException, InterruptedException {
        return ask(exchange, body, engine, exchange.getRequestURI().toString());
    }

    private HttpResponse<byte[]> ask(HttpExchange exchange, byte[] body, URI engine, String target)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(engine.resolve(target))
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    /** Passes the engine's answer back. */
    public static void answer(HttpExchange exchange, HttpResponse<byte[]> response) throws IOException {
        response.headers().map().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        byte[] body = response.body();
        exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
