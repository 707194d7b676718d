package io.middleware.paging.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The first page of a process, call by call. */
record ColdPage(Instant startedAt, Instant readyAt, Instant givenAt, List<WireCall> calls, Instant doneAt) {

    /**
     * A piece of it.
     *
     * @param own milliseconds that the function worked until this step began
     * @param waited milliseconds until the other side had answered
     */
    record Step(String name, double own, double waited) {}

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("first `/next`", millis(startedAt, readyAt), 0));
        Instant since = givenAt;
        for (WireCall call : calls) {
            if (call.arrivedAt().isBefore(givenAt)) {
                // Made during init, and so a part of the first step.
                continue;
            }
            steps.add(new Step(
                    call.name(), millis(since, call.arrivedAt()), millis(call.arrivedAt(), call.answeredAt())));
            since = call.answeredAt();
        }
        steps.add(new Step("answer to Lambda", millis(since, doneAt), 0));
        return steps;
    }

    static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }
}
