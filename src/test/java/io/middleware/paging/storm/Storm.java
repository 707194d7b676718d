package io.middleware.paging.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

import io.middleware.paging.alert.Scene;
import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.harness.AwsCalls;
import io.middleware.paging.harness.EventSource;
import io.middleware.paging.harness.EventSource.Pace;
import io.middleware.paging.harness.FunctionUnderTest;
import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.pagerduty.Account;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.RecordedRequest;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pacing.BudgetId;
import io.middleware.paging.pagerduty.Region;

/**
 * One workspace with four rules on two services, a PagerDuty that takes 300 incidents a minute, and an empty queue whose
 * event source runs five batches of ten at a time. Alerts are numbered in the order in which they fire.
 */
@ApplicationScoped
class Storm {
    /** What PagerDuty enforces here: a little more than notify's own pace. */
    static final int PAGERDUTY_PER_MINUTE = 300;

    static final List<String> RULES = List.of("cpu-high", "disk-full", "latency", "error-rate");
    private static final String FRESH_TOKEN = "u+sample-fresh-00001";
    private static final Duration SERVICE_TIME = Duration.ofMillis(200);
    private static final int MAX_SEND = 10;

    private final Scene scene;
    private final RuleBindings bindings;
    private final VirtualTimeCloud cloud = VirtualTimeCloud.current();
    private final Map<String, Instant> sentAtByTitle = new LinkedHashMap<>();
    private EventSource source;
    private Instant start;

    Storm(Scene scene, RuleBindings bindings) {
        this.scene = scene;
        this.bindings = bindings;
    }

    /** A fresh workspace, and everything else as at the start. */
    void begin() {
        // What an earlier storm reserved lies in the past, and nothing that it cached is fresh.
        cloud.clock().advance(Duration.ofHours(6));
        cloud.pagerDuty().reset();
        cloud.pagerDuty().us().account().limit(Operation.CREATE_INCIDENT, PAGERDUTY_PER_MINUTE);
        cloud.sqs().purgeQueue(request -> request.queueUrl(queueUrl()));
        cloud.sqs()
                .purgeQueue(request ->
                        request.queueUrl(cloud.stack().queue("DeadLetterQueue").url()));
        scene.start();
        scene.install(Sample.MANAGER_TOKEN);
        for (int i = 0; i < RULES.size(); i++) {
            bind(RULES.get(i), i % 2 == 0 ? Sample.PAYMENTS : Sample.CHECKOUT);
        }
        sentAtByTitle.clear();
        AwsCalls.reset();
        pace(new Pace(10, 5, SERVICE_TIME));
        start = now();
    }

    /** From now on its alerts are received like this. */
    void pace(Pace pace) {
        if (source != null) {
            source.close();
        }
        source = cloud.alerts(new FunctionUnderTest()::invoke, pace);
    }

    void end() {
        source.close();
    }

    void bind(String rule, String serviceId) {
        bind(rule, serviceId, true);
    }

    /** An operator disables every rule of the storm. */
    void disableItsRules() {
        RULES.forEach(rule -> bind(rule, Sample.PAYMENTS, false));
    }

    private void bind(String rule, String serviceId, boolean enabled) {
        bindings.save(new RuleBinding(
                new WorkspaceId(scene.workspace()),
                new RuleId(rule),
                serviceId,
                serviceId,
                true,
                UrgencyRule.SEVERITY,
                GroupBy.ALERT,
                Optional.empty(),
                enabled,
                now()));
    }

    /** So many new alerts fire in this moment. Returns their titles. */
    List<String> fire(int alerts, String severity) {
        return fire(
                IntStream.range(sentAtByTitle.size(), sentAtByTitle.size() + alerts)
                        .mapToObj(Storm::title)
                        .toList(),
                severity);
    }

    /** A new alert of this rule fires in this moment. Returns its title. */
    List<String> fireOf(String rule, String severity) {
        return fire(List.of(title(sentAtByTitle.size(), rule)), severity);
    }

    private List<String> fire(List<String> titles, String severity) {
        titles.forEach(title -> sentAtByTitle.put(title, now()));
        send(titles.stream().map(title -> body(title, "triggered", severity)).toList());
        return titles;
    }

    /**
     * So many new alerts of the rule fire in this moment, and Alertmanager sends them as one message.
     *
     * @return its id
     */
    String fireTogether(String rule, int alerts) {
        ObjectNode webhook = JsonNodeFactory.instance
                .objectNode()
                .put("version", "4")
                .put("groupKey", "{}:{alertname=\"" + rule + "\"}");
        for (int i = 0; i < alerts; i++) {
            ObjectNode alert = webhook.withArray("alerts")
                    .addObject()
                    .put("status", "firing")
                    .put("fingerprint", rule + '-' + i)
                    .put("startsAt", now().toString());
            alert.putObject("labels")
                    .put("alertname", rule)
                    .put("workspaceId", scene.workspace())
                    .put("severity", "critical");
            alert.putObject("annotations").put("summary", "Number " + i + ofRule(rule));
        }
        return cloud.sqs()
                .sendMessage(request -> request.queueUrl(queueUrl()).messageBody(webhook.toString()))
                .messageId();
    }

    /** How many alerts of a rule that fired together have an incident, and one only. */
    long pages(String rule) {
        List<String> titles = cloud.pagerDuty().incidents().stream()
                .map(IncidentView::title)
                .filter(title -> title.endsWith(ofRule(rule)))
                .toList();
        assertThat(titles).doesNotHaveDuplicates();
        return titles.size();
    }

    private static String ofRule(String rule) {
        return " of those together in " + rule;
    }

    /** The longest for which a message that was due lay in the queue. */
    Duration longestWait() {
        return source.longestWait();
    }

    /** Of all messages the one that was received most often. */
    int mostReceives() {
        return source.mostReceives();
    }

    int receivesOf(String messageId) {
        return source.receives(messageId);
    }

    /** Looked at and left there. */
    List<Message> deadLetters() {
        return cloud.sqs()
                .receiveMessage(request -> request.queueUrl(
                                cloud.stack().queue("DeadLetterQueue").url())
                        .maxNumberOfMessages(10)
                        .visibilityTimeout(0)
                        .messageAttributeNames("All"))
                .messages();
    }

    int deadLetterCount() {
        return Integer.parseInt(cloud.sqs()
                .getQueueAttributes(request -> request.queueUrl(
                                cloud.stack().queue("DeadLetterQueue").url())
                        .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                .attributes()
                .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
    }

    /** These alerts resolve in this moment. */
    void resolve(List<String> titles) {
        send(titles.stream().map(title -> body(title, "resolved", "critical")).toList());
    }

    private static String title(int number) {
        return title(number, RULES.get(number % RULES.size()));
    }

    private static String title(int number, String rule) {
        return "Alert " + number + " of " + rule;
    }

    private String body(String title, String status, String severity) {
        ObjectNode alert = JsonNodeFactory.instance.objectNode();
        return alert.put("workspaceId", scene.workspace())
                .put("ruleId", title.substring(title.lastIndexOf(' ') + 1))
                .put("alertId", title.replace(' ', '-'))
                .put("status", status)
                .put("title", title)
                .put("severity", severity)
                .put("occurredAt", now().toString())
                .toString();
    }

    private void send(List<String> bodies) {
        for (int from = 0; from < bodies.size(); from += MAX_SEND) {
            List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
            for (String body : bodies.subList(from, Math.min(from + MAX_SEND, bodies.size()))) {
                entries.add(SendMessageBatchRequestEntry.builder()
                        .id("m" + entries.size())
                        .messageBody(body)
                        .build());
            }
            cloud.sqs().sendMessageBatch(request -> request.queueUrl(queueUrl()).entries(entries));
        }
    }

    /** Somebody installs a fresh token of the same user. */
    void mendToken() {
        Account account = cloud.pagerDuty().us().account();
        account.addUserToken(FRESH_TOKEN, account.user("PUSR001").orElseThrow());
        scene.install(FRESH_TOKEN);
    }

    /** All slots until then are taken, by alerts of somewhere else. */
    void reservedUntil(Instant end) {
        // A slot comes due a burst before its place in the book.
        AttributeValue place = micros(
                end.plus(Duration.ofMinutes(VirtualTimeCloud.BURST).dividedBy(VirtualTimeCloud.RATE_PER_MINUTE)));
        cloud.dynamo()
                .putItem(request -> request.tableName(cloud.stack().ref("RateBudgets"))
                        .item(Map.of(
                                "budgetId",
                                AttributeValue.fromS(new BudgetId(Region.US, "PUSR-" + scene.workspace()).value()),
                                "highAt",
                                place,
                                "highFrom",
                                micros(now()),
                                "lowAt",
                                place,
                                "lowFrom",
                                micros(now()))));
    }

    private static AttributeValue micros(Instant instant) {
        return AttributeValue.fromN(Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, instant)));
    }

    /** Lets the alerts be handled until this much later. */
    void pass(Duration time) {
        source.runUntil(now().plus(time));
    }

    /** Lets the alerts be handled until none is left. */
    void handleAll(Duration atMost) {
        source.drain(atMost);
    }

    /** How long each alert took from the queue to PagerDuty, the shortest first. */
    List<Duration> latencies(List<String> titles) {
        Map<String, List<IncidentView>> incidents = incidentsByTitle();
        return titles.stream()
                .flatMap(title -> incidents.getOrDefault(title, List.of()).stream()
                        .map(incident -> Duration.between(sentAtByTitle.get(title), incident.createdAt())))
                .sorted()
                .toList();
    }

    /** Of these alerts those without an incident so far. */
    List<String> waiting(List<String> titles) {
        Map<String, List<IncidentView>> incidents = incidentsByTitle();
        return titles.stream().filter(title -> !incidents.containsKey(title)).toList();
    }

    /** How many alerts wait for this, as the ledger has it. */
    long waitingFor(String reason) {
        return cloud
                .dynamo()
                .scanPaginator(request -> request.tableName(cloud.stack().ref("Deliveries"))
                        .consistentRead(true)
                        .filterExpression("workspaceId = :w AND outcome = :o AND reasonCode = :r")
                        .expressionAttributeValues(Map.of(
                                ":w", AttributeValue.fromS(scene.workspace()),
                                ":o", AttributeValue.fromS("WAITING"),
                                ":r", AttributeValue.fromS(reason))))
                .items()
                .stream()
                .count();
    }

    Map<String, List<IncidentView>> incidentsByTitle() {
        return cloud.pagerDuty().incidents().stream()
                .filter(incident -> sentAtByTitle.containsKey(incident.title()))
                .collect(Collectors.groupingBy(IncidentView::title));
    }

    List<RecordedRequest> posts() {
        return cloud.pagerDuty().requests(Operation.CREATE_INCIDENT);
    }

    /** The most POSTs that began within any minute since then. */
    int mostPostsAMinute(Instant since) {
        List<Instant> times = posts().stream()
                .map(RecordedRequest::receivedAt)
                .filter(time -> !time.isBefore(since))
                .sorted()
                .toList();
        int most = 0;
        int first = 0;
        for (int last = 0; last < times.size(); last++) {
            while (!times.get(first).plusSeconds(60).isAfter(times.get(last))) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    Instant now() {
        return cloud.clock().instant();
    }

    Instant start() {
        return start;
    }

    Scene scene() {
        return scene;
    }

    StormReport report(String name, Duration ideal) {
        Map<String, List<IncidentView>> incidents = incidentsByTitle();
        List<Instant> pages = incidents.values().stream()
                .flatMap(List::stream)
                .map(IncidentView::createdAt)
                .sorted()
                .toList();
        return new StormReport(
                name,
                sentAtByTitle.size(),
                pages.size(),
                (int) incidents.values().stream()
                        .filter(list -> list.size() > 1)
                        .count(),
                posts().size(),
                (int) posts().stream()
                        .filter(post -> post.status().orElse(0) == 429)
                        .count(),
                source.invocations(),
                source.meanReceives(),
                source.mostReceives(),
                pages.isEmpty() ? Duration.ZERO : Duration.between(start, pages.get(0)),
                pages.isEmpty() ? Duration.ZERO : Duration.between(start, pages.get(pages.size() - 1)),
                ideal);
    }

    /** When the last of so many pages would begin, were they spread evenly over time. */
    static Duration ideal(int alerts, int perMinute) {
        return Duration.ofMinutes(alerts).dividedBy(perMinute);
    }

    private String queueUrl() {
        return cloud.stack().queue("AlertQueue").url();
    }
}
