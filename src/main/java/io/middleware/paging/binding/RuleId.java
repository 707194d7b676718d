package io.middleware.paging.binding;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * An upstream alert rule: 1 to 128 of {@code A-Z a-z 0-9 . _ - : /}.
 *
 * @throws IllegalArgumentException if {@code value} is anything else
 */
public record RuleId(@JsonValue String value) {
    public static final String RULE = "1 to 128 characters of A-Z a-z 0-9 . _ - : /";
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._:/-]{1,128}");

    public RuleId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("ruleId must be " + RULE);
        }
    }

    public static boolean isValid(String value) {
        return value != null && VALID.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
