package io.middleware.paging.harness;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.quarkus.test.junit.QuarkusTestProfile;

import io.middleware.paging.local.queue.FunctionInvoker;
import io.middleware.paging.local.sqs.FakeSqs;

/**
 * The {@link TestCloud} whose queues live on the test's clock too, so that hours of waiting pass in a moment, and in which
 * {@code notify} keeps the pace that it keeps in production. To be driven by an {@link EventSource}.
 *
 * <p>Used by the profile {@link Notify}: {@code @QuarkusTest @TestProfile(VirtualTimeCloud.Notify.class)}.
 */
public final class VirtualTimeCloud extends TestCloud {
    /** The pace of production: {@code PAGING_RATE_PER_MINUTE} and its companions. */
    public static final int RATE_PER_MINUTE = 240;

    /** How many calls may run ahead of it: {@code PAGING_BURST}. */
    public static final int BURST = 10;

    /** How many messages of a batch notify handles at once: {@code PAGING_CONCURRENCY}. */
    public static final int CONCURRENCY = 16;

    private FakeSqs sqs;

    public static VirtualTimeCloud current() {
        return (VirtualTimeCloud) TestCloud.current();
    }

    @Override
    protected Queues startQueues(MutableClock time) {
        sqs = FakeSqs.start(time);
        return new Queues(sqs.endpoint(), sqs);
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of(
                "paging.rate-per-minute", Integer.toString(RATE_PER_MINUTE),
                "paging.burst", Integer.toString(BURST),
                "paging.low-urgency-share", "0.5",
                "paging.concurrency", Integer.toString(CONCURRENCY),
                "paging.circuit-failures", "5",
                // Real time, on a machine that does other things too: none of these calls is meant to time out.
                "paging.call-timeout", "20S",
                // Thousands of alerts that wait, each with its line.
                "quarkus.log.category.\"io.middleware.paging\".level", "ERROR");
    }

    public FakeSqs queues() {
        return sqs;
    }

    /** An event source of the alert queue. A function that {@link AwsCalls} has let die is started anew for the next batch. */
    public EventSource alerts(FunctionInvoker function, EventSource.Pace pace) {
        return new EventSource(
                sqs,
                sqs(),
                stack().queue("AlertQueue"),
                clock(),
                event -> {
                    Optional<byte[]> answer = function.invoke(event);
                    return AwsCalls.revive() ? Optional.empty() : answer;
                },
                pace);
    }

    /** A deployment of {@code notify} in this cloud. */
    public static final class Notify implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(VirtualTimeCloud.class));
        }

        /** {@link AwsCalls} sees what the function calls. */
        @Override
        public Map<String, String> getConfigOverrides() {
            String watch = AwsCalls.class.getName();
            return Map.of(
                    "quarkus.dynamodb.interceptors", watch,
                    "quarkus.secretsmanager.interceptors", watch,
                    "quarkus.sqs.interceptors", watch);
        }

        /** Without this the {@link TestCloud} of other tests would be started as well. */
        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }
}
