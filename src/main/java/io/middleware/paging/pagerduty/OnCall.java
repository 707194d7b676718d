package io.middleware.paging.pagerduty;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Somebody who is on call.
 *
 * @param level of the escalation policy, from 1; 1 when PagerDuty does not say
 * @param schedule its name; empty for a user who is on the policy directly
 * @param until empty for a user who is always on call
 */
public record OnCall(Reference user, int level, Optional<String> schedule, Optional<Instant> until) {
    public OnCall {
        Objects.requireNonNull(user, "user is null");
        Objects.requireNonNull(schedule, "schedule is null");
        Objects.requireNonNull(until, "until is null");
    }
}
