package io.middleware.paging.local.pagerduty;

import java.time.Instant;
import java.util.Optional;

/**
 * One line of an incident's history.
 *
 * @param type PagerDuty's word without its ending: {@code trigger}, {@code assign}, {@code notify}, {@code acknowledge}, {@code resolve},
 *     {@code reopen}, {@code unacknowledge}, {@code snooze}, {@code annotate}
 * @param agent who did it; empty if PagerDuty did
 * @param concerned who was assigned or notified
 * @param text the note or the resolution, else empty
 */
record LogEntry(
        String id, String type, Instant createdAt, Optional<User> agent, Optional<User> concerned, String text) {}
