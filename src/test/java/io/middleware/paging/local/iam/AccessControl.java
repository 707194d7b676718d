package io.middleware.paging.local.iam;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.middleware.paging.local.Forwarder;
import io.middleware.paging.local.aws.AwsJsonServer;
import io.middleware.paging.local.aws.AwsRequest;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.iam.FunctionRole.Verdict;
import io.middleware.paging.local.secrets.KnownSecret;
import io.middleware.paging.local.template.FunctionDefinition;

/**
 * IAM for the functions of a template. Stands before the engines, which check nothing: knows the function by the access key that
 * signed the request, asks the function's role, and passes on what it allows. Whoever signs with another key has the rights of
 * the whole account. Thread-safe.
 */
public final class AccessControl implements AutoCloseable {

    private static final int BACKLOG = 1024;

    private final Map<String, FunctionRole> rolesByKey;
    private final Map<String, URI> engines;
    private final NeededAccess needed;
    private final AccessRecord record;
    private final String stackName;
    private final Consumer<String> problems;
    private final List<DeniedCall> denied = new ArrayList<>();
    private final Set<String> logged = ConcurrentHashMap.newKeySet();
    private final Forwarder forwarder = new Forwarder();
    private final HttpServer server;
    private final ExecutorService threads;

    private AccessControl(
            String stackName,
            Map<FunctionDefinition, List<Map<String, Object>>> functions,
            Map<String, URI> engines,
            Function<String, Optional<KnownSecret>> secrets,
            AccessRecord record,
            Consumer<String> problems)
            throws IOException {
        this.stackName = stackName;
        this.rolesByKey = functions.entrySet().stream()
                .map(function -> new FunctionRole(stackName, function.getKey(), function.getValue()))
                .collect(Collectors.toMap(role -> accessKeyId(role.function()), role -> role));
        this.engines = Map.copyOf(engines);
        this.needed = new NeededAccess(secrets);
        this.record = record;
        this.problems = problems;
        rolesByKey
                .values()
                .forEach(role -> role.rights()
                        .forEach(right -> record.allowed(role.function().logicalId(), right.ofAnyStack(stackName))));
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), BACKLOG);
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "access-control");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /**
     * Starts on a free port.
     *
     * @param functions with the statements of their roles, references resolved
     * @param engines by the service's name in IAM: {@code dynamodb}, {@code sqs}, {@code secretsmanager}
     * @param secrets what exists, by name or ARN
     * @param record gets what the roles allow, and what is used of it
     * @param problems is told, in a sentence, what a role lacks
     */
    public static AccessControl start(
            String stackName,
            Map<FunctionDefinition, List<Map<String, Object>>> functions,
            Map<String, URI> engines,
            Function<String, Optional<KnownSecret>> secrets,
            AccessRecord record,
            Consumer<String> problems) {
        try {
            return new AccessControl(stackName, functions, engines, secrets, record, problems);
        } catch (IOException e) {
            throw new UncheckedIOException("No port for the access control", e);
        }
    }

    /** For all three services. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The access key that Lambda would give the function, by which its calls are known. */
    public static String accessKeyId(FunctionDefinition function) {
        return FunctionRole.accessKeyId(function);
    }

    /**
     * A function wrote a line. Lambda keeps it with the rights of the function's role: without them the line is lost, and nobody
     * is told. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
     */
    public void wroteLog(FunctionDefinition function) {
        // What was allowed once is allowed again.
        if (logged.add(function.logicalId())) {
            String stream = "arn:aws:logs:" + AwsClients.REGION + ":" + AwsClients.ACCOUNT_ID
                    + ":log-group:/aws/lambda/" + function.name() + ":log-stream:local";
            Optional.ofNullable(rolesByKey.get(accessKeyId(function)))
                    .ifPresent(role -> judge(
                            role,
                            List.of(
                                    new Access("logs:CreateLogStream", stream),
                                    new Access("logs:PutLogEvents", stream))));
        }
    }

    /** What was denied since the last time, but for rights that the role has for another state of the resource. */
    public synchronized List<DeniedCall> takeDenied() {
        List<DeniedCall> taken = List.copyOf(denied);
        denied.clear();
        return taken;
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
            Optional<AwsRequest> request = AwsRequest.of(exchange, body);
            if (request.isEmpty()) {
                AwsJsonServer.send(
                        exchange,
                        AwsJsonServer.Reply.error(
                                400,
                                "UnknownOperationException",
                                "Nobody here knows what this request asks for, so nobody can say whether it is allowed."),
                        "1.1");
                return;
            }
            Optional<FunctionRole> role =
                    request.get().accessKeyId().flatMap(key -> Optional.ofNullable(rolesByKey.get(key)));
            Optional<Verdict.Denied> refused = role.flatMap(caller -> judge(caller, needed.of(request.get())));
            if (refused.isPresent()) {
                Denial.send(exchange, request.get(), role.get(), refused.get().access());
            } else {
                // An engine that breaks the connection breaks it: an answer of ours would be another failure.
                Forwarder.answer(
                        exchange,
                        forwarder.ask(exchange, body, engines.get(request.get().service())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Verdict.Denied> judge(FunctionRole role, List<Access> accesses) {
        for (Access access : accesses) {
            Verdict verdict = role.judge(access);
            if (verdict instanceof Verdict.Denied refused) {
                if (!refused.onlyByCondition()) {
                    note(new DeniedCall(role.function().logicalId(), access.action(), access.resource()));
                }
                return Optional.of(refused);
            }
            ((Verdict.Allowed) verdict)
                    .rights()
                    .forEach(right -> record.used(role.function().logicalId(), right.ofAnyStack(stackName)));
        }
        return Optional.empty();
    }

    private void note(DeniedCall call) {
        synchronized (this) {
            denied.add(call);
        }
        problems.accept(call
                + ": a stack in an account would fail here, too. If the call is right, allow it in template.yaml and"
                + " in infra/iam.tf");
    }
}
