package io.middleware.paging.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

import io.middleware.paging.pacing.Slot;
import io.middleware.paging.pacing.UnusedSlots;
import io.middleware.paging.pagerduty.Sha256;

/**
 * The ledger in DynamoDB.
 *
 * <pre>
 * key         deliveryId; index byRule (keys only): ruleKey (workspace and rule), beganAt
 * attributes  workspaceId, ruleId, alertId, createdAt, updatedAt, outcome, reasonCode, reason, attempts, nextAttemptAt
 *   began     beganAt (when its last episode began, or paged anew after somebody closed its incident: no other write touches
 *             the index), underWaySince (the same; absent once the episode is over)
 *   episode   triggeredAt (last trigger handled), resolvedAt (last resolve seen), resolvePending (it is still to be sent),
 *             wantsResolve (its last trigger that was claimed asked for a resolve)
 *   claim     leaseId, leaseUntil
 *   unsettled unsettledSince, unsettledTriggeredAt, unsettledFirstAt, unsettledServiceIds (POSTs whose end is unknown: when
 *             the last may have been sent, for the trigger of when, that one and when the first for it, and every service);
 *             lookUpFailingSince (since when PagerDuty fails to say what became of them)
 *   waiting   waitingSince, waitedFor (every reason it had to wait for, until it is delivered), slotAt, slotBudget,
 *             slotUrgency (when it may call PagerDuty, and out of which budget and share). A write that takes them away gives
 *             that slot back
 *   incident  incidentId, incidentNumber, incidentUrl, incidentServiceId; incidentOpen and confirmedAt while it is open, and
 *             pagedNobody if it started acknowledged
 *   folding   folded (it shares the incident of its rule), as it was when the episode began
 *   rule      an item whose alertId is empty stands for a rule: firing (12 bytes of the hash of each alert that fires)
 *   stale     staleOccurredAt, staleReason, staleCount (late messages about an alert that has an incident)
 * conditions  judge leases and windows by our clock; TTL only sweeps
 * times       UTC, ISO-8601 with exactly three decimals, so that text compares as time does;
 *             expiresAtEpochSeconds (the TTL) is a number, and absent while an episode may be open
 * </pre>
 */
@ApplicationScoped
public class DynamoDeliveryLedger implements DeliveryLedger {
    private static final Logger LOG = Logger.getLogger(DynamoDeliveryLedger.class);

    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    /** What was refused is judged by the item that stood in the way; if that has changed since, it is judged anew. */
    private static final int MAX_TRIES = 3;

    private static final String NOT_LEASED = "(attribute_not_exists(leaseUntil) OR leaseUntil <= :now)";
    private static final String NEWER_THAN_TRIGGER = "(attribute_not_exists(triggeredAt) OR triggeredAt < :t)";
    private static final String NEWER_THAN_RESOLVE = "(attribute_not_exists(resolvedAt) OR resolvedAt < :t)";
    private static final String NOT_OLDER_THAN_UNSETTLED =
            "(attribute_not_exists(unsettledTriggeredAt) OR unsettledTriggeredAt <= :t)";
    /** While a resolve is still to be sent, nobody knows whether the incident is open: only PagerDuty can tell. */
    private static final String NOT_KNOWN_OPEN =
            "(attribute_not_exists(incidentOpen) OR attribute_exists(resolvePending) OR confirmedAt <= :repeatFloor)";

    private static final String NOTHING_IN_PAGERDUTY =
            "attribute_not_exists(incidentOpen) AND attribute_not_exists(unsettledSince)";

    /**
     * Under way, an episode stays as it began: what it has in PagerDuty is found by one key or by the other. One that does
     * not say began by itself.
     */
    private static final String AS_IT_BEGAN = " OR (attribute_not_exists(incidentOpen)"
            + " AND attribute_not_exists(unsettledSince) AND attribute_not_exists(waitingSince)))";

    private static final String FOLDED_OR_NEW = "(folded = :folded" + AS_IT_BEGAN;
    private static final String NOT_FOLDED_OR_NEW = "(attribute_not_exists(folded) OR folded = :folded" + AS_IT_BEGAN;
    private static final String NOT_FOLDED = "(attribute_not_exists(folded) OR folded = :false)";
    private static final String NOTHING_TO_RESOLVE =
            "(attribute_not_exists(wantsResolve) OR (" + NOTHING_IN_PAGERDUTY + "))";

    /**
     * For how long after PagerDuty confirmed a rule's incident another alert joins it without asking. Not the repeat window:
     * somebody may have closed it meanwhile, and this alert has paged nobody yet. In a storm it costs a call in so many
     * seconds for the rule.
     */
    private static final Duration JOIN_WINDOW = Duration.ofSeconds(10);

    /**
     * Enough for no two alerts of a rule to meet, and 30,000 of them fit into an item (400 KB; AWS, "Service quotas in
     * DynamoDB").
     */
    private static final int BYTES_OF_A_FIRING_ALERT = 12;

    private static final String KNOWN_OPEN =
            "attribute_exists(incidentOpen) AND attribute_not_exists(resolvePending) AND confirmedAt > :repeatFloor";

    private static final String UNSETTLED =
            "unsettledSince, unsettledTriggeredAt, unsettledFirstAt, unsettledServiceIds, lookUpFailingSince";
    private static final String SLOT = "slotAt, slotBudget, slotUrgency";
    private static final String WAITING = "waitingSince, waitedFor, " + SLOT;

    private static final String IDENTITY =
            "workspaceId = :workspaceId, ruleId = :ruleId, alertId = :alertId, ruleKey = :ruleKey, updatedAt = :now,"
                    + " createdAt = if_not_exists(createdAt, :now)";

    /** An episode begins, unless one is under way. */
    private static final String BEGUN =
            "beganAt = if_not_exists(underWaySince, :now)," + " underWaySince = if_not_exists(underWaySince, :now)";

    /** A resolve begins no episode. But it may be the first that is heard of its alert. */
    private static final String HEARD_OF = "beganAt = if_not_exists(beganAt, :now)";

    private final DynamoDbClient dynamo;
    private final DeliveryConfig config;
    private final Clock clock;
    private final RandomGenerator random;
    private final UnusedSlots unusedSlots;

    public DynamoDeliveryLedger(
            DynamoDbClient dynamo,
            DeliveryConfig config,
            Clock clock,
            RandomGenerator random,
            UnusedSlots unusedSlots) {
        this.dynamo = dynamo;
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.unusedSlots = unusedSlots;
    }

    @Override
    public Claim claimTrigger(
            DeliveryKey key, Instant occurredAt, String serviceId, boolean toFold, boolean wantsResolve) {
        Unsettled unsettled = Unsettled.THIS_OR_NONE;
        boolean folded = toFold;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Instant now = clock.instant();
            String leaseId = newLeaseId();
            Write claim = claim(key, occurredAt, serviceId, leaseId, now, unsettled)
                    .condition(folded ? FOLDED_OR_NEW : NOT_FOLDED_OR_NEW)
                    .set("folded = :folded")
                    .with(":folded", AttributeValue.fromBool(folded));
            Written written = execute(
                    wantsResolve
                            ? claim.set("wantsResolve = :true").with(":true", AttributeValue.fromBool(true))
                            : claim.remove("wantsResolve"));
            Item item = written.before();
            if (written.done() || item.isLeasedBy(leaseId)) {
                return granted(leaseId, item, folded, Optional.of(occurredAt));
            }
            if (item.triggeredNotBefore(occurredAt)) {
                return new Claim.AlreadyDelivered(item.incident());
            }
            if (item.resolvedNotBefore(occurredAt)) {
                return recordStale(
                        key,
                        occurredAt,
                        item,
                        "resolved before it could page: the alert had resolved at "
                                + MILLIS.format(item.facts().resolvedAt().orElseThrow()));
            }
            if (item.isLeasedAt(now)) {
                return new Claim.InFlight(item.leaseEnd());
            }
            unsettled = item.unsettledBefore(occurredAt);
            folded = item.isUnderWay() ? item.isFolded() : toFold;
            Optional<KnownIncident> repeated = recordRepeat(key, occurredAt, item);
            if (repeated.isPresent()) {
                return new Claim.Repeated(repeated.get());
            }
        }
        return new Claim.InFlight(clock.instant());
    }

    /** Which trigger the POSTs whose end is unknown were for, as seen from the one that is to be claimed. */
    private enum Unsettled {
        THIS_OR_NONE,
        OLDER,
        /**
         * The claim is granted all the same, and leaves that trigger's time in place, so that no resolve from between the
         * two can end its incident.
         */
        NEWER
    }

    private Write claim(
            DeliveryKey key, Instant occurredAt, String serviceId, String leaseId, Instant now, Unsettled unsettled) {
        Write write = new Write(key, now)
                .condition(NOT_LEASED, NEWER_THAN_TRIGGER, NEWER_THAN_RESOLVE, NOT_KNOWN_OPEN)
                .set(IDENTITY)
                .set(BEGUN)
                .set("unsettledSince = :now")
                .add("unsettledServiceIds :serviceIds")
                .remove("expiresAtEpochSeconds")
                .with(":t", time(occurredAt))
                .with(":repeatFloor", time(now.minus(config.repeatWindow())))
                .with(":serviceIds", AttributeValue.fromSs(List.of(serviceId)))
                .identified()
                .leased(leaseId, now.plus(config.lease()));
        String first = MILLIS.format(occurredAt) + ' ' + MILLIS.format(now);
        return switch (unsettled) {
            case THIS_OR_NONE ->
                write.condition("(attribute_not_exists(unsettledTriggeredAt) OR unsettledTriggeredAt = :t)")
                        .set("unsettledTriggeredAt = :t, unsettledFirstAt = if_not_exists(unsettledFirstAt, :first)")
                        .with(":first", text(first));
            case OLDER ->
                write.condition("unsettledTriggeredAt < :t")
                        .set("unsettledTriggeredAt = :t, unsettledFirstAt = :first")
                        .remove("lookUpFailingSince")
                        .with(":first", text(first));
            case NEWER -> write.condition("unsettledTriggeredAt > :t");
        };
    }

    @Override
    public Claim claimResolve(DeliveryKey key, Instant occurredAt) {
        Instant now = clock.instant();
        String leaseId = newLeaseId();
        Written written = execute(
                resolve(key, occurredAt, now).set("resolvePending = :t").leased(leaseId, now.plus(config.lease())));
        return written.done() || written.before().isLeasedBy(leaseId)
                ? granted(leaseId, written.before(), written.before().isFolded(), Optional.empty())
                : refusedResolve(key, occurredAt, now, written.before());
    }

    @Override
    public Claim recordResolve(DeliveryKey key, Instant occurredAt, Outcome outcome, String reason) {
        return recordResolve(key, occurredAt, outcome, reason, false);
    }

    @Override
    public Claim recordResolveUnlessWanted(DeliveryKey key, Instant occurredAt, Outcome outcome, String reason) {
        return recordResolve(key, occurredAt, outcome, reason, true);
    }

    private Claim recordResolve(
            DeliveryKey key, Instant occurredAt, Outcome outcome, String reason, boolean unlessWanted) {
        Instant now = clock.instant();
        Write write = over(resolve(key, occurredAt, now), outcome, reason, now)
                .condition(NOT_FOLDED)
                .remove("leaseId, leaseUntil")
                .with(":false", AttributeValue.fromBool(false));
        Written written = execute(unlessWanted ? write.condition(NOTHING_TO_RESOLVE) : write);
        Item before = written.before();
        if (!written.done() && (before.isFolded() || unlessWanted && before.wantsResolve())) {
            return claimResolve(key, occurredAt);
        }
        return written.done()
                ? new Claim.AlreadyDelivered(written.before().incident())
                : refusedResolve(key, occurredAt, now, written.before());
    }

    @Override
    public boolean settleOpen(
            DeliveryKey key, String leaseId, Instant occurredAt, KnownIncident incident, Outcome outcome) {
        Write write = settle(key, leaseId, clock.instant())
                .set("triggeredAt = :t, outcome = :outcome, incidentOpen = :true, confirmedAt = :now")
                .remove("reasonCode, #reason, nextAttemptAt, resolvePending, expiresAtEpochSeconds")
                .remove(UNSETTLED)
                .remove(WAITING)
                .with(":t", time(occurredAt))
                .with(":outcome", text(outcome.name()))
                .with(":true", AttributeValue.fromBool(true))
                .incident(incident);
        if (incident.pagedNobody()) {
            write.set("pagedNobody = :true");
        } else {
            write.remove("pagedNobody");
        }
        Written written = execute(write);
        if (written.done() && written.before().hadAnotherOpen(incident)) {
            beginAnew(key);
        }
        return written.done() || written.before().isSettledAs(incident, occurredAt, true);
    }

    /**
     * Somebody closed the incident, and the alert, which fires on, paged anew. Nothing but the list of a rule's episodes goes by
     * when one began: a crash or a failure here costs that alert its place there.
     */
    private void beginAnew(DeliveryKey key) {
        try {
            execute(new Write(key, clock.instant())
                    .condition("attribute_exists(underWaySince)")
                    .set("beganAt = :now, underWaySince = :now"));
        } catch (RuntimeException awsFailed) {
            // It has paged, and that is on record: it must not count as an alert that waits.
            LOG.debugf("When %s paged anew could not be noted: %s", key.deliveryId(), awsFailed.getMessage());
        }
    }

    @Override
    public boolean settleClosed(DeliveryKey key, String leaseId, Instant occurredAt, KnownIncident incident) {
        Instant now = clock.instant();
        Written written = execute(settle(key, leaseId, now)
                .set("triggeredAt = :t, outcome = :outcome, expiresAtEpochSeconds = :expiry")
                .remove("incidentOpen, confirmedAt, pagedNobody, resolvePending, reasonCode, #reason, nextAttemptAt")
                .remove("wantsResolve, underWaySince")
                .remove(UNSETTLED)
                .remove(WAITING)
                .with(":t", time(occurredAt))
                .with(":outcome", text(Outcome.ADOPTED.name()))
                .with(":expiry", expiry(now))
                .incident(incident));
        return written.done() || written.before().isSettledAs(incident, occurredAt, false);
    }

    @Override
    public boolean settleResolved(
            DeliveryKey key, String leaseId, Outcome outcome, String reason, Optional<KnownIncident> resolved) {
        Instant now = clock.instant();
        Write write = over(settle(key, leaseId, now), outcome, reason, now);
        resolved.ifPresent(write::incident);
        Written written = execute(write);
        return written.done() || written.before().isOverAs(outcome);
    }

    /** With it the episode ends: nothing is left of its incident, its tries and what it waited for. */
    private Write over(Write write, Outcome outcome, String reason, Instant now) {
        return write.set("outcome = :outcome, #reason = :reason, attempts = :zero, expiresAtEpochSeconds = :expiry")
                .remove("incidentOpen, confirmedAt, pagedNobody, resolvePending, reasonCode, nextAttemptAt")
                .remove("wantsResolve, underWaySince")
                .remove(UNSETTLED)
                .remove(WAITING)
                .with(":outcome", text(outcome.name()))
                .with(":reason", text(reason))
                .with(":zero", number(0))
                .with(":expiry", expiry(now));
    }

    @Override
    public void release(DeliveryKey key, Claim.Granted claim, Release release) {
        Instant now = clock.instant();
        Write write = settle(key, claim.leaseId(), now)
                .set("outcome = :outcome, reasonCode = :reasonCode, #reason = :reason")
                .with(":outcome", text(release.outcome().name()))
                .with(":reasonCode", text(release.reason().name()))
                .with(":reason", text(release.detail()));
        if (release.outcome() == Outcome.WAITING) {
            write.set("nextAttemptAt = :next, waitingSince = if_not_exists(waitingSince, :now)")
                    .add("waitedFor :waitedFor")
                    .with(":next", time(release.nextAttemptAt()))
                    .with(
                            ":waitedFor",
                            AttributeValue.fromSs(List.of(release.reason().name())));
        } else {
            write.remove("nextAttemptAt");
        }
        if (release.slot().isPresent()) {
            write.slot(release.slot().get());
        } else {
            write.remove(SLOT);
        }
        if (!release.mayHaveActed() && claim.unsettled().isEmpty()) {
            write.remove(UNSETTLED);
            if (release.outcome() == Outcome.REFUSED && claim.open().isEmpty()) {
                write.set("expiresAtEpochSeconds = :expiry").with(":expiry", expiry(now));
            }
        } else {
            // A try that sent nothing leaves the clock of the one before it running.
            write.set("unsettledSince = :since")
                    .with(
                            ":since",
                            time(
                                    release.mayHaveActed()
                                            ? now
                                            : claim.unsettled().get().startedAt()));
            if (release.lookUpFailingSince().isPresent()) {
                write.set("lookUpFailingSince = :failingSince")
                        .with(":failingSince", time(release.lookUpFailingSince().get()));
            } else {
                write.remove("lookUpFailingSince");
            }
        }
        execute(write);
    }

    @Override
    public void recordUnsent(DeliveryKey key, Instant occurredAt, Outcome outcome, Reason reason, String detail) {
        Instant now = clock.instant();
        recordUndelivered(() -> unsent(key, occurredAt, outcome, reason, detail, now), now);
    }

    @Override
    public void recordExpired(DeliveryKey key, Instant occurredAt, Reason reason, String detail) {
        Instant now = clock.instant();
        recordUndelivered(() -> expired(key, occurredAt, reason, detail, now), now);
    }

    /** To be swept later. But where an incident is or may be open, the item stays for whoever ends it. */
    private void recordUndelivered(Supplier<Write> write, Instant now) {
        Written swept = execute(write.get()
                .condition(NOTHING_IN_PAGERDUTY)
                .set("expiresAtEpochSeconds = :expiry")
                .with(":expiry", expiry(now)));
        if (!swept.done()) {
            execute(write.get());
        }
    }

    private Write expired(DeliveryKey key, Instant occurredAt, Reason reason, String detail, Instant now) {
        return new Write(key, now)
                .condition(NOT_LEASED)
                .condition("(attribute_not_exists(triggeredAt) OR triggeredAt < :t OR resolvePending = :t)")
                .condition("(attribute_not_exists(resolvedAt) OR resolvedAt < :t OR resolvePending = :t)")
                .set(IDENTITY)
                .set(BEGUN)
                .set("outcome = :outcome, reasonCode = :reasonCode, #reason = :reason")
                .remove("nextAttemptAt, " + SLOT)
                .with(":t", time(occurredAt))
                .with(":outcome", text(Outcome.EXPIRED.name()))
                .with(":reasonCode", text(reason.name()))
                .with(":reason", text(detail))
                .identified();
    }

    private Write unsent(
            DeliveryKey key, Instant occurredAt, Outcome outcome, Reason reason, String detail, Instant now) {
        Write write = new Write(key, now)
                .condition(NOT_LEASED, NEWER_THAN_TRIGGER, NEWER_THAN_RESOLVE)
                .set(IDENTITY)
                .set(BEGUN)
                .set("outcome = :outcome, #reason = :reason")
                .remove("nextAttemptAt")
                .remove(WAITING)
                .with(":t", time(occurredAt))
                .with(":outcome", text(outcome.name()))
                .with(":reason", text(detail))
                .identified();
        return reason == Reason.NONE
                ? write.remove("reasonCode")
                : write.set("reasonCode = :reasonCode").with(":reasonCode", text(reason.name()));
    }

    private Write resolve(DeliveryKey key, Instant occurredAt, Instant now) {
        return new Write(key, now)
                .condition(NOT_LEASED, NOT_OLDER_THAN_UNSETTLED)
                .condition("(attribute_not_exists(triggeredAt) OR triggeredAt <= :t)")
                .condition("(attribute_not_exists(resolvedAt) OR resolvedAt < :t OR resolvePending = :t)")
                .set(IDENTITY)
                .set(HEARD_OF)
                .set("resolvedAt = :t")
                .with(":t", time(occurredAt))
                .identified();
    }

    private Claim refusedResolve(DeliveryKey key, Instant occurredAt, Instant now, Item item) {
        if (item.triggeredAfter(occurredAt)) {
            return recordStale(
                    key,
                    occurredAt,
                    item,
                    "a resolve that is older than the last trigger, of "
                            + MILLIS.format(item.facts().triggeredAt().orElseThrow()));
        }
        if (item.isLeasedAt(now)) {
            return new Claim.InFlight(item.leaseEnd());
        }
        if (item.isUnsettledAfter(occurredAt)) {
            return recordStale(
                    key,
                    occurredAt,
                    item,
                    "a resolve that is older than a trigger under way, of "
                            + MILLIS.format(item.unsettledTrigger().orElseThrow()));
        }
        return new Claim.AlreadyDelivered(item.incident());
    }

    @Override
    public Claim join(DeliveryKey rule, DeliveryKey alert, String serviceId) {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Instant now = clock.instant();
            String leaseId = newLeaseId();
            Written granted = execute(joining(rule, alert, now)
                    .condition(NOT_KNOWN_OPEN)
                    .set("unsettledSince = :now")
                    .add("unsettledServiceIds :serviceIds")
                    .with(":serviceIds", AttributeValue.fromSs(List.of(serviceId)))
                    .leased(leaseId, now.plus(config.lease())));
            Item item = granted.before();
            if (granted.done() || item.isLeasedBy(leaseId)) {
                return granted(leaseId, item, true, Optional.empty());
            }
            if (item.isLeasedAt(now)) {
                return new Claim.InFlight(item.leaseEnd());
            }
            Written shared = execute(joining(rule, alert, now).condition(KNOWN_OPEN));
            if (shared.done()) {
                return shared.before().sharedBeside(alert);
            }
        }
        return new Claim.InFlight(clock.instant());
    }

    private Write joining(DeliveryKey rule, DeliveryKey alert, Instant now) {
        return new Write(rule, now)
                .condition(NOT_LEASED)
                .set(IDENTITY)
                .set(BEGUN)
                .add("firing :alert")
                .remove("expiresAtEpochSeconds")
                .with(":alert", AttributeValue.fromBs(List.of(firing(alert))))
                .with(":repeatFloor", time(now.minus(shorter(config.repeatWindow(), JOIN_WINDOW))))
                .identified();
    }

    @Override
    public Claim leave(DeliveryKey rule, DeliveryKey alert) {
        Instant now = clock.instant();
        Written left = execute(new Write(rule, now)
                .condition(NOT_LEASED, "attribute_exists(deliveryId)")
                .set("updatedAt = :now")
                .delete("firing :alert")
                .with(":alert", AttributeValue.fromBs(List.of(firing(alert)))));
        Item item = left.before();
        if (!left.done()) {
            return item.isLeasedAt(now)
                    ? new Claim.InFlight(item.leaseEnd())
                    : new Claim.AlreadyDelivered(Optional.empty());
        }
        Claim.Shared shared = item.sharedBeside(alert);
        if (shared.others() > 0) {
            return shared;
        }
        if (item.mayBeOpen()) {
            return claimEnd(rule, alert);
        }
        recordNothingOpened(rule, now);
        return new Claim.AlreadyDelivered(item.incident());
    }

    /** All alerts of the rule resolved before its incident could be opened. Whoever joins meanwhile begins anew. */
    private void recordNothingOpened(DeliveryKey rule, Instant now) {
        execute(new Write(rule, now)
                .condition(NOT_LEASED, NOTHING_IN_PAGERDUTY)
                .condition("attribute_exists(waitingSince) AND attribute_not_exists(firing)")
                .set("updatedAt = :now, outcome = :outcome, #reason = :reason, attempts = :zero")
                .set("expiresAtEpochSeconds = :expiry")
                .remove("reasonCode, nextAttemptAt, underWaySince")
                .remove(WAITING)
                .with(":outcome", text(Outcome.RESOLVE_SKIPPED.name()))
                .with(":reason", text("all alerts of the rule resolved before it could page"))
                .with(":zero", number(0))
                .with(":expiry", expiry(now)));
    }

    /** Nobody can join while the incident is being ended; whoever joined a moment before keeps it open. */
    private Claim claimEnd(DeliveryKey rule, DeliveryKey alert) {
        Instant now = clock.instant();
        String leaseId = newLeaseId();
        Written ending = execute(new Write(rule, now)
                .condition(NOT_LEASED, "attribute_not_exists(firing)")
                .set("updatedAt = :now, resolvePending = :now")
                .leased(leaseId, now.plus(config.lease())));
        Item item = ending.before();
        if (ending.done() || item.isLeasedBy(leaseId)) {
            return granted(leaseId, item, true, Optional.empty());
        }
        return item.isLeasedAt(now) ? new Claim.InFlight(item.leaseEnd()) : item.sharedBeside(alert);
    }

    private static SdkBytes firing(DeliveryKey alert) {
        return SdkBytes.fromByteArray(Arrays.copyOf(Sha256.bytes(alert.alertId()), BYTES_OF_A_FIRING_ALERT));
    }

    /** Empty when the incident is not known to be open any more. */
    private Optional<KnownIncident> recordRepeat(DeliveryKey key, Instant occurredAt, Item item) {
        Instant now = clock.instant();
        // That nobody was paged stays true however often the alert repeats.
        Outcome outcome =
                item.incident().map(known -> known.outcome(Outcome.REPEATED)).orElse(Outcome.REPEATED);
        Written written = execute(new Write(key, now)
                .condition(NOT_LEASED, NEWER_THAN_TRIGGER, NEWER_THAN_RESOLVE)
                .condition(KNOWN_OPEN)
                .set("triggeredAt = :t, outcome = :outcome, updatedAt = :now")
                .remove("reasonCode, #reason, nextAttemptAt")
                .remove(WAITING)
                .with(":t", time(occurredAt))
                .with(":repeatFloor", time(now.minus(config.repeatWindow())))
                .with(":outcome", text(outcome.name())));
        return written.done() ? written.before().incident() : Optional.empty();
    }

    /** A late message takes nothing away from what is known of an incident: it is recorded beside it. */
    private Claim recordStale(DeliveryKey key, Instant occurredAt, Item item, String reason) {
        Instant now = clock.instant();
        Write write = new Write(key, now)
                .condition("attribute_exists(deliveryId)")
                .set("staleOccurredAt = :t, staleReason = :reason, updatedAt = :now")
                .set("staleCount = if_not_exists(staleCount, :zero) + :one")
                .with(":t", time(occurredAt))
                .with(":reason", text(reason))
                .with(":zero", number(0))
                .with(":one", number(1));
        if (item.incident().isEmpty()
                && item.facts().unsettled().isEmpty()
                && !item.isLeasedAt(now)
                && !item.isRecordedAs(Outcome.WAITING)) {
            write.set("outcome = :outcome, #reason = :reason").with(":outcome", text(Outcome.STALE.name()));
        }
        execute(write);
        return new Claim.Stale(reason);
    }

    private Write settle(DeliveryKey key, String leaseId, Instant now) {
        return new Write(key, now)
                .condition("leaseId = :leaseId")
                .set("updatedAt = :now")
                .remove("leaseId, leaseUntil")
                .with(":leaseId", text(leaseId));
    }

    /**
     * @param item as it was before the claim. Or, if the claim's own answer was lost and the SDK repeated it, as the claim
     *     left it: our own try then counts as an earlier one, which costs a look-up and no page
     * @param trigger that is claimed; empty when it is a resolve, or a rule's
     */
    private static Claim.Granted granted(String leaseId, Item item, boolean folded, Optional<Instant> trigger) {
        return new Claim.Granted(
                leaseId,
                item.openIncident(),
                item.incident(),
                item.unsettled(trigger),
                item.slot(),
                item.waited(),
                folded,
                item.wantsResolve());
    }

    private Written execute(Write write) {
        try {
            Map<String, AttributeValue> before =
                    dynamo.updateItem(write.request(config.deliveriesTable())).attributes();
            Written written = new Written(true, Item.of(write.key, before));
            written.before().slot().filter(write::takesAway).ifPresent(unusedSlots::giveBack);
            return written;
        } catch (ConditionalCheckFailedException refused) {
            return new Written(false, Item.of(write.key, refused.item()));
        }
    }

    private AttributeValue expiry(Instant now) {
        return number(now.plus(config.retention()).getEpochSecond());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private String newLeaseId() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private static Instant millis(Instant instant) {
        return Instant.ofEpochMilli(instant.toEpochMilli());
    }

    private static AttributeValue time(Instant instant) {
        return text(MILLIS.format(instant));
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    /** The item as it was before the write, or as it stood in the way of it. */
    private record Written(boolean done, Item before) {}

    /** What the rules of time ask of an episode. */
    private record Item(Episode facts, List<SdkBytes> firing) {
        static Item of(DeliveryKey key, Map<String, AttributeValue> attributes) {
            return new Item(DynamoEpisode.read(key, attributes), DynamoEpisode.firing(attributes));
        }

        boolean isLeasedAt(Instant now) {
            return facts.lease().filter(lease -> lease.until().isAfter(now)).isPresent();
        }

        Instant leaseEnd() {
            return facts.lease().orElseThrow().until();
        }

        boolean isLeasedBy(String leaseId) {
            return facts.lease().filter(lease -> lease.id().equals(leaseId)).isPresent();
        }

        boolean triggeredNotBefore(Instant instant) {
            return facts.triggeredAt()
                    .filter(at -> !at.isBefore(millis(instant)))
                    .isPresent();
        }

        boolean triggeredAfter(Instant instant) {
            return facts.triggeredAt().filter(at -> at.isAfter(millis(instant))).isPresent();
        }

        boolean resolvedNotBefore(Instant instant) {
            return facts.resolvedAt()
                    .filter(at -> !at.isBefore(millis(instant)))
                    .isPresent();
        }

        boolean isUnsettledAfter(Instant instant) {
            return unsettledTrigger().filter(at -> at.isAfter(millis(instant))).isPresent();
        }

        Optional<Instant> unsettledTrigger() {
            return facts.unsettled().flatMap(Episode.Unsettled::triggeredAt);
        }

        boolean isRecordedAs(Outcome outcome) {
            return facts.outcome().equals(Optional.of(outcome));
        }

        /*
         * When a write was applied and its answer was lost, the SDK repeats it, and the lease is gone. What it was to record
         * is on record then, whoever wrote it.
         */

        boolean isSettledAs(KnownIncident incident, Instant occurredAt, boolean open) {
            return facts.lease().isEmpty()
                    && facts.isOpen() == open
                    && incident()
                            .filter(known -> known.id().equals(incident.id()))
                            .isPresent()
                    && triggeredNotBefore(occurredAt);
        }

        boolean hadAnotherOpen(KnownIncident incident) {
            return openIncident()
                    .filter(known -> !known.id().equals(incident.id()))
                    .isPresent();
        }

        boolean isOverAs(Outcome outcome) {
            return facts.lease().isEmpty()
                    && !facts.isOpen()
                    && facts.pendingResolve().isEmpty()
                    && isRecordedAs(outcome);
        }

        Unsettled unsettledBefore(Instant trigger) {
            if (isUnsettledAfter(trigger)) {
                return Unsettled.NEWER;
            }
            return unsettledTrigger().filter(at -> at.isBefore(millis(trigger))).isPresent()
                    ? Unsettled.OLDER
                    : Unsettled.THIS_OR_NONE;
        }

        Optional<Claim.UnsettledTry> unsettled(Optional<Instant> trigger) {
            return facts.unsettled()
                    .map(tries -> new Claim.UnsettledTry(
                            tries.since(),
                            tries.serviceIds(),
                            tries.first()
                                    .filter(first -> trigger.map(DynamoDeliveryLedger::millis)
                                            .equals(Optional.of(first.trigger())))
                                    .map(Episode.FirstPost::at),
                            tries.lookUpFailingSince()));
        }

        /** What it may have in PagerDuty is under the key that it began with. */
        boolean isUnderWay() {
            return mayBeOpen() || facts.waiting().isPresent();
        }

        boolean mayBeOpen() {
            return facts.isOpen() || facts.unsettled().isPresent();
        }

        /** Whether an incident is or may be open that is to be resolved with its alert. */
        boolean wantsResolve() {
            return facts.wantsResolve() && mayBeOpen();
        }

        boolean isFolded() {
            return facts.folded();
        }

        int firingBesides(DeliveryKey alert) {
            return firing.contains(DynamoDeliveryLedger.firing(alert)) ? firing.size() - 1 : firing.size();
        }

        Claim.Shared sharedBeside(DeliveryKey alert) {
            return new Claim.Shared(openIncident(), firingBesides(alert));
        }

        Optional<Slot> slot() {
            return facts.slot();
        }

        Optional<Claim.Waited> waited() {
            return facts.waiting();
        }

        Optional<KnownIncident> openIncident() {
            return facts.openIncident();
        }

        /** The last one, open or not. */
        Optional<KnownIncident> incident() {
            return facts.incident();
        }
    }

    /** One conditional update, put together clause by clause. */
    private static final class Write {
        private final DeliveryKey key;
        private final StringBuilder condition = new StringBuilder();
        private final StringBuilder set = new StringBuilder();
        private final StringBuilder remove = new StringBuilder();
        private final StringBuilder add = new StringBuilder();
        private final StringBuilder delete = new StringBuilder();
        private final Map<String, AttributeValue> values = new HashMap<>();

        Write(DeliveryKey key, Instant now) {
            this.key = key;
            with(":now", time(now));
        }

        Write condition(String... clauses) {
            for (String clause : clauses) {
                append(condition, " AND ", clause);
            }
            return this;
        }

        Write set(String clause) {
            append(set, ", ", clause);
            return this;
        }

        Write remove(String clause) {
            append(remove, ", ", clause);
            return this;
        }

        Write add(String clause) {
            append(add, ", ", clause);
            return this;
        }

        Write delete(String clause) {
            append(delete, ", ", clause);
            return this;
        }

        Write incident(KnownIncident incident) {
            return set("incidentId = :incidentId, incidentNumber = :number, incidentUrl = :url,"
                            + " incidentServiceId = :serviceId")
                    .with(":incidentId", text(incident.id()))
                    .with(":number", number(incident.number()))
                    .with(":url", text(incident.htmlUrl()))
                    .with(":serviceId", text(incident.serviceId()));
        }

        Write slot(Slot slot) {
            return set("slotAt = :slotAt, slotBudget = :slotBudget, slotUrgency = :slotUrgency")
                    .with(":slotAt", text(slot.at().toString()))
                    .with(":slotBudget", text(slot.budget()))
                    .with(":slotUrgency", text(slot.urgency().name()));
        }

        /** Whether the item has this slot no more after the write. */
        boolean takesAway(Slot slot) {
            return remove.indexOf(SLOT) >= 0
                    || values.containsKey(":slotAt")
                            && !(values.get(":slotAt").s().equals(slot.at().toString())
                                    && values.get(":slotBudget").s().equals(slot.budget()));
        }

        Write with(String name, AttributeValue value) {
            values.put(name, value);
            return this;
        }

        Write identified() {
            return with(":workspaceId", text(key.workspaceId().value()))
                    .with(":ruleId", text(key.ruleId()))
                    .with(":alertId", text(key.alertId()))
                    .with(":ruleKey", text(key.ruleKey()));
        }

        /** One more attempt, with the right to it. */
        Write leased(String leaseId, Instant until) {
            return set("leaseId = :leaseId, leaseUntil = :leaseUntil")
                    .set("attempts = if_not_exists(attempts, :zero) + :one")
                    .with(":leaseId", text(leaseId))
                    .with(":leaseUntil", time(until))
                    .with(":zero", number(0))
                    .with(":one", number(1));
        }

        UpdateItemRequest request(String table) {
            String update = "SET " + set
                    + (remove.isEmpty() ? "" : " REMOVE " + remove)
                    + (add.isEmpty() ? "" : " ADD " + add)
                    + (delete.isEmpty() ? "" : " DELETE " + delete);
            UpdateItemRequest.Builder request = UpdateItemRequest.builder()
                    .tableName(table)
                    .key(Map.of("deliveryId", text(key.deliveryId())))
                    .conditionExpression(condition.toString())
                    .updateExpression(update)
                    .expressionAttributeValues(values)
                    .returnValues(ReturnValue.ALL_OLD)
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
            // DynamoDB refuses a name or value that no expression uses.
            if (update.contains("#reason")) {
                request.expressionAttributeNames(Map.of("#reason", "reason"));
            }
            return request.build();
        }

        private static void append(StringBuilder clauses, String separator, String clause) {
            if (!clauses.isEmpty()) {
                clauses.append(separator);
            }
            clauses.append(clause);
        }
    }
}
