package io.middleware.paging.pacing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

import jakarta.enterprise.context.ApplicationScoped;

import com.github.benmanes.caffeine.cache.Cache;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

import io.middleware.paging.pagerduty.Urgency;
import io.middleware.paging.recall.Recall;

/**
 * Budgets in DynamoDB, as two theoretical arrival times (GCRA; docs/adr/0012-reservations.md).
 *
 * <pre>
 * key         budgetId: region/user
 * attributes  highAt, lowAt (where the next call of that urgency stands in the book; a call may start a tolerance sooner),
 *             blockedUntil, updatedAt
 * conditions  which of the cases below holds; the writes of one case do not exclude each other
 * times       highAt, lowAt, blockedUntil: microseconds since 1970, as numbers; they never go back.
 *             updatedAt: ISO-8601 text, UTC. expiresAtEpochSeconds (the TTL): a day after the last slot
 * </pre>
 *
 * <p>An update expression has no maximum. Hence every case of {@code max(highAt, now)} is a write of its own, whose
 * condition says that the case holds and which moves the book by a relative step: of many that come at once all
 * succeed. Which case to try is known from the item last seen by this process; a refusal returns the item as it is.
 */
@ApplicationScoped
public class DynamoRateBudgets implements RateBudgets {
    /** From then on a reservation takes the longer step without asking whether it must: nothing can outrun that. */
    private static final int EXACT_TRIES = 3;

    /** Each refusal means that somebody else got ahead. So many in a row mean that something else is wrong. */
    private static final int MAX_TRIES = 10;

    private static final Duration MEMORY = Duration.ofMinutes(1);
    private static final Duration KEPT = Duration.ofDays(1);

    private final DynamoDbClient dynamo;
    private final String table;
    private final Pace pace;
    private final Clock clock;
    private final Cache<BudgetId, Book> lastSeen;

    public DynamoRateBudgets(DynamoDbClient dynamo, PacingConfig config, Clock clock) {
        this.dynamo = dynamo;
        this.table = config.budgetsTable();
        this.pace = Pace.of(config);
        this.clock = clock;
        this.lastSeen = Recall.lasting(MEMORY, clock);
    }

    @Override
    public Reservation reserve(BudgetId id, Urgency urgency) {
        boolean low = urgency == Urgency.LOW && !pace.lowAsHigh();
        Book book = lastSeen(id);
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            long now = micros(clock.instant());
            Move move = low ? lowMove(book, now) : highMove(book, now, tries >= EXACT_TRIES);
            Written written = execute(id, move, book, now);
            book = written.book();
            if (written.done()) {
                long due = Math.max(move.start().applyAsLong(book) - pace.tolerance(), now);
                return new Reservation(instant(due), book.blockAt(now));
            }
        }
        throw outrun(id);
    }

    /**
     * @param unseen whether to hold for true, without a condition, that low urgency has its share ahead. Where it has not,
     *     the step is longer than it need be
     */
    private Move highMove(Book book, long now, boolean unseen) {
        Case high = Case.of("highAt", book.highAt(), now);
        boolean lowAhead = !pace.lowAsHigh() && (unseen || book.lowAt() > Math.max(book.highAt(), now));
        long step = lowAhead ? pace.besideLowInterval() : pace.interval();
        Move move = new Move(after -> after.highAt() - step)
                .when(high.condition())
                .set("highAt = " + high.base() + " + :step")
                .with(":now", now)
                .with(":step", step);
        if (pace.lowAsHigh() || lowAhead && unseen) {
            return move;
        }
        return lowAhead
                ? move.when("lowAt > " + high.base())
                // High urgency takes the whole rate up to there: nothing is left of it for low urgency.
                : move.when("(attribute_not_exists(lowAt) OR lowAt <= " + high.base() + ")")
                        .set("lowAt = " + high.base() + " + :step");
    }

    private Move lowMove(Book book, long now) {
        Case low = Case.of("lowAt", book.lowAt(), now);
        return new Move(after -> after.lowAt() - pace.lowInterval())
                .when(low.condition())
                .set("lowAt = " + low.base() + " + :step")
                .with(":now", now)
                .with(":step", pace.lowInterval());
    }

    @Override
    public void block(BudgetId id, Instant until) {
        long end = microsNotBefore(until);
        long first = end + pace.tolerance();
        Book book = lastSeen(id);
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            if (book.blockedUntil() >= end) {
                return;
            }
            Move move = new Move(after -> first)
                    .when("(attribute_not_exists(blockedUntil) OR blockedUntil < :end)")
                    .set("blockedUntil = :end")
                    .with(":end", end)
                    .with(":first", first);
            raise(move, "highAt", book.highAt(), first);
            raise(move, "lowAt", book.lowAt(), first);
            Written written = execute(id, move, book, micros(clock.instant()));
            book = written.book();
            if (written.done()) {
                return;
            }
        }
        throw outrun(id);
    }

    private static void raise(Move move, String attribute, long seen, long first) {
        if (seen < first) {
            move.when("(attribute_not_exists(" + attribute + ") OR " + attribute + " < :first)")
                    .set(attribute + " = :first");
        } else {
            move.when(attribute + " >= :first");
        }
    }

    @Override
    public Optional<Instant> blockedUntil(BudgetId id) {
        Book book = Book.of(
                dynamo.getItem(request -> request.tableName(table).key(key(id))).item());
        remember(id, book);
        return book.blockAt(micros(clock.instant()));
    }

    private Written execute(BudgetId id, Move move, Book book, long now) {
        move.set("updatedAt = :updatedAt, expiresAtEpochSeconds = :expiry");
        Map<String, AttributeValue> values = new HashMap<>();
        move.values.forEach((name, value) -> values.put(name, number(value)));
        values.put(
                ":updatedAt", text(instant(now).truncatedTo(ChronoUnit.MILLIS).toString()));
        values.put(":expiry", number(expiry(move, book, now)));
        try {
            Book after = Book.of(dynamo.updateItem(request -> request.tableName(table)
                            .key(key(id))
                            .conditionExpression(move.condition.toString())
                            .updateExpression("SET " + move.update)
                            .expressionAttributeValues(values)
                            .returnValues(ReturnValue.ALL_NEW)
                            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                    .attributes());
            remember(id, after);
            return new Written(true, after);
        } catch (ConditionalCheckFailedException anotherCase) {
            Book actual = Book.of(anotherCase.item());
            remember(id, actual);
            return new Written(false, actual);
        }
    }

    /** The book may be a minute older than the item, and a step shorter: nothing against a day. */
    private static long expiry(Move move, Book book, long now) {
        long last = Math.max(Math.max(book.last(), now), move.values.getOrDefault(":first", now));
        return instant(last).plus(KEPT).getEpochSecond();
    }

    private Book lastSeen(BudgetId id) {
        Book seen = lastSeen.getIfPresent(id);
        return seen == null ? Book.EMPTY : seen;
    }

    /** Answers overtake each other; the later state is the one with the later times, since they never go back. */
    private void remember(BudgetId id, Book book) {
        lastSeen.asMap().merge(id, book, Book::later);
    }

    private static IllegalStateException outrun(BudgetId id) {
        return new IllegalStateException("The rate budget " + id.value() + " was refused " + MAX_TRIES
                + " times in a row: too many functions write to it at once, or their clocks are apart");
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static long microsNotBefore(Instant instant) {
        return micros(instant.plusNanos(999));
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static Map<String, AttributeValue> key(BudgetId id) {
        return Map.of("budgetId", text(id.value()));
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    /** An item. What is absent is 0: long ago. */
    private record Book(long highAt, long lowAt, long blockedUntil) {
        static final Book EMPTY = new Book(0, 0, 0);

        static Book of(Map<String, AttributeValue> item) {
            return new Book(number(item, "highAt"), number(item, "lowAt"), number(item, "blockedUntil"));
        }

        private static long number(Map<String, AttributeValue> item, String name) {
            return item.containsKey(name) ? Long.parseLong(item.get(name).n()) : 0;
        }

        Book later(Book other) {
            return new Book(
                    Math.max(highAt, other.highAt),
                    Math.max(lowAt, other.lowAt),
                    Math.max(blockedUntil, other.blockedUntil));
        }

        long last() {
            return Math.max(Math.max(highAt, lowAt), blockedUntil);
        }

        Optional<Instant> blockAt(long now) {
            return blockedUntil > now ? Optional.of(instant(blockedUntil)) : Optional.empty();
        }
    }

    /** Which of the two is the later: the attribute, or the clock. */
    private record Case(String condition, String base) {
        static Case of(String attribute, long seen, long now) {
            return seen > now
                    ? new Case(attribute + " > :now", attribute)
                    : new Case("(attribute_not_exists(" + attribute + ") OR " + attribute + " <= :now)", ":now");
        }
    }

    /** The item after the write, or as it stood in the way of it. */
    private record Written(boolean done, Book book) {}

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
