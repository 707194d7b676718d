package io.middleware.paging.local.lambda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.middleware.paging.local.template.FunctionDefinition;

/**
 * Lambda for the functions of one template. A function starts when it is first invoked; nothing it does outlives this
 * object. Thread-safe.
 */
public final class LambdaEmulator implements AutoCloseable {

    private final FunctionPackage functionPackage;
    private final RuntimeApi runtimeApi = new RuntimeApi();
    private final List<EmulatedFunction> functions = new ArrayList<>();
    private final ScheduledExecutorService housekeeping = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "lambda-housekeeping");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param environment for every function, beside what the template and Lambda give it
     * @param overrides by export name: more environment for one function, which wins over all other
     */
    public LambdaEmulator(
            List<FunctionDefinition> definitions,
            FunctionPackage functionPackage,
            Map<String, String> environment,
            Map<String, Map<String, String>> overrides,
            LambdaLimits limits,
            FunctionLogs logs) {
        this.functionPackage = functionPackage;
        for (FunctionDefinition definition : definitions) {
            Map<String, String> own = new LinkedHashMap<>(environment);
            own.putAll(overrides.getOrDefault(definition.exportName(), Map.of()));
            functions.add(new EmulatedFunction(definition, functionPackage, own, limits, logs, runtimeApi));
        }
        long period = Math.max(1, Math.min(10, limits.idle().toSeconds() / 2));
        housekeeping.scheduleWithFixedDelay(
                () -> functions.forEach(EmulatedFunction::endIdle), period, period, TimeUnit.SECONDS);
    }

    public FunctionPackage functionPackage() {
        return functionPackage;
    }

    public List<FunctionDefinition> functions() {
        return functions.stream().map(EmulatedFunction::definition).toList();
    }

    /**
     * A function by its export name ({@code install}), its name ({@code local-install}) or its ARN, each also with
     * {@code :$LATEST}. Empty if there is none.
     */
    public Optional<FunctionDefinition> find(String nameOrArn) {
        return function(nameOrArn).map(EmulatedFunction::definition);
    }

    /**
     * Invokes a function and waits for its end.
     *
     * @param nameOrArn as in {@link #find}
     * @throws IllegalArgumentException if there is no such function
     * @throws TooManyRequestsException if all its instances stay busy
     */
    public InvocationResult invoke(String nameOrArn, byte[] payload) throws InterruptedException {
        return required(nameOrArn).invoke(payload);
    }

    /**
     * Sends SIGKILL to all instances of a function. The next invocation starts a new one.
     *
     * @return how many were alive
     */
    public int kill(String nameOrArn) {
        return required(nameOrArn).kill();
    }

    @Override
    public void close() {
        housekeeping.shutdownNow();
        functions.forEach(EmulatedFunction::close);
        runtimeApi.close();
    }

    private EmulatedFunction required(String nameOrArn) {
        return function(nameOrArn)
                .orElseThrow(() -> new IllegalArgumentException("There is no function " + nameOrArn + ", but "
                        + functions().stream()
                                .map(FunctionDefinition::exportName)
                                .toList()));
    }

    private Optional<EmulatedFunction> function(String nameOrArn) {
        String unqualified = nameOrArn.endsWith(":$LATEST")
                ? nameOrArn.substring(0, nameOrArn.length() - ":$LATEST".length())
                : nameOrArn;
        return functions.stream()
                .filter(function -> isCalled(function.definition(), unqualified))
                .findFirst();
    }

    private static boolean isCalled(FunctionDefinition function, String name) {
        // A partial ARN, 000000000000:function:name, is a name of it too.
        return name.equals(function.exportName())
                || name.equals(function.name())
                || name.contains(":function:") && function.arn().endsWith(":" + name)
                || name.equals(function.arn());
    }
}
