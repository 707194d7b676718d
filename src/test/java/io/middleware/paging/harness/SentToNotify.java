package io.middleware.paging.harness;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;

import io.middleware.paging.local.template.DeployedTemplate.Queue;

/** The alert queue with {@code notify} behind it: a body goes in, the function handles it, and the dead letters can be read. */
public final class SentToNotify {
    private final FunctionUnderTest function = new FunctionUnderTest();
    private final TestCloud cloud = TestCloud.current();
    private final Queue queue = cloud.stack().queue("AlertQueue");
    private final String deadLetterQueueUrl =
            cloud.stack().queue("DeadLetterQueue").url();

    /**
     * Sends the body, and hands it to the function as the event source would.
     *
     * @param sentAt when the queue says that it took the message
     * @return whether the message is done, or lies in the dead-letter queue; false when it comes again
     */
    public boolean isDone(String body, Map<String, String> attributes, Instant sentAt) {
        String id = UUID.randomUUID().toString();
        cloud.sqs().sendMessage(request -> request.queueUrl(queue.url()).messageBody(id));
        Message message = receive(queue.url());
        ObjectNode record = JsonNodeFactory.instance.objectNode();
        record.put("messageId", id);
        record.put("receiptHandle", message.receiptHandle());
        record.put("body", body);
        record.putObject("attributes")
                .put("ApproximateReceiveCount", "1")
                .put("SentTimestamp", Long.toString(sentAt.toEpochMilli()));
        ObjectNode sent = record.putObject("messageAttributes");
        attributes.forEach(
                (name, value) -> sent.putObject(name).put("dataType", "String").put("stringValue", value));
        record.put("eventSource", "aws:sqs");
        record.put("eventSourceARN", queue.arn());
        record.put("awsRegion", "us-east-1");
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.putArray("Records").add(record);
        JsonNode reply = function.call(event.toString());
        return reply.path("batchItemFailures").isEmpty();
    }

    /** Why the only message of the dead-letter queue is there, with its outcome: {@code MALFORMED: …}. It is taken out. */
    public String deadLetter() {
        Message dead = receive(deadLetterQueueUrl);
        cloud.sqs()
                .deleteMessage(request -> request.queueUrl(deadLetterQueueUrl).receiptHandle(dead.receiptHandle()));
        return text(dead, "outcome") + ": " + text(dead, "reason");
    }

    /** Removes what a test left. */
    public void empty() {
        cloud.sqs().purgeQueue(request -> request.queueUrl(queue.url()));
        cloud.sqs().purgeQueue(request -> request.queueUrl(deadLetterQueueUrl));
    }

    private static String text(Message message, String attribute) {
        return Optional.ofNullable(message.messageAttributes().get(attribute))
                .map(MessageAttributeValue::stringValue)
                .orElse("");
    }

    private Message receive(String url) {
        return cloud
                .sqs()
                .receiveMessage(ReceiveMessageRequest.builder()
                        .queueUrl(url)
                        .maxNumberOfMessages(1)
                        .waitTimeSeconds(1)
                        .messageAttributeNames("All")
                        .build())
                .messages()
                .stream()
                .findFirst()
                .orElseThrow(() -> new AssertionError("no message in " + url));
    }
}
