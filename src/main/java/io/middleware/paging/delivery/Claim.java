package io.middleware.paging.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** The answer to "may I deliver this message now?". */
public sealed interface Claim {
    /**
     * Yes, until the lease ends.
     *
     * @param leaseId to settle or release with
     * @param open the incident that is known to be open; empty when none is
     * @param nobodyPaged whether that incident started acknowledged, so that it paged nobody
     * @param unsettled the last try whose end is unknown: its incident may exist in PagerDuty
     */
    record Granted(String leaseId, Optional<KnownIncident> open, boolean nobodyPaged, Optional<UnsettledTry> unsettled)
            implements Claim {}

    /**
     * No: this very message, or a newer one of its kind, was handled before. The message is done.
     *
     * @param incident the incident it became; empty when it needed none
     */
    record AlreadyDelivered(Optional<KnownIncident> incident) implements Claim {}

    /** No: PagerDuty confirmed a moment ago that the incident is open. Recorded; the message is done. */
    record Repeated(KnownIncident incident) implements Claim {}

    /** No: older than what was handled before. Recorded; the message is done. */
    record Stale(String reason) implements Claim {}

    /** No: somebody else is at it. The message goes back to the queue. */
    record InFlight(Instant until) implements Claim {}

    /**
     * One or more POSTs that were started and never settled.
     *
     * @param startedAt when the last of them may have been sent
     * @param serviceIds all services that they may have opened an incident on
     */
    record UnsettledTry(Instant startedAt, Set<String> serviceIds) {
        public UnsettledTry {
            serviceIds = Set.copyOf(serviceIds);
        }

        public boolean isYoungerThan(Duration age, Clock clock) {
            return clock.instant().isBefore(startedAt.plus(age));
        }
    }
}
