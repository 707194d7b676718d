package io.middleware.paging.local.check;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

import io.middleware.paging.local.engine.AwsClients;

/**
 * {@code mvn -Pcheck}: compares ledger, queues and PagerDuty, and prints every difference as a sentence. Ends with 0 if there
 * is none, 1 if there are some, 2 if it could not look.
 *
 * <p>Takes system properties {@code check.*} (docs/operations.md, "Do the books balance?") and the token from the environment variable
 * {@code PAGERDUTY_TOKEN}. What is not given comes from the local cloud that runs, by its {@code endpoints.json}.
 */
public final class CheckMain {

    static final int NOTHING = 0;
    static final int DIFFERENCES = 1;
    static final int COULD_NOT_LOOK = 2;

    private static final Path LOCAL_ENDPOINTS = Path.of("target", "local", "endpoints.json");

    /** Longer than the template's visibility time-out with the longest usual wait. */
    private static final Duration GRACE = Duration.ofMinutes(15);

    private CheckMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(settings(), System.getenv(), System.out));
    }

    private static Map<String, String> settings() {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name ->
                        name.startsWith("check.") && !System.getProperty(name).isBlank())
                .collect(Collectors.toMap(name -> name.substring("check.".length()), name -> System.getProperty(name)));
    }

    private static int run(Map<String, String> settings, Map<String, String> environment, PrintStream out)
            throws InterruptedException {
        Optional<URI> endpoint = setting(settings, "endpoint")
                .or(() -> Optional.of(local(settings).path("lambda").asText()).filter(url -> !url.isEmpty()))
                .map(text -> url("endpoint", text));
        return run(settings, environment, () -> dynamo(endpoint), () -> sqs(endpoint), out);
    }

    /** @return the exit code */
    static int run(
            Map<String, String> settings,
            Map<String, String> environment,
            Supplier<DynamoDbClient> dynamoDb,
            Supplier<SqsClient> queues,
            PrintStream out)
            throws InterruptedException {
        try {
            JsonNode local = local(settings);
            CheckTarget target = new CheckTarget(
                    required(settings, "deliveries", local.isEmpty() ? "" : "local-Deliveries"),
                    setting(settings, "bindings")
                            .or(() -> Optional.of("local-RuleBindings").filter(table -> !local.isEmpty())),
                    required(settings, "queue", local.path("queueUrl").asText()),
                    required(
                            settings,
                            "dead-letter-queue",
                            local.path("deadLetterQueueUrl").asText()),
                    url(
                            "pagerduty",
                            required(
                                    settings,
                                    "pagerduty",
                                    local.path("pagerduty").asText())),
                    setting(settings, "workspace"));
            String token = Optional.ofNullable(environment.get("PAGERDUTY_TOKEN"))
                    .filter(value -> !value.isBlank())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "the environment variable PAGERDUTY_TOKEN is missing: a user token that sees the workspace's"
                                    + " incidents"));
            Duration between = Duration.ofSeconds(seconds(settings, "again", "10"));
            try (DynamoDbClient dynamo = dynamoDb.get();
                    SqsClient sqs = queues.get()) {
                return look(
                        new WireObserver(dynamo, sqs, new PagerDutyIncidents(target.pagerDuty(), token), target),
                        between,
                        out);
            }
        } catch (RuntimeException e) {
            out.println("The check could not look: " + e.getMessage());
            return COULD_NOT_LOOK;
        }
    }

    private static int look(WireObserver observer, Duration between, PrintStream out) throws InterruptedException {
        Observed observed = observer.observe();
        List<Difference> differences = InvariantCheck.differences(observed, Instant.now(), GRACE);
        if (!differences.isEmpty()) {
            // The stores are not read in one moment: what is true is still true a while later.
            TimeUnit.MILLISECONDS.sleep(between.toMillis());
            Set<Difference> first = new HashSet<>(differences);
            observed = observer.observe();
            differences = InvariantCheck.differences(observed, Instant.now(), GRACE).stream()
                    .filter(first::contains)
                    .toList();
        }
        summarize(observed, out);
        differences.forEach(out::println);
        out.println(
                differences.isEmpty()
                        ? "No difference."
                        : "Differences: " + differences.size()
                                + ". What to do about each: docs/operations.md, \"What a difference means\"");
        return differences.isEmpty() ? NOTHING : DIFFERENCES;
    }

    private static void summarize(Observed observed, PrintStream out) {
        QueueCounts alerts = observed.alertQueue();
        QueueCounts dead = observed.deadLetterQueue();
        out.printf(
                Locale.ROOT,
                "%d deliveries, %d messages in the alert queue (%d hidden, %d delayed), %d dead letters (%d hidden, %d"
                        + " delayed), %d incidents%n",
                observed.ledger().size(),
                alerts.total(),
                alerts.hidden(),
                alerts.delayed(),
                observed.deadLetters().size() + dead.unreadable(),
                dead.hidden(),
                dead.delayed(),
                observed.incidents().size());
        if (dead.unreadable() > 0) {
            out.println("Dead letters that are hidden or delayed cannot be read, and are not compared: look again in 15"
                    + " minutes.");
        }
    }

    private static Optional<String> setting(Map<String, String> settings, String name) {
        return Optional.ofNullable(settings.get(name)).filter(value -> !value.isBlank());
    }

    private static long seconds(Map<String, String> settings, String name, String otherwise) {
        String text = setting(settings, name).orElse(otherwise);
        if (!text.matches("\\d{1,6}")) {
            throw new IllegalArgumentException(
                    "-Dcheck." + name + "=" + text + " is no number of seconds. Give one such as " + otherwise);
        }
        return Long.parseLong(text);
    }

    private static URI url(String name, String text) {
        if (!text.matches("https?://\\S+")) {
            throw new IllegalArgumentException(
                    "-Dcheck." + name + "=" + text + " is no URL. Give one that begins with http:// or https://");
        }
        return URI.create(text);
    }

    private static String required(Map<String, String> settings, String name, String otherwise) {
        return setting(settings, name)
                .or(() -> Optional.of(otherwise).filter(value -> !value.isEmpty()))
                .orElseThrow(() -> new IllegalArgumentException(
                        "-Dcheck." + name + " is missing, and no local cloud is running (" + LOCAL_ENDPOINTS + ")"));
    }

    /** Of the local cloud, unless some store is named: then nothing is guessed. */
    private static JsonNode local(Map<String, String> settings) {
        ObjectMapper json = new ObjectMapper();
        Path file = Path.of(settings.getOrDefault("local", LOCAL_ENDPOINTS.toString()));
        boolean named = settings.containsKey("deliveries") || settings.containsKey("queue");
        try {
            return named || !Files.exists(file) ? json.createObjectNode() : json.readTree(file.toFile());
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file, e);
        }
    }

    private static DynamoDbClient dynamo(Optional<URI> endpoint) {
        return endpoint.map(AwsClients::dynamoDb)
                .orElseGet(() -> DynamoDbClient.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build());
    }

    private static SqsClient sqs(Optional<URI> endpoint) {
        return endpoint.map(AwsClients::sqs)
                .orElseGet(() -> SqsClient.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build());
    }
}
