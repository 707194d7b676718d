package io.middleware.paging.local.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.harness.MutableClock;

class FakeSqsTest extends SqsContract {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration STEP = Duration.ofMillis(100);

    private final MutableClock clock = new MutableClock(NOON);
    private FakeSqs fake;

    @BeforeEach
    @Override
    void connect() {
        fake = FakeSqs.start(clock);
        super.connect();
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    @Override
    URI endpoint() {
        return fake.endpoint();
    }

    @Override
    void until(BooleanSupplier condition) {
        Instant deadline = clock.instant().plusSeconds(30);
        while (!condition.getAsBoolean()) {
            assertThat(clock.instant()).as("it never came true").isBefore(deadline);
            clock.advance(STEP);
        }
    }

    @Test
    void timesComeFromTheClock() {
        send("one");
        clock.advance(Duration.ofSeconds(5));

        Message message = receive(queue);

        assertThat(message.attributes())
                .containsEntry(MessageSystemAttributeName.SENT_TIMESTAMP, Long.toString(NOON.toEpochMilli()))
                .containsEntry(
                        MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP,
                        Long.toString(NOON.plusSeconds(5).toEpochMilli()));
    }

    @Test
    void aDeadLetterQueueMayNameWhoseItIs() {
        String mine = "arn:aws:sqs:us-east-1:000000000000:mine";
        String deadLetters = aws.createQueue(request -> request.queueName("dead-letters")
                        .attributes(Map.of(
                                QueueAttributeName.REDRIVE_ALLOW_POLICY,
                                "{\"redrivePermission\":\"byQueue\",\"sourceQueueArns\":[\"" + mine + "\"]}")))
                .queueUrl();
        String target = aws.getQueueAttributes(
                        request -> request.queueUrl(deadLetters).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        Map<QueueAttributeName, String> redrive = Map.of(
                QueueAttributeName.REDRIVE_POLICY,
                "{\"deadLetterTargetArn\":\"" + target + "\",\"maxReceiveCount\":3}");

        assertThatThrownBy(() -> aws.createQueue(
                        request -> request.queueName("somebody-elses").attributes(redrive)))
                .hasMessageContaining("RedriveAllowPolicy");
        assertThat(target.replace("dead-letters", "mine")).isEqualTo(mine);
        aws.createQueue(request -> request.queueName("mine").attributes(redrive));
    }

    @Test
    void aMessageVanishesWhenItsRetentionEndsWhoeverHoldsIt() {
        aws.setQueueAttributes(request ->
                request.queueUrl(queue).attributes(Map.of(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "60")));
        send("one");
        send("two");
        hide(receive(queue), 3_600);

        clock.advance(Duration.ofSeconds(60));

        assertThat(counts(queue)).containsExactly(0, 0, 0);
        assertThat(counts(deadLetters)).containsExactly(0, 0, 0);
    }

    @Test
    void aDeadMessageIsAsOldAsItWas() {
        aws.setQueueAttributes(request ->
                request.queueUrl(deadLetters).attributes(Map.of(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "3600")));
        send("one");
        clock.advance(Duration.ofSeconds(3_000));
        hide(receive(queue), 0);
        hide(receive(queue), 0);
        assertThat(isEmpty(queue)).isTrue();

        clock.advance(Duration.ofSeconds(599));
        assertThat(counts(deadLetters)).containsExactly(1, 0, 0);
        clock.advance(Duration.ofSeconds(1));
        assertThat(counts(deadLetters)).containsExactly(0, 0, 0);
    }

    @Test
    void theTwelveHoursCountFromTheReceive() {
        send("one");
        Message message = receive(queue);
        hide(message, 3_600);
        clock.advance(Duration.ofSeconds(3_599));

        assertRefused("InvalidParameterValue", () -> hide(message, 43_200 - 3_598));
        hide(message, 43_200 - 3_599);

        assertThat(fake.nextVisible(queue)).contains(NOON.plus(Duration.ofHours(12)));
    }

    @Test
    void aMoveTaskKeepsItsPace() {
        for (int i = 0; i < 10; i++) {
            bury("number " + i);
        }
        aws.startMessageMoveTask(request -> request.sourceArn(arn(deadLetters)).maxNumberOfMessagesPerSecond(2));

        assertThat(fake.nextVisible(queue)).contains(clock.instant().plusMillis(500));
        clock.advance(Duration.ofSeconds(3));

        assertThat(counts(queue)).containsExactly(6, 0, 0);
        assertThat(counts(deadLetters)).containsExactly(4, 0, 0);
        assertThat(task().approximateNumberOfMessagesMoved()).isEqualTo(6);
        assertThat(task().approximateNumberOfMessagesToMove()).isEqualTo(10);
        assertThat(task().status()).isEqualTo("RUNNING");
    }

    @Test
    void oneKnowsWhenSomethingWillBeVisible() {
        assertThat(fake.nextVisible(queue)).isEmpty();
        send("one");
        assertThat(fake.nextVisible(queue)).contains(NOON);

        hide(receive(queue), 90);

        assertThat(fake.nextVisible(queue)).contains(NOON.plusSeconds(90));
    }

    @Test
    void anOlderHandleNoLongerDeletesOrHides() {
        send("one");
        Message first = receive(queue);
        hide(first, 0);
        receive(queue);

        delete(first);

        assertThat(counts(queue)).containsExactly(0, 1, 0);
        assertRefused("InvalidParameterValue", () -> hide(first, 60));
    }
}
