package io.middleware.paging.chaos;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.middleware.paging.chaos.FaultProxy.Strike;
import io.middleware.paging.local.LocalCloud;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Faults;

/** Lets a plan happen: sends its messages at their times, and its squalls come and go. */
final class Weather implements AutoCloseable {

    /** A little longer than a call to PagerDuty may take. */
    static final Duration TOO_LATE = ChaosIT.CALL_TIMEOUT.plusMillis(500);

    /** Strikes all the time: rarely enough for the SDK's own repeats, which are to be exercised too. */
    private static final double DRIZZLE = 0.01;

    private final FaultProxy dynamoDb;
    private final FaultProxy sqs;
    private final FaultProxy secrets;
    private final FaultProxy pagerDuty;
    private final Random random;
    private final Map<Trouble, List<Faults.Armed>> armed = new EnumMap<>(Trouble.class);
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger outages = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(4, work -> {
        Thread thread = new Thread(work, "weather");
        thread.setDaemon(true);
        return thread;
    });
    private LocalCloud cloud;

    Weather(long seed) {
        this.random = new Random(seed + 1);
        this.dynamoDb = FaultProxy.start("dynamodb", new Random(seed + 2));
        this.sqs = FaultProxy.start("sqs", new Random(seed + 3));
        this.secrets = FaultProxy.start("secrets-manager", new Random(seed + 4));
        this.pagerDuty = FaultProxy.start("pagerduty", new Random(seed + 5));
    }

    /** Only {@code notify} meets the weather: its stores and PagerDuty are behind these. */
    Map<String, String> environmentOfNotify() {
        return Map.of(
                "AWS_ENDPOINT_URL_DYNAMODB", dynamoDb.endpoint().toString(),
                "AWS_ENDPOINT_URL_SQS", sqs.endpoint().toString(),
                "AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.endpoint().toString(),
                "PAGING_PAGERDUTY_URL_US", pagerDuty.endpoint().toString());
    }

    void over(LocalCloud startedCloud) {
        cloud = startedCloud;
        // Behind the weather as without it: the functions' roles are asked, and then the engines.
        Map<String, String> aws = cloud.awsEnvironment();
        dynamoDb.standBefore(URI.create(aws.get("AWS_ENDPOINT_URL_DYNAMODB")));
        sqs.standBefore(URI.create(aws.get("AWS_ENDPOINT_URL_SQS")));
        secrets.standBefore(URI.create(aws.get("AWS_ENDPOINT_URL_SECRETS_MANAGER")));
        pagerDuty.standBefore(cloud.endpoints().pagerduty());
    }

    /** Returns when all of the wave is sent and its last squall has come. */
    void let(ChaosPlan.Wave wave) throws InterruptedException {
        List.of(dynamoDb, sqs, secrets).forEach(proxy -> proxy.drizzle(DRIZZLE));
        List<Future<?>> all = new ArrayList<>();
        wave.sendings()
                .forEach(sending -> all.add(at(sending.at(), () -> {
                    ChaosPlan.Message message = sending.message();
                    cloud.send(message.body(), message.attributes());
                })));
        wave.squalls().forEach(squall -> all.add(at(squall.at(), () -> begin(squall))));
        for (Future<?> each : all) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("The weather could not be made", e.getCause());
            }
        }
    }

    /** Whether everything that was to strike has struck. */
    boolean isCalm() {
        return List.of(dynamoDb, sqs, secrets).stream().allMatch(FaultProxy::isCalm)
                && cloud.pagerDuty().faults().armed().isEmpty();
    }

    /** Everything works again. */
    synchronized void heal() {
        List.of(dynamoDb, sqs, secrets, pagerDuty).forEach(FaultProxy::heal);
        cloud.pagerDuty().faults().clear();
    }

    /** How often it hit at least one process. */
    int kills() {
        return kills.get();
    }

    /** How often each trouble struck, by name. */
    synchronized Map<Trouble, Integer> struck() {
        Map<Trouble, Integer> counts = new EnumMap<>(Trouble.class);
        for (Trouble trouble : Trouble.values()) {
            counts.put(
                    trouble,
                    switch (trouble) {
                        case DYNAMODB_500 -> dynamoDb.struck(Strike.SERVER_ERROR);
                        case DYNAMODB_THROTTLES -> dynamoDb.struck(Strike.THROTTLED);
                        case DYNAMODB_DROPS_BEFORE -> dynamoDb.struck(Strike.DROPPED_BEFORE);
                        case DYNAMODB_DROPS_AFTER -> dynamoDb.struck(Strike.DROPPED_AFTER);
                        case SQS_500 -> sqs.struck(Strike.SERVER_ERROR);
                        case SQS_THROTTLES -> sqs.struck(Strike.THROTTLED);
                        case SQS_DROPS_BEFORE -> sqs.struck(Strike.DROPPED_BEFORE);
                        case SQS_DROPS_AFTER -> sqs.struck(Strike.DROPPED_AFTER);
                        case SECRETS_500 -> secrets.struck(Strike.SERVER_ERROR);
                        case SECRETS_THROTTLES -> secrets.struck(Strike.THROTTLED);
                        case SECRETS_DROPS_BEFORE -> secrets.struck(Strike.DROPPED_BEFORE);
                        case SECRETS_DROPS_AFTER -> secrets.struck(Strike.DROPPED_AFTER);
                        case PAGERDUTY_GONE -> outages.get();
                        case KILL -> Math.max(0, kills.get() - fired(Trouble.KILL_AFTER_POST));
                        default -> fired(trouble);
                    });
        }
        return counts;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        List.of(dynamoDb, sqs, secrets, pagerDuty).forEach(FaultProxy::close);
    }

    private int fired(Trouble trouble) {
        return armed.getOrDefault(trouble, List.of()).stream()
                .mapToInt(Faults.Armed::fired)
                .sum();
    }

    private Future<?> at(Duration time, Runnable work) {
        return timer.schedule(work, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void begin(Squall squall) {
        switch (squall.trouble()) {
            case PAGERDUTY_5XX ->
                arm(
                        squall,
                        Fault.onEverything()
                                .answering(List.of(500, 502, 503, 504).get(random.nextInt(4))));
            case PAGERDUTY_DROPS_BEFORE -> arm(squall, Fault.onEverything().dropping());
            case PAGERDUTY_DROPS_AFTER ->
                arm(squall, Fault.onEverything().dropping().afterActing());
            case PAGERDUTY_GARBLED -> arm(squall, Fault.onEverything().garbled());
            case PAGERDUTY_429 -> arm(squall, Fault.rateLimited("*", "/**", 1 + random.nextInt(3)));
            case PAGERDUTY_429_BARE -> arm(squall, Fault.onEverything().answering(429, "Too Many Requests"));
            case PAGERDUTY_LATE -> arm(squall, Fault.onEverything().holding(TOO_LATE));
            // A resolve that PagerDuty acts on after we gave it up may end a newer firing's incident: a known corner.
            case PAGERDUTY_STALLS -> arm(squall, Fault.on("POST", "/incidents").stalling(TOO_LATE));
            case PAGERDUTY_GONE -> {
                outages.incrementAndGet();
                pagerDuty.stopListening();
                timer.schedule(pagerDuty::listenAgain, squall.times() * 100L, TimeUnit.MILLISECONDS);
            }
            case DYNAMODB_500 -> strike(dynamoDb, Strike.SERVER_ERROR, squall);
            case DYNAMODB_THROTTLES -> strike(dynamoDb, Strike.THROTTLED, squall);
            case DYNAMODB_DROPS_BEFORE -> strike(dynamoDb, Strike.DROPPED_BEFORE, squall);
            case DYNAMODB_DROPS_AFTER -> strike(dynamoDb, Strike.DROPPED_AFTER, squall);
            case SQS_500 -> strike(sqs, Strike.SERVER_ERROR, squall);
            case SQS_THROTTLES -> strike(sqs, Strike.THROTTLED, squall);
            case SQS_DROPS_BEFORE -> strike(sqs, Strike.DROPPED_BEFORE, squall);
            case SQS_DROPS_AFTER -> strike(sqs, Strike.DROPPED_AFTER, squall);
            case SECRETS_500 -> strike(secrets, Strike.SERVER_ERROR, squall);
            case SECRETS_THROTTLES -> strike(secrets, Strike.THROTTLED, squall);
            case SECRETS_DROPS_BEFORE -> strike(secrets, Strike.DROPPED_BEFORE, squall);
            case SECRETS_DROPS_AFTER -> strike(secrets, Strike.DROPPED_AFTER, squall);
            case KILL -> kill();
            case KILL_AFTER_POST -> arm(squall, Fault.on("POST", "/incidents").afterwards(request -> kill()));
        }
    }

    private static void strike(FaultProxy proxy, Strike strike, Squall squall) {
        proxy.strike(strike, squall.times(), squall.probability());
    }

    private void kill() {
        if (cloud.kill("notify") > 0) {
            kills.incrementAndGet();
        }
    }

    private void arm(Squall squall, Fault fault) {
        armed.computeIfAbsent(squall.trouble(), trouble -> new ArrayList<>())
                .add(cloud.pagerDuty()
                        .faults()
                        .add(fault.times(squall.times())
                                .withProbability(squall.probability(), new Random(random.nextLong()))));
    }
}
