package io.middleware.paging.pagerduty;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What happened to an incident, newest first.
 *
 * @param more whether older entries are left out
 */
public record IncidentLog(List<Entry> entries, boolean more) {
    static final String NOTIFY = "notify";

    public IncidentLog {
        entries = List.copyOf(entries);
    }

    /**
     * One thing that happened.
     *
     * @param type PagerDuty's word without its ending: {@code trigger}, {@code assign}, {@code notify}, {@code acknowledge},
     *     {@code unacknowledge}, {@code snooze}, {@code escalate}, {@code exhaust_escalation_path}, {@code resolve} and others
     * @param agent who did it: a user, or the service when PagerDuty did it by itself
     * @param summary in PagerDuty's words
     * @param notification of an entry {@code notify} only
     */
    public record Entry(
            String id,
            String type,
            Optional<Instant> at,
            Optional<Reference> agent,
            String summary,
            Optional<Notification> notification) {
        public Entry {
            Objects.requireNonNull(type, "type is null");
            Objects.requireNonNull(summary, "summary is null");
        }
    }

    /**
     * A try of PagerDuty's to reach a person. The address is left out: it is nobody's business but theirs.
     *
     * @param channel PagerDuty's word, such as {@code push}, {@code sms}, {@code phone} or {@code email}; empty when masked
     * @param status PagerDuty's word, such as {@code success}; empty when it does not say
     */
    public record Notification(Reference user, Optional<String> channel, Optional<String> status) {
        public Notification {
            Objects.requireNonNull(user, "user is null");
            Objects.requireNonNull(channel, "channel is null");
            Objects.requireNonNull(status, "status is null");
        }
    }

    /** The entries that prove that PagerDuty tried to reach a person. None, and {@code more} false: nobody was notified. */
    public List<Entry> notifications() {
        return ofType(NOTIFY);
    }

    /** @param type PagerDuty's word without its ending, such as {@code snooze} */
    public List<Entry> ofType(String type) {
        return entries.stream().filter(entry -> entry.type().equals(type)).toList();
    }
}
