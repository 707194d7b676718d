package io.middleware.paging.pacing;

import static io.middleware.paging.pacing.FixedPacingConfig.ONE_A_SECOND;
import static io.middleware.paging.pagerduty.Urgency.HIGH;
import static io.middleware.paging.pagerduty.Urgency.LOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.MutableClock;
import io.middleware.paging.pacing.RateBudgets.Reservation;
import io.middleware.paging.pagerduty.Region;
import io.middleware.paging.pagerduty.Urgency;

/** What all budgets must hold to. Time is the test's; each test has a user of its own. */
abstract class RateBudgetsContract {
    static final Instant START = Instant.parse("2026-11-23T03:00:00Z");

    final MutableClock clock = new MutableClock(START);
    private BudgetId id = newId();

    /** Budgets that count by {@code config} and {@code clock}. */
    abstract RateBudgets budgets(FixedPacingConfig config, Clock clock);

    /** The same budgets, as a process with another clock sees them. */
    abstract RateBudgets seenBy(Clock other, RateBudgets budgets);

    /** How many random runs to make. */
    abstract int runs();

    @Test
    void theFirstCallMayBeMadeAtOnce() {
        assertThat(budgets().reserve(id, HIGH).at()).isEqualTo(START);
        assertThat(budgets().reserve(newId(), LOW).at()).isEqualTo(START);
    }

    @Test
    void highUrgencyAloneHasTheWholeRate() {
        assertThat(reserve(budgets(), HIGH, 5)).containsExactly(at(0), at(1), at(2), at(3), at(4));
    }

    @Test
    void lowUrgencyAloneHasItsShare() {
        assertThat(reserve(budgets(), LOW, 4)).containsExactly(at(0), at(2), at(4), at(6));
    }

    @Test
    void aBurstRunsAheadOfTheRateAndIsThereAgainAfterAPause() {
        RateBudgets budgets = budgets(ONE_A_SECOND.withBurst(2), clock);

        assertThat(reserve(budgets, HIGH, 5)).containsExactly(at(0), at(0), at(0), at(1), at(2));

        clock.advance(Duration.ofSeconds(5));

        assertThat(reserve(budgets, HIGH, 4)).containsExactly(at(5), at(5), at(5), at(6));
    }

    @Test
    void highUrgencyIsServedAtOnceInAStormOfLowUrgencyAndHasTheRestOfTheRate() {
        RateBudgets budgets = budgets(ONE_A_SECOND.withShare(0.75), clock);
        reserve(budgets, LOW, 50);

        assertThat(reserve(budgets, HIGH, 4)).containsExactly(at(0), at(4), at(8), at(12));
    }

    @Test
    void highUrgencyHasTheWholeRateAgainWhereTheStormOfLowUrgencyEnds() {
        RateBudgets budgets = budgets();
        reserve(budgets, LOW, 3);

        assertThat(reserve(budgets, HIGH, 6)).containsExactly(at(0), at(2), at(4), at(6), at(7), at(8));
    }

    @Test
    void lowUrgencyComesAfterTheHighUrgencyThatTookTheWholeRateBefore() {
        RateBudgets budgets = budgets();
        reserve(budgets, HIGH, 10);

        assertThat(reserve(budgets, LOW, 3)).containsExactly(at(10), at(12), at(14));
        assertThat(reserve(budgets, HIGH, 4)).containsExactly(at(10), at(12), at(14), at(16));
    }

    @Test
    void whereLowUrgencyMayUseTheWholeRateItIsTreatedAsHigh() {
        RateBudgets budgets = budgets(ONE_A_SECOND.withShare(1), clock);

        assertThat(reserve(budgets, LOW, 2)).containsExactly(at(0), at(1));
        assertThat(reserve(budgets, HIGH, 2)).containsExactly(at(2), at(3));
        assertThat(reserve(budgets, LOW, 1)).containsExactly(at(4));
    }

    @Test
    void neitherUrgencyStarvesWhileBothWantMoreThanThereIs() {
        for (double share : new double[] {0.1, 0.25, 0.5, 0.75, 0.9}) {
            id = newId();
            FixedPacingConfig config = ONE_A_SECOND.withShare(share);
            RateBudgets budgets = budgets(config, clock);
            List<Instant> high = new ArrayList<>();
            List<Instant> low = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                high.addAll(reserve(budgets, HIGH, 1));
                low.addAll(reserve(budgets, LOW, 1));
            }

            Pace pace = Pace.of(config);
            long longest = pace.interval() + pace.lowInterval() + pace.besideLowInterval();
            assertThat(gaps(high)).as("high, share %s", share).allMatch(gap -> gap <= longest);
            assertThat(gaps(low)).as("low, share %s", share).allMatch(gap -> gap <= longest);
        }
    }

    @Test
    void eachUserOfEachRegionHasABudgetOfItsOwn() {
        RateBudgets budgets = budgets();
        reserve(budgets, HIGH, 10);

        assertThat(budgets.reserve(new BudgetId(Region.EU, id.userId()), HIGH).at())
                .isEqualTo(START);
        assertThat(budgets.reserve(newId(), HIGH).at()).isEqualTo(START);
    }

    @Test
    void howFarItIsUsedUpIsToldWithoutTakingASlot() {
        RateBudgets budgets = budgets();
        assertThat(budgets.ahead(id)).isEqualTo(new RateBudgets.Ahead(Optional.empty(), START, START));
        reserve(budgets, HIGH, 3);
        budgets.block(id, at(2));

        RateBudgets.Ahead ahead = budgets.ahead(id);

        assertThat(budgets.ahead(id)).isEqualTo(ahead);
        assertThat(ahead.blockedUntil()).contains(at(2));
        assertThat(reserve(budgets, HIGH, 1)).containsExactly(ahead.nextHigh());
    }

    @Test
    void afterABlockSlotsComeEvenlyAndWithoutABurst() {
        RateBudgets budgets = budgets(ONE_A_SECOND.withBurst(3), clock);

        budgets.block(id, at(10));

        Reservation first = budgets.reserve(id, HIGH);
        assertThat(first.at()).isEqualTo(at(10));
        assertThat(first.blockedUntil()).contains(at(10));
        assertThat(reserve(budgets, HIGH, 2)).containsExactly(at(11), at(12));
        assertThat(reserve(budgets, LOW, 2)).containsExactly(at(13), at(15));
    }

    @Test
    void aBlockIsNeverShortened() {
        RateBudgets budgets = budgets();
        budgets.block(id, at(10));

        budgets.block(id, at(5));
        assertThat(budgets.blockedUntil(id)).contains(at(10));

        budgets.block(id, at(10));
        assertThat(budgets.blockedUntil(id)).contains(at(10));

        budgets.block(id, at(15));
        assertThat(budgets.blockedUntil(id)).contains(at(15));
        assertThat(reserve(budgets, HIGH, 1)).containsExactly(at(15));
    }

    @Test
    void aBlockTakesNothingFromWhatWasReservedBeyondIt() {
        RateBudgets budgets = budgets();
        reserve(budgets, HIGH, 20);

        budgets.block(id, at(5));

        assertThat(reserve(budgets, HIGH, 1)).containsExactly(at(20));
        assertThat(budgets.blockedUntil(id)).contains(at(5));
    }

    @Test
    void aBlockMovesOneUrgencyWhereOnlyTheOtherHasReservedBeyondIt() {
        RateBudgets budgets = budgets();
        reserve(budgets, LOW, 10);

        budgets.block(id, at(5));

        assertThat(reserve(budgets, HIGH, 2)).containsExactly(at(5), at(7));
        assertThat(reserve(budgets, LOW, 1)).containsExactly(at(20));
    }

    @Test
    void aBlockThatIsOverIsNone() {
        RateBudgets budgets = budgets();
        assertThat(budgets.blockedUntil(id)).isEmpty();
        budgets.block(id, at(5));

        clock.advance(Duration.ofSeconds(5));

        assertThat(budgets.blockedUntil(id)).isEmpty();
        assertThat(budgets.reserve(id, HIGH)).isEqualTo(new Reservation(slot(5, HIGH), Optional.empty()));
    }

    @Test
    void aSlotThatWasGivenBackIsTakenBeforeTheQueueGrows() {
        RateBudgets budgets = budgets();
        reserve(budgets, HIGH, 20);

        budgets.giveBack(slot(8, HIGH));
        budgets.giveBack(slot(9, HIGH));
        budgets.giveBack(slot(4, HIGH));

        assertThat(reserve(budgets, HIGH, 4)).containsExactly(at(5), at(8), at(9), at(20));
    }

    @Test
    void aSlotThatWasGivenBackIsNoUseToWhoIsServedSoonerAnyway() {
        RateBudgets budgets = budgets();
        reserve(budgets, LOW, 20);

        budgets.giveBack(slot(8, LOW));

        assertThat(reserve(budgets, HIGH, 2)).containsExactly(at(0), at(2));
        assertThat(reserve(budgets, LOW, 2)).containsExactly(at(8), at(40));
    }

    @Test
    void highUrgencyTakesWhatLowUrgencyGivesBack() {
        RateBudgets budgets = budgets();
        reserve(budgets, HIGH, 30);
        reserve(budgets, LOW, 4);

        budgets.giveBack(slot(32, LOW));
        budgets.giveBack(slot(20, HIGH));

        assertThat(reserve(budgets, HIGH, 1)).containsExactly(at(21));
        assertThat(reserve(budgets, HIGH, 1)).containsExactly(at(30));
        assertThat(reserve(budgets, HIGH, 1)).containsExactly(at(32));
    }

    @Test
    void lowUrgencyLeavesHighUrgencyItsPartOfWhatItGaveBack() {
        RateBudgets budgets = budgets();
        reserve(budgets, HIGH, 30);

        budgets.giveBack(slot(10, HIGH));
        budgets.giveBack(slot(20, HIGH));
        budgets.giveBack(slot(21, HIGH));

        assertThat(reserve(budgets, LOW, 2)).containsExactly(at(20), at(30));
        assertThat(reserve(budgets, HIGH, 2)).containsExactly(at(11), at(21));
    }

    @Test
    void aSlotKnowsWhoseShareItIsOutOfWhoeverTakesIt() {
        RateBudgets budgets = budgets();
        reserve(budgets, HIGH, 30);
        reserve(budgets, LOW, 4);
        budgets.giveBack(slot(34, LOW));
        budgets.giveBack(slot(10, HIGH));
        budgets.giveBack(slot(11, HIGH));

        assertThat(budgets.reserve(id, LOW).slot()).isEqualTo(slot(10, HIGH));
        assertThat(budgets.reserve(id, HIGH).slot()).isEqualTo(slot(11, HIGH));
        assertThat(budgets.reserve(id, LOW).slot()).isEqualTo(slot(34, LOW));
    }

    @Test
    void aSlotWhoseTimeHasJustComeGoesToTheFirstBucketThatIsAWholeOneAhead() {
        RateBudgets budgets = budgets();
        reserve(budgets, HIGH, 60);
        clock.advance(Duration.ofSeconds(13));

        budgets.giveBack(slot(13, HIGH));
        budgets.giveBack(slot(9, HIGH));
        budgets.giveBack(slot(8, HIGH));

        assertThat(reserve(budgets, HIGH, 3)).containsExactly(at(16), at(17), at(60));
    }

    @Test
    void whatIsTooFarAheadIsNotGivenBack() {
        RateBudgets budgets = budgets();
        reserve(budgets, HIGH, 10);

        budgets.giveBack(slot(12 * 3_600 + 1, HIGH));

        assertThat(reserve(budgets, HIGH, 1)).containsExactly(at(10));
    }

    @Test
    void whatLiesBeforeTheEndOfABlockIsLost() {
        RateBudgets budgets = budgets();
        reserve(budgets, HIGH, 60);
        budgets.giveBack(slot(20, HIGH));
        budgets.giveBack(slot(40, HIGH));

        budgets.block(id, at(30));
        budgets.giveBack(slot(22, HIGH));
        budgets.giveBack(slot(32, HIGH));

        assertThat(reserve(budgets, HIGH, 3)).containsExactly(at(33), at(41), at(60));
    }

    @Test
    void anotherProcessFindsWhatWasGivenBack() {
        RateBudgets budgets = budgets();
        RateBudgets other = seenBy(clock, budgets);
        other.reserve(id, HIGH);
        reserve(budgets, HIGH, 3_000);
        for (int second = 2_000; second < 2_010; second++) {
            budgets.giveBack(slot(second, HIGH));
        }

        assertThat(reserve(other, HIGH, 10))
                .containsExactlyElementsOf(reserved(2_000, 2_010))
                .isSorted();
        assertThat(reserve(other, HIGH, 1).get(0))
                .as("the slots that it took at the end of the queue before it knew went back")
                .isBetween(at(3_001), at(3_002));
    }

    @Test
    void aClockThatIsAheadKeepsOthersWaitingForElevenMinutesAtMost() {
        for (Urgency urgency : Urgency.values()) {
            id = newId();
            RateBudgets budgets = budgets();
            RateBudgets hoursAhead = seenBy(new MutableClock(at(7_200)), budgets);
            RateBudgets minutesAhead = seenBy(new MutableClock(at(660)), budgets);
            budgets.reserve(id, urgency);

            hoursAhead.reserve(id, urgency);
            assertThat(budgets.reserve(id, urgency).at()).isEqualTo(START);

            minutesAhead.reserve(id, urgency);
            assertThat(budgets.reserve(id, urgency).at()).isBetween(at(660), at(662));
        }
    }

    @Test
    void aQueueThatIsLongerThanElevenMinutesIsNoMistakeOfAClock() {
        RateBudgets budgets = budgets();
        RateBudgets other = seenBy(clock, budgets);

        reserve(budgets, LOW, 400);

        assertThat(reserve(other, LOW, 2)).containsExactly(at(800), at(802));
        assertThat(other.reaches(id, at(802))).isTrue();
        assertThat(other.reaches(id, at(900))).isFalse();
    }

    @Test
    void aBlockByAClockThatIsAheadIsNone() {
        RateBudgets budgets = budgets();
        RateBudgets ahead = seenBy(new MutableClock(at(7_200)), budgets);
        budgets.reserve(id, HIGH);

        ahead.block(id, at(7_230));

        assertThat(budgets.blockedUntil(id)).isEmpty();
        assertThat(reserve(budgets, HIGH, 2)).containsExactly(at(0), at(1));
        assertThat(reserve(budgets, LOW, 1)).containsExactly(at(2));

        budgets.block(id, at(30));
        assertThat(budgets.blockedUntil(id)).contains(at(30));
        assertThat(reserve(budgets, HIGH, 1)).containsExactly(at(30));
    }

    @Test
    void withSlotsThatAreGivenBackThereAreFewMoreCallsInAnySpan() {
        for (int seed = 0; seed < runs(); seed++) {
            givingBack(seed);
        }
    }

    /** As {@link #run}, but many of the slots are given back, at any time until shortly after they were due. */
    private void givingBack(int seed) {
        Random random = new Random(seed);
        id = newId();
        MutableClock clock = new MutableClock(START);
        FixedPacingConfig config = new FixedPacingConfig(
                ONE_A_SECOND.budgetsTable(),
                1 + random.nextInt(1_000),
                (1 + random.nextInt(19)) / 20.0,
                random.nextInt(15));
        RateBudgets budgets = budgets(config, clock);
        List<Slot> held = new ArrayList<>();
        Set<Slot> firstHand = new HashSet<>();
        boolean gaveBackLate = false;
        SlidingCount calls = new SlidingCount();
        while (calls.size() < 150) {
            if (random.nextInt(4) == 0) {
                clock.advance(Duration.ofMillis(random.nextInt(3_000)));
            }
            for (int storm = random.nextInt(12); storm > 0; storm--) {
                Slot slot =
                        budgets.reserve(id, random.nextBoolean() ? HIGH : LOW).slot();
                held.add(slot);
                if (!gaveBackLate) {
                    firstHand.add(slot);
                }
            }
            for (Slot slot : List.copyOf(held)) {
                boolean due = !slot.at().isAfter(clock.instant());
                if (random.nextInt(3) == 0 && (!due || firstHand.contains(slot))) {
                    budgets.giveBack(slot);
                    held.remove(slot);
                    gaveBackLate |= due;
                } else if (due) {
                    calls.add(slot.at());
                    held.remove(slot);
                }
            }
        }
        int free = config.burst() + 2 + (int) Math.ceil(config.ratePerMinute() / 60.0 * 10);
        assertThat(calls.excess(config, free)).as("seed %d, %s", seed, config).isEmpty();
    }

    @Test
    void inEverySpanThereAreNoMoreCallsThanTheRateAndTheBurstAllow() {
        for (int seed = 0; seed < runs(); seed++) {
            run(seed, EnumSet.allOf(Urgency.class), 2);
            run(seed, EnumSet.of(HIGH), 1);
            run(seed, EnumSet.of(LOW), 1);
        }
    }

    /** Storms, trickles, pauses and blocks by a seed. GCRA gives the first call of an urgency for nothing: {@code free}. */
    private void run(int seed, Set<Urgency> urgencies, int free) {
        Random random = new Random(seed);
        id = newId();
        MutableClock clock = new MutableClock(START);
        FixedPacingConfig config = new FixedPacingConfig(
                ONE_A_SECOND.budgetsTable(),
                1 + random.nextInt(1_000),
                (1 + random.nextInt(19)) / 20.0,
                random.nextInt(15));
        RateBudgets budgets = budgets(config, clock);
        Urgency[] among = urgencies.toArray(Urgency[]::new);
        SlidingCount calls = new SlidingCount();
        Instant blockedUntil = START;
        while (calls.size() < 150) {
            switch (random.nextInt(12)) {
                case 0 -> clock.advance(Duration.ofSeconds(random.nextInt(120)));
                case 1, 2 -> clock.advance(Duration.ofNanos(random.nextLong(2_000_000_000L)));
                case 3 -> {
                    Instant until = clock.instant().plusNanos(random.nextLong(20_000_000_000L));
                    budgets.block(id, until);
                    blockedUntil = until.isAfter(blockedUntil) ? until : blockedUntil;
                }
                default -> {
                    Urgency urgency = among[random.nextInt(among.length)];
                    for (int storm = 1 + random.nextInt(8); storm > 0; storm--) {
                        Instant slot = budgets.reserve(id, urgency).at();
                        assertThat(slot.plusNanos(1_000))
                                .as("seed %d: a slot is neither past nor blocked", seed)
                                .isAfter(clock.instant())
                                .isAfter(blockedUntil);
                        calls.add(slot);
                    }
                }
            }
        }
        assertThat(calls.excess(config, config.burst() + free))
                .as("seed %d, %s, %s", seed, urgencies, config)
                .isEmpty();
    }

    private static List<Instant> reserved(int from, int to) {
        return IntStream.range(from, to).mapToObj(RateBudgetsContract::at).toList();
    }

    private Slot slot(int second, Urgency urgency) {
        return new Slot(id.value(), at(second), urgency);
    }

    List<Instant> reserve(RateBudgets budgets, Urgency urgency, int times) {
        List<Instant> slots = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            slots.add(budgets.reserve(id, urgency).at());
        }
        return slots;
    }

    RateBudgets budgets() {
        return budgets(ONE_A_SECOND, clock);
    }

    BudgetId id() {
        return id;
    }

    static BudgetId newId() {
        return new BudgetId(Region.US, "P" + UUID.randomUUID());
    }

    static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    private static List<Long> gaps(List<Instant> slots) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < slots.size(); i++) {
            gaps.add(Duration.between(slots.get(i - 1), slots.get(i)).toNanos() / 1_000);
        }
        return gaps;
    }
}
