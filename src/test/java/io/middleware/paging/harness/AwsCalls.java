package io.middleware.paging.harness;

import java.util.concurrent.atomic.AtomicInteger;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * Sees each call that the function makes to AWS. Counts them, and can have the function die at one of them: from then on nothing
 * that it still tries is carried out, until it is started anew. The function is one for the whole JVM, and so is what this knows.
 */
public final class AwsCalls implements ExecutionInterceptor {
    private static final AtomicInteger CALLS = new AtomicInteger();
    private static final AtomicInteger OF_DYNAMO = new AtomicInteger();
    private static volatile Death death = Death.NEVER;
    private static volatile boolean dead;

    /** What a call that dies ends with. Nobody catches it as a failure of AWS. */
    private static final class Died extends Error {
        Died() {
            super("the function has died", null, false, false);
        }
    }

    /**
     * @param call by number, from 1 on
     * @param carriedOut whether it dies after the call had its effect, and before its answer is there
     * @param soFar happens before the first call, such as time that passes
     */
    public record Death(int call, boolean carriedOut, Runnable soFar) {
        static final Death NEVER = new Death(0, false, () -> {});

        @Override
        public String toString() {
            return "dying " + (carriedOut ? "after" : "before") + " call " + call;
        }
    }

    /** Begins to count anew. */
    public static void reset() {
        death = Death.NEVER;
        dead = false;
        CALLS.set(0);
        OF_DYNAMO.set(0);
    }

    /** As {@link #reset()}, and the function is to die like this. */
    public static void reset(Death toCome) {
        reset();
        death = toCome;
    }

    /** It dies now. */
    public static void die() {
        dead = true;
    }

    /** Starts the function anew. Whether it had died. */
    public static boolean revive() {
        boolean died = dead;
        if (died) {
            reset();
        }
        return died;
    }

    /** Calls of DynamoDB, Secrets Manager and SQS so far, tries that the SDK repeated included. */
    public static int count() {
        return CALLS.get();
    }

    /** Those of DynamoDB. */
    public static int ofDynamo() {
        return OF_DYNAMO.get();
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        if (dead) {
            throw new Died();
        }
        int call = CALLS.incrementAndGet();
        if ("DynamoDb".equals(attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME))) {
            OF_DYNAMO.incrementAndGet();
        }
        if (call == 1) {
            death.soFar().run();
        }
        dieAt(call, false);
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        dieAt(CALLS.get(), true);
    }

    private static void dieAt(int call, boolean carriedOut) {
        if (call == death.call() && carriedOut == death.carriedOut()) {
            dead = true;
        }
        if (dead) {
            throw new Died();
        }
    }
}
