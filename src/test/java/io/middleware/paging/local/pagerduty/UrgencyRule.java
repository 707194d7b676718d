package io.middleware.paging.local.pagerduty;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How a service gives urgency to incidents that come without one. */
sealed interface UrgencyRule {
    /** @return {@code high} or {@code low}; by severity it is high, since such an incident has no alert to look at */
    String at(Instant now);

    ObjectNode shape();

    /** The field {@code support_hours} of the service. */
    JsonNode supportHours();

    private static String ofWord(String word) {
        return word.equals("low") ? "low" : "high";
    }

    private static ObjectNode constant(String urgency) {
        return Json.object().put("type", "constant").put("urgency", urgency);
    }

    record Constant(String urgency) implements UrgencyRule {
        @Override
        public String at(Instant now) {
            return ofWord(urgency);
        }

        @Override
        public ObjectNode shape() {
            return constant(urgency);
        }

        @Override
        public JsonNode supportHours() {
            return Json.object().nullNode();
        }
    }

    /** Hours of one day: those that cross midnight are not played. */
    record ByHours(String during, String outside, ZoneId zone, LocalTime start, LocalTime end, Set<DayOfWeek> days)
            implements UrgencyRule {
        @Override
        public String at(Instant now) {
            ZonedDateTime there = now.atZone(zone);
            boolean inside = days.contains(there.getDayOfWeek())
                    && !there.toLocalTime().isBefore(start)
                    && there.toLocalTime().isBefore(end);
            return ofWord(inside ? during : outside);
        }

        @Override
        public ObjectNode shape() {
            ObjectNode shape = Json.object().put("type", "use_support_hours");
            shape.set("during_support_hours", constant(during));
            shape.set("outside_support_hours", constant(outside));
            return shape;
        }

        @Override
        public JsonNode supportHours() {
            ObjectNode shape = Json.object()
                    .put("type", "fixed_time_per_day")
                    .put("time_zone", zone.getId())
                    .put("start_time", start + ":00")
                    .put("end_time", end + ":00");
            ArrayNode list = shape.putArray("days_of_week");
            new TreeSet<>(days).forEach(day -> list.add(day.getValue()));
            return shape;
        }
    }
}
