package io.middleware.paging.pacing;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import io.middleware.paging.pagerduty.Urgency;

/** The rules of the budgets as they read where there is a maximum, and a lock instead of conditions. */
class InMemoryRateBudgets implements RateBudgets {
    private final Map<String, Book> books;
    private final Pace pace;
    private final Clock clock;
    private int reservations;
    private int lookUps;

    private static final class Book {
        private final Map<Long, Integer> freedHigh = new HashMap<>();
        private final Map<Long, Integer> freedLow = new HashMap<>();
        private long highAt;
        private long highFrom;
        private long lowAt;
        private long lowFrom;
        private long blockedUntil;

        private FreedSlots freed() {
            return new FreedSlots(freedHigh, freedLow);
        }

        private Map<Long, Integer> freed(Urgency urgency) {
            return urgency == Urgency.HIGH ? freedHigh : freedLow;
        }
    }

    InMemoryRateBudgets(PacingConfig config, Clock clock) {
        this(config, clock, new HashMap<>());
    }

    private InMemoryRateBudgets(PacingConfig config, Clock clock, Map<String, Book> books) {
        this.pace = Pace.of(config);
        this.clock = clock;
        this.books = books;
    }

    /** The same budgets, as a process with another clock sees them. */
    RateBudgets seenBy(PacingConfig config, Clock other) {
        return new InMemoryRateBudgets(config, other, books);
    }

    @Override
    public synchronized Reservation reserve(BudgetId id, Urgency urgency) {
        reservations++;
        long now = now();
        Book book = book(id, now);
        boolean low = urgency == Urgency.LOW && !pace.lowAsHigh();
        Urgency share = low ? Urgency.LOW : Urgency.HIGH;
        long start = Math.max(low ? book.lowAt : book.highAt, now);
        long due = Math.max(start - pace.tolerance(), now);
        Optional<FreedSlots.Freed> freed = book.freed().first(pace, share, Math.max(now, book.blockedUntil - 1), due);
        if (freed.isPresent()) {
            FreedSlots.Freed taken = freed.get();
            long at = taken.at(pace, book.freed().of(taken));
            book.freed(taken.urgency()).merge(taken.bucket(), -1, Integer::sum);
            return new Reservation(new Slot(id.value(), instant(at), taken.urgency()), blockAt(book, now));
        }
        if (low) {
            book.lowFrom = start == now ? now : book.lowFrom;
            book.lowAt = start + pace.lowInterval();
        } else {
            book.highFrom = start == now ? now : book.highFrom;
            if (pace.lowAsHigh()) {
                book.highAt = start + pace.interval();
            } else if (book.lowAt > start) {
                book.highAt = start + pace.besideLowInterval();
            } else {
                book.highAt = start + pace.interval();
                book.lowAt = book.highAt;
                book.lowFrom = book.highFrom;
            }
        }
        return new Reservation(new Slot(id.value(), instant(due), share), blockAt(book, now));
    }

    @Override
    public synchronized void giveBack(Slot slot) {
        long now = now();
        Book book = book(slot.budget(), now);
        OptionalLong bucket = FreedSlots.bucketFor(micros(slot.at()), now, book.blockedUntil);
        bucket.ifPresent(to -> book.freed(slot.urgency()).merge(to, 1, Integer::sum));
    }

    @Override
    public synchronized void block(BudgetId id, Instant until) {
        Book book = book(id, now());
        long end = micros(until.plusNanos(999));
        if (end <= book.blockedUntil) {
            return;
        }
        book.blockedUntil = end;
        long first = end + pace.tolerance();
        if (book.highAt < first) {
            book.highAt = first;
            book.highFrom = end;
        }
        if (book.lowAt < first) {
            book.lowAt = first;
            book.lowFrom = end;
        }
    }

    @Override
    public synchronized Optional<Instant> blockedUntil(BudgetId id) {
        lookUps++;
        long now = now();
        return blockAt(book(id, now), now);
    }

    @Override
    public synchronized Ahead ahead(BudgetId id) {
        long now = now();
        Book book = book(id, now);
        return new Ahead(
                blockAt(book, now), due(book.highAt, now), due(pace.lowAsHigh() ? book.highAt : book.lowAt, now));
    }

    private Instant due(long at, long now) {
        return instant(Math.max(at - pace.tolerance(), now));
    }

    @Override
    public synchronized boolean reaches(BudgetId id, Instant at) {
        lookUps++;
        Book book = book(id, now());
        return micros(at) <= Math.max(book.highAt, book.lowAt);
    }

    synchronized int reservations() {
        return reservations;
    }

    synchronized int lookUps() {
        return lookUps;
    }

    private Book book(BudgetId id, long now) {
        return book(id.value(), now);
    }

    /** What only a clock which was ahead can have begun counts as not begun. */
    private Book book(String budget, long now) {
        Book book = books.computeIfAbsent(budget, key -> new Book());
        long horizon = now + MAX_AHEAD.toNanos() / 1_000;
        if (book.highFrom > horizon) {
            book.highFrom = 0;
            book.highAt = 0;
        }
        if (book.lowFrom > horizon) {
            book.lowFrom = 0;
            book.lowAt = 0;
        }
        if (book.blockedUntil > horizon) {
            book.blockedUntil = 0;
        }
        return book;
    }

    private long now() {
        return micros(clock.instant());
    }

    private static Optional<Instant> blockAt(Book book, long now) {
        return book.blockedUntil > now ? Optional.of(instant(book.blockedUntil)) : Optional.empty();
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
