package io.middleware.paging.pacing;

import static io.middleware.paging.pacing.FixedPacingConfig.ONE_A_SECOND;
import static io.middleware.paging.pagerduty.Urgency.HIGH;
import static io.middleware.paging.pagerduty.Urgency.LOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

import io.middleware.paging.harness.MutableClock;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.engine.DynamoDbEngine;
import io.middleware.paging.local.template.DeployedTemplate;
import io.middleware.paging.local.template.SamTemplate;
import io.middleware.paging.pagerduty.Urgency;

/** The budgets against an engine that evaluates their conditions, on the table that the template deploys. */
class DynamoRateBudgetsTest extends RateBudgetsContract {
    private static final int PROCESSES = 4;
    private static final int THREADS = 16;
    private static final int EACH = 25;

    private static DynamoDbClient dynamo;
    private static String table;

    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();

    @BeforeAll
    static void createTables() {
        dynamo = AwsClients.dynamoDb(DynamoDbEngine.shared().endpoint());
        SamTemplate template = SamTemplate.read(Path.of("template.yaml"), "pacing-" + System.nanoTime(), Map.of());
        table = DeployedTemplate.createUnsweptTables(template, dynamo).get("RateBudgets");
    }

    @AfterAll
    static void close() {
        dynamo.close();
    }

    @Override
    RateBudgets budgets(FixedPacingConfig config, Clock clock) {
        return new DynamoRateBudgets(counting(), config.in(table), clock);
    }

    @Override
    RateBudgets seenBy(Clock other, RateBudgets budgets) {
        return budgets(ONE_A_SECOND, other);
    }

    @Override
    int runs() {
        return 1;
    }

    @Test
    void everyWriteSaysWhatTheRulesSayWithAMaximum() {
        for (int seed = 0; seed < 3; seed++) {
            Random random = new Random(seed);
            FixedPacingConfig config = new FixedPacingConfig(table, 240, (1 + random.nextInt(10)) / 10.0, 3);
            MutableClock clock = new MutableClock(START);
            BudgetId id = newId();
            RateBudgets rules = new InMemoryRateBudgets(config, clock);
            // Functions that know nothing of each other, so that what they remember is often out of date.
            List<RateBudgets> functions = List.of(budgets(config, clock), budgets(config, clock));
            for (int i = 0; i < 150; i++) {
                RateBudgets function = functions.get(random.nextInt(functions.size()));
                clock.advance(Duration.ofMillis(random.nextInt(10) == 0 ? random.nextInt(9_000) : random.nextInt(300)));
                if (random.nextInt(15) == 0) {
                    Instant until = clock.instant().plusMillis(random.nextInt(5_000));
                    rules.block(id, until);
                    function.block(id, until);
                    assertThat(function.blockedUntil(id)).isEqualTo(rules.blockedUntil(id));
                } else {
                    Urgency urgency = random.nextBoolean() ? HIGH : LOW;
                    assertThat(function.reserve(id, urgency))
                            .as("seed %d, step %d", seed, i)
                            .isEqualTo(rules.reserve(id, urgency));
                }
            }
        }
    }

    @Test
    void manyThatReserveAtOnceGetTheSlotsOneByOneAndSeldomHaveToTryAgain() throws Exception {
        List<Instant> slots = storm(thread -> HIGH);

        assertThat(slots)
                .isEqualTo(IntStream.range(0, THREADS * EACH)
                        .mapToObj(RateBudgetsContract::at)
                        .toList());
        assertThat(refusals)
                .as("only the very first can be wrong about the budget")
                .hasValueLessThanOrEqualTo(THREADS);
        assertThat(writes).hasValue(THREADS * EACH + refusals.get());
    }

    @Test
    void manyOfBothUrgenciesThatReserveAtOnceKeepToTheRateTogether() throws Exception {
        List<Instant> slots = storm(thread -> thread % 2 == 0 ? HIGH : LOW);

        SlidingCount calls = new SlidingCount();
        slots.forEach(calls::add);
        assertThat(slots).hasSize(THREADS * EACH);
        assertThat(calls.excess(ONE_A_SECOND, 2)).isEmpty();
        assertThat(writes).hasValueLessThanOrEqualTo(2 * THREADS * EACH);
    }

    private List<Instant> storm(IntFunction<Urgency> urgencyOf) throws Exception {
        BudgetId id = newId();
        List<RateBudgets> processes =
                IntStream.range(0, PROCESSES).mapToObj(i -> budgets()).toList();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<List<Instant>>> all = IntStream.range(0, THREADS)
                    .<Callable<List<Instant>>>mapToObj(thread -> () -> {
                        List<Instant> slots = new ArrayList<>();
                        for (int i = 0; i < EACH; i++) {
                            slots.add(processes
                                    .get(thread % PROCESSES)
                                    .reserve(id, urgencyOf.apply(thread))
                                    .at());
                        }
                        return slots;
                    })
                    .toList();
            List<Instant> slots = new ArrayList<>();
            for (Future<List<Instant>> some : threads.invokeAll(all)) {
                slots.addAll(some.get());
            }
            return slots.stream().sorted().toList();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aReservationWhoseAnswerWasLostCostsASlotAndNothingElse() {
        RateBudgets repeating = new DynamoRateBudgets(everyWriteTwice(), ONE_A_SECOND.in(table), clock);
        reserve(budgets(), HIGH, 1);

        assertThat(reserve(repeating, HIGH, 2)).containsExactly(at(2), at(4));
        repeating.block(id(), at(20));

        assertThat(reserve(budgets(), HIGH, 1)).containsExactly(at(20));
    }

    @Test
    void aBudgetThatRefusesAgainAndAgainSaysSo() {
        RateBudgets hopeless = new DynamoRateBudgets(refusingAll(), ONE_A_SECOND.in(table), clock);

        assertThatThrownBy(() -> hopeless.reserve(id(), HIGH))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(id().value())
                .hasMessageContaining("10 times in a row");
        assertThatThrownBy(() -> hopeless.block(id(), at(5))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theItemIsSweptADayAfterItsLastSlot() {
        RateBudgets budgets = budgets();
        reserve(budgets, HIGH, 100);

        assertThat(expiry()).isBetween(at(90).plus(Duration.ofDays(1)), at(110).plus(Duration.ofDays(1)));

        budgets.block(id(), at(500));

        assertThat(expiry()).isEqualTo(at(500).plus(Duration.ofDays(1)));
    }

    private Instant expiry() {
        return Instant.ofEpochSecond(
                Long.parseLong(item().get("expiresAtEpochSeconds").n()));
    }

    private Map<String, AttributeValue> item() {
        return dynamo.getItem(request -> request.tableName(table)
                        .key(Map.of("budgetId", AttributeValue.fromS(id().value())))
                        .consistentRead(true))
                .item();
    }

    private DynamoDbClient counting() {
        return client((method, arguments) -> {
            if (method.getName().equals("updateItem")) {
                writes.incrementAndGet();
            }
            try {
                return invoke(method, arguments);
            } catch (ConditionalCheckFailedException refused) {
                refusals.incrementAndGet();
                throw refused;
            }
        });
    }

    /** The first answer is lost on the way; what counts is that of the repeat. */
    private static DynamoDbClient everyWriteTwice() {
        return client((method, arguments) -> {
            invoke(method, arguments);
            return invoke(method, arguments);
        });
    }

    private static DynamoDbClient refusingAll() {
        return client((method, arguments) -> {
            throw ConditionalCheckFailedException.builder().item(Map.of()).build();
        });
    }

    private static DynamoDbClient client(Handler handler) {
        return (DynamoDbClient) Proxy.newProxyInstance(
                DynamoRateBudgetsTest.class.getClassLoader(),
                new Class<?>[] {DynamoDbClient.class},
                (proxy, method, arguments) -> handler.handle(method, arguments));
    }

    private static Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(dynamo, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private interface Handler {
        Object handle(Method method, Object[] arguments) throws Throwable;
    }
}
