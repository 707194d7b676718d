package io.middleware.paging.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Stream;

import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.Reason;

/** How late a page goes out, and why: who is woken hours after the alert must not take it for one of this minute. */
final class Lateness {
    /** Less is what an alert pipeline takes. */
    static final Duration WORTH_A_REMARK = Duration.ofMinutes(2);

    private Lateness() {}

    /**
     * The sentence for the responder; empty for a page that is not late.
     *
     * @param happened what the alert did at that time: "fired", or "was sent" if it fires since earlier
     * @param queuedAt when the queue took the alert
     * @param waited for what it has waited since; empty at the first try
     */
    static Optional<String> remark(
            Instant now,
            Instant occurredAt,
            String happened,
            Optional<Instant> queuedAt,
            Optional<Claim.Waited> waited) {
        Duration late = Duration.between(occurredAt, now);
        if (late.compareTo(WORTH_A_REMARK) < 0) {
            return Optional.empty();
        }
        StringJoiner text = new StringJoiner(" ");
        text.add("Late: this page goes out " + spoken(late) + " after the alert " + happened + ".");
        Duration onTheWay = Duration.between(occurredAt, queuedAt.orElse(occurredAt));
        if (onTheWay.compareTo(WORTH_A_REMARK) >= 0) {
            text.add("It reached the queue only " + spoken(onTheWay) + " after it " + happened + ".");
        }
        if (waited.isPresent()) {
            text.add("Since " + IncidentText.time(waited.get().since()) + " it waited for " + waitedFor(waited.get())
                    + ".");
        } else if (onTheWay.compareTo(WORTH_A_REMARK) < 0) {
            text.add("It waited in the queue.");
        }
        return Optional.of(text.toString());
    }

    private static String waitedFor(Claim.Waited waited) {
        StringJoiner reasons = new StringJoiner("; and for ");
        Stream.of(Reason.values())
                .filter(waited.reasons()::contains)
                .map(Reason::waitedFor)
                .filter(text -> !text.isEmpty())
                .forEach(reasons::add);
        return reasons.length() == 0 ? "a reason that was not recorded" : reasons.toString();
    }

    /** The two largest units are enough: {@code 3 h 12 min}. */
    static String spoken(Duration time) {
        if (time.toDays() > 0) {
            return time.toDays() + " d " + time.toHoursPart() + " h";
        }
        return time.toHours() > 0
                ? time.toHours() + " h " + time.toMinutesPart() + " min"
                : time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }
}
