package io.middleware.paging.explain;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/** What came of a check. */
public enum Result {
    OK,
    PROBLEM,
    /** It could not be found out; the detail says why. */
    UNKNOWN;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
