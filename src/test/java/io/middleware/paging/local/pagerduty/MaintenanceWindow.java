package io.middleware.paging.local.pagerduty;

import java.time.Instant;

/** A planned time without new incidents on one service. The end is exclusive. */
public record MaintenanceWindow(String id, String description, Service service, Instant start, Instant end) {

    boolean isOngoing(Instant now) {
        return !now.isBefore(start) && now.isBefore(end);
    }

    boolean isPast(Instant now) {
        return !now.isBefore(end);
    }

    MaintenanceWindow endingAt(Instant newEnd) {
        return new MaintenanceWindow(id, description, service, start, newEnd);
    }
}
