package io.middleware.paging.local.sqs;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.middleware.paging.local.aws.AwsError;
import io.middleware.paging.local.engine.AwsClients;

/** What each action of SQS does, from the request's JSON to the answer's. One call at a time. */
final class Actions {

    /** Quotas and ranges: API reference of each action. */
    private static final int MAX_VISIBILITY_SECONDS = 43_200;

    private static final int MAX_DELAY_SECONDS = 900;
    private static final int MAX_BATCH = 10;
    private static final int MAX_MOVES_PER_SECOND = 500;
    private static final int MAX_TASKS_LISTED = 10;

    private final InstantSource clock;
    private final Supplier<URI> endpoint;
    private final Map<String, Queue> queues = new LinkedHashMap<>();
    private final Map<String, Function<JsonNode, ObjectNode>> actions = Map.ofEntries(
            Map.entry("CreateQueue", this::createQueue),
            Map.entry("GetQueueUrl", this::getQueueUrl),
            Map.entry("GetQueueAttributes", this::getQueueAttributes),
            Map.entry("SetQueueAttributes", this::setQueueAttributes),
            Map.entry("DeleteQueue", this::deleteQueue),
            Map.entry("PurgeQueue", this::purgeQueue),
            Map.entry("SendMessage", this::sendMessage),
            Map.entry("SendMessageBatch", request -> batch(request, this::sendMessage)),
            Map.entry("ReceiveMessage", this::receiveMessage),
            Map.entry("DeleteMessage", this::deleteMessage),
            Map.entry("DeleteMessageBatch", request -> batch(request, this::deleteMessage)),
            Map.entry("ChangeMessageVisibility", this::changeMessageVisibility),
            Map.entry("ChangeMessageVisibilityBatch", request -> batch(request, this::changeMessageVisibility)),
            Map.entry("StartMessageMoveTask", this::startMessageMoveTask),
            Map.entry("ListMessageMoveTasks", this::listMessageMoveTasks),
            Map.entry("CancelMessageMoveTask", this::cancelMessageMoveTask));

    Actions(InstantSource clock, Supplier<URI> endpoint) {
        this.clock = clock;
        this.endpoint = endpoint;
    }

    /** @throws AwsError if SQS would answer with an error */
    synchronized ObjectNode answer(String action, JsonNode request) {
        if (!actions.containsKey(action)) {
            throw new AwsError(
                    "com.amazon.coral.service#UnknownOperationException",
                    "InvalidAction",
                    "There is no action " + action + " here.");
        }
        catchUp();
        return actions.get(action).apply(request);
    }

    synchronized Optional<Instant> nextVisible(String queueUrl) {
        catchUp();
        Queue queue = queue(queueUrl);
        return Stream.concat(
                        queue.nextVisible().stream(),
                        queues.values().stream()
                                .flatMap(source -> source.moveTasks.stream())
                                .flatMap(task -> task.next().stream()))
                .min(Instant::compareTo);
    }

    /** What happened by itself since the last call. */
    private void catchUp() {
        Instant now = clock.instant();
        queues.values().forEach(queue -> queue.moveTasks.forEach(task -> task.advance(now)));
        queues.values().forEach(queue -> queue.dropWhatIsTooOld(now));
    }

    private ObjectNode createQueue(JsonNode request) {
        String name = required(request, "QueueName");
        if (!name.matches("[A-Za-z0-9_-]{1,80}")) {
            throw Errors.invalid("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in"
                    + " length; and this server has no FIFO queues.");
        }
        Map<String, String> attributes = attributes(request);
        Queue existing = queues.get(name);
        if (existing != null) {
            attributes.forEach((attribute, value) -> {
                if (!value.equals(existing.attributes.get(attribute))) {
                    throw Errors.queueExists(name, attribute);
                }
            });
            return object().put("QueueUrl", url(existing));
        }
        Queue queue = new Queue(name, arn(name), attributes, clock.instant());
        refuseForeignDeadLetterQueue(queue);
        queues.put(name, queue);
        return object().put("QueueUrl", url(queue));
    }

    private Map<String, String> attributes(JsonNode request) {
        Map<String, String> attributes = new HashMap<>();
        request.path("Attributes").fields().forEachRemaining(field -> {
            if (!Queue.DEFAULTS.containsKey(field.getKey()) && !Queue.WITHOUT_DEFAULT.contains(field.getKey())) {
                throw Errors.invalidAttribute(field.getKey());
            }
            attributes.put(field.getKey(), field.getValue().asText());
        });
        checkNumber(attributes, "VisibilityTimeout", 0, MAX_VISIBILITY_SECONDS);
        checkNumber(attributes, "DelaySeconds", 0, MAX_DELAY_SECONDS);
        checkNumber(attributes, "MessageRetentionPeriod", 60, 1_209_600);
        checkNumber(attributes, "ReceiveMessageWaitTimeSeconds", 0, 20);
        checkNumber(attributes, "MaximumMessageSize", 1_024, 1_048_576);
        Optional.ofNullable(attributes.get("RedrivePolicy"))
                .filter(policy -> !policy.isEmpty())
                .map(Queue.Redrive::of)
                .filter(redrive -> byArn(redrive.deadLetterTargetArn()).isEmpty())
                .ifPresent(redrive -> {
                    throw Errors.invalid(
                            "RedrivePolicy", attributes.get("RedrivePolicy"), "Dead letter target does not exist.");
                });
        return attributes;
    }

    private void refuseForeignDeadLetterQueue(Queue source) {
        source.redrive()
                .flatMap(redrive -> byArn(redrive.deadLetterTargetArn()))
                .filter(deadLetters -> !deadLetters.takesRedrivesFrom(source.arn))
                .ifPresent(deadLetters -> {
                    throw Errors.invalid(
                            "RedrivePolicy",
                            source.attributes.get("RedrivePolicy"),
                            "The dead letter target's RedriveAllowPolicy does not allow this queue.");
                });
    }

    private static void checkNumber(Map<String, String> attributes, String name, int min, int max) {
        String value = attributes.get(name);
        if (value != null && (!value.matches("\\d{1,9}") || isOutside(Integer.parseInt(value), min, max))) {
            throw Errors.invalid("Invalid value for the parameter " + name + ".");
        }
    }

    private ObjectNode getQueueUrl(JsonNode request) {
        return object().put("QueueUrl", url(byName(required(request, "QueueName"))));
    }

    private ObjectNode getQueueAttributes(JsonNode request) {
        Queue queue = queueOf(request);
        Set<String> wanted = texts(request, "AttributeNames");
        Map<String, String> all = describe(queue);
        ObjectNode attributes = JsonNodeFactory.instance.objectNode();
        for (String name : wanted) {
            if (!name.equals("All") && !Queue.WITHOUT_DEFAULT.contains(name) && !all.containsKey(name)) {
                throw Errors.invalidAttribute(name);
            }
        }
        all.forEach((name, value) -> {
            if (wanted.contains("All") || wanted.contains(name)) {
                attributes.put(name, value);
            }
        });
        return object().set("Attributes", attributes);
    }

    private Map<String, String> describe(Queue queue) {
        Instant now = clock.instant();
        Map<String, String> all = new LinkedHashMap<>(queue.attributes);
        all.put("QueueArn", queue.arn);
        all.put("CreatedTimestamp", Long.toString(queue.createdAt.getEpochSecond()));
        all.put("LastModifiedTimestamp", Long.toString(queue.createdAt.getEpochSecond()));
        all.put("ApproximateNumberOfMessages", count(queue, message -> message.isVisible(now)));
        all.put("ApproximateNumberOfMessagesNotVisible", count(queue, message -> message.isInFlight(now)));
        all.put("ApproximateNumberOfMessagesDelayed", count(queue, message -> message.isDelayed(now)));
        return all;
    }

    private static String count(Queue queue, Predicate<StoredMessage> which) {
        return Long.toString(queue.messages.values().stream().filter(which).count());
    }

    private ObjectNode setQueueAttributes(JsonNode request) {
        queueOf(request).attributes.putAll(attributes(request));
        return object();
    }

    private ObjectNode deleteQueue(JsonNode request) {
        queues.remove(queueOf(request).name);
        return object();
    }

    private ObjectNode purgeQueue(JsonNode request) {
        queueOf(request).messages.clear();
        return object();
    }

    private ObjectNode sendMessage(JsonNode request) {
        Queue queue = queueOf(request);
        String body = required(request, "MessageBody");
        MessageAttributes attributes = MessageAttributes.of(request.path("MessageAttributes"));
        int bytes = body.getBytes(StandardCharsets.UTF_8).length + attributes.bytes();
        int limit = Integer.parseInt(queue.attributes.get("MaximumMessageSize"));
        if (bytes > limit) {
            throw Errors.invalid(
                    "One or more parameters are invalid. Reason: Message must be shorter than " + limit + " bytes.");
        }
        Duration delay = number(request, "DelaySeconds", 0, MAX_DELAY_SECONDS)
                .map(Duration::ofSeconds)
                .orElseGet(() -> queue.seconds("DelaySeconds"));
        StoredMessage message = StoredMessage.sent(body, attributes, clock.instant(), delay);
        queue.add(message);
        ObjectNode answer = object().put("MessageId", message.id).put("MD5OfMessageBody", message.md5OfBody());
        if (!attributes.isEmpty()) {
            answer.put("MD5OfMessageAttributes", attributes.md5());
        }
        return answer;
    }

    private ObjectNode receiveMessage(JsonNode request) {
        Queue queue = queueOf(request);
        int atMost = number(request, "MaxNumberOfMessages", 1, MAX_BATCH).orElse(1);
        Duration hidden = number(request, "VisibilityTimeout", 0, MAX_VISIBILITY_SECONDS)
                .map(Duration::ofSeconds)
                .orElseGet(() -> queue.seconds("VisibilityTimeout"));
        Set<String> system = new HashSet<>(texts(request, "AttributeNames"));
        system.addAll(texts(request, "MessageSystemAttributeNames"));
        Set<String> own = texts(request, "MessageAttributeNames");
        Instant now = clock.instant();
        buryWhatWasReceivedTooOften(queue, now);
        ObjectNode answer = object();
        for (StoredMessage message : queue.visible(now, atMost)) {
            String handle = message.receive(now, hidden);
            answer.withArray("/Messages").add(received(message, handle, system, own));
        }
        return answer;
    }

    private void buryWhatWasReceivedTooOften(Queue queue, Instant now) {
        queue.redrive()
                .ifPresent(redrive -> byArn(redrive.deadLetterTargetArn())
                        .ifPresent(deadLetters -> queue.visible(now, Integer.MAX_VALUE).stream()
                                .filter(message -> message.receiveCount >= redrive.maxReceiveCount())
                                .forEach(message -> {
                                    queue.messages.remove(message.id);
                                    deadLetters.add(message.dead(queue.arn, now));
                                })));
    }

    private static ObjectNode received(StoredMessage message, String handle, Set<String> system, Set<String> own) {
        ObjectNode node = object().put("MessageId", message.id)
                .put("ReceiptHandle", handle)
                .put("Body", message.body)
                .put("MD5OfBody", message.md5OfBody());
        Map<String, String> all = new LinkedHashMap<>();
        all.put("SenderId", AwsClients.ACCOUNT_ID);
        all.put("SentTimestamp", Long.toString(message.sentAt.toEpochMilli()));
        all.put("ApproximateReceiveCount", Integer.toString(message.receiveCount));
        all.put(
                "ApproximateFirstReceiveTimestamp",
                Long.toString(message.firstReceivedAt.orElseThrow().toEpochMilli()));
        message.sourceArn.ifPresent(arn -> all.put("DeadLetterQueueSourceArn", arn));
        all.forEach((name, value) -> {
            if (system.contains("All") || system.contains(name)) {
                node.withObject("/Attributes").put(name, value);
            }
        });
        MessageAttributes wanted = message.attributes.only(own);
        if (!wanted.isEmpty()) {
            node.set("MessageAttributes", wanted.json());
            node.put("MD5OfMessageAttributes", wanted.md5());
        }
        return node;
    }

    /** Deleting what is gone, or was received again since, succeeds and does nothing. */
    private ObjectNode deleteMessage(JsonNode request) {
        Queue queue = queueOf(request);
        String handle = handle(request);
        StoredMessage message = queue.messages.get(StoredMessage.idOf(handle).orElseThrow(Errors::invalidHandle));
        if (message != null && message.wasLastReceivedAs(handle)) {
            queue.messages.remove(message.id);
        }
        return object();
    }

    private ObjectNode changeMessageVisibility(JsonNode request) {
        Queue queue = queueOf(request);
        String handle = handle(request);
        int seconds = number(request, "VisibilityTimeout", 0, MAX_VISIBILITY_SECONDS)
                .orElseThrow(() -> Errors.missing("VisibilityTimeout"));
        StoredMessage message = queue.messages.get(StoredMessage.idOf(handle).orElseThrow(Errors::invalidHandle));
        if (message == null || !message.wasLastReceivedAs(handle)) {
            throw Errors.invalid(
                    "ReceiptHandle",
                    handle,
                    "Message does not exist or is not available for visibility timeout change.");
        }
        if (!message.isInFlight(clock.instant())) {
            throw Errors.notInFlight();
        }
        message.hide(clock.instant(), seconds);
        return object();
    }

    private static String handle(JsonNode request) {
        return required(request, "ReceiptHandle");
    }

    /** Each entry by itself, as the single action would do it. */
    private ObjectNode batch(JsonNode request, Function<JsonNode, ObjectNode> single) {
        queueOf(request);
        List<JsonNode> entries = StreamSupport.stream(request.path("Entries").spliterator(), false)
                .toList();
        if (entries.isEmpty()) {
            throw Errors.named("EmptyBatchRequest", "There should be at least one entry in the request.");
        }
        if (entries.size() > MAX_BATCH) {
            throw Errors.named(
                    "TooManyEntriesInBatchRequest",
                    "Maximum number of entries per request are 10. You have sent " + entries.size() + ".");
        }
        if (entries.stream().map(entry -> entry.path("Id").asText()).distinct().count() < entries.size()) {
            throw Errors.named("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.");
        }
        ObjectNode answer = object();
        for (JsonNode entry : entries) {
            String id = required(entry, "Id");
            try {
                ObjectNode done = single.apply(entry.<ObjectNode>deepCopy().set("QueueUrl", request.path("QueueUrl")));
                answer.withArray("/Successful").add(done.put("Id", id));
            } catch (AwsError error) {
                answer.withArray("/Failed")
                        .addObject()
                        .put("Id", id)
                        .put("SenderFault", true)
                        .put("Code", error.queryCode().orElse(error.type()))
                        .put("Message", error.getMessage());
            }
        }
        // Both lists are required in AWS's answer, empty or not.
        answer.withArray("/Successful");
        answer.withArray("/Failed");
        return answer;
    }

    private ObjectNode startMessageMoveTask(JsonNode request) {
        Queue source = byArn(required(request, "SourceArn"))
                .orElseThrow(() -> Errors.noSuchResource(
                        "The resource that you specified for the SourceArn parameter" + " doesn't exist."));
        Optional<Queue> destination = text(request, "DestinationArn")
                .map(arn -> byArn(arn)
                        .orElseThrow(() -> Errors.noSuchResource(
                                "The resource that you specified for the DestinationArn parameter doesn't exist.")));
        int perSecond = number(request, "MaxNumberOfMessagesPerSecond", 1, MAX_MOVES_PER_SECOND)
                .orElse(MAX_MOVES_PER_SECOND);
        if (queues.values().stream()
                .noneMatch(queue -> queue.redrive()
                        .filter(redrive -> redrive.deadLetterTargetArn().equals(source.arn))
                        .isPresent())) {
            throw Errors.invalid("Source queue must be configured as a Dead Letter Queue.");
        }
        if (source.moveTasks.stream().anyMatch(task -> task.status == MoveTask.Status.RUNNING)) {
            throw Errors.unsupported("There is already a task running. Only one active task is allowed for a source"
                    + " queue arn at a given time.");
        }
        MoveTask task = new MoveTask(source, destination, perSecond, this::byArn, clock.instant());
        source.moveTasks.addFirst(task);
        task.advance(clock.instant());
        return object().put("TaskHandle", task.handle);
    }

    private ObjectNode listMessageMoveTasks(JsonNode request) {
        Queue source = byArn(required(request, "SourceArn"))
                .orElseThrow(() -> Errors.noSuchResource(
                        "The resource that you specified for the SourceArn parameter" + " doesn't exist."));
        int atMost = number(request, "MaxResults", 1, MAX_TASKS_LISTED).orElse(1);
        ObjectNode answer = object();
        answer.withArray("/Results");
        source.moveTasks.stream().limit(atMost).forEach(task -> {
            ObjectNode node = answer.withArray("/Results")
                    .addObject()
                    .put("Status", task.status.name())
                    .put("SourceArn", source.arn)
                    .put("ApproximateNumberOfMessagesMoved", task.moved)
                    .put("ApproximateNumberOfMessagesToMove", task.toMove)
                    .put("StartedTimestamp", task.startedAt.toEpochMilli());
            if (task.status == MoveTask.Status.RUNNING) {
                node.put("TaskHandle", task.handle);
            }
            task.destination.ifPresent(destination -> node.put("DestinationArn", destination.arn));
            task.failureReason.ifPresent(reason -> node.put("FailureReason", reason));
        });
        return answer;
    }

    private ObjectNode cancelMessageMoveTask(JsonNode request) {
        String handle = required(request, "TaskHandle");
        MoveTask task = queues.values().stream()
                .flatMap(queue -> queue.moveTasks.stream())
                .filter(candidate -> candidate.handle.equals(handle))
                .findFirst()
                .orElseThrow(() -> Errors.noSuchResource("Task does not exist."));
        if (task.status != MoveTask.Status.RUNNING) {
            throw Errors.unsupported("Only active tasks can be cancelled.");
        }
        task.status = MoveTask.Status.CANCELLED;
        return object().put("ApproximateNumberOfMessagesMoved", task.moved);
    }

    private Queue queueOf(JsonNode request) {
        return queue(required(request, "QueueUrl"));
    }

    private Queue queue(String url) {
        return byName(url.substring(url.lastIndexOf('/') + 1));
    }

    private Queue byName(String name) {
        return Optional.ofNullable(queues.get(name)).orElseThrow(Errors::noSuchQueue);
    }

    private Optional<Queue> byArn(String arn) {
        return queues.values().stream().filter(queue -> queue.arn.equals(arn)).findFirst();
    }

    private String url(Queue queue) {
        return endpoint.get() + "/" + AwsClients.ACCOUNT_ID + "/" + queue.name;
    }

    private static String arn(String name) {
        return "arn:aws:sqs:" + AwsClients.REGION + ":" + AwsClients.ACCOUNT_ID + ":" + name;
    }

    private static String required(JsonNode request, String field) {
        return text(request, field).orElseThrow(() -> Errors.missing(field));
    }

    private static Optional<String> text(JsonNode request, String field) {
        return Optional.of(request.path(field).asText()).filter(text -> !text.isEmpty());
    }

    private static Optional<Integer> number(JsonNode request, String field, int min, int max) {
        if (!request.hasNonNull(field)) {
            return Optional.empty();
        }
        int value = request.path(field).asInt();
        if (isOutside(value, min, max)) {
            throw Errors.invalid(field, value, "Must be between " + min + " and " + max + ", if provided.");
        }
        return Optional.of(value);
    }

    private static boolean isOutside(int value, int min, int max) {
        return value < min || value > max;
    }

    private static Set<String> texts(JsonNode request, String field) {
        return StreamSupport.stream(request.path(field).spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toSet());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
