package io.middleware.paging.installation;

import java.util.Objects;

/**
 * An expected refusal, in the words a user reads.
 *
 * @param code one of the product's error codes, such as {@code TOKEN_INVALID}
 * @param message what was found
 * @param remedy what to do about it
 */
public record Refusal(String code, String message, String remedy) {
    public Refusal {
        Objects.requireNonNull(code, "code is null");
        Objects.requireNonNull(message, "message is null");
        Objects.requireNonNull(remedy, "remedy is null");
    }

    public static Refusal pagerDutyUnavailable(String whatWasTried) {
        return new Refusal(
                "PAGERDUTY_UNAVAILABLE",
                "PagerDuty did not answer as it should. " + whatWasTried,
                "Try again in a minute; if it goes on, look at status.pagerduty.com.");
    }

    public static Refusal invalidRequest(String message, String remedy) {
        return new Refusal("INVALID_REQUEST", message, remedy);
    }
}
