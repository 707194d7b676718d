package io.middleware.paging.pagerduty;

import java.util.List;

/**
 * The services that a token can see, by name.
 *
 * @param cut whether there are more than the {@value PagerDuty#MAX_LISTED} that PagerDuty lets anyone page through
 */
public record ServiceList(List<Service> services, boolean cut) {
    public ServiceList {
        services = List.copyOf(services);
    }
}
