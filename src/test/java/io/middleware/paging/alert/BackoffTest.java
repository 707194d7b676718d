package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    private static final FixedAlertConfig CONFIG = FixedAlertConfig.defaults();

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T03:00:00Z"), ZoneOffset.UTC);

    /** Draws the longest wait each time. */
    private static final Backoff PATIENT = new Backoff(CONFIG, Draw.LONGEST, CLOCK);

    /** Draws the same end of each range. */
    private enum Draw implements RandomGenerator {
        SHORTEST,
        LONGEST;

        @Override
        public long nextLong() {
            throw new UnsupportedOperationException("a wait is drawn from a range");
        }

        @Override
        public long nextLong(long origin, long bound) {
            return this == SHORTEST ? origin : bound - 1;
        }
    }

    private final Backoff backoff = new Backoff(CONFIG, new Random(42), CLOCK);

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 4", "3, 8", "7, 128", "8, 256", "9, 300", "10, 300", "400, 300", "1000, 3074"})
    void exponentialDoublesWithEachReceiveUpToTheCap(int receiveCount, int maxSeconds) {
        List<Duration> delays = thousand(() -> backoff.exponential(receiveCount));

        assertThat(delays)
                .allSatisfy(
                        delay -> assertThat(delay).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(maxSeconds)));
        // Full jitter: the whole range is used.
        assertThat(delays).anyMatch(delay -> delay.toMillis() > maxSeconds * 900L);
        assertThat(delays).anyMatch(delay -> delay.toMillis() < Math.max(1_001, maxSeconds * 100L));
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 32, 63, 64, 65, 1_000, 999_999_999, Integer.MAX_VALUE})
    void exponentialDoesNotOverflowHoweverOftenAMessageWasReceived(int receiveCount) {
        assertThat(thousand(() -> backoff.exponential(receiveCount)))
                .allSatisfy(delay -> assertThat(delay)
                        .isBetween(Backoff.MIN, CONFIG.backoffCap().multipliedBy(11)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void receiveCountThatCannotBeCountsAsTheFirst(int receiveCount) {
        assertThat(thousand(() -> backoff.exponential(receiveCount)))
                .allSatisfy(delay -> assertThat(delay).isBetween(Backoff.MIN, CONFIG.backoffBase()));
    }

    @Test
    void longSettingsDoNotOverflowAndStayBelowWhatSqsAllows() {
        Backoff patient =
                new Backoff(CONFIG.withBackoff(Duration.ofDays(1), Duration.ofDays(365)), new Random(42), CLOCK);

        assertThat(thousand(() -> patient.exponential(Integer.MAX_VALUE)))
                .allSatisfy(delay -> assertThat(delay).isBetween(Backoff.MIN, Backoff.MAX));
    }

    @Test
    void neverReachesTheTwelveHoursThatSqsCountsFromTheReceive() {
        assertThat(Backoff.MAX).isLessThan(Duration.ofHours(12).minusMinutes(15));
    }

    @Test
    void zeroSettingsWaitASecondAllTheSame() {
        Backoff hasty = new Backoff(CONFIG.withBackoff(Duration.ZERO, Duration.ZERO), new Random(42), CLOCK);

        assertThat(hasty.exponential(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(hasty.exponential(1_000)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void slowIsBetweenTwoThirdsAndAllOfTheSetting() {
        List<Duration> delays = thousand(() -> backoff.slow(1));

        assertThat(delays)
                .allSatisfy(delay -> assertThat(delay).isBetween(Duration.ofMillis(36_666), Duration.ofSeconds(55)));
        // Spread, so that what waited together does not come back together.
        assertThat(delays.stream().distinct()).hasSizeGreaterThan(900);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1, 300, 400})
    void slowIsLessThanAMinuteForTheFirstFourHoursHoweverTheWaitsFall(int receiveCount) {
        assertThat(thousand(() -> backoff.slow(receiveCount)))
                .allSatisfy(delay -> assertThat(delay).isLessThanOrEqualTo(Duration.ofSeconds(55)));
        assertThat(Duration.ofMillis(36_666).multipliedBy(400)).isGreaterThan(Duration.ofHours(4));
    }

    @Test
    void slowNeverGrowsByMoreThanSecondsFromOneReceiveToTheNext() {
        for (int receive = 1; receive < 1_000; receive++) {
            assertThat(PATIENT.slow(receive + 1).minus(PATIENT.slow(receive)))
                    .isBetween(Duration.ZERO, Duration.ofSeconds(4));
        }
        assertThat(PATIENT.slow(900))
                .as("the needs-action alarm looks at an hour")
                .isLessThan(Duration.ofMinutes(33));
    }

    /** Whatever the settings: a message must not use up its receives before its time in the queue is over. */
    @ParameterizedTest
    @CsvSource({
        "PT55S, P4D, 1000",
        "PT55S, P14D, 1000",
        "PT55S, P4D, 100",
        "PT55S, PT1H, 1000",
        "PT55S, P1D, 1000",
        "PT5M, P4D, 1000",
        "PT1S, P4D, 1000",
        "PT30M, P4D, 1000"
    })
    void ninetyPercentOfTheReceivesLastForTheWholeTimeInTheQueueHoweverTheWaitsFall(
            Duration slow, Duration retention, int receives) {
        Backoff unlucky = new Backoff(CONFIG.withQueue(slow, retention, receives), Draw.SHORTEST, CLOCK);
        Duration waited = Duration.ZERO;
        for (int receive = 1; receive <= receives * 9 / 10; receive++) {
            waited = waited.plus(unlucky.slow(receive));
        }

        assertThat(waited).isGreaterThanOrEqualTo(retention);
    }

    @Test
    void moreReceivesThanThereAreDoNotOverflow() {
        assertThat(thousand(() -> backoff.slow(Integer.MAX_VALUE)))
                .allSatisfy(delay -> assertThat(delay).isLessThan(Duration.ofHours(1)));
    }

    @Test
    void untilIsExactAndAsLongAsSqsAllowsAtMost() {
        assertThat(backoff.until(CLOCK.instant().plusSeconds(90))).isEqualTo(Duration.ofSeconds(90));
        assertThat(backoff.until(CLOCK.instant().minusSeconds(5))).isEqualTo(Backoff.MIN);
        assertThat(backoff.until(CLOCK.instant().plus(Duration.ofDays(2)))).isEqualTo(Backoff.MAX);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWaitsForTheFourDaysOfTheQueueIsReceivedLessThanAThousandTimes(boolean slow) {
        Duration waited = Duration.ZERO;
        int receives = 0;
        while (waited.compareTo(CONFIG.queueRetention()) < 0) {
            receives++;
            waited = waited.plus(slow ? backoff.slow(receives) : backoff.exponential(receives));
        }

        assertThat(receives).isLessThan(CONFIG.maxReceives());
    }

    @Test
    void sameSeedGivesTheSameDelays() {
        Backoff same = new Backoff(CONFIG, new Random(42), CLOCK);

        assertThat(thousand(() -> same.exponential(5))).isEqualTo(thousand(() -> backoff.exponential(5)));
    }

    private static List<Duration> thousand(Supplier<Duration> delays) {
        return Stream.generate(delays).limit(1_000).toList();
    }
}
