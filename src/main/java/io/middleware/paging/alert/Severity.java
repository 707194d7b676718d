package io.middleware.paging.alert;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.middleware.paging.pagerduty.Urgency;

/** The alert's grade, with the other words that producers have for it. docs/alerts.md has the same table. */
public enum Severity {
    CRITICAL("crit", "fatal", "emergency", "emerg", "disaster", "panic", "alert", "page", "p0", "p1", "sev0", "sev1"),
    ERROR("err", "severe", "major", "high", "p2", "sev2"),
    WARNING("warn", "minor", "moderate", "medium", "ticket", "p3", "sev3"),
    INFO("information", "informational", "notice", "low", "debug", "none", "p4", "p5", "sev4", "sev5");

    /** What an alert has that names none. */
    static final Severity DEFAULT = ERROR;

    /** Enough to recognise a word. Remarks go to the responder, not to the log. */
    private static final int MAX_REMARKED_CHARS = 40;

    private final List<String> otherWords;

    Severity(String... otherWords) {
        this.otherWords = List.of(otherWords);
    }

    /** {@link #DEFAULT} when there is no word; the same, and a remark, when it is an unknown one. */
    static Severity of(Optional<String> word, List<String> remarks) {
        Optional<Severity> known = word.flatMap(Severity::parse);
        if (word.isPresent() && known.isEmpty()) {
            remarks.add("severity \"" + IncidentText.cut(word.get(), MAX_REMARKED_CHARS)
                    + "\" is not one of critical, error, warning, info; taken as " + DEFAULT.wireName());
        }
        return known.orElse(DEFAULT);
    }

    /** Empty when {@code text} names none; case does not matter. */
    static Optional<Severity> parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        for (Severity severity : values()) {
            if (severity.wireName().equals(word) || severity.otherWords.contains(word)) {
                return Optional.of(severity);
            }
        }
        return Optional.empty();
    }

    List<String> otherWords() {
        return otherWords;
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
