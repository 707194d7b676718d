package io.middleware.paging.local.pagerduty;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The armed faults. A request meets at most one: the first that matches among those with a number of times, else the first that matches
 * among the standing ones, each in the order they were added. Safe for use by several threads.
 */
public final class Faults {
    private final List<Armed> armed = new ArrayList<>();
    private int lastId;
    private int fired;

    /** Arms a fault. */
    public synchronized Armed add(Fault fault) {
        Armed added = new Armed(++lastId, fault);
        armed.add(added);
        return added;
    }

    /** Disarms all. */
    public synchronized void clear() {
        armed.clear();
    }

    /** Disarms one; nothing happens if there is none of that id. */
    public synchronized void remove(int id) {
        armed.removeIf(candidate -> candidate.id == id);
    }

    /** Those that can still strike. */
    public synchronized List<Armed> armed() {
        return List.copyOf(armed);
    }

    /** How many requests met a fault since the start or the last reset. */
    public synchronized int fired() {
        return fired;
    }

    synchronized Optional<Fault> strike(Call call) {
        return strike(call, false).or(() -> strike(call, true));
    }

    private Optional<Fault> strike(Call call, boolean standing) {
        for (Armed candidate : armed) {
            if ((candidate.fault.times() < 0) == standing && candidate.fault.strikes(call)) {
                candidate.fired++;
                fired++;
                if (candidate.fired == candidate.fault.times()) {
                    armed.remove(candidate);
                }
                return Optional.of(candidate.fault);
            }
        }
        return Optional.empty();
    }

    synchronized void reset() {
        armed.clear();
        fired = 0;
    }

    /** A fault in place. */
    public final class Armed {
        private final int id;
        private final Fault fault;
        private int fired;

        private Armed(int id, Fault fault) {
            this.id = id;
            this.fault = fault;
        }

        public int id() {
            return id;
        }

        /** How many requests it has struck. */
        public int fired() {
            synchronized (Faults.this) {
                return fired;
            }
        }

        public void remove() {
            Faults.this.remove(id);
        }

        @Override
        public String toString() {
            return fault.toString();
        }
    }
}
