package io.middleware.paging.local.pagerduty;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The limits of one account: fixed windows of a minute, by the fake's clock. Safe for use by several threads. */
final class RateLimits {
    /** PagerDuty's own limit per user or account key, shown while none is set; https://developer.pagerduty.com, REST API rate limits. */
    static final int USUAL_CALLS_PER_MINUTE = 960;

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Map<Operation, Integer> perOperation = new EnumMap<>(Operation.class);
    private final Map<Operation, Window> operationWindows = new EnumMap<>(Operation.class);
    private final Map<String, Window> callerWindows = new HashMap<>();
    private int callsPerMinute;

    RateLimits(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void limit(Operation operation, int perMinute) {
        operationWindows.remove(operation);
        if (perMinute > 0) {
            perOperation.put(operation, perMinute);
        } else {
            perOperation.remove(operation);
        }
    }

    synchronized void limitCalls(int perMinute) {
        callerWindows.clear();
        callsPerMinute = perMinute;
    }

    /** Takes one call from every limit that applies, or from none if one of them is used up. */
    synchronized Verdict take(Operation operation, String caller) {
        Instant now = clock.instant();
        List<Window> windows = new ArrayList<>();
        if (perOperation.containsKey(operation)) {
            windows.add(operationWindows.compute(
                    operation, (key, window) -> current(window, perOperation.get(operation), now)));
        }
        if (callsPerMinute > 0) {
            windows.add(callerWindows.compute(caller, (key, window) -> current(window, callsPerMinute, now)));
        }

        boolean allowed = windows.stream().allMatch(window -> window.remaining() > 0);
        if (allowed) {
            windows.forEach(window -> window.used++);
        }
        return windows.stream()
                .min(Comparator.comparingInt(Window::remaining))
                .map(nearest -> nearest.verdict(allowed, now))
                .orElse(new Verdict(true, USUAL_CALLS_PER_MINUTE, USUAL_CALLS_PER_MINUTE - 1, WINDOW.toSeconds()));
    }

    private static Window current(Window window, int limit, Instant now) {
        return window == null || !now.isBefore(window.end) ? new Window(limit, now.plus(WINDOW)) : window;
    }

    /** @param resetSeconds until the nearest limit starts anew, at least 1 */
    record Verdict(boolean allowed, int limit, int remaining, long resetSeconds) {}

    private static final class Window {
        private final int limit;
        private final Instant end;
        private int used;

        private Window(int limit, Instant end) {
            this.limit = limit;
            this.end = end;
        }

        private int remaining() {
            return limit - used;
        }

        private Verdict verdict(boolean allowed, Instant now) {
            long millis = Duration.between(now, end).toMillis();
            return new Verdict(allowed, limit, remaining(), Math.max(1, (millis + 999) / 1000));
        }
    }
}
