package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupportHoursTest {
    /** 2026-11-23 is a Monday. Berlin is an hour ahead of UTC, two in summer. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-23T07:59:59Z, false",
        "2026-11-23T08:00:00Z, true",
        "2026-11-23T15:59:59Z, true",
        "2026-11-23T16:00:00Z, false",
        "2026-11-22T09:00:00Z, false",
        "2026-06-22T07:00:00Z, true",
    })
    void hoursOfADayCountInTheirZone(Instant moment, boolean inside) {
        SupportHours office = new SupportHours(
                EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                LocalTime.of(9, 0),
                LocalTime.of(17, 0),
                ZoneId.of("Europe/Berlin"));

        assertThat(office.contain(moment)).isEqualTo(inside);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T21:59:59Z, false",
        "2026-11-23T22:00:00Z, true",
        "2026-11-24T05:59:59Z, true",
        "2026-11-24T06:00:00Z, false",
        "2026-11-23T05:00:00Z, false",
        "2026-11-24T23:00:00Z, false",
    })
    void nightEndsOnTheDayAfter(Instant moment, boolean inside) {
        SupportHours night =
                new SupportHours(Set.of(DayOfWeek.MONDAY), LocalTime.of(22, 0), LocalTime.of(6, 0), ZoneId.of("UTC"));

        assertThat(night.contain(moment)).isEqualTo(inside);
    }
}
