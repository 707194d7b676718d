package io.middleware.paging.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.middleware.paging.local.lambda.FunctionPackage.Form;

/** All that one run measured. */
final class Results {

    private final Map<Form, Map<Measure, Samples>> samples = new EnumMap<>(Form.class);
    private final Map<Form, Map<Handled, List<List<WireCall>>>> calls = new EnumMap<>(Form.class);
    private final Map<Form, List<ColdPage>> coldPages = new EnumMap<>(Form.class);
    private final Map<Form, PackageSize> sizes = new EnumMap<>(Form.class);
    private final List<MethodTime> methods = new ArrayList<>();

    void add(List<MethodTime> measured) {
        methods.addAll(measured);
    }

    void add(Form form, Measure measure, double value) {
        samples.computeIfAbsent(form, key -> new EnumMap<>(Measure.class))
                .computeIfAbsent(measure, key -> new Samples())
                .add(value);
    }

    void add(Form form, Handled handled, List<WireCall> made) {
        calls.computeIfAbsent(form, key -> new EnumMap<>(Handled.class))
                .computeIfAbsent(handled, key -> new ArrayList<>())
                .add(made);
    }

    void add(Form form, ColdPage page) {
        coldPages.computeIfAbsent(form, key -> new ArrayList<>()).add(page);
    }

    void add(Form form, PackageSize size) {
        sizes.put(form, size);
    }

    /** Empty if that was not measured here. */
    Optional<Samples> samples(Form form, Measure measure) {
        return Optional.ofNullable(samples.getOrDefault(form, Map.of()).get(measure))
                .filter(found -> !found.isEmpty());
    }

    /** The calls of each round; empty if that form was not measured. */
    List<List<WireCall>> calls(Form form, Handled handled) {
        return calls.getOrDefault(form, Map.of()).getOrDefault(handled, List.of());
    }

    List<ColdPage> coldPages(Form form) {
        return coldPages.getOrDefault(form, List.of());
    }

    Optional<PackageSize> size(Form form) {
        return Optional.ofNullable(sizes.get(form));
    }

    /** On the JVM alone. */
    List<MethodTime> methods() {
        return List.copyOf(methods);
    }

    boolean has(Form form) {
        return samples.containsKey(form);
    }
}
