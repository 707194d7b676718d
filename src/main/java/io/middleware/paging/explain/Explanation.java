package io.middleware.paging.explain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The answer to "why did this page, or not page?".
 *
 * @param sentence the verdict, for a person
 * @param deliveries the rule's latest, newest first; empty when they could not be read
 */
public record Explanation(Verdict verdict, String sentence, List<Check> checks, Optional<List<Delivery>> deliveries) {
    public Explanation {
        checks = List.copyOf(checks);
    }

    /**
     * What the ledger knows of one alert.
     *
     * @param reason one word of docs/outcomes.md
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Delivery(
            String alertId,
            Instant beganAt,
            String outcome,
            String reason,
            String detail,
            Incident incident,
            Instant nextAttemptAt,
            int attempts) {}

    /**
     * @param status PagerDuty's word where it was asked; else {@code open}, {@code resolved} or {@code unknown} by what the
     *     ledger has
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Incident(long number, String htmlUrl, String status) {}
}
