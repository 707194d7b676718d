package io.middleware.paging.pacing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

import io.middleware.paging.pagerduty.Urgency;
import io.middleware.paging.recall.Recall;

/**
 * The slots of all budgets that were given back, in pages of five minutes: see {@link DynamoRateBudgets}. Times are
 * microseconds since 1970.
 */
final class DynamoFreedSlots {
    /** So that a page is an item of some 4 KB at most: each write of it costs a unit for every KB. */
    static final long PAGE = TimeUnit.MINUTES.toMicros(5);

    /** There are as many in a bucket as calls fit into it. Whoever was refused so often has others to take from. */
    private static final int MAX_TRIES = 10;

    private final DynamoDbClient dynamo;
    private final String table;
    private final Pace pace;
    private final Clock clock;
    private final Cache<String, FreedSlots> seen;

    /** @param memory for how long a page that was read or written is not read again */
    DynamoFreedSlots(DynamoDbClient dynamo, String table, Pace pace, Clock clock, Duration memory) {
        this.dynamo = dynamo;
        this.table = table;
        this.pace = pace;
        this.clock = clock;
        this.seen = Recall.lasting(memory, clock);
    }

    /**
     * One more in this bucket. Not safe to repeat: if the SDK repeats a write whose answer was lost, two calls may be made
     * for it.
     *
     * @return the page that it is in
     */
    long add(String budget, Urgency urgency, long bucket) {
        long page = bucket - Math.floorMod(bucket, PAGE);
        String id = id(budget, page);
        String count = attribute(urgency, bucket);
        Map<String, AttributeValue> after = dynamo.updateItem(request -> request.tableName(table)
                        .key(key(id))
                        .updateExpression("SET " + count + " = if_not_exists(" + count + ", :zero) + :one,"
                                + " updatedAt = :updatedAt, expiresAtEpochSeconds = :expiry")
                        .expressionAttributeValues(Map.of(
                                ":zero", number(0),
                                ":one", number(1),
                                ":updatedAt", DynamoRateBudgets.updatedAt(now()),
                                ":expiry", number(DynamoRateBudgets.expiry(page + PAGE))))
                        .returnValues(ReturnValue.ALL_NEW))
                .attributes();
        seen.put(id, slots(after));
        return page;
    }

    /**
     * The first that somebody of this urgency may have. If the SDK repeats a write whose answer was lost, two are taken.
     *
     * @param pages where there may be some
     * @param after no bucket that begins by then is any good
     * @param before only what comes sooner is of use
     */
    Optional<Slot> take(String budget, SortedSet<Long> pages, Urgency urgency, long after, long before) {
        for (long page : pages.headSet(before)) {
            if (page + PAGE > after) {
                Optional<Slot> slot = take(budget, page, urgency, after, before);
                if (slot.isPresent()) {
                    return slot;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Slot> take(String budget, long page, Urgency urgency, long after, long before) {
        String id = id(budget, page);
        FreedSlots slots = seen.get(id, this::read);
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Optional<FreedSlots.Freed> first = slots.first(pace, urgency, after, before);
            if (first.isEmpty()) {
                return Optional.empty();
            }
            FreedSlots.Freed freed = first.get();
            Taken taken = take(id, freed);
            slots = taken.slots();
            seen.put(id, slots);
            if (taken.done()) {
                Instant at = DynamoRateBudgets.instant(freed.at(pace, slots.of(freed) + 1));
                return Optional.of(new Slot(budget, at, freed.urgency()));
            }
        }
        return Optional.empty();
    }

    private Taken take(String id, FreedSlots.Freed freed) {
        String count = attribute(freed.urgency(), freed.bucket());
        try {
            Map<String, AttributeValue> after = dynamo.updateItem(request -> request.tableName(table)
                            .key(key(id))
                            .conditionExpression(count + " >= :least")
                            .updateExpression("SET " + count + " = " + count + " - :one, updatedAt = :updatedAt")
                            .expressionAttributeValues(Map.of(
                                    ":least", number(freed.least()),
                                    ":one", number(1),
                                    ":updatedAt", DynamoRateBudgets.updatedAt(now())))
                            .returnValues(ReturnValue.ALL_NEW)
                            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                    .attributes();
            return new Taken(true, slots(after));
        } catch (ConditionalCheckFailedException gone) {
            return new Taken(false, slots(gone.item()));
        }
    }

    /** The page after it was taken, or as somebody else has left it. */
    private record Taken(boolean done, FreedSlots slots) {}

    private FreedSlots read(String id) {
        return slots(
                dynamo.getItem(request -> request.tableName(table).key(key(id))).item());
    }

    private static FreedSlots slots(Map<String, AttributeValue> item) {
        Map<Long, Integer> high = new HashMap<>();
        Map<Long, Integer> low = new HashMap<>();
        item.forEach((name, value) -> {
            // No other attribute begins with one of these and goes on with digits.
            if (name.length() > 1 && Character.isDigit(name.charAt(1))) {
                (name.charAt(0) == 'h' ? high : low)
                        .put(TimeUnit.SECONDS.toMicros(Long.parseLong(name.substring(1))), Integer.parseInt(value.n()));
            }
        });
        return new FreedSlots(high, low);
    }

    private static String attribute(Urgency urgency, long bucket) {
        return (urgency == Urgency.HIGH ? "h" : "l") + TimeUnit.MICROSECONDS.toSeconds(bucket);
    }

    private static String id(String budget, long page) {
        return budget + '#' + TimeUnit.MICROSECONDS.toSeconds(page);
    }

    private static Map<String, AttributeValue> key(String id) {
        return Map.of("budgetId", AttributeValue.fromS(id));
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    private long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    }
}
