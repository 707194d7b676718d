package io.middleware.paging.pacing;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.middleware.paging.pagerduty.Urgency;

/** The rules of the budgets as they read where there is a maximum, and a lock instead of conditions. */
final class InMemoryRateBudgets implements RateBudgets {
    private final Map<BudgetId, Book> books = new HashMap<>();
    private final Pace pace;
    private final Clock clock;
    private int reservations;
    private int lookUps;

    private static final class Book {
        private long highAt;
        private long lowAt;
        private long blockedUntil;
    }

    InMemoryRateBudgets(PacingConfig config, Clock clock) {
        this.pace = Pace.of(config);
        this.clock = clock;
    }

    @Override
    public synchronized Reservation reserve(BudgetId id, Urgency urgency) {
        reservations++;
        Book book = book(id);
        long now = now();
        long start;
        if (urgency == Urgency.LOW && !pace.lowAsHigh()) {
            start = Math.max(book.lowAt, now);
            book.lowAt = start + pace.lowInterval();
        } else {
            start = Math.max(book.highAt, now);
            if (pace.lowAsHigh()) {
                book.highAt = start + pace.interval();
            } else if (book.lowAt > start) {
                book.highAt = start + pace.besideLowInterval();
            } else {
                book.highAt = start + pace.interval();
                book.lowAt = book.highAt;
            }
        }
        return new Reservation(instant(Math.max(start - pace.tolerance(), now)), blockAt(book, now));
    }

    @Override
    public synchronized void block(BudgetId id, Instant until) {
        Book book = book(id);
        long end = ChronoUnit.MICROS.between(Instant.EPOCH, until.plusNanos(999));
        book.blockedUntil = Math.max(book.blockedUntil, end);
        book.highAt = Math.max(book.highAt, book.blockedUntil + pace.tolerance());
        book.lowAt = Math.max(book.lowAt, book.blockedUntil + pace.tolerance());
    }

    @Override
    public synchronized Optional<Instant> blockedUntil(BudgetId id) {
        lookUps++;
        return blockAt(book(id), now());
    }

    synchronized int reservations() {
        return reservations;
    }

    synchronized int lookUps() {
        return lookUps;
    }

    private Book book(BudgetId id) {
        return books.computeIfAbsent(id, key -> new Book());
    }

    private long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }

    private static Optional<Instant> blockAt(Book book, long now) {
        return book.blockedUntil > now ? Optional.of(instant(book.blockedUntil)) : Optional.empty();
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
