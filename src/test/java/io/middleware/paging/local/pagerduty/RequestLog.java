package io.middleware.paging.local.pagerduty;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Every request in order of arrival, of which the last {@link #KEPT} are kept and all are counted. Safe for use by several threads. */
final class RequestLog {
    private static final int KEPT = 100_000;

    private final InstantSource clock;
    private final TreeMap<Long, RecordedRequest> requests = new TreeMap<>();
    private final Map<Operation, Integer> counts = new EnumMap<>(Operation.class);
    private long last;

    RequestLog(InstantSource clock) {
        this.clock = clock;
    }

    synchronized RecordedRequest arrived(Call call, String caller) {
        RecordedRequest request = RecordedRequest.of(++last, call, caller, clock.instant());
        requests.put(last, request);
        counts.merge(call.operation(), 1, Integer::sum);
        requests.remove(last - KEPT);
        return request;
    }

    /** @param status empty if the connection is dropped */
    synchronized RecordedRequest answered(RecordedRequest request, OptionalInt status) {
        RecordedRequest answered = request.answered(status);
        requests.replace(request.sequence(), answered);
        return answered;
    }

    synchronized List<RecordedRequest> all() {
        return new ArrayList<>(requests.values());
    }

    synchronized int count(Operation operation) {
        return counts.getOrDefault(operation, 0);
    }

    synchronized void clear() {
        requests.clear();
        counts.clear();
    }
}
