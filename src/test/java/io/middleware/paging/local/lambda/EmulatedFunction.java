package io.middleware.paging.local.lambda;

import java.time.Instant;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.middleware.paging.local.engine.AwsClients;
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

    /** Sends SIGKILL to all instances, also those that are working. */
    void kill() {
        instances.forEach(this::end);
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
        String apiAddress = runtimeApi.register(instance);
        instance.start(
                functionPackage.command(definition.memoryMegabytes()),
                functionPackage.taskRoot(),
                environment(instance, apiAddress));
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

    private Map<String, String> environment(FunctionInstance instance, String apiAddress) {
        Map<String, String> environment = new LinkedHashMap<>(lambdaEnvironment(instance, apiAddress));
        environment.putAll(definition.environment());
        environment.putAll(extraEnvironment);
        if (!functionPackage.javaToolOptions().isEmpty()) {
            environment.merge(
                    "JAVA_TOOL_OPTIONS", functionPackage.javaToolOptions(), (own, added) -> own + " " + added);
        }
        return environment;
    }

    /** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
    private Map<String, String> lambdaEnvironment(FunctionInstance instance, String apiAddress) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("AWS_LAMBDA_RUNTIME_API", apiAddress);
        environment.put("AWS_LAMBDA_FUNCTION_NAME", definition.name());
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(definition.memoryMegabytes()));
        environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + definition.name());
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "[$LATEST]" + instance.id.replace("-", ""));
        environment.put("_HANDLER", "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest");
        environment.put("LAMBDA_TASK_ROOT", functionPackage.taskRoot().toString());
        environment.put("AWS_REGION", AwsClients.REGION);
        environment.put("AWS_DEFAULT_REGION", AwsClients.REGION);
        environment.put("AWS_ACCESS_KEY_ID", AwsClients.ACCESS_KEY_ID);
        environment.put("AWS_SECRET_ACCESS_KEY", AwsClients.SECRET_ACCESS_KEY);
        environment.put("TZ", ":UTC");
        environment.put("LANG", "en_US.UTF-8");
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        // Not the user's own: the AWS profiles there are none of a function's business.
        environment.put("HOME", functionPackage.taskRoot().toString());
        return environment;
    }
}
