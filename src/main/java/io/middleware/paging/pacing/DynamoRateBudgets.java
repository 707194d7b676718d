package io.middleware.paging.pacing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

import jakarta.enterprise.context.ApplicationScoped;

import com.github.benmanes.caffeine.cache.Cache;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

import io.middleware.paging.pagerduty.Urgency;
import io.middleware.paging.recall.Recall;

/**
 * Budgets in DynamoDB, as two theoretical arrival times (GCRA; docs/adr/0012-reservations.md), with the slots that were
 * given back beside them (docs/adr/0021-slots-are-given-back.md).
 *
 * <pre>
 * key         budgetId: region/user. Or region/user#S, for the slots that were given back of the five minutes that begin at
 *             S (seconds since 1970): a page
 * attributes  highAt, lowAt (where the next call of that urgency stands in the book; a call may start a tolerance sooner),
 *             highFrom, lowFrom (since when the book runs without a pause: the clock of whoever began it, or a block's end),
 *             blockedUntil, freedPages (the pages that there are: a set of S), updatedAt
 *   page      hN, lN: how many slots of high and of low urgency were given back in the bucket of 2 s that begins at N
 *             (seconds since 1970); updatedAt
 * conditions  which of the cases below holds; the writes of one case do not exclude each other. Of a page: that there is
 *             one left to be taken
 * times       highAt, lowAt, highFrom, lowFrom, blockedUntil: microseconds since 1970, as numbers. The first four never go
 *             back, unless a clock was ahead. updatedAt: ISO-8601 text, UTC. expiresAtEpochSeconds (the TTL): a day after
 *             the last slot
 * </pre>
 *
 * <p>An update expression has no maximum. Hence every case of {@code max(highAt, now)} is a write of its own, whose
 * condition says that the case holds and which moves the book by a relative step: of many that come at once all
 * succeed. Which case to try is known from the item last seen by this process; a refusal returns the item as it is.
 */
@ApplicationScoped
public class DynamoRateBudgets implements RateBudgets {
    private static final Logger LOG = Logger.getLogger(DynamoRateBudgets.class);

    /** From then on a reservation takes the longer step without asking whether it must: nothing can outrun that. */
    private static final int EXACT_TRIES = 3;

    /** Each refusal means that somebody else got ahead. So many in a row mean that something else is wrong. */
    private static final int MAX_TRIES = 10;

    private static final Duration MEMORY = Duration.ofMinutes(1);

    /** For how long this process relies on what it saw of a block, and of the slots that were given back. */
    private static final Duration FRESH = Pacer.BLOCK_MEMORY;

    private static final Duration KEPT = Duration.ofDays(1);
    private static final long MICROS_AHEAD = TimeUnit.MILLISECONDS.toMicros(MAX_AHEAD.toMillis());

    private final DynamoDbClient dynamo;
    private final String table;
    private final Pace pace;
    private final Clock clock;
    private final Cache<String, Book> lastSeen;
    private final Cache<String, Boolean> seenJustNow;
    private final DynamoFreedSlots freed;

    public DynamoRateBudgets(DynamoDbClient dynamo, PacingConfig config, Clock clock) {
        this.dynamo = dynamo;
        this.table = config.budgetsTable();
        this.pace = Pace.of(config);
        this.clock = clock;
        this.lastSeen = Recall.lasting(MEMORY, clock);
        this.seenJustNow = Recall.lasting(FRESH, clock);
        this.freed = new DynamoFreedSlots(dynamo, table, pace, clock, FRESH);
    }

    @Override
    public Reservation reserve(BudgetId id, Urgency urgency) {
        String budget = id.value();
        Book seen = lastSeen(budget);
        if (seen.hasPagesAfter(now()) && due(seen, urgency) > now()) {
            Book book = recent(budget);
            Optional<Reservation> freed = takeFreed(budget, urgency, book, due(book, urgency));
            if (freed.isPresent()) {
                return freed.get();
            }
        }
        Reservation last = reserveLast(budget, urgency);
        // Only its answer may have told this process of slots that were given back.
        Optional<Reservation> sooner = takeFreed(budget, urgency, lastSeen(budget), micros(last.at()));
        if (sooner.isPresent()) {
            swapped(last.slot());
        }
        return sooner.orElse(last);
    }

    private void swapped(Slot last) {
        try {
            giveBack(last);
        } catch (RuntimeException lost) {
            LOG.debugf("The slot of %s could not be given back: %s", last.at(), lost.getMessage());
        }
    }

    /** At the end of the queue. */
    private Reservation reserveLast(String budget, Urgency urgency) {
        boolean low = isLow(urgency);
        Book book = lastSeen(budget);
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            long now = now();
            Move move = low ? lowMove(book, now) : highMove(book, now, tries >= EXACT_TRIES);
            Written<Book> written = execute(budget, move, book, now);
            book = written.item();
            if (written.done()) {
                long due = Math.max(move.start().applyAsLong(book) - pace.tolerance(), now);
                Slot slot = new Slot(budget, instant(due), low ? Urgency.LOW : Urgency.HIGH);
                return new Reservation(slot, book.blockAt(now));
            }
        }
        throw outrun(budget);
    }

    private boolean isLow(Urgency urgency) {
        return urgency == Urgency.LOW && !pace.lowAsHigh();
    }

    /** When a slot at the end of the queue would be due, as far as the book is known. */
    private long due(Book book, Urgency urgency) {
        long now = now();
        Line line = isLow(urgency) ? book.low() : book.high();
        return Math.max(line.isAhead(now) ? now : line.at() - pace.tolerance(), now);
    }

    /**
     * @param unseen whether to hold for true, without a condition, that low urgency has its share ahead. Where it has not,
     *     the step is longer than it need be
     */
    private Move highMove(Book book, long now, boolean unseen) {
        Case high = Case.of("high", book.high(), now);
        boolean lowAhead = !pace.lowAsHigh() && (unseen || book.low().placeAt(now) > high.place());
        long step = lowAhead ? pace.besideLowInterval() : pace.interval();
        Move move = high.move(after -> after.high().at() - step, step, now);
        if (pace.lowAsHigh() || lowAhead && unseen) {
            return move;
        }
        return lowAhead
                ? move.when("lowAt > " + high.base())
                // High urgency takes the whole rate up to there: nothing is left of it for low urgency.
                : move.when("(attribute_not_exists(lowAt) OR lowAt <= " + high.base() + " OR lowFrom > :horizon)")
                        .with(":horizon", now + MICROS_AHEAD)
                        .set("lowAt = " + high.base() + " + :step, lowFrom = " + high.from());
    }

    private Move lowMove(Book book, long now) {
        return Case.of("low", book.low(), now)
                .move(after -> after.low().at() - pace.lowInterval(), pace.lowInterval(), now);
    }

    @Override
    public void block(BudgetId id, Instant until) {
        String budget = id.value();
        long end = microsNotBefore(until);
        long first = end + pace.tolerance();
        Book book = lastSeen(budget);
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            long now = now();
            if (book.blockedUntil(now) >= end) {
                return;
            }
            Move move = new Move(after -> first)
                    .when("(attribute_not_exists(blockedUntil) OR blockedUntil < :end OR blockedUntil > :horizon)")
                    .set("blockedUntil = :end")
                    .with(":end", end)
                    .with(":first", first)
                    .with(":horizon", now + MICROS_AHEAD);
            raise(move, "high", book.high().placeAt(now), first);
            raise(move, "low", book.low().placeAt(now), first);
            Written<Book> written = execute(budget, move, book, now);
            book = written.item();
            if (written.done()) {
                return;
            }
        }
        throw outrun(budget);
    }

    private static void raise(Move move, String line, long seen, long first) {
        if (seen < first) {
            move.when("(attribute_not_exists(" + line + "At) OR " + line + "At < :first OR " + line
                            + "From > :horizon)")
                    .set(line + "At = :first, " + line + "From = :end");
        } else {
            move.when(line + "At >= :first").when(notAhead(line));
        }
    }

    private static String notAhead(String line) {
        return "(attribute_not_exists(" + line + "From) OR " + line + "From <= :horizon)";
    }

    @Override
    public Optional<Instant> blockedUntil(BudgetId id) {
        return read(id.value()).blockAt(now());
    }

    @Override
    public Ahead ahead(BudgetId id) {
        Book book = read(id.value());
        return new Ahead(book.blockAt(now()), instant(due(book, Urgency.HIGH)), instant(due(book, Urgency.LOW)));
    }

    @Override
    public boolean reaches(BudgetId id, Instant at) {
        Book book = recent(id.value());
        long now = now();
        return micros(at) <= Math.max(book.high().placeAt(now), book.low().placeAt(now));
    }

    @Override
    public void giveBack(Slot slot) {
        String budget = slot.budget();
        long now = now();
        Book book = recent(budget);
        OptionalLong bucket = FreedSlots.bucketFor(micros(slot.at()), now, book.blockedUntil(now));
        if (bucket.isEmpty()) {
            return;
        }
        long page = freed.add(budget, slot.urgency(), bucket.getAsLong());
        if (!book.freedPages().contains(page)) {
            list(budget, page, now);
        }
    }

    private void list(String budget, long page, long now) {
        Book after = Book.of(dynamo.updateItem(request -> request.tableName(table)
                        .key(key(budget))
                        .updateExpression("ADD freedPages :page SET updatedAt = :updatedAt,"
                                + " expiresAtEpochSeconds = if_not_exists(expiresAtEpochSeconds, :expiry)")
                        .expressionAttributeValues(Map.of(
                                ":page", seconds(List.of(page)),
                                ":updatedAt", updatedAt(now),
                                ":expiry", number(expiry(page + DynamoFreedSlots.PAGE))))
                        .returnValues(ReturnValue.ALL_NEW))
                .attributes());
        remember(budget, after);
    }

    /** @param before only what comes sooner is of use */
    private Optional<Reservation> takeFreed(String budget, Urgency urgency, Book book, long before) {
        long now = now();
        if (before <= now) {
            return Optional.empty();
        }
        long after = Math.max(now, book.blockedUntil(now) - 1);
        return freed.take(budget, book.freedPages(), isLow(urgency) ? Urgency.LOW : Urgency.HIGH, after, before)
                .map(slot -> new Reservation(slot, book.blockAt(now)));
    }

    private Written<Book> execute(String budget, Move move, Book book, long now) {
        move.set("updatedAt = :updatedAt, expiresAtEpochSeconds = :expiry");
        Map<String, AttributeValue> values = new HashMap<>();
        move.values.forEach((name, value) -> values.put(name, number(value)));
        values.put(":updatedAt", updatedAt(now));
        values.put(":expiry", number(expiry(lastSlot(move, book, now))));
        SortedSet<Long> over = book.freedPages().headSet(now - DynamoFreedSlots.PAGE - MICROS_AHEAD);
        if (!over.isEmpty()) {
            values.put(":over", seconds(over));
        }
        UpdateItemRequest request = UpdateItemRequest.builder()
                .tableName(table)
                .key(key(budget))
                .conditionExpression(move.condition.toString())
                .updateExpression("SET " + move.update + (over.isEmpty() ? "" : " DELETE freedPages :over"))
                .expressionAttributeValues(values)
                .returnValues(ReturnValue.ALL_NEW)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
        try {
            return new Written<>(
                    true, remember(budget, Book.of(dynamo.updateItem(request).attributes())));
        } catch (ConditionalCheckFailedException anotherCase) {
            return new Written<>(false, remember(budget, Book.of(anotherCase.item())));
        }
    }

    /** The book may be a minute older than the item, and a step shorter: nothing against a day. */
    private static long lastSlot(Move move, Book book, long now) {
        return Math.max(book.last(now), move.values.getOrDefault(":first", now));
    }

    static long expiry(long last) {
        return instant(last).plus(KEPT).getEpochSecond();
    }

    private Book lastSeen(String budget) {
        Book seen = lastSeen.getIfPresent(budget);
        return seen == null ? Book.EMPTY : seen;
    }

    /** The book as it was a moment ago. */
    private Book recent(String budget) {
        return seenJustNow.getIfPresent(budget) == null ? read(budget) : lastSeen(budget);
    }

    private Book read(String budget) {
        return remember(budget, Book.of(item(key(budget))));
    }

    /** Answers overtake each other; the later state is the one with the later times. */
    private Book remember(String budget, Book book) {
        long now = now();
        lastSeen.asMap().merge(budget, book, (known, told) -> known.later(told, now));
        seenJustNow.put(budget, true);
        return book;
    }

    private Map<String, AttributeValue> item(Map<String, AttributeValue> key) {
        return dynamo.getItem(request -> request.tableName(table).key(key)).item();
    }

    private long now() {
        return micros(clock.instant());
    }

    private static IllegalStateException outrun(String budget) {
        return new IllegalStateException("The rate budget " + budget + " was refused " + MAX_TRIES
                + " times in a row: too many functions write to it at once, or their clocks are apart");
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static long microsNotBefore(Instant instant) {
        return micros(instant.plusNanos(999));
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static Map<String, AttributeValue> key(String budget) {
        return Map.of("budgetId", text(budget));
    }

    private static AttributeValue seconds(Collection<Long> micros) {
        return AttributeValue.fromNs(micros.stream()
                .map(time -> Long.toString(TimeUnit.MICROSECONDS.toSeconds(time)))
                .toList());
    }

    static AttributeValue updatedAt(long now) {
        return text(instant(now).truncatedTo(ChronoUnit.MILLIS).toString());
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    /**
     * The queue of one urgency.
     *
     * @param at where its next call stands
     * @param from since when it runs without a pause; 0 in items from before there was such an attribute
     */
    private record Line(long at, long from) {
        /** Whether it began so far ahead that only a clock which was ahead can have begun it. */
        boolean isAhead(long now) {
            return from > now + MICROS_AHEAD;
        }

        long placeAt(long now) {
            return isAhead(now) ? 0 : at;
        }

        Line later(Line other, long now) {
            if (isAhead(now) != other.isAhead(now)) {
                return isAhead(now) ? other : this;
            }
            return at >= other.at ? this : other;
        }
    }

    /** An item. What is absent is 0: long ago. */
    private record Book(Line high, Line low, long blockedUntil, SortedSet<Long> freedPages) {
        static final Book EMPTY = of(Map.of());

        static Book of(Map<String, AttributeValue> item) {
            SortedSet<Long> pages = new TreeSet<>();
            if (item.containsKey("freedPages")) {
                item.get("freedPages").ns().forEach(page -> pages.add(TimeUnit.SECONDS.toMicros(Long.parseLong(page))));
            }
            return new Book(line(item, "high"), line(item, "low"), number(item, "blockedUntil"), pages);
        }

        private static Line line(Map<String, AttributeValue> item, String name) {
            return new Line(number(item, name + "At"), number(item, name + "From"));
        }

        private static long number(Map<String, AttributeValue> item, String name) {
            return item.containsKey(name) ? Long.parseLong(item.get(name).n()) : 0;
        }

        Book later(Book other, long now) {
            SortedSet<Long> pages = new TreeSet<>(freedPages);
            pages.addAll(other.freedPages);
            return new Book(
                    high.later(other.high, now),
                    low.later(other.low, now),
                    Math.max(blockedUntil(now), other.blockedUntil(now)),
                    pages);
        }

        /** 0 if that is so far ahead that only a clock which was ahead can have set it. */
        long blockedUntil(long now) {
            return blockedUntil > now + MICROS_AHEAD ? 0 : blockedUntil;
        }

        long last(long now) {
            return Math.max(Math.max(high.placeAt(now), low.placeAt(now)), Math.max(blockedUntil(now), now));
        }

        boolean hasPagesAfter(long now) {
            return !freedPages.isEmpty() && freedPages.last() + DynamoFreedSlots.PAGE > now;
        }

        Optional<Instant> blockAt(long now) {
            return blockedUntil(now) > now ? Optional.of(instant(blockedUntil)) : Optional.empty();
        }
    }

    /**
     * Where the next call of a line counts from: the line's end, or the clock.
     *
     * @param base as an expression
     * @param place the same, as far as it is known
     * @param from since when the line runs then, as an expression
     */
    private record Case(String line, String condition, String base, long place, String from) {
        static Case of(String line, Line seen, long now) {
            if (seen.isAhead(now)) {
                return new Case(line, line + "From > :horizon", ":now", now, ":now");
            }
            return seen.at() > now
                    ? new Case(
                            line,
                            line + "At > :now AND " + notAhead(line),
                            line + "At",
                            seen.at(),
                            "if_not_exists(" + line + "From, :now)")
                    : new Case(
                            line,
                            "(attribute_not_exists(" + line + "At) OR " + line + "At <= :now)",
                            ":now",
                            now,
                            ":now");
        }

        Move move(ToLongFunction<Book> start, long step, long now) {
            Move move = new Move(start)
                    .when(condition)
                    .set(line + "At = " + base + " + :step, " + line + "From = " + from)
                    .with(":now", now)
                    .with(":step", step);
            return condition.contains(":horizon") ? move.with(":horizon", now + MICROS_AHEAD) : move;
        }
    }

    /** An item after the write, or as it stood in the way of it. */
    private record Written<T>(boolean done, T item) {}

    /** A conditional update, put together clause by clause. */
    private static final class Move {
        private final ToLongFunction<Book> start;
        private final StringBuilder condition = new StringBuilder();
        private final StringBuilder update = new StringBuilder();
        private final Map<String, Long> values = new HashMap<>();

        Move(ToLongFunction<Book> start) {
            this.start = start;
        }

        /** Where the slot stands in the book that the write left behind. */
        ToLongFunction<Book> start() {
            return start;
        }

        Move when(String clause) {
            condition.append(condition.isEmpty() ? "" : " AND ").append(clause);
            return this;
        }

        Move set(String clause) {
            update.append(update.isEmpty() ? "" : ", ").append(clause);
            return this;
        }

        Move with(String name, long value) {
            values.put(name, value);
            return this;
        }
    }
}
