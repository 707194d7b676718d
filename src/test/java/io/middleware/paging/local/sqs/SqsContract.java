package io.middleware.paging.local.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ListMessageMoveTasksResultEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.QueueNameExistsException;
import software.amazon.awssdk.services.sqs.model.ReceiptHandleIsInvalidException;
import software.amazon.awssdk.services.sqs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.UnsupportedOperationException;

import io.middleware.paging.local.engine.AwsClients;

/**
 * What Amazon SQS does with standard queues, as seen through the AWS SDK, which checks the MD5 of all that is sent and
 * received. Each test uses queues of its own, so that a server may be shared.
 */
abstract class SqsContract {

    /** Some servers go by the machine's time, and a machine that is busy may stand still for seconds. */
    private static final String HIDDEN_SECONDS = "6";

    final String name = "contract-" + UUID.randomUUID();
    SqsClient aws;
    String deadLetters;
    String queue;

    abstract URI endpoint();

    /** Lets time pass until this is so. Fails if it takes more than half a minute. */
    abstract void until(BooleanSupplier condition);

    @BeforeEach
    void connect() {
        aws = AwsClients.sqs(endpoint());
        deadLetters = create(name + "-dead", Map.of());
        queue = create(
                name,
                Map.of(
                        QueueAttributeName.VISIBILITY_TIMEOUT,
                        HIDDEN_SECONDS,
                        QueueAttributeName.REDRIVE_POLICY,
                        "{\"deadLetterTargetArn\":\"" + arn(deadLetters) + "\",\"maxReceiveCount\":2}"));
    }

    @AfterEach
    void disconnect() {
        if (aws != null) {
            aws.close();
        }
    }

    @Test
    void aMessageIsReceivedAsItWasSentWithWhatWasAskedFor() {
        String id = aws.sendMessage(request -> request.queueUrl(queue)
                        .messageBody("Grüße, \"99 %\"")
                        .messageAttributes(Map.of(
                                "reason", text("zu spät"),
                                "blob",
                                        MessageAttributeValue.builder()
                                                .dataType("Binary")
                                                .binaryValue(SdkBytes.fromByteArray(new byte[] {0, 1, -1}))
                                                .build(),
                                "count",
                                        MessageAttributeValue.builder()
                                                .dataType("Number")
                                                .stringValue("7")
                                                .build())))
                .messageId();

        Message message = receive(queue);

        assertThat(message.messageId()).isEqualTo(id);
        assertThat(message.body()).isEqualTo("Grüße, \"99 %\"");
        assertThat(message.messageAttributes().keySet()).containsExactlyInAnyOrder("reason", "blob", "count");
        assertThat(message.messageAttributes().get("reason").stringValue()).isEqualTo("zu spät");
        assertThat(message.messageAttributes().get("blob").binaryValue().asByteArray())
                .containsExactly(0, 1, -1);
        assertThat(message.attributes())
                .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")
                .containsKeys(
                        MessageSystemAttributeName.SENT_TIMESTAMP,
                        MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP);
    }

    @Test
    void whatIsNotAskedForIsNotTold() {
        aws.sendMessage(request ->
                request.queueUrl(queue).messageBody("one").messageAttributes(Map.of("reason", text("late"))));

        Message message = aws.receiveMessage(request -> request.queueUrl(queue).messageAttributeNames("other"))
                .messages()
                .get(0);

        assertThat(message.attributes()).isEmpty();
        assertThat(message.messageAttributes()).isEmpty();
    }

    @Test
    void aReceivedMessageIsHiddenUntilItsVisibilityTimeOutEnds() {
        send("one");
        Message first = receive(queue);

        assertThat(isEmpty(queue)).isTrue();
        Message second = awaitMessage(queue);

        assertThat(second.messageId()).isEqualTo(first.messageId());
        assertThat(second.receiptHandle()).isNotEqualTo(first.receiptHandle());
        assertThat(second.attributes()).containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2");
        assertThat(List.of(
                        MessageSystemAttributeName.SENT_TIMESTAMP,
                        MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP))
                .allSatisfy(attribute -> assertThat(second.attributes().get(attribute))
                        .isEqualTo(first.attributes().get(attribute)));
    }

    @Test
    void visibilityOfZeroBringsAMessageBackAtOnce() {
        send("one");

        hide(receive(queue), 0);

        assertThat(receive(queue).body()).isEqualTo("one");
    }

    @Test
    void aMessageStaysHiddenForAsLongAsToldLast() {
        send("one");
        send("two");
        receive(queue);
        hide(receive(queue), 3_600);

        awaitMessage(queue);

        assertThat(isEmpty(queue)).isTrue();
        assertThat(counts(queue)).containsExactly(0, 2, 0);
    }

    @Test
    void nobodyHidesAMessageForMoreThanTwelveHoursFromItsReceive() {
        send("one");
        Message one = receive(queue);
        hide(one, 43_000);
        send("two");
        receive(queue);
        // The other message's time-out tells that some seconds have passed since the first was received.
        until(() -> counts(queue).get(0) > 0);

        assertRefused("InvalidParameterValue", () -> hide(one, 43_200));
        assertRefused("InvalidParameterValue", () -> hide(one, 43_201));
    }

    @Test
    void aDeletedMessageDoesNotComeBackAndIsDeletedTwiceWithoutComplaint() {
        send("one");
        Message message = receive(queue);

        delete(message);

        assertThatCode(() -> delete(message)).doesNotThrowAnyException();
        assertThat(counts(queue)).containsExactly(0, 0, 0);
        assertRefused("InvalidParameterValue", () -> hide(message, 60));
    }

    @Test
    void aHandleThatIsNoneIsRefused() {
        assertThatExceptionOfType(ReceiptHandleIsInvalidException.class)
                .isThrownBy(() -> aws.changeMessageVisibility(request ->
                        request.queueUrl(queue).receiptHandle("nonsense").visibilityTimeout(60)));
    }

    @Test
    void aMessageThatIsVisibleAgainCannotBeHidden() {
        send("one");
        Message message = receive(queue);
        hide(message, 0);

        assertThatExceptionOfType(AwsServiceException.class).isThrownBy(() -> hide(message, 60));
    }

    @Test
    void aReceiveGivesAtMostTenAndAsManyAsAskedFor() {
        IntStream.range(0, 12).forEach(i -> send("number " + i));

        assertThat(aws.receiveMessage(request -> request.queueUrl(queue).maxNumberOfMessages(10))
                        .messages())
                .hasSizeBetween(1, 10);
        assertRefused(
                "InvalidParameterValue",
                () -> aws.receiveMessage(request -> request.queueUrl(queue).maxNumberOfMessages(11)));
    }

    @Test
    void aDelayedMessageComesLater() {
        aws.sendMessage(request -> request.queueUrl(queue).messageBody("one").delaySeconds(6));

        assertThat(isEmpty(queue)).isTrue();
        assertThat(counts(queue)).containsExactly(0, 0, 1);
        assertThat(awaitMessage(queue).body()).isEqualTo("one");
    }

    @Test
    void theEntriesOfABatchSucceedAndFailEachAlone() {
        SendMessageBatchResponse sent = aws.sendMessageBatch(request -> request.queueUrl(queue)
                .entries(
                        SendMessageBatchRequestEntry.builder()
                                .id("a")
                                .messageBody("one")
                                .build(),
                        SendMessageBatchRequestEntry.builder()
                                .id("b")
                                .messageBody("two")
                                .messageAttributes(Map.of("reason", text("late")))
                                .build()));
        assertThat(sent.successful()).hasSize(2);
        assertThat(sent.failed()).isEmpty();
        Message first = receive(queue);
        Message second = receive(queue);

        var hidden = aws.changeMessageVisibilityBatch(request -> request.queueUrl(queue)
                .entries(
                        ChangeMessageVisibilityBatchRequestEntry.builder()
                                .id("a")
                                .receiptHandle(first.receiptHandle())
                                .visibilityTimeout(0)
                                .build(),
                        ChangeMessageVisibilityBatchRequestEntry.builder()
                                .id("b")
                                .receiptHandle("nonsense")
                                .visibilityTimeout(0)
                                .build()));
        var deleted = aws.deleteMessageBatch(request -> request.queueUrl(queue)
                .entries(
                        DeleteMessageBatchRequestEntry.builder()
                                .id("a")
                                .receiptHandle(second.receiptHandle())
                                .build(),
                        DeleteMessageBatchRequestEntry.builder()
                                .id("b")
                                .receiptHandle("nonsense")
                                .build()));

        assertThat(hidden.successful())
                .singleElement()
                .matches(done -> done.id().equals("a"));
        assertThat(hidden.failed())
                .singleElement()
                .matches(failed -> failed.id().equals("b") && failed.code().equals("ReceiptHandleIsInvalid"));
        assertThat(deleted.successful())
                .singleElement()
                .matches(done -> done.id().equals("a"));
        assertThat(deleted.failed())
                .singleElement()
                .matches(failed -> failed.id().equals("b") && failed.code().equals("ReceiptHandleIsInvalid"));
        assertThat(receive(queue).messageId()).isEqualTo(first.messageId());
    }

    @Test
    void aMessageReceivedTooOftenGoesToTheDeadLetterQueueAsItIs() {
        send("one");
        Message first = receive(queue);
        hide(first, 0);
        hide(receive(queue), 0);

        assertThat(isEmpty(queue)).isTrue();
        Message dead = receive(deadLetters);

        assertThat(dead.messageId()).isEqualTo(first.messageId());
        assertThat(dead.attributes())
                .containsEntry(MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN, arn(queue))
                .containsEntry(
                        MessageSystemAttributeName.SENT_TIMESTAMP,
                        first.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP));
    }

    @Test
    void aMoveTaskBringsTheDeadBackAsNewMessages() {
        String id = bury("one");

        move(null);
        until(() -> counts(queue).get(0) > 0);
        Message back = receive(queue);

        assertThat(back.body()).isEqualTo("one");
        assertThat(back.messageId()).isNotEqualTo(id);
        assertThat(back.attributes()).containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1");
        until(() -> "COMPLETED".equals(task().status()));
        assertThat(task().approximateNumberOfMessagesMoved()).isEqualTo(1);
        assertThat(task().sourceArn()).isEqualTo(arn(deadLetters));
    }

    @Test
    void whatSomebodySentToTheDeadLetterQueueGoesOnlyWhereItIsTold() {
        aws.sendMessage(request -> request.queueUrl(deadLetters).messageBody("by hand"));

        move(null);
        until(() -> "FAILED".equals(task().status()));
        assertThat(task().failureReason()).isNotBlank();
        assertThat(counts(deadLetters)).containsExactly(1, 0, 0);

        move(arn(queue));
        until(() -> counts(queue).get(0) > 0);
        assertThat(receive(queue).body()).isEqualTo("by hand");
    }

    @Test
    void aMoveTaskStartsFromADeadLetterQueueOnly() {
        assertRefused(
                "InvalidParameterValue", () -> aws.startMessageMoveTask(request -> request.sourceArn(arn(queue))));
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(
                        () -> aws.startMessageMoveTask(request -> request.sourceArn(arn(deadLetters) + "-no-such")));
    }

    @Test
    void oneMoveTaskAtATimeLeavesAQueueUntilItIsCancelled() {
        for (int i = 0; i < 20; i++) {
            bury("number " + i);
        }
        String handle = aws.startMessageMoveTask(
                        request -> request.sourceArn(arn(deadLetters)).maxNumberOfMessagesPerSecond(1))
                .taskHandle();

        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> move(null));
        assertThat(task().taskHandle()).isEqualTo(handle);
        aws.cancelMessageMoveTask(request -> request.taskHandle(handle));

        until(() -> "CANCELLED".equals(task().status()));
        assertThat(counts(deadLetters).get(0)).isBetween(15, 20);
    }

    @Test
    void aQueueTellsWhatItIs() {
        Map<QueueAttributeName, String> attributes = aws.getQueueAttributes(
                        request -> request.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
                .attributes();

        assertThat(attributes)
                .containsEntry(
                        QueueAttributeName.QUEUE_ARN,
                        "arn:aws:sqs:" + AwsClients.REGION + ":" + AwsClients.ACCOUNT_ID + ":" + name)
                .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, HIDDEN_SECONDS)
                .containsEntry(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "345600")
                .hasEntrySatisfying(
                        QueueAttributeName.REDRIVE_POLICY,
                        policy -> assertThat(policy).contains(arn(deadLetters)));
    }

    @Test
    void aQueueIsFoundByItsNameAndCreatedOnce() {
        assertThat(aws.getQueueUrl(request -> request.queueName(name)).queueUrl())
                .isEqualTo(queue);
        assertThat(create(name, Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, HIDDEN_SECONDS)))
                .isEqualTo(queue);
        assertThatExceptionOfType(QueueNameExistsException.class)
                .isThrownBy(() -> create(name, Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "3")));
        assertThatExceptionOfType(QueueDoesNotExistException.class)
                .isThrownBy(() -> aws.getQueueUrl(request -> request.queueName(name + "-no-such")));
    }

    @Test
    void aPurgedQueueIsEmpty() {
        send("one");

        aws.purgeQueue(request -> request.queueUrl(queue));

        until(() -> counts(queue).equals(List.of(0, 0, 0)));
    }

    String create(String queueName, Map<QueueAttributeName, String> attributes) {
        return aws.createQueue(request -> request.queueName(queueName).attributes(attributes))
                .queueUrl();
    }

    String arn(String url) {
        return aws.getQueueAttributes(request -> request.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
    }

    void send(String body) {
        aws.sendMessage(request -> request.queueUrl(queue).messageBody(body));
    }

    /** Sends a message and receives it until SQS gives it up; returns its id. */
    String bury(String body) {
        send(body);
        Message message = receive(queue);
        hide(message, 0);
        hide(receive(queue), 0);
        assertThat(isEmpty(queue)).isTrue();
        return message.messageId();
    }

    void hide(Message message, int seconds) {
        aws.changeMessageVisibility(request ->
                request.queueUrl(queue).receiptHandle(message.receiptHandle()).visibilityTimeout(seconds));
    }

    void delete(Message message) {
        aws.deleteMessage(request -> request.queueUrl(queue).receiptHandle(message.receiptHandle()));
    }

    void move(String destinationArn) {
        aws.startMessageMoveTask(request -> request.sourceArn(arn(deadLetters)).destinationArn(destinationArn));
    }

    ListMessageMoveTasksResultEntry task() {
        return aws.listMessageMoveTasks(request -> request.sourceArn(arn(deadLetters)))
                .results()
                .get(0);
    }

    boolean isEmpty(String url) {
        return messages(url).isEmpty();
    }

    Message receive(String url) {
        List<Message> messages = messages(url);
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    Message awaitMessage(String url) {
        until(() -> counts(url).get(0) > 0);
        return receive(url);
    }

    private List<Message> messages(String url) {
        return aws.receiveMessage(request -> request.queueUrl(url)
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                        .messageAttributeNames("All"))
                .messages();
    }

    /** Visible, in flight, delayed. */
    List<Integer> counts(String url) {
        Map<QueueAttributeName, String> attributes = aws.getQueueAttributes(
                        request -> request.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                .attributes();
        return List.of(
                Integer.parseInt(attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)),
                Integer.parseInt(attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)),
                Integer.parseInt(attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED)));
    }

    private static MessageAttributeValue text(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
    }

    /** By the code of SQS's older protocol, which the SDK reports. */
    static void assertRefused(String code, Runnable call) {
        assertThatExceptionOfType(AwsServiceException.class)
                .isThrownBy(call::run)
                .matches(refused -> refused.awsErrorDetails().errorCode().equals(code), "is refused as " + code);
    }
}
