package io.middleware.paging.local.pagerduty;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An incident and its history. Guarded by the monitor of its account; only {@link IncidentBook} changes it. */
final class Incident {
    final String id;
    final int number;
    final Account account;
    final Service service;
    final EscalationPolicy policy;
    final String key;
    final String details;
    final Optional<String> from;
    final User creator;
    final Instant createdAt;
    final boolean directlyAssigned;

    String title;
    String urgency;
    IncidentStatus status = IncidentStatus.TRIGGERED;
    Instant changedAt;
    User changedBy;
    Optional<Instant> resolvedAt = Optional.empty();
    Optional<User> resolvedBy = Optional.empty();
    Optional<Incident> mergedInto = Optional.empty();
    Optional<Instant> snoozedUntil = Optional.empty();
    boolean outOfSight;
    List<User> assignees;
    final List<LogEntry> log = new ArrayList<>();
    final List<OpenSpan> spans = new ArrayList<>();

    Incident(String id, int number, Account account, NewIncident request, String key, Instant createdAt) {
        this.id = id;
        this.number = number;
        this.account = account;
        this.service = request.service();
        this.policy = request.policy();
        this.key = key;
        this.details = request.details();
        this.from = request.from();
        this.creator = request.creator();
        this.createdAt = createdAt;
        this.directlyAssigned = request.directlyAssigned();
        this.title = request.title();
        this.urgency = request.urgency();
        this.changedAt = createdAt;
        this.changedBy = request.creator();
        this.assignees = request.assignees();
    }

    /** A time of being open, counted in changes of the account rather than seconds, so that a clock that stands still hides nothing. */
    record OpenSpan(long start, long end) {
        static final long NOT_ENDED = Long.MAX_VALUE;
    }

    /** What a valid request asks for. An empty {@code key} asks for one of PagerDuty's making. */
    record NewIncident(
            Service service,
            EscalationPolicy policy,
            Optional<String> key,
            String title,
            String details,
            String urgency,
            List<User> assignees,
            boolean directlyAssigned,
            Optional<String> from,
            User creator) {}

    boolean isVisibleTo(Token token) {
        return !outOfSight && service.isVisibleTo(token);
    }

    String htmlUrl() {
        return account.region().webUrl(account.subdomain()) + "/incidents/" + id;
    }

    List<LogEntry> entries(String type) {
        return log.stream().filter(entry -> entry.type().equals(type)).toList();
    }

    IncidentView view() {
        return new IncidentView(
                account.region(),
                account.subdomain(),
                id,
                number,
                key,
                title,
                details,
                service.id(),
                urgency,
                status,
                from,
                creator.email(),
                createdAt,
                resolvedAt,
                resolvedBy.map(User::email),
                assignees.stream().map(User::id).toList(),
                entries("notify").stream()
                        .flatMap(entry -> entry.concerned().stream())
                        .map(User::id)
                        .toList(),
                entries("annotate").stream().map(LogEntry::text).toList(),
                mergedInto.isPresent());
    }
}
