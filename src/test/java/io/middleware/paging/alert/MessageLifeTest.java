package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.MutableClock;

/** The queue keeps messages for four days here, and an hour is kept free at the end. */
class MessageLifeTest {
    private static final Instant SENT = Instant.parse("2026-11-23T03:00:00Z");
    private static final Duration LAST_CHANCE = Duration.ofDays(4).minusHours(1);

    private final MutableClock clock = new MutableClock(SENT);
    private final MessageLife life = new MessageLife(FixedAlertConfig.defaults(), clock);

    @Test
    void itIsOverAnHourBeforeTheQueueWouldDeleteTheMessage() {
        clock.advance(LAST_CHANCE.minusSeconds(1));
        assertThat(life.isOver(message(2, Optional.of(SENT)))).isFalse();

        clock.advance(Duration.ofSeconds(1));
        assertThat(life.isOver(message(2, Optional.of(SENT)))).isTrue();
    }

    @Test
    void itIsOverWithTheLastReceiveBeforeSqsMovesTheMessageItself() {
        assertThat(life.isOver(message(999, Optional.of(SENT)))).isFalse();
        assertThat(life.isOver(message(1_000, Optional.of(SENT)))).isTrue();
    }

    @Test
    void aWaitEndsAtTheLastChance() {
        clock.advance(LAST_CHANCE.minusMinutes(10));

        assertThat(life.within(message(2, Optional.of(SENT)), Duration.ofHours(11)))
                .isEqualTo(Duration.ofMinutes(10));
        assertThat(life.within(message(2, Optional.of(SENT)), Duration.ofMinutes(3)))
                .isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void aWaitAfterTheLastChanceIsAsLongAsItWas() {
        clock.advance(LAST_CHANCE.plusMinutes(10));

        assertThat(life.within(message(2, Optional.of(SENT)), Duration.ofMinutes(3)))
                .isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void ofAMessageWithoutATimeOnlyTheReceivesCount() {
        assertThat(life.isOver(message(999, Optional.empty()))).isFalse();
        assertThat(life.within(message(999, Optional.empty()), Duration.ofHours(11)))
                .isEqualTo(Duration.ofHours(11));
        assertThat(life.isOver(message(1_000, Optional.empty()))).isTrue();
    }

    private static AlertMessage message(int receives, Optional<Instant> sentAt) {
        return new AlertMessage(
                "m-1", "arn:aws:sqs:us-east-1:1:alerts", "handle", receives, sentAt, Optional.empty(), Map.of(), "{}");
    }
}
