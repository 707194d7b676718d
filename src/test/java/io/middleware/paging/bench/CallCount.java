package io.middleware.paging.bench;

import java.util.List;
import java.util.Locale;

/** How many calls of one service a message caused, over all rounds. */
record CallCount(int fewest, int most, double average) {

    /** @param rounds not empty */
    static CallCount of(List<List<WireCall>> rounds, String service) {
        List<Integer> counts = rounds.stream()
                .map(calls -> (int) calls.stream()
                        .filter(call -> call.service().equals(service))
                        .count())
                .toList();
        return new CallCount(
                counts.stream().mapToInt(Integer::intValue).min().orElse(0),
                counts.stream().mapToInt(Integer::intValue).max().orElse(0),
                counts.stream().mapToInt(Integer::intValue).average().orElse(0));
    }

    @Override
    public String toString() {
        return fewest == most
                ? Integer.toString(most)
                : String.format(Locale.ROOT, "%d–%d (∅ %.1f)", fewest, most, average);
    }
}
