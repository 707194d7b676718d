package io.middleware.paging.delivery;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.pacing.Slot;

/**
 * How a claim is given back undelivered.
 *
 * @param detail the reason as a sentence
 * @param nextAttemptAt when the next try is due
 * @param mayHaveActed whether PagerDuty may have opened an incident all the same
 * @param lookUpFailingSince since when PagerDuty fails to say what became of a lost POST; empty if it does not
 * @param slot the right to call that was taken and not used: the next try has it again
 */
public record Release(
        Outcome outcome,
        Reason reason,
        String detail,
        Instant nextAttemptAt,
        boolean mayHaveActed,
        Optional<Instant> lookUpFailingSince,
        Optional<Slot> slot) {
    public Release {
        Objects.requireNonNull(outcome, "outcome is null");
        Objects.requireNonNull(reason, "reason is null");
        Objects.requireNonNull(detail, "detail is null");
        Objects.requireNonNull(nextAttemptAt, "nextAttemptAt is null");
        Objects.requireNonNull(lookUpFailingSince, "lookUpFailingSince is null");
        Objects.requireNonNull(slot, "slot is null");
    }
}
