package io.middleware.paging.local.pagerduty;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it came in, token included: it never leaves this package.
 *
 * @param headers names without regard to case, first value each
 * @param body at most {@link #MAX_BODY_BYTES}; what is longer was cut
 * @param oversized whether the body was cut
 */
record Call(
        Region region,
        Operation operation,
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, String> headers,
        byte[] body,
        boolean oversized) {

    /** 512 KB, which PagerDuty states for the Events API; https://developer.pagerduty.com, "Send an alert event". */
    static final int MAX_BODY_BYTES = 512 * 1024;

    static Call of(Region region, String method, URI uri, Map<String, String> headers, byte[] body) {
        boolean oversized = body.length > MAX_BODY_BYTES;
        return new Call(
                region,
                Operation.of(method, uri.getPath()),
                method,
                uri.getPath(),
                parse(uri.getRawQuery()),
                headers,
                oversized ? Arrays.copyOf(body, MAX_BODY_BYTES) : body,
                oversized);
    }

    private static Map<String, List<String>> parse(String rawQuery) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (rawQuery == null || rawQuery.isEmpty()) {
            return query;
        }
        for (String pair : rawQuery.split("&")) {
            String[] parts = pair.split("=", 2);
            query.computeIfAbsent(decode(parts[0]), name -> new ArrayList<>())
                    .add(parts.length == 2 ? decode(parts[1]) : "");
        }
        return query;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The last value of a query parameter; present but empty if it was sent so. */
    Optional<String> parameter(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
    }

    /** All values of a repeated parameter such as {@code statuses[]}. */
    List<String> parameters(String name) {
        return query.getOrDefault(name, List.of());
    }

    boolean includes(String what) {
        return parameters("include[]").contains(what);
    }

    /** @param index from 0, so that {@code /incidents/Q1} has {@code Q1} at 1; empty text if there is none */
    String segment(int index) {
        String[] segments = path.substring(1).split("/");
        return index < segments.length ? segments[index] : "";
    }
}
