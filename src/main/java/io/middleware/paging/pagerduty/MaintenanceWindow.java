package io.middleware.paging.pagerduty;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A planned time without new incidents.
 *
 * @param description empty when nobody wrote one
 */
public record MaintenanceWindow(String id, String description, Optional<Instant> start, Optional<Instant> end) {
    public MaintenanceWindow {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(description, "description is null");
        Objects.requireNonNull(start, "start is null");
        Objects.requireNonNull(end, "end is null");
    }
}
