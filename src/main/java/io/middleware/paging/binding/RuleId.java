package io.middleware.paging.binding;

import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * An upstream alert rule: 1 to 128 of {@code A-Z a-z 0-9 . _ - : /}.
 *
 * @throws IllegalArgumentException if {@code value} is anything else
 */
public record RuleId(@JsonValue String value) {
    public static final String RULE = "1 to 128 characters of A-Z a-z 0-9 . _ - : /";
    private static final int MAX_CHARS = 128;
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._:/-]{1," + MAX_CHARS + "}");

    public RuleId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("ruleId must be " + RULE);
        }
    }

    public static boolean isValid(String value) {
        return value != null && VALID.matcher(value).matches();
    }

    /**
     * The rule id of a rule that is known by a name of its own, such as a CloudWatch alarm's: every character that a rule
     * id cannot have becomes a hyphen, and what is too long is cut and marked with a hash of the whole. The same name
     * always gives the same id.
     *
     * @throws IllegalArgumentException if {@code name} is empty
     */
    public static RuleId named(String name) {
        String id = name.strip().replaceAll("[^A-Za-z0-9._:/-]", "-");
        if (id.length() > MAX_CHARS) {
            String hash = String.format("-%08x", name.hashCode());
            id = id.substring(0, MAX_CHARS - hash.length()) + hash;
        }
        return new RuleId(id);
    }

    @Override
    public String toString() {
        return value;
    }
}
