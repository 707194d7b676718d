package io.middleware.paging.local.pagerduty;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.middleware.paging.local.pagerduty.Incident.NewIncident;
import io.middleware.paging.local.pagerduty.Incident.OpenSpan;

/**
 * All incidents of an account, indexed by what requests ask for, and every change of their status. Guarded by the account's monitor.
 */
final class IncidentBook {
    private static final int FIRST_NUMBER = 1;

    private final Account account;
    private final Ids ids;
    private final List<Incident> byNumber = new ArrayList<>();
    private final Map<String, Incident> byId = new HashMap<>();
    private final Map<String, List<Incident>> byKey = new HashMap<>();
    private final Map<String, List<Incident>> byService = new HashMap<>();
    private final Map<ServiceKey, Incident> open = new HashMap<>();
    private final Map<ServiceStatus, Integer> counts = new HashMap<>();
    private long changes;

    private record ServiceKey(String serviceId, String key) {}

    private record ServiceStatus(String serviceId, IncidentStatus status) {}

    IncidentBook(Account account, Ids ids) {
        this.account = account;
        this.ids = ids;
    }

    List<Incident> all() {
        return byNumber;
    }

    List<Incident> withKey(String key) {
        return byKey.getOrDefault(key, List.of());
    }

    List<Incident> ofService(String serviceId) {
        return byService.getOrDefault(serviceId, List.of());
    }

    Optional<Incident> openWith(Service service, String key) {
        return Optional.ofNullable(open.get(new ServiceKey(service.id(), key)));
    }

    Optional<Incident> find(String idOrNumber) {
        if (idOrNumber.matches("\\d{1,9}")) {
            int index = Integer.parseInt(idOrNumber) - FIRST_NUMBER;
            return index >= 0 && index < byNumber.size() ? Optional.of(byNumber.get(index)) : Optional.empty();
        }
        return Optional.ofNullable(byId.get(idOrNumber));
    }

    int count(Service service, IncidentStatus status) {
        return counts.getOrDefault(new ServiceStatus(service.id(), status), 0);
    }

    /** Opens an incident: pages whoever is assigned, or nobody if it starts acknowledged. */
    Incident add(NewIncident request, boolean startsAcknowledged) {
        Instant now = account.now();
        String id = ids.next('Q');
        Incident incident = new Incident(
                id,
                FIRST_NUMBER + byNumber.size(),
                account,
                request,
                request.key().orElseGet(IncidentBook::newKey),
                now);
        byNumber.add(incident);
        byId.put(id, incident);
        byKey.computeIfAbsent(incident.key, key -> new ArrayList<>()).add(incident);
        byService
                .computeIfAbsent(incident.service.id(), service -> new ArrayList<>())
                .add(incident);
        count(incident, 1);
        opened(incident);

        Optional<User> creator = Optional.of(request.creator());
        write(incident, "trigger", creator, Optional.empty(), "");
        incident.assignees.forEach(user -> write(incident, "assign", creator, Optional.of(user), ""));
        if (startsAcknowledged) {
            change(incident, IncidentStatus.ACKNOWLEDGED, request.creator());
            write(incident, "acknowledge", creator, Optional.empty(), "");
        } else {
            page(incident);
        }
        return incident;
    }

    /** Acknowledging assigns the incident to the one who does it and stops its escalation; on a resolved one it reopens as well. */
    void acknowledge(Incident incident, User agent) {
        reopenIfResolved(incident, agent);
        change(incident, IncidentStatus.ACKNOWLEDGED, agent);
        write(incident, "acknowledge", Optional.of(agent), Optional.empty(), "");
        assign(incident, List.of(agent), agent);
    }

    void trigger(Incident incident, User agent) {
        boolean wasOpen = incident.status.isOpen();
        reopenIfResolved(incident, agent);
        if (wasOpen && incident.status == IncidentStatus.ACKNOWLEDGED) {
            write(incident, "unacknowledge", Optional.of(agent), Optional.empty(), "");
        }
        change(incident, IncidentStatus.TRIGGERED, agent);
        page(incident);
    }

    void resolve(Incident incident, User agent, String resolution) {
        change(incident, IncidentStatus.RESOLVED, agent);
        incident.resolvedAt = Optional.of(account.now());
        incident.resolvedBy = Optional.of(agent);
        incident.assignees = List.of();
        closed(incident);
        write(incident, "resolve", Optional.of(agent), Optional.empty(), resolution);
    }

    void merge(Incident source, Incident target, User agent) {
        if (source.status.isOpen()) {
            resolve(source, agent, "Merged into #" + target.number);
        }
        source.mergedInto = Optional.of(target);
    }

    /** Only an acknowledged one can be snoozed. That it is triggered again when the time is over is not played. */
    void snooze(Incident incident, Duration time, User agent) {
        write(incident, "snooze", Optional.of(agent), Optional.empty(), "");
        incident.snoozedUntil = Optional.of(account.now().plus(time));
    }

    void assign(Incident incident, List<User> assignees, User agent) {
        if (!incident.assignees.equals(assignees)) {
            incident.assignees = assignees;
            assignees.forEach(user -> write(incident, "assign", Optional.of(agent), Optional.of(user), ""));
        }
    }

    LogEntry note(Incident incident, User agent, String text) {
        return write(incident, "annotate", Optional.of(agent), Optional.empty(), text);
    }

    /** Checks the history for what {@link #openWith} is there to prevent; only a reopened incident can cause it. */
    List<DoublePage> doublePages() {
        Map<ServiceKey, List<Incident>> groups = new HashMap<>();
        byNumber.forEach(incident -> groups.computeIfAbsent(keyOf(incident), key -> new ArrayList<>())
                .add(incident));
        return groups.entrySet().stream()
                .filter(group -> overlap(group.getValue()))
                .map(group -> new DoublePage(
                        group.getKey().serviceId(),
                        group.getKey().key(),
                        group.getValue().stream().map(incident -> incident.id).toList()))
                .toList();
    }

    private static boolean overlap(List<Incident> incidents) {
        List<OpenSpan> spans = incidents.stream()
                .flatMap(incident -> incident.spans.stream())
                .sorted(Comparator.comparingLong(OpenSpan::start))
                .toList();
        for (int i = 1; i < spans.size(); i++) {
            if (spans.get(i).start() < spans.get(i - 1).end()) {
                return true;
            }
        }
        return false;
    }

    private void reopenIfResolved(Incident incident, User agent) {
        if (incident.status.isOpen()) {
            return;
        }
        incident.resolvedAt = Optional.empty();
        incident.resolvedBy = Optional.empty();
        incident.assignees = incident.policy.paged();
        opened(incident);
        write(incident, "reopen", Optional.of(agent), Optional.empty(), "");
    }

    private void change(Incident incident, IncidentStatus status, User agent) {
        count(incident, -1);
        incident.status = status;
        incident.snoozedUntil = Optional.empty();
        incident.changedAt = account.now();
        incident.changedBy = agent;
        count(incident, 1);
    }

    private void page(Incident incident) {
        incident.assignees.forEach(user -> write(incident, "notify", Optional.empty(), Optional.of(user), ""));
    }

    private void opened(Incident incident) {
        incident.spans.add(new OpenSpan(++changes, OpenSpan.NOT_ENDED));
        open.put(keyOf(incident), incident);
    }

    private void closed(Incident incident) {
        int last = incident.spans.size() - 1;
        incident.spans.set(last, new OpenSpan(incident.spans.get(last).start(), ++changes));
        open.remove(keyOf(incident), incident);
    }

    private void count(Incident incident, int difference) {
        counts.merge(new ServiceStatus(incident.service.id(), incident.status), difference, Integer::sum);
    }

    private LogEntry write(
            Incident incident, String type, Optional<User> agent, Optional<User> concerned, String text) {
        LogEntry entry = new LogEntry(ids.next('R'), type, account.now(), agent, concerned, text);
        incident.log.add(entry);
        return entry;
    }

    private static ServiceKey keyOf(Incident incident) {
        return new ServiceKey(incident.service.id(), incident.key);
    }

    /** 32 hex digits, as PagerDuty makes them. */
    private static String newKey() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
