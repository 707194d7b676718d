package io.middleware.paging.installation;

import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A tenant of the product: 1 to 64 of {@code A-Z a-z 0-9 . _ -}, since it becomes part of a secret's name.
 *
 * @throws IllegalArgumentException if {@code value} is anything else
 */
public record WorkspaceId(@JsonValue String value) {
    public static final String RULE = "1 to 64 characters of A-Z a-z 0-9 . _ -";
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public WorkspaceId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("workspaceId must be " + RULE);
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
