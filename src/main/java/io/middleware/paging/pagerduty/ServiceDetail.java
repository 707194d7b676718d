package io.middleware.paging.pagerduty;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A service and how it treats its incidents.
 *
 * @param supportHours empty when it has none, or has them in a form that we cannot read, such as an unknown time zone
 * @param autoResolveTimeout after which an open incident is resolved by itself; empty: never
 * @param acknowledgementTimeout after which an acknowledged incident is triggered again; empty: never
 */
public record ServiceDetail(
        Service service,
        ServiceUrgency urgency,
        Optional<SupportHours> supportHours,
        Optional<Duration> autoResolveTimeout,
        Optional<Duration> acknowledgementTimeout) {
    public ServiceDetail {
        Objects.requireNonNull(service, "service is null");
        Objects.requireNonNull(urgency, "urgency is null");
        Objects.requireNonNull(supportHours, "supportHours is null");
        Objects.requireNonNull(autoResolveTimeout, "autoResolveTimeout is null");
        Objects.requireNonNull(acknowledgementTimeout, "acknowledgementTimeout is null");
    }
}
