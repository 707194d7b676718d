package io.middleware.paging.pagerduty;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A PagerDuty REST API token. Not a record, so that nothing prints or serialises its value by accident.
 *
 * <p>Immutable. {@code toString()} never shows the value.
 */
public final class ApiToken {
    /**
     * Tokens have 20 of these characters (PagerDuty, "API Access Keys"); two may be missing where one was not copied whole.
     * A name in small letters, digits and hyphens, such as a UUID, is none; 32 hexadecimal digits and more are a key of the Events
     * API.
     */
    private static final Pattern MAY_BE_ONE = Pattern.compile(
            "(?<![A-Za-z0-9_+-])" + "(?:(?=[a-z0-9-]*[A-Z_+])[A-Za-z0-9_+-]{18,}|[0-9a-f]{32,}(?![A-Za-z0-9_+-]))");

    /**
     * Looks like a whole token, so that text with it must not be kept: {@code u+} and 16 more, {@code y_} and 18 more, an OAuth
     * token, or 20 characters with letters of both cases and digits between them. Stricter than the pattern above, since
     * runbooks have long names, and a hexadecimal id may be a page's.
     */
    private static final Pattern WHOLE = Pattern.compile("(?<![A-Za-z0-9_+-])"
            + "(?:(?:u|pd[a-z]{2})\\+[A-Za-z0-9_+-]{16,}|y_[A-Za-z0-9_+-]{18}"
            + "|(?=[A-Za-z0-9_+-]*[A-Z])(?=[A-Za-z0-9_+-]*[a-z])(?=[A-Za-z0-9_+-]*[A-Za-z][0-9]+[A-Za-z])[A-Za-z0-9_+-]{20})"
            + "(?![A-Za-z0-9_+-])");

    private final String value;

    /**
     * @param value the token as PagerDuty showed it, without white space around it
     * @throws IllegalArgumentException if it is empty, is JSON, or holds a character that no HTTP header can carry; the
     *     message does not repeat the value
     */
    public ApiToken(String value) {
        Objects.requireNonNull(value, "value is null");
        if (!isValid(value)) {
            throw new IllegalArgumentException("a token is one or more visible ASCII characters, and no JSON");
        }
        this.value = value;
    }

    /** Whether a header can carry it, and it is no JSON: one or more visible ASCII characters. */
    public static boolean isValid(String value) {
        return !value.isEmpty() && !isJson(value) && value.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Whether this is a JSON object, list or text, which no token is: Secrets Manager's console saves "key/value" so. */
    public static boolean isJson(String value) {
        return !value.isEmpty() && "{[\"".indexOf(value.charAt(0)) >= 0;
    }

    /** {@code text} without what may be a token or a key, for an answer that repeats what somebody sent. */
    public static String maskedIn(String text) {
        return MAY_BE_ONE.matcher(text).replaceAll("[not repeated: may be a token]");
    }

    /** Whether somebody seems to have pasted a whole token into {@code text}. */
    public static boolean isPastedIn(String text) {
        return WHOLE.matcher(text).find();
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
