package io.middleware.paging.local.pagerduty;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who is on call, level by level. Safe for use by several threads; changes count from the next incident on. */
public final class EscalationPolicy {
    private final String id;
    private final String name;
    private List<List<User>> levels;
    private Optional<Shift> shift = Optional.empty();

    /** By which schedule its users are on call, and until when. */
    record Shift(String scheduleId, String schedule, Instant start, Instant end) {}

    EscalationPolicy(String id, String name, List<User> onCall) {
        this.id = id;
        this.name = name;
        this.levels = List.of(List.copyOf(onCall));
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** Puts these users, and nobody else, on call at the first level. */
    public EscalationPolicy onCall(User... users) {
        return onCall(1, users);
    }

    /**
     * Puts these users, and nobody else, on call at a level; levels in between are empty.
     *
     * @param level from 1
     */
    public synchronized EscalationPolicy onCall(int level, User... users) {
        List<List<User>> changed = new ArrayList<>(levels);
        while (changed.size() < level) {
            changed.add(List.of());
        }
        changed.set(level - 1, List.of(users));
        levels = List.copyOf(changed);
        return this;
    }

    /** Empties every level. */
    public synchronized EscalationPolicy nobodyOnCall() {
        levels = List.of(List.of());
        return this;
    }

    /** Whoever is on call is so by a schedule of that name, for that time. Default: directly and for ever. */
    public synchronized EscalationPolicy bySchedule(String name, Instant start, Instant end) {
        shift = Optional.of(new Shift("S" + id, name, start, end));
        return this;
    }

    synchronized Optional<Shift> shift() {
        return shift;
    }

    synchronized List<List<User>> levels() {
        return levels;
    }

    /** The users of the first level that has somebody; empty if none has. */
    List<User> paged() {
        return levels().stream().filter(level -> !level.isEmpty()).findFirst().orElse(List.of());
    }
}
