package io.middleware.paging.pagerduty;

import java.util.Optional;

/**
 * By which rule a service chooses the urgency of an incident that comes without one. Words are PagerDuty's: {@code high},
 * {@code low} or {@code severity_based}; empty when PagerDuty does not say.
 */
public sealed interface ServiceUrgency {
    /** The same at all times. */
    record Constant(Optional<String> urgency) implements ServiceUrgency {}

    /** By the service's {@link SupportHours}. */
    record BySupportHours(Optional<String> during, Optional<String> outside) implements ServiceUrgency {}

    /** PagerDuty gave no rule, or one that we do not know. */
    record NotSaid() implements ServiceUrgency {}
}
