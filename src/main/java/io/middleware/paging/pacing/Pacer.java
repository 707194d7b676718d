package io.middleware.paging.pacing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import com.github.benmanes.caffeine.cache.Cache;
import io.quarkus.runtime.StartupEvent;
import org.jboss.logging.Logger;

import io.middleware.paging.pagerduty.Urgency;
import io.middleware.paging.recall.Recall;

/**
 * Says when PagerDuty may be called. A caller that must wait keeps its slot and brings it along the next time: then it is
 * let through without taking another, so that each call is reserved once however long the storm. A slot that nobody needs
 * any more is given back.
 *
 * <p>Thread-safe. A store that cannot be reached is an exception.
 */
@ApplicationScoped
public class Pacer implements UnusedSlots {
    private static final Logger LOG = Logger.getLogger(Pacer.class);

    /**
     * For how long after its time a slot is good. A queue hands a message out seconds late, and a retry of the batch may
     * add a minute; but slots that came due while everything stood still (the function was throttled, the queue's poller
     * stopped) would all be used in the same moment: then they are worth nothing, and what they were for queues anew.
     */
    static final Duration GRACE = Duration.ofMinutes(2);

    /** For how long to wait after a 429 that does not say so. */
    static final Duration UNTOLD = Duration.ofSeconds(5);

    /** A limit that is used up is not used up for less. */
    static final Duration SHORTEST_BLOCK = Duration.ofSeconds(1);

    /**
     * PagerDuty's limits are counted by the minute (https://developer.pagerduty.com/docs/rest-api-rate-limits), and a
     * block cannot be taken back: a header that is misread must not silence a user for good. After this long a call is
     * tried again, and refused again if it must be.
     */
    static final Duration LONGEST_BLOCK = Duration.ofMinutes(10);

    /** For how long this process relies on what it last learned about a block. */
    static final Duration BLOCK_MEMORY = Duration.ofSeconds(2);

    private final RateBudgets budgets;
    private final Clock clock;
    private final Cache<BudgetId, Optional<Instant>> blocks;
    private final Cache<Slot, Boolean> used;

    public Pacer(RateBudgets budgets, Clock clock) {
        this.budgets = budgets;
        this.clock = clock;
        this.blocks = Recall.lasting(BLOCK_MEMORY, clock);
        this.used = Recall.lasting(GRACE, clock);
    }

    /** A setting that makes no sense ends the function when it starts, rather than with its first alert. */
    static void refuseNonsense(@Observes StartupEvent started, PacingConfig config) {
        Pace.of(config);
    }

    /**
     * May PagerDuty be called now?
     *
     * @param held the slot of an earlier {@link Turn.Later}; empty at the first visit. One of another budget counts as
     *     none, and so does one that has become worthless: its time is over by more than two minutes, PagerDuty asked for
     *     a pause meanwhile, or it lies farther ahead than slots have been handed out, as one does that a clock which was
     *     ahead has taken
     */
    public Turn turn(BudgetId id, Urgency urgency, Optional<Slot> held) {
        Optional<Slot> own = held.filter(slot -> slot.budget().equals(id.value()));
        if (own.isPresent()) {
            Slot slot = own.get();
            Instant now = clock.instant();
            if (slot.at().isAfter(now)) {
                if (!slot.at().isAfter(now.plus(RateBudgets.MAX_AHEAD)) || budgets.reaches(id, slot.at())) {
                    return new Turn.Later(slot, isAhead(blocks.getIfPresent(id), now));
                }
            } else if (!slot.at().plus(GRACE).isBefore(now) && !isAhead(blocks.get(id, budgets::blockedUntil), now)) {
                return use(slot);
            }
        }
        return reserve(id, urgency);
    }

    private Turn reserve(BudgetId id, Urgency urgency) {
        RateBudgets.Reservation reserved = budgets.reserve(id, urgency);
        Optional<Instant> block = remember(id, reserved.blockedUntil());
        // Read after the reservation, which counts from its own, earlier reading.
        Instant now = clock.instant();
        boolean blocked = isAhead(block, now);
        Slot slot = reserved.slot();
        if (blocked && block.get().isAfter(slot.at())) {
            slot = new Slot(slot.budget(), block.get(), slot.urgency());
        }
        return slot.at().isAfter(now) ? new Turn.Later(slot, blocked) : use(slot);
    }

    private Turn use(Slot slot) {
        used.put(slot, true);
        return new Turn.Now(slot);
    }

    @Override
    public void giveBack(Slot slot) {
        if (used.getIfPresent(slot) == null) {
            free(slot);
        }
    }

    /** After a turn that was granted, and turned out not to be needed. Never throws. */
    public void notCalled(Turn.Now turn) {
        free(turn.slot());
    }

    private void free(Slot slot) {
        try {
            budgets.giveBack(slot);
        } catch (RuntimeException awsFailed) {
            // It is lost, as it was before there was a way to give it back. That is no reason to fail an alert.
            LOG.debugf("The slot of %s could not be given back: %s", slot.at(), awsFailed.getMessage());
        }
    }

    /**
     * After a 429: no call before {@code retryAfter} is over. At least 1 s and at most 10 min; 5 s when PagerDuty does not
     * say. Safe to repeat.
     */
    public void refused(BudgetId id, Optional<Duration> retryAfter) {
        Duration told = retryAfter.orElse(UNTOLD);
        block(id, told.compareTo(SHORTEST_BLOCK) < 0 ? SHORTEST_BLOCK : told);
    }

    /**
     * After any answer, by its {@code ratelimit-} headers: when nothing is left of the limit, no call before it is full
     * again. At most 10 min. Safe to repeat.
     *
     * @param remaining calls that are left
     * @param reset until the limit is full again
     */
    public void learn(BudgetId id, int remaining, Duration reset) {
        if (remaining <= 0 && reset.compareTo(Duration.ZERO) > 0) {
            block(id, reset);
        }
    }

    private void block(BudgetId id, Duration time) {
        Instant until = clock.instant().plus(time.compareTo(LONGEST_BLOCK) > 0 ? LONGEST_BLOCK : time);
        // Remembered first: this process makes no call even if the write fails.
        remember(id, Optional.of(until));
        budgets.block(id, until);
    }

    /** What is known now: answers overtake each other, and a block is never shortened. */
    private Optional<Instant> remember(BudgetId id, Optional<Instant> block) {
        return blocks.asMap().merge(id, block, (known, told) -> isLater(told, known) ? told : known);
    }

    private static boolean isLater(Optional<Instant> one, Optional<Instant> other) {
        return one.isPresent() && (other.isEmpty() || one.get().isAfter(other.get()));
    }

    /** @param block null when nothing is known */
    private static boolean isAhead(Optional<Instant> block, Instant now) {
        return block != null && block.isPresent() && block.get().isAfter(now);
    }
}
