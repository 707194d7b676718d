package io.middleware.paging.local.pagerduty;

import java.util.ArrayList;
import java.util.List;

/** Who is on call, level by level. Safe for use by several threads; changes count from the next incident on. */
public final class EscalationPolicy {
    private final String id;
    private final String name;
    private List<List<User>> levels;

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

    synchronized List<List<User>> levels() {
        return levels;
    }

    /** The users of the first level that has somebody; empty if none has. */
    List<User> paged() {
        return levels().stream().filter(level -> !level.isEmpty()).findFirst().orElse(List.of());
    }
}
