package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.harness.MutableClock;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.sqs.FakeSqs;

/** A dead letter must page, once it is sent back, whom it would have paged. */
class SqsAlertQueueTest {
    private static final Instant SENT_AT = Instant.parse("2026-11-23T03:00:00Z");

    /** Source: AWS, "Amazon SQS message quotas". */
    private static final int MAX_MESSAGE_BYTES = 1_048_576;

    private FakeSqs fake;
    private SqsClient sqs;
    private String alerts;
    private String deadLetters;
    private SqsAlertQueue queue;

    @BeforeEach
    void start() {
        fake = FakeSqs.start(new MutableClock(SENT_AT));
        sqs = AwsClients.sqs(fake.endpoint());
        alerts = sqs.createQueue(request -> request.queueName("alerts")).queueUrl();
        deadLetters =
                sqs.createQueue(request -> request.queueName("alerts-dead")).queueUrl();
        queue = new SqsAlertQueue(sqs, FixedAlertConfig.defaults().withDeadLetterQueue(deadLetters));
    }

    @AfterEach
    void stop() {
        sqs.close();
        fake.close();
    }

    /** SQS takes ten attributes. */
    @Test
    void theNamesOfItsWorkspaceAndRuleStayWhateverElseItsProducerSent() {
        Map<String, String> attributes = new HashMap<>(Map.of("workspaceId", "acme", "ruleId", "cpu-high"));
        for (int i = 0; i < 8; i++) {
            attributes.put("producer-" + i, "x");
        }

        assertThat(queue.moveToDeadLetterQueue(received("an alarm", attributes), Outcome.REFUSED, "gone"))
                .isTrue();

        assertThat(texts(onlyDeadLetter()))
                .hasSize(10)
                .containsEntry("outcome", "REFUSED")
                .containsEntry("reason", "gone")
                .containsEntry("sentAt", "2026-11-23T03:00:00Z")
                .containsEntry("workspaceId", "acme")
                .containsEntry("ruleId", "cpu-high");
    }

    /** Whoever reads it again would take the time of the sending back, and an alert that is over for a new one. */
    @Test
    void aTimeOfSendingThatCannotBeReadGivesWayToThatOfSqs() {
        assertThat(queue.moveToDeadLetterQueue(
                        received("one", Map.of("sentAt", "1763866800000")), Outcome.EXPIRED, "too old"))
                .isTrue();

        assertThat(texts(onlyDeadLetter())).containsEntry("sentAt", "2026-11-23T03:00:00Z");
    }

    @Test
    void whatDecidesWhomItPagesStaysWhereThereIsNoRoomForTheReason() {
        String large = "x".repeat(MAX_MESSAGE_BYTES - 200);

        assertThat(queue.moveToDeadLetterQueue(
                        received(large, Map.of("workspaceId", "acme", "note", "y")), Outcome.EXPIRED, "z".repeat(300)))
                .isTrue();

        Message dead = onlyDeadLetter();
        assertThat(dead.body()).isEqualTo(large);
        assertThat(texts(dead))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("outcome", "EXPIRED", "sentAt", "2026-11-23T03:00:00Z", "workspaceId", "acme"));
    }

    @Test
    void whatFillsItsMessageToTheLastByteIsMovedAsItIs() {
        String full = "x".repeat(MAX_MESSAGE_BYTES);

        assertThat(queue.moveToDeadLetterQueue(received(full, Map.of()), Outcome.MALFORMED, "no JSON"))
                .isTrue();

        assertThat(onlyDeadLetter().messageAttributes()).isEmpty();
        assertThat(messagesIn(alerts)).isZero();
    }

    private AlertMessage received(String body, Map<String, String> attributes) {
        sqs.sendMessage(request -> request.queueUrl(alerts).messageBody(body));
        Message message = sqs.receiveMessage(request -> request.queueUrl(alerts))
                .messages()
                .get(0);
        String arn = sqs.getQueueAttributes(
                        request -> request.queueUrl(alerts).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        return new AlertMessage(
                message.messageId(),
                arn,
                message.receiptHandle(),
                1,
                Optional.of(SENT_AT),
                Optional.empty(),
                attributes,
                body);
    }

    private Message onlyDeadLetter() {
        assertThat(messagesIn(alerts)).as("it was moved, not copied").isZero();
        assertThat(messagesIn(deadLetters)).isEqualTo(1);
        return sqs.receiveMessage(request -> request.queueUrl(deadLetters).messageAttributeNames("All"))
                .messages()
                .get(0);
    }

    private static Map<String, String> texts(Message message) {
        Map<String, String> texts = new HashMap<>();
        message.messageAttributes().forEach((name, value) -> texts.put(name, value.stringValue()));
        return texts;
    }

    private int messagesIn(String url) {
        return sqs
                .getQueueAttributes(request -> request.queueUrl(url)
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributes()
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }
}
