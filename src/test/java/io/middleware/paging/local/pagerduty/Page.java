package io.middleware.paging.local.pagerduty;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** PagerDuty's classic pagination. */
final class Page {
    // https://developer.pagerduty.com, REST API, "Pagination": 25 by default, at most 100, nothing beyond the 10,000th.
    private static final int USUAL_LIMIT = 25;
    private static final int MAX_LIMIT = 100;
    private static final int MAX_REACH = 10_000;

    private Page() {}

    /** The part of {@code all} that the call asks for. */
    static <T> Answer of(Call call, String field, List<T> all, Function<T, ? extends JsonNode> shape) {
        Optional<Integer> limit = number(call, "limit", USUAL_LIMIT);
        Optional<Integer> offset = number(call, "offset", 0);
        if (limit.isEmpty() || offset.isEmpty()) {
            return Answer.invalid("Limit and offset must be numbers.");
        }
        int size = Math.max(1, Math.min(limit.get(), MAX_LIMIT));
        int start = offset.get();
        if ((long) start + size > MAX_REACH) {
            return Answer.arguments("Offset+limit exceeds maximum allowed value of " + MAX_REACH
                    + ". Please try to refine your search to reduce the returned set of records.");
        }

        int from = Math.min(start, all.size());
        int to = Math.min(from + size, all.size());
        ObjectNode page = Json.object();
        page.set(field, Json.array(all.subList(from, to).stream().map(shape).toList()));
        page.put("limit", size).put("offset", start).put("more", to < all.size());
        boolean counted = call.parameter("total").filter("true"::equals).isPresent();
        return Answer.json(200, counted ? page.put("total", all.size()) : page.putNull("total"));
    }

    private static Optional<Integer> number(Call call, String name, int usual) {
        String text = call.parameter(name).orElse("");
        if (text.isEmpty()) {
            return Optional.of(usual);
        }
        return text.matches("\\d{1,9}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }
}
