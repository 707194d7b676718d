package io.middleware.paging.delivery;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.middleware.paging.pacing.Slot;

/**
 * What the ledger knows of one alert, or of the incident that the alerts of a rule share: facts, and no decisions. Immutable.
 *
 * <p>An item is used again by the next episode of its alert. Some facts then tell of the episode before: the last resolve
 * seen, the last incident, the last outcome until there is a new one.
 *
 * @param key its alert id is empty where it stands for a rule
 * @param createdAt when the ledger first heard of the alert; empty if it never did
 * @param updatedAt the last change
 * @param beganAt when the last episode began, or paged anew after somebody closed its incident; empty if the ledger never
 *     heard of the alert
 * @param underWaySince the same while the episode is not over; empty afterwards
 * @param triggeredAt the last trigger that was handled (the time of its message, as all that name one)
 * @param resolvedAt the last resolve that was seen
 * @param pendingResolve the resolve that is still to be sent to PagerDuty
 * @param wantsResolve whether the last trigger that was claimed asked for a resolve
 * @param folded whether it shares its rule's incident
 * @param firing of a rule: how many alerts hold its incident open
 * @param lease the right of somebody to work on it now; it may have lapsed
 * @param incident the last one, open or not
 * @param confirmedAt when PagerDuty last said that the incident is open; present exactly while it is known to be
 * @param unsettled POSTs whose outcome is unknown
 * @param waiting since when and for what it has waited, until it is delivered
 * @param slot the right to call PagerDuty that it holds
 * @param outcome of the last message that was recorded; empty before the first
 * @param reason of that outcome in one word; empty where there is none, or one of another version of this function
 * @param detail the same as a sentence; empty where the outcome says it all
 * @param nextAttemptAt when the next try is due
 * @param attempts how many claims this episode took; 0 once it is over
 * @param late the last message that was older than what was handled before
 * @param expiresAt when it may be swept; empty while it may be open
 */
public record Episode(
        DeliveryKey key,
        Optional<Instant> createdAt,
        Optional<Instant> updatedAt,
        Optional<Instant> beganAt,
        Optional<Instant> underWaySince,
        Optional<Instant> triggeredAt,
        Optional<Instant> resolvedAt,
        Optional<Instant> pendingResolve,
        boolean wantsResolve,
        boolean folded,
        int firing,
        Optional<Lease> lease,
        Optional<KnownIncident> incident,
        Optional<Instant> confirmedAt,
        Optional<Unsettled> unsettled,
        Optional<Claim.Waited> waiting,
        Optional<Slot> slot,
        Optional<Outcome> outcome,
        Optional<Reason> reason,
        Optional<String> detail,
        Optional<Instant> nextAttemptAt,
        int attempts,
        Optional<Late> late,
        Optional<Instant> expiresAt) {

    /** @param id to settle or release with */
    public record Lease(String id, Instant until) {
        public Lease {
            Objects.requireNonNull(id, "id is null");
            Objects.requireNonNull(until, "until is null");
        }
    }

    /**
     * @param since when the last of the POSTs may have been sent
     * @param triggeredAt which trigger it was for; empty for a rule's
     * @param first when the first one for a trigger may have been sent; empty for a rule's
     * @param serviceIds all services that they may have opened an incident on
     * @param lookUpFailingSince since when PagerDuty fails to say what became of them; empty if it does not
     */
    public record Unsettled(
            Instant since,
            Optional<Instant> triggeredAt,
            Optional<FirstPost> first,
            Set<String> serviceIds,
            Optional<Instant> lookUpFailingSince) {
        public Unsettled {
            Objects.requireNonNull(since, "since is null");
            serviceIds = Set.copyOf(serviceIds);
        }
    }

    /** @param at when it may have been sent */
    public record FirstPost(Instant trigger, Instant at) {}

    /**
     * @param occurredAt the time of the message
     * @param count of all such messages about this alert, since the ledger first heard of it
     */
    public record Late(Instant occurredAt, String reason, int count) {}

    /** Whether the ledger has heard of the alert at all. */
    public boolean exists() {
        return createdAt.isPresent();
    }

    /** Whether it stands for a rule, and not for one alert. */
    public boolean isOfRule() {
        return key.alertId().isEmpty();
    }

    /** Whether PagerDuty said that the incident is open, and nothing since says otherwise. */
    public boolean isOpen() {
        return confirmedAt.isPresent();
    }

    /** Empty when none is known to be open. */
    public Optional<KnownIncident> openIncident() {
        return isOpen() ? incident : Optional.empty();
    }
}
