package io.middleware.paging.delivery;

import java.time.Instant;
import java.util.Optional;

/**
 * What was delivered, and who is delivering: one item for each alert, changed by conditional writes only.
 *
 * <p>The rules of time, by the {@code occurredAt} of messages, to the millisecond:
 *
 * <ul>
 *   <li>A trigger not newer than the last one handled is a duplicate.
 *   <li>A trigger not newer than the last resolve is stale, whether or not that resolve had an incident to end.
 *   <li>A newer trigger while the incident is known to be open is a repeat: within the repeat window since PagerDuty last
 *       confirmed the incident it needs no call; later it is granted, to be posted again.
 *   <li>A resolve older than the last trigger handled is stale; one not newer than the last resolve is a duplicate.
 *   <li>A trigger whose POST may have opened an incident counts before it is settled: a resolve that is older than it is
 *       stale.
 * </ul>
 *
 * <p>Whatever takes a slot away from an alert gives it back ({@link io.middleware.paging.pacing.UnusedSlots}): it is free for
 * others unless it was used.
 *
 * <p>Thread-safe. Failures of the store are thrown; the lease then lapses by itself.
 */
public interface DeliveryLedger {
    /**
     * Asks for the right to open an incident on {@code serviceId}. Granted, the try counts as unsettled until it is
     * settled, or released with the certainty that PagerDuty did nothing.
     *
     * @param folded whether the alert is to share its rule's incident. An episode under way stays as it began
     * @param wantsResolve whether the rule asks for its incidents to be resolved. It holds for what this try opens, even if
     *     the rule is disabled or unbound by then
     */
    Claim claimTrigger(DeliveryKey key, Instant occurredAt, String serviceId, boolean folded, boolean wantsResolve);

    /**
     * Asks for the right to resolve. Granted, the resolve is on record at once: a trigger that is not newer cannot page
     * any more, even if this claim is never settled.
     */
    Claim claimResolve(DeliveryKey key, Instant occurredAt);

    /**
     * Records that an incident is open for the trigger of {@code occurredAt}.
     *
     * @return false when the lease was lost: nothing is recorded, and whoever holds it now will find the incident
     */
    boolean settleOpen(DeliveryKey key, String leaseId, Instant occurredAt, KnownIncident incident, Outcome outcome);

    /**
     * Records that the trigger of {@code occurredAt} paged by a POST whose answer was lost, and that its incident is closed by
     * now: whatever fires next pages anew.
     *
     * @return false when the lease was lost: nothing is recorded
     */
    boolean settleClosed(DeliveryKey key, String leaseId, Instant occurredAt, KnownIncident incident);

    /**
     * Records that the episode is over.
     *
     * @param resolved the last incident that was resolved with it; what was known before stays if it is empty
     * @return false when the lease was lost: nothing is recorded
     */
    boolean settleResolved(
            DeliveryKey key, String leaseId, Outcome outcome, String reason, Optional<KnownIncident> resolved);

    /** As above, when no incident was resolved. */
    default boolean settleResolved(DeliveryKey key, String leaseId, Outcome outcome, String reason) {
        return settleResolved(key, leaseId, outcome, reason, Optional.empty());
    }

    /**
     * Counts an alert among those that share their rule's incident, and asks for the right to open it. Safe to repeat:
     * an alert counts once.
     *
     * @param rule see {@link DeliveryKey#ofRule}
     * @return {@code Granted} to open or confirm the incident, {@code Shared} when it is known to be open, or
     *     {@code InFlight}: the alert then may not count yet
     */
    Claim join(DeliveryKey rule, DeliveryKey alert, String serviceId);

    /**
     * No longer counts the alert. Safe to repeat.
     *
     * @return {@code Granted} to end the incident, when this was the last alert and an incident is or may be open;
     *     {@code Shared} while others fire; {@code AlreadyDelivered} when there is nothing to end; or {@code InFlight}:
     *     the alert then may still count
     */
    Claim leave(DeliveryKey rule, DeliveryKey alert);

    /** Gives a claim back undelivered. Does nothing when the lease was lost. */
    void release(DeliveryKey key, Claim.Granted claim, Release release);

    /**
     * Records a resolve that is not to be sent to PagerDuty.
     *
     * @param outcome {@code RESOLVE_SKIPPED}, {@code UNBOUND} or {@code DISABLED}
     * @return {@code AlreadyDelivered} after recording. Or {@code Granted}, with nothing but the resolve's time on record,
     *     for an alert that shares its rule's incident: that one is to be left first, then this claim settled
     */
    Claim recordResolve(DeliveryKey key, Instant occurredAt, Outcome outcome, String reason);

    /**
     * Handles a resolve of a rule that was disabled or unbound: that stops triggers, and takes back no resolve that was
     * asked for.
     *
     * @param outcome {@code UNBOUND} or {@code DISABLED}
     * @return {@code Granted} to resolve if an incident is or may be open and its trigger wanted that, see
     *     {@link Claim.Granted#wantsResolve}; else as {@link #recordResolve}
     */
    Claim recordResolveUnlessWanted(DeliveryKey key, Instant occurredAt, Outcome outcome, String reason);

    /**
     * Records a trigger that pages nobody because its rule is bound to nothing or disabled, or because its sender has
     * silenced it. It does not count as handled: the same trigger may page later. What is known of an open incident stays
     * as it is.
     *
     * @param reason {@code SUPPRESSED} or {@code NO_DATA} of one that is silenced; else {@code NONE}
     */
    void recordUnsent(DeliveryKey key, Instant occurredAt, Outcome outcome, Reason reason, String detail);

    /**
     * Records that the message about this alert leaves the queue undelivered: it has waited for as long as the queue keeps
     * it. What is known of an incident stays, and so does the duty to resolve it. Does nothing when the alert was delivered
     * or resolved meanwhile, or while somebody is at it.
     */
    void recordExpired(DeliveryKey key, Instant occurredAt, Reason reason, String detail);
}
