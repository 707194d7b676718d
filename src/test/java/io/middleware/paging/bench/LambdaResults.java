package io.middleware.paging.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that one run as on Lambda measured. */
final class LambdaResults {

    private final Map<Runner, Map<LambdaMeasure, Samples>> samples = new LinkedHashMap<>();
    private final Map<String, List<List<WireCall>>> warmCalls = new LinkedHashMap<>();

    void add(Runner runner, LambdaMeasure measure, double value) {
        samples.computeIfAbsent(runner, key -> new EnumMap<>(LambdaMeasure.class))
                .computeIfAbsent(measure, key -> new Samples())
                .add(value);
    }

    void addWarmCalls(Runner runner, List<WireCall> calls) {
        warmCalls.computeIfAbsent(runner.name(), key -> new ArrayList<>()).add(calls);
    }

    /** In the order in which they were first measured. */
    List<Runner> runners() {
        return List.copyOf(samples.keySet());
    }

    Samples samples(Runner runner, LambdaMeasure measure) {
        return samples.get(runner).get(measure);
    }

    double median(Runner runner, LambdaMeasure measure) {
        return samples(runner, measure).median();
    }

    Optional<Runner> runner(String name, int memoryMegabytes) {
        return samples.keySet().stream()
                .filter(runner -> runner.name().equals(name) && runner.memoryMegabytes() == memoryMegabytes)
                .findFirst();
    }

    /** How many calls of {@code service} a warm page of that program makes; empty if it was not measured. */
    Optional<CallCount> warmCalls(String name, String service) {
        return Optional.ofNullable(warmCalls.get(name)).map(rounds -> CallCount.of(rounds, service));
    }
}
