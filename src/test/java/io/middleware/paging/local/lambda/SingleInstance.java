package io.middleware.paging.local.lambda;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.middleware.paging.local.template.FunctionDefinition;

/**
 * One process of a function, driven by hand: for those who must know when it was started and when it first asked for
 * work. For all others there is {@link LambdaEmulator}. To be used by one thread.
 */
public final class SingleInstance implements AutoCloseable {

    private final RuntimeApi runtimeApi;
    private final FunctionInstance instance;
    private final Duration initTimeout;

    private SingleInstance(RuntimeApi runtimeApi, FunctionInstance instance, Duration initTimeout) {
        this.runtimeApi = runtimeApi;
        this.instance = instance;
        this.initTimeout = initTimeout;
    }

    /**
     * Starts the process and returns at once. It may take {@link LambdaLimits#init()} to be ready.
     *
     * @param environment beside what the template and Lambda give the function; wins over both
     */
    public static SingleInstance start(
            FunctionDefinition definition, Program program, Map<String, String> environment, FunctionLogs logs) {
        RuntimeApi runtimeApi = new RuntimeApi();
        FunctionInstance instance = new FunctionInstance(definition, logs);
        String apiAddress = runtimeApi.register(instance);
        try {
            instance.start(program, apiAddress, environment);
        } catch (RuntimeException e) {
            runtimeApi.close();
            throw e;
        }
        return new SingleInstance(runtimeApi, instance, LambdaLimits.DEFAULT.init());
    }

    public long pid() {
        return instance.pid();
    }

    /** The moment before its process was started. */
    public Instant startedAt() {
        return instance.startedAt();
    }

    /**
     * Waits until it first asks for an invocation, and returns when that was.
     *
     * @throws IllegalStateException if it ends instead, with its last output
     */
    public Instant awaitReady() throws InterruptedException {
        instance.awaitReady(initTimeout);
        return instance.readyAt();
    }

    /** Gives it one invocation, as soon as it asks for one, and waits for the end of it. */
    public InvocationResult invoke(byte[] payload) throws InterruptedException {
        return instance.run(new Invocation(payload), initTimeout);
    }

    /** Kills the process. */
    @Override
    public void close() {
        instance.kill();
        runtimeApi.unregister(instance);
        runtimeApi.close();
    }
}
