package io.middleware.paging.harness;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import io.middleware.paging.local.engine.AwsClients;

/**
 * The AWS clients of one process, whose calls are numbered from 1 on. Around each call somebody may do something, or end the
 * process: it is dead from the moment at which the watch throws {@link Died}, and nothing that it still tries is carried out.
 */
public final class WatchedAws {
    /** What happens around a call, such as {@code deleteItem}. */
    public interface Watch {
        default void before(int call, String action) {}

        /** After it was carried out, before its answer is there. */
        default void after(int call, String action) {}
    }

    /** A process that ends without a trace. */
    public static final class Died extends Error {}

    private final AtomicInteger calls = new AtomicInteger();
    private final Watch watch;
    private final TestCloud cloud;
    private volatile boolean dead;

    public WatchedAws(TestCloud cloud, Watch watch) {
        this.cloud = cloud;
        this.watch = watch;
    }

    /** A process that dies at one of its calls. */
    public static Watch dyingAt(int fatal, boolean afterItWasCarriedOut) {
        return new Watch() {
            @Override
            public void before(int call, String action) {
                if (call == fatal && !afterItWasCarriedOut) {
                    throw new Died();
                }
            }

            @Override
            public void after(int call, String action) {
                if (call == fatal && afterItWasCarriedOut) {
                    throw new Died();
                }
            }
        };
    }

    public DynamoDbClient dynamo() {
        return watched(DynamoDbClient.class, cloud.dynamo());
    }

    public SecretsManagerClient secrets() {
        return watched(
                SecretsManagerClient.class,
                AwsClients.secretsManager(cloud.secrets().endpoint()));
    }

    /** So far. */
    public int calls() {
        return calls.get();
    }

    private <T> T watched(Class<T> type, T client) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (dead) {
                throw new Died();
            }
            int call = calls.incrementAndGet();
            try {
                watch.before(call, method.getName());
                Object answer = method.invoke(client, args);
                watch.after(call, method.getName());
                return answer;
            } catch (Died died) {
                dead = true;
                throw died;
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        }));
    }
}
