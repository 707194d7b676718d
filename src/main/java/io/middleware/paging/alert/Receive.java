package io.middleware.paging.alert;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.pagerduty.Deadline;

/**
 * One receive of a message.
 *
 * @param count how often the message was received, this time included: its back-off follows from it
 * @param queuedAt when the queue first took it; empty when nobody says
 * @param mayBeHeld whether the message may wait for as long as its sender wishes: it keeps no other of its group waiting, and
 *     this is not its last chance
 */
record Receive(int count, Optional<Instant> queuedAt, boolean mayBeHeld, Deadline deadline) {
    /** What pages is received once, or once more in its turn. */
    private static final int MOST_OF_WHAT_PAGES = 2;

    Receive {
        Objects.requireNonNull(queuedAt, "queuedAt is null");
        Objects.requireNonNull(deadline, "deadline is null");
    }

    /** Whether the alert waits for something, which a person may have mended meanwhile. */
    boolean keepsComingBack() {
        return count > MOST_OF_WHAT_PAGES;
    }
}
