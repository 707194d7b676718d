package io.middleware.paging.bench;

import java.util.ArrayList;
import java.util.List;

/** What was measured, run by run. */
final class Samples {

    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        if (!Double.isNaN(value)) {
            values.add(value);
        }
    }

    List<Double> values() {
        return List.copyOf(values);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The smallest value that 95 of 100 do not exceed: of 20 values the nineteenth. */
    double p95() {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.ceil(sorted.size() * 0.95) - 1);
    }
}
