package io.middleware.paging.pagerduty;

import java.util.Set;

/**
 * PagerDuty's yes to {@link PagerDuty#resolve}.
 *
 * @param incidentIds those that it shows as resolved in its answer
 */
public record Resolved(Set<String> incidentIds, AnswerHeaders headers) {
    public Resolved {
        incidentIds = Set.copyOf(incidentIds);
    }
}
