package io.middleware.paging.pagerduty;

import static io.middleware.paging.pagerduty.Failure.Kind.CONNECTION_BROKEN;
import static io.middleware.paging.pagerduty.Failure.Kind.FORBIDDEN;
import static io.middleware.paging.pagerduty.Failure.Kind.NOT_FOUND;
import static io.middleware.paging.pagerduty.Failure.Kind.RATE_LIMITED;
import static io.middleware.paging.pagerduty.Failure.Kind.REFUSED;
import static io.middleware.paging.pagerduty.Failure.Kind.SERVER_ERROR;
import static io.middleware.paging.pagerduty.Failure.Kind.TIMEOUT;
import static io.middleware.paging.pagerduty.Failure.Kind.TOO_LARGE;
import static io.middleware.paging.pagerduty.Failure.Kind.UNAUTHORIZED;
import static io.middleware.paging.pagerduty.Failure.Kind.UNREACHABLE;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.TimeoutException;
import org.jboss.resteasy.reactive.RestResponse;

/** The one place that turns what the wire showed into a {@link Failure}. */
final class Refusals {
    /** Enough for every text PagerDuty is known to send, short enough for a log line and an item. */
    private static final int MAX_DETAIL_CHARS = 400;

    private final ObjectMapper json;

    Refusals(ObjectMapper json) {
        this.json = json;
    }

    /** What an answer other than the expected one means. */
    Failure of(RestResponse<String> answer, ApiToken token) {
        ErrorBody error = read(body(answer), token);
        int status = answer.getStatus();
        return new Failure(
                kindOf(status, error),
                status,
                error.code(),
                error.text(),
                retryAfter(answer),
                AnswerHeaders.of(answer, token));
    }

    /** What a call without an answer means. */
    static Failure of(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException
                    || cause instanceof SSLHandshakeException
                    || cause instanceof SSLPeerUnverifiedException) {
                return Failure.withoutAnswer(UNREACHABLE, "no connection: " + describe(cause));
            }
            if (cause instanceof TimeoutException || cause instanceof java.util.concurrent.TimeoutException) {
                return Failure.withoutAnswer(TIMEOUT, "no answer in time");
            }
            if (cause.getCause() == null || cause.getCause() == cause) {
                return Failure.withoutAnswer(CONNECTION_BROKEN, "the connection broke: " + describe(cause));
            }
        }
        return Failure.withoutAnswer(CONNECTION_BROKEN, "the connection broke");
    }

    /** For an error status the REST client leaves the body, already in memory, as a stream, whatever type was asked for. */
    private static String body(RestResponse<?> answer) {
        Object entity = answer.getEntity();
        if (!(entity instanceof InputStream stream)) {
            return entity == null ? "" : entity.toString();
        }
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException notInMemoryAfterAll) {
            return "";
        }
    }

    private static Failure.Kind kindOf(int status, ErrorBody error) {
        return switch (status) {
            case 401 -> UNAUTHORIZED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 413 -> TOO_LARGE;
            case 429 -> RATE_LIMITED;
            case 408 -> SERVER_ERROR;
            case 400 -> isOverAMomentLater(error) || error.isUnreadable() ? SERVER_ERROR : REFUSED;
            // A redirect or a 2xx that we cannot read is as good as no answer: PagerDuty may have acted.
            default -> status >= 400 && status < 500 ? REFUSED : SERVER_ERROR;
        };
    }

    /**
     * Lock contention (seen by users of the Terraform provider, #1118), and "data changed since the last request"
     * (PagerDuty, "Errors").
     */
    private static boolean isOverAMomentLater(ErrorBody error) {
        return error.says("could not be locked") || error.code() == 1005;
    }

    /**
     * {@code ratelimit-reset} counts seconds (PagerDuty, "REST API rate limits"). It is in every answer, and says how long to
     * wait only in one that refuses for the limit's sake. {@code Retry-After} is not documented and honoured if a proxy
     * sends it.
     */
    private static Optional<Duration> retryAfter(RestResponse<String> answer) {
        Optional<Duration> reset =
                answer.getStatus() == 429 ? AnswerHeaders.seconds(answer, "ratelimit-reset") : Optional.empty();
        return reset.or(() -> AnswerHeaders.seconds(answer, "retry-after"));
    }

    /**
     * Reads {@code {"error":{"code":2001,"message":"…","errors":["…"]}}} and the other shapes that have been seen:
     * {@code error} a string or a list, {@code errors} a string or an object, no JSON at all, nothing.
     *
     * @param token is redacted, in case the answer repeats it; before the text is cut, which could leave a part of it
     */
    ErrorBody read(String body, ApiToken token) {
        if (body == null || body.isBlank()) {
            return new ErrorBody(0, "", false);
        }
        JsonNode error;
        try {
            error = json.readTree(body).path("error");
        } catch (JsonProcessingException notJson) {
            return new ErrorBody(0, "an answer that is not JSON", false);
        }
        List<String> texts = new ArrayList<>();
        (error.isArray() ? error : List.of(error)).forEach(one -> collect(one, texts));
        String text = token.redactedFrom(String.join(": ", texts).replaceAll("\\s+", " "));
        return new ErrorBody(
                (error.isArray() ? error.path(0) : error).path("code").asInt(0), cut(text), !text.isEmpty());
    }

    private static void collect(JsonNode error, List<String> texts) {
        if (error.isObject()) {
            collectTexts("", error.path("message"), texts);
            collectTexts("", error.path("errors"), texts);
        } else {
            collectTexts("", error, texts);
        }
    }

    /** @param name of the field that {@code node} is about; empty when it is about none */
    private static void collectTexts(String name, JsonNode node, List<String> texts) {
        if (node.isObject()) {
            node.fields().forEachRemaining(field -> collectTexts(field.getKey() + ' ', field.getValue(), texts));
        } else if (node.isArray()) {
            node.forEach(child -> collectTexts(name, child, texts));
        } else if (node.isValueNode() && !node.isNull() && !node.asText().isBlank()) {
            texts.add(name + node.asText().strip());
        }
    }

    private static String cut(String text) {
        if (text.length() <= MAX_DETAIL_CHARS) {
            return text;
        }
        boolean insidePair = Character.isHighSurrogate(text.charAt(MAX_DETAIL_CHARS - 1));
        return text.substring(0, insidePair ? MAX_DETAIL_CHARS - 1 : MAX_DETAIL_CHARS) + "…";
    }

    private static String describe(Throwable cause) {
        return cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    /**
     * PagerDuty's code (0 when absent) and all its texts in one line.
     *
     * @param readable false for one that is empty or no JSON. PagerDuty answers 400 to what is wrong for good, to what heals
     *     and to what is open already: without its words nobody knows which it was
     */
    record ErrorBody(int code, String text, boolean readable) {
        boolean isUnreadable() {
            return !readable;
        }

        boolean says(String words) {
            return text.toLowerCase(Locale.ROOT).contains(words);
        }
    }
}
