package io.middleware.paging.local.check;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Reads the stores and changes none of them: what it receives of the dead-letter queue is visible again at once. */
public final class WireObserver {

    private static final QueueAttributeName VISIBLE = QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES;
    private static final QueueAttributeName HIDDEN = QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE;
    private static final QueueAttributeName DELAYED = QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED;

    /** Hides a dead letter from the next receive; afterwards it is shown again. */
    private static final int WHILE_READING_SECONDS = 120;

    /** SQS asks only some of its servers for a short receive, so one empty answer proves nothing. */
    private static final int EMPTY_ANSWERS = 2;

    private static final int MAX_DEAD_LETTERS = 5_000;

    private final DynamoDbClient dynamo;
    private final SqsClient sqs;
    private final PagerDutyIncidents pagerDuty;
    private final CheckTarget target;

    /** @param dynamo closed by the caller, as is {@code sqs} */
    public WireObserver(DynamoDbClient dynamo, SqsClient sqs, PagerDutyIncidents pagerDuty, CheckTarget target) {
        this.dynamo = dynamo;
        this.sqs = sqs;
        this.pagerDuty = pagerDuty;
        this.target = target;
    }

    /** What PagerDuty has open, and what the ledger holds to be open. */
    public Observed observe() {
        return observe(false);
    }

    /** With every incident of the account, resolved ones too: for accounts of at most 10,000. */
    public Observed observeAll() {
        return observe(true);
    }

    private Observed observe(boolean resolvedToo) {
        // The queue before the ledger: a message that is done by then has left its record.
        QueueCounts alertQueue = counts(target.queueUrl());
        List<LedgerEntry> all = ledger();
        List<LedgerEntry> compared =
                all.stream().filter(entry -> isCompared(entry.workspaceId())).toList();
        Map<String, PagedIncident> incidents = new LinkedHashMap<>();
        (resolvedToo ? pagerDuty.all() : pagerDuty.open()).forEach(incident -> incidents.put(incident.id(), incident));
        for (LedgerEntry entry : compared) {
            entry.incidentId()
                    .filter(id -> entry.incidentOpen() && !incidents.containsKey(id))
                    .flatMap(pagerDuty::find)
                    .ifPresent(incident -> incidents.put(incident.id(), incident));
        }
        // Another workspace's alerts are not compared, and no strangers either.
        Set<String> others = all.stream()
                .filter(entry -> !isCompared(entry.workspaceId()))
                .map(LedgerEntry::key)
                .collect(Collectors.toSet());
        // Before its messages are read, which hides them for a moment.
        QueueCounts deadLetterQueue = counts(target.deadLetterQueueUrl());
        return new Observed(
                compared,
                alertQueue,
                deadLetterQueue,
                deadLetters(),
                incidents.values().stream()
                        .filter(incident -> !others.contains(incident.key()))
                        .toList(),
                resolvingRules());
    }

    private boolean isCompared(String workspaceId) {
        return target.workspace().map(workspaceId::equals).orElse(true);
    }

    // ---- DynamoDB ----

    private List<LedgerEntry> ledger() {
        return scan(target.deliveriesTable()).stream().map(WireObserver::entry).toList();
    }

    private Set<String> resolvingRules() {
        return target.bindingsTable().map(this::scan).orElse(List.of()).stream()
                .filter(item -> item.containsKey("notifyOnResolve")
                        && Boolean.TRUE.equals(item.get("notifyOnResolve").bool()))
                .map(item -> text(item, "workspaceId") + '/' + text(item, "ruleId"))
                .collect(Collectors.toSet());
    }

    private List<Map<String, AttributeValue>> scan(String table) {
        return dynamo.scanPaginator(request -> request.tableName(table).consistentRead(true)).items().stream()
                .toList();
    }

    private static LedgerEntry entry(Map<String, AttributeValue> item) {
        return new LedgerEntry(
                text(item, "workspaceId"),
                text(item, "ruleId"),
                text(item, "alertId"),
                text(item, "outcome"),
                text(item, "reason"),
                Optional.ofNullable(item.get("incidentId")).map(AttributeValue::s),
                item.containsKey("incidentOpen"),
                item.containsKey("resolvePending"),
                time(item, "leaseUntil"),
                time(item, "nextAttemptAt"),
                time(item, "unsettledSince"),
                item.containsKey("folded")
                        && Boolean.TRUE.equals(item.get("folded").bool()),
                firing(item));
    }

    private static Set<String> firing(Map<String, AttributeValue> item) {
        return item.containsKey("firing")
                ? item.get("firing").bs().stream()
                        .map(hash -> HexFormat.of().formatHex(hash.asByteArray()))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        return value == null || value.s() == null ? "" : value.s();
    }

    private static Optional<Instant> time(Map<String, AttributeValue> item, String name) {
        return Optional.of(text(item, name)).filter(value -> !value.isEmpty()).map(Instant::parse);
    }

    // ---- SQS ----

    private QueueCounts counts(String queueUrl) {
        Map<QueueAttributeName, String> counts = sqs.getQueueAttributes(
                        request -> request.queueUrl(queueUrl).attributeNames(VISIBLE, HIDDEN, DELAYED))
                .attributes();
        return new QueueCounts(
                Integer.parseInt(counts.get(VISIBLE)),
                Integer.parseInt(counts.get(HIDDEN)),
                Integer.parseInt(counts.get(DELAYED)));
    }

    private List<DeadLetter> deadLetters() {
        Map<String, Message> received = new LinkedHashMap<>();
        try {
            for (int empty = 0; empty < EMPTY_ANSWERS && received.size() < MAX_DEAD_LETTERS; ) {
                List<Message> messages = sqs.receiveMessage(request -> request.queueUrl(target.deadLetterQueueUrl())
                                .maxNumberOfMessages(10)
                                .visibilityTimeout(WHILE_READING_SECONDS)
                                .waitTimeSeconds(0)
                                .messageAttributeNames("All"))
                        .messages();
                empty = messages.isEmpty() ? empty + 1 : 0;
                messages.forEach(message -> received.put(message.messageId(), message));
            }
        } finally {
            received.values().forEach(this::showAgain);
        }
        List<DeadLetter> letters = new ArrayList<>();
        received.values()
                .forEach(message -> letters.add(new DeadLetter(
                        message.messageId(),
                        message.body(),
                        attribute(message, "outcome"),
                        attribute(message, "reason"))));
        return letters;
    }

    private void showAgain(Message message) {
        sqs.changeMessageVisibility(request -> request.queueUrl(target.deadLetterQueueUrl())
                .receiptHandle(message.receiptHandle())
                .visibilityTimeout(0));
    }

    private static Optional<String> attribute(Message message, String name) {
        return Optional.ofNullable(message.messageAttributes().get(name)).map(MessageAttributeValue::stringValue);
    }
}
