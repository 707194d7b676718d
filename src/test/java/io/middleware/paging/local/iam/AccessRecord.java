package io.middleware.paging.local.iam;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the roles of a template allow, and how often each right was used. Counts the same right once, whatever the stack is
 * called, so that several stacks of one template can share a record. Thread-safe.
 */
public final class AccessRecord {

    private static final AccessRecord OF_THIS_JVM = new AccessRecord();

    private final Map<String, Map<Right, Long>> usesByFunction = new TreeMap<>();

    /** Of all local clouds that this JVM starts. */
    public static AccessRecord ofThisJvm() {
        return OF_THIS_JVM;
    }

    /** How often each right of a function was used, 0 included. By the function's logical id. */
    public synchronized Map<String, Map<Right, Long>> uses() {
        Map<String, Map<Right, Long>> copy = new TreeMap<>();
        usesByFunction.forEach((function, uses) -> copy.put(function, new TreeMap<>(uses)));
        return copy;
    }

    /** What a role allows and nobody has used, in a line each. */
    public synchronized List<String> unused() {
        List<String> unused = new ArrayList<>();
        usesByFunction.forEach((function, uses) -> uses.forEach((right, count) -> {
            if (count == 0) {
                unused.add(function + ": " + right);
            }
        }));
        return unused;
    }

    /** A line for each right: how often it was used, whose it is, and what it is. */
    public synchronized String table() {
        StringBuilder table = new StringBuilder();
        usesByFunction.forEach((function, uses) -> uses.forEach(
                (right, count) -> table.append(String.format("%8d  %-12s  %s%n", count, function, right))));
        return table.toString();
    }

    synchronized void allowed(String function, Right right) {
        of(function).putIfAbsent(right, 0L);
    }

    synchronized void used(String function, Right right) {
        of(function).merge(right, 1L, Long::sum);
    }

    private Map<Right, Long> of(String function) {
        return usesByFunction.computeIfAbsent(function, key -> new TreeMap<>());
    }
}
