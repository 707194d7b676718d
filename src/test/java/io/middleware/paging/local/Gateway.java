package io.middleware.paging.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.middleware.paging.local.aws.AwsRequest;

/** One address for everything: the Lambda API itself, and each request for another service passed on to its engine. */
final class Gateway implements AutoCloseable {

    /** What is the only host if nothing else is asked for: nothing here asks for a password. */
    static final String THIS_MACHINE = "localhost";

    private static final Pattern QUEUE_PATH = Pattern.compile("/\\d{12}/[^/]+");

    /** PagerDuty by region, for who reaches this address alone: a container, say. */
    private static final Pattern PAGERDUTY_PATH = Pattern.compile("/_pagerduty/(us|eu)(/.*)");

    private final HttpServer server;
    private final ExecutorService threads;
    private boolean serving;

    private Gateway(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** As below, for this machine alone. */
    static Gateway bind(int port) {
        return bind(THIS_MACHINE, port);
    }

    /**
     * Takes the port, and answers nothing yet.
     *
     * @param host the address of this machine to listen at; {@code 0.0.0.0} for all
     * @param port 0 for a free one
     * @throws PortInUseException if it belongs to another process
     * @throws IllegalArgumentException if this machine has no such address
     */
    static Gateway bind(String host, int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(address(host), port), 0);
            ExecutorService threads = Executors.newCachedThreadPool(work -> {
                Thread thread = new Thread(work, "gateway");
                thread.setDaemon(true);
                return thread;
            });
            server.setExecutor(threads);
            return new Gateway(server, threads);
        } catch (BindException e) {
            throw notBound(host, port, e);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("-Dlocal.host=" + host + " is no address of this machine", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open port " + port, e);
        }
    }

    private static InetAddress address(String host) throws UnknownHostException {
        return host.equals(THIS_MACHINE) ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
    }

    private static RuntimeException notBound(String host, int port, BindException e) {
        try {
            return address(host).isAnyLocalAddress() || NetworkInterface.getByInetAddress(address(host)) != null
                    ? new PortInUseException(port, e)
                    : new IllegalArgumentException("-Dlocal.host=" + host + " is no address of this machine", e);
        } catch (IOException unknown) {
            return new IllegalArgumentException("-Dlocal.host=" + host + " is no address of this machine", unknown);
        }
    }

    /** Where this machine finds it. */
    URI endpoint() {
        InetAddress address = server.getAddress().getAddress();
        boolean isLocal = address.isAnyLocalAddress() || address.equals(InetAddress.getLoopbackAddress());
        String host = isLocal ? THIS_MACHINE : address.getHostAddress();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + server.getAddress().getPort());
    }

    /** @param page what a browser sees */
    void serve(LambdaApi lambda, CloudFormationApi cloudFormation, Endpoints endpoints, String page) {
        Forwarder forwarder = new Forwarder();
        server.createContext("/", exchange -> {
            try (exchange) {
                route(exchange, lambda, cloudFormation, forwarder, endpoints, page);
            }
        });
        server.start();
        serving = true;
    }

    @Override
    public void close() {
        if (!serving) {
            // The JDK's server gives a port back only from the thread that start() begins.
            server.start();
        }
        server.stop(0);
        threads.shutdownNow();
    }

    private static void route(
            HttpExchange exchange,
            LambdaApi lambda,
            CloudFormationApi cloudFormation,
            Forwarder forwarder,
            Endpoints endpoints,
            String page)
            throws IOException {
        String path = exchange.getRequestURI().getPath();
        Optional<URI> engine =
                AwsRequest.service(exchange).map(endpoints.byName()::get).map(URI::create);
        Matcher pagerDuty = PAGERDUTY_PATH.matcher(exchange.getRequestURI().toString());
        if (pagerDuty.matches()) {
            URI host = pagerDuty.group(1).equals("us") ? endpoints.pagerduty() : endpoints.pagerdutyEu();
            forwarder.forward(exchange, host, pagerDuty.group(2));
        } else if (engine.isPresent()) {
            forwarder.forward(exchange, engine.get());
        } else if (LambdaApi.isLambda(path)) {
            lambda.handle(exchange);
        } else if (isForCloudWatch(exchange)) {
            answer(
                    exchange,
                    400,
                    "application/json",
                    "{\"__type\":\"UnsupportedOperation\",\"message\":\"The local cloud has no alarms and no metrics: what"
                            + " they would count is in the functions' logs\"}");
        } else if (isQuery(exchange, path)) {
            answerQuery(exchange, cloudFormation, forwarder, endpoints);
        } else if (path.equals("/") && exchange.getRequestMethod().equals("GET")) {
            answer(exchange, 200, "text/plain; charset=utf-8", page);
        } else {
            answer(
                    exchange,
                    404,
                    "application/json",
                    "{\"message\":\"Not an API of the local cloud. It has Lambda, DynamoDB, SQS, Secrets Manager, and"
                            + " CloudFormation's DescribeStackResource and DescribeStacks\"}");
        }
    }

    private static boolean isForCloudWatch(HttpExchange exchange) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        return authorization != null && authorization.contains("/monitoring/aws4_request");
    }

    /** The older protocol of AWS: CloudFormation's only one, which curl and old clients use for SQS too. */
    private static boolean isQuery(HttpExchange exchange, String path) {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        return QUEUE_PATH.matcher(path).matches()
                || type != null && type.startsWith("application/x-www-form-urlencoded") && path.equals("/");
    }

    private static void answerQuery(
            HttpExchange exchange, CloudFormationApi cloudFormation, Forwarder forwarder, Endpoints endpoints)
            throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String form = new String(body, StandardCharsets.UTF_8);
        if (CloudFormationApi.VERSION.equals(CloudFormationApi.fields(form).get("Version"))) {
            CloudFormationApi.Reply reply = cloudFormation.answer(form);
            answer(exchange, reply.status(), "text/xml", reply.xml());
        } else {
            forwarder.forward(exchange, body, endpoints.sqs());
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
