package io.middleware.paging.binding;

import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonValue;

/** Which alerts of a rule share an incident. */
public enum GroupBy {
    /** None: each alert has its own. */
    ALERT,
    /** All: the incident stays open until the last of them has resolved. */
    RULE;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty when {@code text} names none; case does not matter. */
    public static Optional<GroupBy> parse(String text) {
        for (GroupBy groupBy : values()) {
            if (groupBy.wireName().equalsIgnoreCase(text)) {
                return Optional.of(groupBy);
            }
        }
        return Optional.empty();
    }
}
