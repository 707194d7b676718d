package io.middleware.paging.pagerduty;

import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonValue;

/** PagerDuty's service regions. A token is known in one of them only; the other answers 401. */
public enum Region {
    US,
    EU;

    /** As written on our wire and in DynamoDB: {@code us}, {@code eu}. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty when {@code text} names no region; case does not matter. */
    public static Optional<Region> parse(String text) {
        for (Region region : values()) {
            if (region.wireName().equalsIgnoreCase(text)) {
                return Optional.of(region);
            }
        }
        return Optional.empty();
    }
}
