package io.middleware.paging.pagerduty;

import java.util.Objects;

/**
 * A PagerDuty REST API token. Not a record, so that nothing prints or serialises its value by accident.
 *
 * <p>Immutable. {@code toString()} never shows the value.
 */
public final class ApiToken {
    private final String value;

    /**
     * @param value the token as PagerDuty showed it, without white space around it
     * @throws IllegalArgumentException if it is empty or holds a character that no HTTP header can carry; the message
     *     does not repeat the value
     */
    public ApiToken(String value) {
        Objects.requireNonNull(value, "value is null");
        if (!isValid(value)) {
            throw new IllegalArgumentException("a token is one or more visible ASCII characters");
        }
        this.value = value;
    }

    /** Whether a header can carry it: one or more visible ASCII characters. */
    public static boolean isValid(String value) {
        return !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** The secret itself: for the Authorization header and for Secrets Manager, and for nothing else. */
    public String reveal() {
        return value;
    }

    /** {@code text} without the token, in case a server or a proxy repeated it. */
    String redactedFrom(String text) {
        return text.replace(value, "[redacted]");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ApiToken that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "ApiToken[redacted]";
    }
}
