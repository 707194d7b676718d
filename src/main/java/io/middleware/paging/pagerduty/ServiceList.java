package io.middleware.paging.pagerduty;

import java.util.List;
import java.util.Optional;

/**
 * The services that a token can see, by name.
 *
 * @param cut whether there are more
 * @param stoppedBy what kept PagerDuty from listing the others; empty when these are all, or the
 *     {@value PagerDuty#MAX_LISTED} that PagerDuty lets anyone page through
 */
public record ServiceList(List<Service> services, boolean cut, Optional<Failure> stoppedBy) {
    public ServiceList {
        services = List.copyOf(services);
    }
}
