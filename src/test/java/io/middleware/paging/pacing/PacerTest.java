package io.middleware.paging.pacing;

import static io.middleware.paging.pacing.FixedPacingConfig.ONE_A_SECOND;
import static io.middleware.paging.pagerduty.Urgency.HIGH;
import static io.middleware.paging.pagerduty.Urgency.LOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.MutableClock;
import io.middleware.paging.pagerduty.Region;

class PacerTest {
    private static final Instant START = Instant.parse("2026-11-23T03:00:00Z");
    private static final BudgetId ID = new BudgetId(Region.US, "PUSR001");

    private final MutableClock clock = new MutableClock(START);
    private final InMemoryRateBudgets budgets = new InMemoryRateBudgets(ONE_A_SECOND, clock);
    private final Pacer pacer = new Pacer(budgets, clock);

    @Test
    void theFirstMayCallAtOnceAndTheNextWaitsForItsSlot() {
        assertThat(first()).isInstanceOf(Turn.Now.class);
        assertThat(first()).isEqualTo(later(1));
        assertThat(first()).isEqualTo(later(2));
    }

    @Test
    void aBudgetIsNamedByRegionAndUser() {
        assertThat(ID.value()).isEqualTo("us/PUSR001");
        assertThat(new BudgetId(Region.EU, "PUSR001").value()).isEqualTo("eu/PUSR001");
    }

    @Test
    void whoComesBackEarlyKeepsItsSlotAndAsksNobody() {
        first();
        first();

        assertThat(pacer.turn(ID, HIGH, slot(1))).isEqualTo(later(1));

        assertThat(budgets.reservations()).isEqualTo(2);
        assertThat(budgets.lookUps()).isZero();
    }

    @Test
    void whoComesBackWhenItsSlotIsDueMayCallWithoutTakingAnother() {
        first();
        first();
        clock.advance(Duration.ofSeconds(1));

        assertThat(pacer.turn(ID, HIGH, slot(1))).isInstanceOf(Turn.Now.class);

        assertThat(budgets.reservations()).isEqualTo(2);
    }

    @Test
    void aSlotIsGoodForTwoMinutesAndThenWorthNothing() {
        clock.advance(Pacer.GRACE);
        assertThat(pacer.turn(ID, HIGH, slot(0))).isInstanceOf(Turn.Now.class);
        assertThat(budgets.reservations()).isZero();

        clock.advance(Duration.ofMillis(1));

        assertThat(pacer.turn(ID, HIGH, slot(0))).isInstanceOf(Turn.Now.class);
        assertThat(budgets.reservations()).isEqualTo(1);
        assertThat(pacer.turn(ID, HIGH, slot(0))).isInstanceOf(Turn.Later.class);
    }

    @Test
    void aSlotOfAnotherUserIsWorthNothing() {
        Optional<Slot> foreign = Optional.of(new Slot("us/PUSR002", START.plusSeconds(9), HIGH));

        assertThat(pacer.turn(ID, HIGH, foreign)).isInstanceOf(Turn.Now.class);
        assertThat(pacer.turn(ID, HIGH, foreign)).isEqualTo(later(1));
    }

    @Test
    void whetherASlotThatIsDueIsBlockedIsLookedUpOnceInTwoSeconds() {
        for (int i = 0; i < 10; i++) {
            assertThat(pacer.turn(ID, HIGH, slot(0))).isInstanceOf(Turn.Now.class);
        }
        assertThat(budgets.lookUps()).isEqualTo(1);

        clock.advance(Pacer.BLOCK_MEMORY);

        assertThat(pacer.turn(ID, HIGH, slot(0))).isInstanceOf(Turn.Now.class);
        assertThat(budgets.lookUps()).isEqualTo(2);
    }

    @Test
    void aReservationTellsAboutABlockToo() {
        first();

        pacer.turn(ID, HIGH, slot(0));

        assertThat(budgets.lookUps()).isZero();
    }

    @Test
    void afterARefusalNobodyCallsBeforePagerDutySaysSo() {
        pacer.refused(ID, Optional.of(Duration.ofSeconds(30)));

        assertThat(first()).isEqualTo(blocked(30));
        assertThat(pacer.turn(ID, LOW, slot(0)))
                .isEqualTo(new Turn.Later(new Slot(ID.value(), START.plusSeconds(31), LOW), true));

        clock.advance(Duration.ofSeconds(30));

        assertThat(pacer.turn(ID, HIGH, slot(30))).isInstanceOf(Turn.Now.class);
    }

    @Test
    void aRefusalThatSaysNothingCostsFiveSeconds() {
        pacer.refused(ID, Optional.empty());

        assertThat(first()).isEqualTo(blocked(5));
    }

    @Test
    void aRefusalThatIsOverAtOnceCostsASecondAllTheSame() {
        pacer.refused(ID, Optional.of(Duration.ZERO));

        assertThat(first()).isEqualTo(blocked(1));
    }

    @Test
    void aWaitThatIsAbsurdlyLongIsCutToTenMinutes() {
        pacer.refused(ID, Optional.of(Duration.ofSeconds(START.getEpochSecond())));

        assertThat(first()).isEqualTo(blocked(600));
    }

    @Test
    void slotsLostToABlockDoNotComeBackAsAClump() {
        List<Slot> held = new ArrayList<>();
        first();
        for (int i = 1; i < 10; i++) {
            held.add(((Turn.Later) first()).slot());
        }
        pacer.refused(ID, Optional.of(Duration.ofSeconds(20)));
        clock.advance(Duration.ofSeconds(9));

        Stream<Turn> again = held.stream().map(slot -> pacer.turn(ID, HIGH, Optional.of(slot)));

        assertThat(again)
                .containsExactly(
                        blocked(20),
                        blocked(21),
                        blocked(22),
                        blocked(23),
                        blocked(24),
                        blocked(25),
                        blocked(26),
                        blocked(27),
                        blocked(28));
    }

    @Test
    void anotherFunctionsBlockIsSeenTwoSecondsLaterAtMost() {
        Pacer other = new Pacer(budgets, clock);
        pacer.turn(ID, HIGH, slot(0));
        other.refused(ID, Optional.of(Duration.ofSeconds(30)));

        assertThat(pacer.turn(ID, HIGH, slot(0))).isInstanceOf(Turn.Now.class);

        clock.advance(Pacer.BLOCK_MEMORY);

        assertThat(pacer.turn(ID, HIGH, slot(0))).isEqualTo(blocked(30));
    }

    @Test
    void whoHoldsAFutureSlotIsToldOfTheBlockThatIsKnown() {
        pacer.refused(ID, Optional.of(Duration.ofSeconds(30)));

        assertThat(pacer.turn(ID, HIGH, slot(10))).isEqualTo(blocked(10));
    }

    @Test
    void aLimitThatIsUsedUpBlocksUntilItIsFullAgain() {
        pacer.learn(ID, 0, Duration.ofSeconds(12));

        assertThat(first()).isEqualTo(blocked(12));
    }

    @Test
    void aLimitThatIsNotUsedUpOrFullAgainAtOnceBlocksNothing() {
        pacer.learn(ID, 1, Duration.ofSeconds(12));
        pacer.learn(ID, 0, Duration.ZERO);

        assertThat(first()).isInstanceOf(Turn.Now.class);
    }

    @Test
    void aShorterBlockDoesNotShortenWhatIsKnown() {
        pacer.refused(ID, Optional.of(Duration.ofSeconds(30)));
        pacer.refused(ID, Optional.of(Duration.ofSeconds(2)));
        clock.advance(Duration.ofSeconds(3));

        assertThat(pacer.turn(ID, HIGH, slot(0))).isEqualTo(blocked(30));
    }

    @Test
    void aSlotThatNobodyUsedIsTheNextOnes() {
        List<Slot> held = new ArrayList<>();
        first();
        for (int i = 1; i < 30; i++) {
            held.add(((Turn.Later) first()).slot());
        }

        pacer.giveBack(held.get(9));

        assertThat(((Turn.Later) first()).slot().at()).isBetween(START.plusSeconds(10), START.plusSeconds(11));
        assertThat(first()).isEqualTo(later(30));
    }

    @Test
    void aSlotThatWasUsedIsNotGivenBack() {
        first();
        for (int i = 1; i < 30; i++) {
            first();
        }
        clock.advance(Duration.ofSeconds(3));
        pacer.turn(ID, HIGH, slot(3));

        pacer.giveBack(slot(3).orElseThrow());

        assertThat(first()).isEqualTo(later(30));
    }

    @Test
    void aTurnThatWasNotNeededIsGivenBack() {
        first();
        for (int i = 1; i < 30; i++) {
            first();
        }
        clock.advance(Duration.ofSeconds(3));
        Turn turn = pacer.turn(ID, HIGH, slot(3));

        pacer.notCalled((Turn.Now) turn);

        assertThat(((Turn.Later) first()).slot().at()).isBetween(START.plusSeconds(6), START.plusSeconds(8));
    }

    @Test
    void aBudgetThatCannotTakeASlotBackFailsNobody() {
        Pacer unlucky = new Pacer(
                new InMemoryRateBudgets(ONE_A_SECOND, Clock.offset(clock, Duration.ZERO)) {
                    @Override
                    public void giveBack(Slot slot) {
                        throw new IllegalStateException("DynamoDB is gone");
                    }
                },
                clock);

        assertThatCode(() -> unlucky.giveBack(slot(9).orElseThrow())).doesNotThrowAnyException();
    }

    /** One process took it by a clock that was hours ahead; this one has the right time. */
    @Test
    void aSlotThatAClockAheadHasTakenIsWorthNothing() {
        assertThat(pacer.turn(ID, HIGH, slot(7_200))).isInstanceOf(Turn.Now.class);
    }

    @Test
    void aSlotOfALongQueueIsKept() {
        for (int i = 0; i < 1_000; i++) {
            first();
        }

        assertThat(pacer.turn(ID, HIGH, slot(900))).isEqualTo(later(900));
    }

    private Turn first() {
        return pacer.turn(ID, HIGH, Optional.empty());
    }

    private static Optional<Slot> slot(int seconds) {
        return Optional.of(new Slot(ID.value(), START.plusSeconds(seconds), HIGH));
    }

    private static Turn later(int seconds) {
        return new Turn.Later(slot(seconds).orElseThrow(), false);
    }

    private static Turn blocked(int seconds) {
        return new Turn.Later(slot(seconds).orElseThrow(), true);
    }
}
