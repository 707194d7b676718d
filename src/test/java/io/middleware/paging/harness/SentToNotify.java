package io.middleware.paging.harness;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
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
     * Sends the body, and hands it to the function as the event source would; then what the function itself has put onto the
     * queue.
     *
     * @param sentAt when the queue says that it took the message
     * @return whether the message is done, or lies in the dead-letter queue; false when it comes again
     */
    public boolean isDone(String body, Map<String, String> attributes, Instant sentAt) {
        // For its receipt handle: SQS takes fewer characters than a body here may hold.
        cloud.sqs().sendMessage(request -> request.queueUrl(queue.url()).messageBody("in place of the body"));
        boolean done = isDone(receive(queue.url(), 1).orElseThrow(), body, attributes, sentAt);
        Optional<Message> own = receive(queue.url(), 0);
        while (own.isPresent()) {
            Map<String, String> its = new HashMap<>();
            own.get().messageAttributes().forEach((name, value) -> its.put(name, value.stringValue()));
            done &= isDone(own.get(), own.get().body(), its, sentAt);
            own = receive(queue.url(), 0);
        }
        return done;
    }

    private boolean isDone(Message message, String body, Map<String, String> attributes, Instant sentAt) {
        ObjectNode record = JsonNodeFactory.instance.objectNode();
        record.put("messageId", message.messageId());
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
        boolean done = function.call(event.toString()).path("batchItemFailures").isEmpty();
        if (done) {
            delete(queue.url(), message);
        }
        return done;
    }

    /** In a batch, because a message that is gone already is then no exception: on AWS it is none anyway. */
    private void delete(String url, Message message) {
        cloud.sqs()
                .deleteMessageBatch(request -> request.queueUrl(url)
                        .entries(DeleteMessageBatchRequestEntry.builder()
                                .id("1")
                                .receiptHandle(message.receiptHandle())
                                .build()));
    }

    /** Why the only message of the dead-letter queue is there, with its outcome: {@code MALFORMED: …}. It is taken out. */
    public String deadLetter() {
        Message dead = receive(deadLetterQueueUrl, 1)
                .orElseThrow(() -> new AssertionError("no message in the dead-letter queue"));
        delete(deadLetterQueueUrl, dead);
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

    private Optional<Message> receive(String url, int waitSeconds) {
        return cloud
                .sqs()
                .receiveMessage(ReceiveMessageRequest.builder()
                        .queueUrl(url)
                        .maxNumberOfMessages(1)
                        .waitTimeSeconds(waitSeconds)
                        .messageAttributeNames("All")
                        .build())
                .messages()
                .stream()
                .findFirst();
    }
}
