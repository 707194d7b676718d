package io.middleware.paging.binding;

import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonValue;

import io.middleware.paging.pagerduty.Sha256;

/**
 * An upstream alert rule: 1 to 128 of {@code A-Z a-z 0-9 . _ - : /}.
 *
 * @throws IllegalArgumentException if {@code value} is anything else
 */
public record RuleId(@JsonValue String value) {
    public static final String RULE = "1 to 128 characters of A-Z a-z 0-9 . _ - : /";
    private static final int MAX_CHARS = 128;
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._:/-]{1," + MAX_CHARS + "}");
    private static final int HASH_DIGITS = 8;

    /** Has no form in UTF-8, so that any two of them would have one hash. */
    private static final Pattern HALF_OF_A_SURROGATE_PAIR = Pattern.compile("\\p{Cs}");

    public RuleId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("ruleId must be " + RULE);
        }
    }

    public static boolean isValid(String value) {
        return value != null && VALID.matcher(value).matches();
    }

    /**
     * The rule id of a rule that is known by a name of its own, such as a CloudWatch alarm's. A name that could be a rule id
     * is one. In any other name each character that a rule id cannot have becomes a hyphen; a hyphen and the first eight hex
     * digits of the SHA-256 of the whole name follow, so that different names stay different rules. The readable part is cut
     * to leave room for them.
     *
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static RuleId named(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a rule's name is never blank");
        }
        if (isValid(name)) {
            return new RuleId(name);
        }
        String readable = name.strip().replaceAll("[^A-Za-z0-9._:/-]", "-");
        String hash = '-' + Sha256.hex(withFormInUtf8(name)).substring(0, HASH_DIGITS);
        return new RuleId(readable.substring(0, Math.min(readable.length(), MAX_CHARS - hash.length())) + hash);
    }

    private static String withFormInUtf8(String name) {
        return HALF_OF_A_SURROGATE_PAIR
                .matcher(name)
                .replaceAll(
                        half -> String.format("\\\\u%04X", (int) half.group().charAt(0)));
    }

    @Override
    public String toString() {
        return value;
    }
}
