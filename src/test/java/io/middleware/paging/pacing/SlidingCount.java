package io.middleware.paging.pacing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Calls as PagerDuty would see them, each made at its slot: do they keep to the rate in every span of time? */
final class SlidingCount {
    private final List<Instant> calls = new ArrayList<>();

    void add(Instant call) {
        calls.add(call);
    }

    int size() {
        return calls.size();
    }

    List<Instant> sorted() {
        return calls.stream().sorted().toList();
    }

    /** The first span, from call to call, with more than rate × its length + {@code extra} calls. */
    Optional<String> excess(PacingConfig config, int extra) {
        List<Instant> sorted = sorted();
        for (int first = 0; first < sorted.size(); first++) {
            for (int last = first; last < sorted.size(); last++) {
                Duration span = Duration.between(sorted.get(first), sorted.get(last));
                double allowed = config.ratePerMinute() * (span.toNanos() / 60e9) + extra;
                int counted = last - first + 1;
                if (counted > allowed + 1e-6) {
                    return Optional.of(counted + " calls within " + span + ", allowed are " + allowed);
                }
            }
        }
        return Optional.empty();
    }
}
