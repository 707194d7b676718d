package io.middleware.paging.local.lambda;

import java.time.Instant;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.middleware.paging.local.template.FunctionDefinition;

/** A function and its instances: started when none is free, used again, never more than the limit. Thread-safe. */
final class EmulatedFunction {

    private final FunctionDefinition definition;
    private final FunctionPackage functionPackage;
    private final Map<String, String> extraEnvironment;
    private final LambdaLimits limits;
    private final FunctionLogs logs;
    private final RuntimeApi runtimeApi;
    private final Semaphore admission;
    private final Deque<FunctionInstance> idle = new ConcurrentLinkedDeque<>();
    private final Set<FunctionInstance> instances = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    EmulatedFunction(
            FunctionDefinition definition,
            FunctionPackage functionPackage,
            Map<String, String> extraEnvironment,
            LambdaLimits limits,
            FunctionLogs logs,
            RuntimeApi runtimeApi) {
        this.definition = definition;
        this.functionPackage = functionPackage;
        this.extraEnvironment = extraEnvironment;
        this.limits = limits;
        this.logs = logs;
        this.runtimeApi = runtimeApi;
        this.admission = new Semaphore(limits.concurrency(), true);
    }

    FunctionDefinition definition() {
        return definition;
    }

    InvocationResult invoke(byte[] payload) throws InterruptedException {
        if (!admission.tryAcquire(limits.admission().toMillis(), TimeUnit.MILLISECONDS)) {
            throw new TooManyRequestsException("All " + limits.concurrency() + " instances of " + definition.name()
                    + " were busy for " + limits.admission().toSeconds() + " seconds");
        }
        try {
            if (closed) {
                return InvocationResult.error("ServiceException", "The local cloud is being closed", "");
            }
            FunctionInstance instance = idleOrNew();
            InvocationResult result = instance.run(new Invocation(payload), limits.init());
            if (instance.isAlive() && !closed) {
                idle.addFirst(instance);
            } else {
                end(instance);
            }
            return result;
        } finally {
            admission.release();
        }
    }

    /**
     * Sends SIGKILL to all instances, also those that are working.
     *
     * @return how many were alive
     */
    int kill() {
        int alive = 0;
        for (FunctionInstance instance : instances) {
            alive += instance.isAlive() ? 1 : 0;
            end(instance);
        }
        return alive;
    }

    void endIdle() {
        Instant longAgo = Instant.now().minus(limits.idle());
        for (FunctionInstance instance : idle) {
            // Removed first: whoever gets it out of the deque owns it.
            if (instance.idleSince().isBefore(longAgo) && idle.remove(instance)) {
                end(instance);
            }
        }
    }

    void close() {
        closed = true;
        kill();
    }

    private FunctionInstance idleOrNew() {
        for (FunctionInstance instance = idle.pollFirst(); instance != null; instance = idle.pollFirst()) {
            if (instance.isAlive()) {
                return instance;
            }
            end(instance);
        }
        FunctionInstance instance = new FunctionInstance(definition, logs);
        instance.start(functionPackage, runtimeApi.register(instance), extraEnvironment);
        instances.add(instance);
        if (closed) {
            end(instance);
        }
        return instance;
    }

    private void end(FunctionInstance instance) {
        idle.remove(instance);
        instance.kill();
        instances.remove(instance);
        runtimeApi.unregister(instance);
    }
}
