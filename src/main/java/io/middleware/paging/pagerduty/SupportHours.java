package io.middleware.paging.pagerduty;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.Set;

/**
 * When a service is supported: on these days, from {@code start} until just before {@code end}. An end that is not after the
 * start lies on the next day (our reading: PagerDuty does not document it).
 */
public record SupportHours(Set<DayOfWeek> days, LocalTime start, LocalTime end, ZoneId zone) {
    public SupportHours {
        Objects.requireNonNull(start, "start is null");
        Objects.requireNonNull(end, "end is null");
        Objects.requireNonNull(zone, "zone is null");
        days = Set.copyOf(days);
    }

    public boolean contain(Instant moment) {
        ZonedDateTime there = moment.atZone(zone);
        LocalTime time = there.toLocalTime();
        boolean today = days.contains(there.getDayOfWeek());
        if (start.isBefore(end)) {
            return today && !time.isBefore(start) && time.isBefore(end);
        }
        boolean sinceYesterday = days.contains(there.getDayOfWeek().minus(1));
        return today && !time.isBefore(start) || sinceYesterday && time.isBefore(end);
    }
}
