package io.middleware.paging.binding;

import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonValue;

/** How the urgency of a rule's incidents is decided. */
public enum UrgencyRule {
    HIGH,
    LOW,
    /** By the alert: critical and error page high, warning and info low. */
    SEVERITY,
    /** By the service's own settings in PagerDuty. */
    SERVICE;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty when {@code text} names none; case does not matter. */
    public static Optional<UrgencyRule> parse(String text) {
        for (UrgencyRule rule : values()) {
            if (rule.wireName().equalsIgnoreCase(text)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }
}
