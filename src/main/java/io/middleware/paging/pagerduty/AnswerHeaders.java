package io.middleware.paging.pagerduty;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import org.jboss.resteasy.reactive.RestResponse;

/**
 * What an answer of PagerDuty says besides its body. What is absent or cannot be read is empty.
 *
 * @param requestId {@code x-request-id}, by which PagerDuty's support finds the request; at most
 *     100 visible ASCII characters, never the token
 * @param rateLimit whichever limit is nearest to being used up, be it of the user or of the operation. Source: PagerDuty,
 *     "REST API rate limits"
 */
public record AnswerHeaders(Optional<String> requestId, Optional<RateLimit> rateLimit) {
    /** There was no answer, or it said nothing. */
    public static final AnswerHeaders NONE = new AnswerHeaders(Optional.empty(), Optional.empty());

    /** PagerDuty's own have 36. Who sends more need not fill our log. */
    private static final int MAX_REQUEST_ID_CHARS = 100;

    public AnswerHeaders {
        Objects.requireNonNull(requestId, "requestId is null");
        Objects.requireNonNull(rateLimit, "rateLimit is null");
    }

    /**
     * @param limit calls in the limit's window, whose length PagerDuty does not tell here
     * @param remaining calls that are left of them
     * @param reset until there are {@code limit} again; whole seconds
     */
    public record RateLimit(int limit, int remaining, Duration reset) {
        public RateLimit {
            Objects.requireNonNull(reset, "reset is null");
        }
    }

    static AnswerHeaders of(RestResponse<?> answer, ApiToken token) {
        return new AnswerHeaders(requestId(answer, token), rateLimit(answer));
    }

    /** Seconds, as {@code header} gives them; empty when it gives none. */
    static Optional<Duration> seconds(RestResponse<?> answer, String header) {
        return number(answer, header).map(Duration::ofSeconds);
    }

    private static Optional<String> requestId(RestResponse<?> answer, ApiToken token) {
        String header = answer.getHeaderString("x-request-id");
        if (header == null) {
            return Optional.empty();
        }
        // Redacted after what could hide the token is out, and before the cut, which could leave a part of it.
        String visible = token.redactedFrom(header.replaceAll("[^!-~]", ""));
        String cut = visible.substring(0, Math.min(visible.length(), MAX_REQUEST_ID_CHARS));
        return cut.isEmpty() ? Optional.empty() : Optional.of(cut);
    }

    private static Optional<RateLimit> rateLimit(RestResponse<?> answer) {
        Optional<Integer> limit = number(answer, "ratelimit-limit");
        Optional<Integer> remaining = number(answer, "ratelimit-remaining");
        Optional<Duration> reset = seconds(answer, "ratelimit-reset");
        return limit.isPresent() && remaining.isPresent() && reset.isPresent()
                ? Optional.of(new RateLimit(limit.get(), remaining.get(), reset.get()))
                : Optional.empty();
    }

    private static Optional<Integer> number(RestResponse<?> answer, String header) {
        String text = answer.getHeaderString(header);
        return text != null && text.trim().matches("\\d{1,6}")
                ? Optional.of(Integer.valueOf(text.trim()))
                : Optional.empty();
    }
}
