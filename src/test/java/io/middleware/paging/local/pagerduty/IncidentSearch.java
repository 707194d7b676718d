package io.middleware.paging.local.pagerduty;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The filters of {@code GET /incidents}. Filters that PagerDuty does not know are ignored, as PagerDuty does. */
final class IncidentSearch {
    // https://developer.pagerduty.com, "List incidents": the last month unless told otherwise, never more than six.
    private static final int USUAL_MONTHS = 1;
    private static final int MAX_MONTHS = 6;
    private static final int MAX_SORTS = 2;

    private static final Map<String, Comparator<Incident>> SORTS = Map.of(
            "incident_number", Comparator.comparingInt(incident -> incident.number),
            "created_at", Comparator.comparing(incident -> incident.createdAt),
            "resolved_at", Comparator.comparing(incident -> incident.resolvedAt.orElse(Instant.MAX)),
            "urgency", Comparator.comparing(incident -> incident.urgency));

    private final Call call;
    private final Token token;

    IncidentSearch(Call call, Token token) {
        this.call = call;
        this.token = token;
    }

    Answer answer() {
        return wrongFilter().orElseGet(this::found);
    }

    private Optional<Answer> wrongFilter() {
        if (statuses().anyMatch(word -> IncidentStatus.ofWord(word).isEmpty())) {
            return Optional.of(Answer.invalid("Status must be a list of triggered, acknowledged, or resolved."));
        }
        if (sorts().size() > MAX_SORTS || !sorts().stream().allMatch(sort -> SORTS.containsKey(sort.split(":")[0]))) {
            return Optional.of(Answer.invalid("Sort by is invalid."));
        }
        if (isAllTime()) {
            return Optional.empty();
        }
        Optional<Instant> since = time("since", monthsBefore(token.account().now(), USUAL_MONTHS));
        Optional<Instant> until = time("until", token.account().now());
        if (since.isEmpty() || until.isEmpty() || since.get().isAfter(until.get())) {
            return Optional.of(Answer.error(400, 2005, "Invalid Date Range"));
        }
        return since.get().isBefore(monthsBefore(until.get(), MAX_MONTHS))
                ? Optional.of(Answer.error(400, 2004, "Date Range Too Long"))
                : Optional.empty();
    }

    private Answer found() {
        List<Incident> found = candidates()
                .filter(incident -> asked("service_ids[]", incident.service.id()))
                .filter(incident -> asked("statuses[]", incident.status.word()))
                .filter(incident -> asked("urgencies[]", incident.urgency))
                .filter(incident -> call.parameters("user_ids[]").isEmpty()
                        || incident.assignees.stream().anyMatch(user -> asked("user_ids[]", user.id())))
                .filter(incident -> call.parameters("team_ids[]").isEmpty())
                .filter(incident -> incident.isVisibleTo(token))
                .filter(this::isInRange)
                .sorted(order())
                .toList();
        return Page.of(call, "incidents", found, incident -> Shapes.incident(incident, call.includes("body")));
    }

    private Stream<Incident> candidates() {
        IncidentBook book = token.account().book();
        Optional<String> key = call.parameter("incident_key");
        if (key.isPresent()) {
            // PagerDuty takes an empty key for "any", but then only of open incidents.
            return key.get().isEmpty()
                    ? book.all().stream().filter(incident -> incident.status.isOpen())
                    : book.withKey(key.get()).stream();
        }
        List<String> services = call.parameters("service_ids[]");
        return services.isEmpty()
                ? book.all().stream()
                : services.stream().distinct().flatMap(id -> book.ofService(id).stream());
    }

    private boolean isInRange(Incident incident) {
        if (isAllTime()) {
            return true;
        }
        Instant now = token.account().now();
        Instant since = time("since", monthsBefore(now, USUAL_MONTHS)).orElseThrow();
        Instant until = time("until", now).orElseThrow();
        return !incident.createdAt.isBefore(since) && !incident.createdAt.isAfter(until);
    }

    private Comparator<Incident> order() {
        return sorts().stream()
                .map(sort -> sort.endsWith(":desc")
                        ? SORTS.get(sort.split(":")[0]).reversed()
                        : SORTS.get(sort.split(":")[0]))
                .reduce(Comparator::thenComparing)
                .orElse(SORTS.get("incident_number"));
    }

    private List<String> sorts() {
        String sortBy = call.parameter("sort_by").orElse("");
        return sortBy.isEmpty() ? List.of() : List.of(sortBy.split(","));
    }

    private Stream<String> statuses() {
        return call.parameters("statuses[]").stream();
    }

    private boolean asked(String parameter, String value) {
        List<String> values = call.parameters(parameter);
        return values.isEmpty() || values.contains(value);
    }

    private boolean isAllTime() {
        return call.parameter("date_range").filter("all"::equals).isPresent();
    }

    private static Instant monthsBefore(Instant instant, int months) {
        return instant.atOffset(ZoneOffset.UTC).minusMonths(months).toInstant();
    }

    /** ISO 8601 date and time, or a date alone; empty if it is neither. */
    private Optional<Instant> time(String parameter, Instant usual) {
        String text = call.parameter(parameter).orElse("");
        if (text.isEmpty()) {
            return Optional.of(usual);
        }
        try {
            return Optional.of(
                    text.contains("T")
                            ? OffsetDateTime.parse(text).toInstant()
                            : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
