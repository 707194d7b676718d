package io.middleware.paging.alert;

import java.util.Locale;
import java.util.Optional;

import io.middleware.paging.pagerduty.Urgency;

/** The alert's grade. */
public enum Severity {
    CRITICAL,
    ERROR,
    WARNING,
    INFO;

    /** What an alert has that names none. */
    static final Severity DEFAULT = ERROR;

    /** Empty when {@code text} names none; case does not matter. */
    static Optional<Severity> parse(String text) {
        for (Severity severity : values()) {
            if (severity.name().equalsIgnoreCase(text.strip())) {
                return Optional.of(severity);
            }
        }
        return Optional.empty();
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** For a binding that leaves the urgency to the severity. */
    Urgency urgency() {
        return switch (this) {
            case CRITICAL, ERROR -> Urgency.HIGH;
            case WARNING, INFO -> Urgency.LOW;
        };
    }
}
