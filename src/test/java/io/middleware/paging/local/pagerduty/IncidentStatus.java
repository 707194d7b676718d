package io.middleware.paging.local.pagerduty;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The three states of an incident; the first two are called open. */
public enum IncidentStatus {
    TRIGGERED,
    ACKNOWLEDGED,
    RESOLVED;

    public boolean isOpen() {
        return this != RESOLVED;
    }

    /** As PagerDuty writes it: {@code triggered}, {@code acknowledged}, {@code resolved}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<IncidentStatus> ofWord(String word) {
        return Stream.of(values()).filter(status -> status.word().equals(word)).findFirst();
    }
}
