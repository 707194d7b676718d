package io.middleware.paging.pagerduty;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Why PagerDuty did not do what was asked.
 *
 * @param status the HTTP status, 0 when there was no answer
 * @param code PagerDuty's own error code, 0 when it gave none
 * @param detail PagerDuty's text or what went wrong on the way; never holds the token
 * @param retryAfter how long PagerDuty asks us to wait, or how long it will not be called; empty
 *     when nobody says
 * @param headers what the answer said besides its body; nothing when there was none
 */
public record Failure(
        Kind kind, int status, int code, String detail, Optional<Duration> retryAfter, AnswerHeaders headers) {
    /** What a failure means for the one who asked. */
    public enum Kind {
        /** 401: the token is wrong, revoked, or of the other region. */
        UNAUTHORIZED,
        /** 403: the token is good, its role is not enough. */
        FORBIDDEN,
        /** 404. */
        NOT_FOUND,
        /** 413: the request is too large. */
        TOO_LARGE,
        /** Any other 4xx: the same request will be refused again. */
        REFUSED,
        /** 429. */
        RATE_LIMITED,
        /** 408 or 5xx. */
        SERVER_ERROR,
        /** No answer in time. */
        TIMEOUT,
        /** The connection broke after the request may have been sent. */
        CONNECTION_BROKEN,
        /** There was no connection: nothing was sent. */
        UNREACHABLE,
        /** Not tried, since the invocation may end before the answer. */
        NO_TIME_LEFT,
        /** Not tried, since PagerDuty's host gave no answer several times in a row. */
        CIRCUIT_OPEN;

        /** Whether the same request may succeed later with nobody changing anything. */
        public boolean isTemporary() {
            return switch (this) {
                case RATE_LIMITED, SERVER_ERROR, TIMEOUT, CONNECTION_BROKEN, UNREACHABLE, NO_TIME_LEFT, CIRCUIT_OPEN ->
                    true;
                case UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_LARGE, REFUSED -> false;
            };
        }

        /**
         * Of a look-up: whether to ask again. Otherwise the service or incident is gone, or the token can see it no longer,
         * and asking again would change nothing.
         */
        public boolean leavesItOpenWhetherThereIsOne() {
            return this == UNAUTHORIZED || isTemporary();
        }

        /** Whether PagerDuty may have acted all the same. */
        public boolean mayHaveActed() {
            return switch (this) {
                case SERVER_ERROR, TIMEOUT, CONNECTION_BROKEN -> true;
                case UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_LARGE, REFUSED, RATE_LIMITED -> false;
                case UNREACHABLE, NO_TIME_LEFT, CIRCUIT_OPEN -> false;
            };
        }
    }

    public Failure {
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(detail, "detail is null");
        Objects.requireNonNull(retryAfter, "retryAfter is null");
        Objects.requireNonNull(headers, "headers is null");
    }

    static Failure withoutAnswer(Kind kind, String detail) {
        return new Failure(kind, 0, 0, detail, Optional.empty(), AnswerHeaders.NONE);
    }

    /**
     * One line for logs, the ledger and people: kind, status, PagerDuty's code and text.
     *
     * <p>The request id is not in it, on purpose. With it no two failures would read the same, and who is woken by a
     * hundred of them could neither count nor group them; only PagerDuty's support can do something with the id. A log line has it
     * in a field of its own, from {@link #headers}.
     */
    public String describe() {
        StringBuilder text = new StringBuilder(kind.name());
        if (status != 0) {
            text.append(" (HTTP ").append(status);
            if (code != 0) {
                text.append(", PagerDuty code ").append(code);
            }
            text.append(')');
        }
        return detail.isEmpty()
                ? text.toString()
                : text.append(": ").append(detail).toString();
    }
}
