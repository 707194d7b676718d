package io.middleware.paging.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.middleware.paging.pacing.Slot;

/** The answer to "may I deliver this message now?". */
public sealed interface Claim {
    /**
     * Yes, until the lease ends.
     *
     * @param leaseId to settle or release with
     * @param open the incident that is known to be open; empty when none is
     * @param last the last incident that is known, open or not
     * @param unsettled the last try whose end is unknown: its incident may exist in PagerDuty
     * @param slot the right to call PagerDuty that an earlier try took and did not use
     * @param waited since when and for what this alert has waited; empty at the first try
     * @param folded whether the alert shares its rule's incident: that one is to be joined or left, see
     *     {@link DeliveryLedger#join}
     * @param wantsResolve whether an incident is or may be open whose trigger asked for it to be resolved
     */
    record Granted(
            String leaseId,
            Optional<KnownIncident> open,
            Optional<KnownIncident> last,
            Optional<UnsettledTry> unsettled,
            Optional<Slot> slot,
            Optional<Waited> waited,
            boolean folded,
            boolean wantsResolve)
            implements Claim {}

    /**
     * No: this very message, or a newer one of its kind, was handled before. The message is done.
     *
     * @param incident the incident it became; empty when it needed none
     */
    record AlreadyDelivered(Optional<KnownIncident> incident) implements Claim {}

    /**
     * No: the incident of the rule stands for several alerts.
     *
     * @param incident that is open; empty when none is known to be
     * @param others how many alerts besides this one still fire
     */
    record Shared(Optional<KnownIncident> incident, int others) implements Claim {}

    /** No: PagerDuty confirmed a moment ago that the incident is open. Recorded; the message is done. */
    record Repeated(KnownIncident incident) implements Claim {}

    /** No: older than what was handled before. Recorded; the message is done. */
    record Stale(String reason) implements Claim {}

    /** No: somebody else is at it. The message goes back to the queue. */
    record InFlight(Instant until) implements Claim {}

    /** @param reasons in no order; a try that was killed could not give one */
    record Waited(Instant since, Set<Reason> reasons) {
        public Waited {
            Objects.requireNonNull(since, "since is null");
            reasons = Set.copyOf(reasons);
        }
    }

    /**
     * One or more POSTs that were started and never settled.
     *
     * @param startedAt when the last of them may have been sent
     * @param serviceIds all services that they may have opened an incident on
     * @param sameSince since when they may have been sent for the very trigger that is claimed now; empty if all were for
     *     others
     * @param lookUpFailingSince since when asking PagerDuty what became of them has failed, for the trigger that is claimed
     *     now; empty if it was not asked yet, or answered the last time
     */
    record UnsettledTry(
            Instant startedAt,
            Set<String> serviceIds,
            Optional<Instant> sameSince,
            Optional<Instant> lookUpFailingSince) {
        public UnsettledTry {
            serviceIds = Set.copyOf(serviceIds);
        }

        public boolean isYoungerThan(Duration age, Clock clock) {
            return clock.instant().isBefore(startedAt.plus(age));
        }
    }
}
