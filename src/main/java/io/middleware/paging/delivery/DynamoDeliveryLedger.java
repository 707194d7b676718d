package io.middleware.paging.delivery;

import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

import jakarta.enterprise.context.ApplicationScoped;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The ledger in DynamoDB.
 *
 * <pre>
 * key         deliveryId; index byWorkspace: workspaceId, updatedAt
 * attributes  ruleId, alertId, createdAt, updatedAt, outcome, reason, attempts, nextAttemptAt
 *   episode   triggeredAt (last trigger handled), resolvedAt (last resolve seen), resolvePending (it is still to be sent)
 *   claim     leaseId, leaseUntil
 *   unsettled unsettledSince, unsettledTriggeredAt, unsettledServiceIds (POSTs whose end is unknown: when the last may have
 *             been sent, for the trigger of when, and every service it went to)
 *   incident  incidentId, incidentNumber, incidentUrl, incidentServiceId; incidentOpen and confirmedAt while it is open
 *   stale     staleOccurredAt, staleReason, staleCount (late messages about an alert that has an incident)
 * conditions  judge leases and windows by our clock; TTL only sweeps
 * times       UTC, ISO-8601 with exactly three decimals, so that text compares as time does;
 *             expiresAtEpochSeconds (the TTL) is a number, and absent while an episode may be open
 * </pre>
 */
@ApplicationScoped
public class DynamoDeliveryLedger implements DeliveryLedger {
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

    private static final String UNSETTLED = "unsettledSince, unsettledTriggeredAt, unsettledServiceIds";

    private static final String IDENTITY =
            "workspaceId = :workspaceId, ruleId = :ruleId, alertId = :alertId, updatedAt = :now,"
                    + " createdAt = if_not_exists(createdAt, :now)";

    private final DynamoDbClient dynamo;
    private final DeliveryConfig config;
    private final Clock clock;
    private final RandomGenerator random;

    public DynamoDeliveryLedger(DynamoDbClient dynamo, DeliveryConfig config, Clock clock, RandomGenerator random) {
        this.dynamo = dynamo;
        this.config = config;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public Claim claimTrigger(DeliveryKey key, Instant occurredAt, String serviceId) {
        boolean newerIsUnsettled = false;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Instant now = clock.instant();
            String leaseId = newLeaseId();
            Written written = execute(claim(key, occurredAt, serviceId, leaseId, now, newerIsUnsettled));
            Item item = written.before();
            if (written.done() || item.isLeasedBy(leaseId)) {
                return granted(leaseId, item);
            }
            if (item.isNotBefore("triggeredAt", occurredAt)) {
                return new Claim.AlreadyDelivered(item.incident());
            }
            if (item.isNotBefore("resolvedAt", occurredAt)) {
                return recordStale(
                        key,
                        occurredAt,
                        item,
                        "resolved before it could page: the alert had resolved at " + item.string("resolvedAt"));
            }
            if (item.isLeasedAt(now)) {
                return new Claim.InFlight(item.time("leaseUntil"));
            }
            newerIsUnsettled = item.isAfter("unsettledTriggeredAt", occurredAt);
            Optional<KnownIncident> repeated = recordRepeat(key, occurredAt, item);
            if (repeated.isPresent()) {
                return new Claim.Repeated(repeated.get());
            }
        }
        return new Claim.InFlight(clock.instant());
    }

    /**
     * @param newerIsUnsettled a newer trigger was lost on its way: the claim is granted all the same, and leaves that
     *     trigger's time in place, so that no resolve from between the two can end its incident
     */
    private Write claim(
            DeliveryKey key,
            Instant occurredAt,
            String serviceId,
            String leaseId,
            Instant now,
            boolean newerIsUnsettled) {
        Write write = new Write(key, now)
                .condition(NOT_LEASED, NEWER_THAN_TRIGGER, NEWER_THAN_RESOLVE, NOT_KNOWN_OPEN)
                .set(IDENTITY)
                .set("unsettledSince = :now")
                .add("unsettledServiceIds :serviceIds")
                .remove("expiresAtEpochSeconds")
                .with(":t", time(occurredAt))
                .with(":repeatFloor", time(now.minus(config.repeatWindow())))
                .with(":serviceIds", AttributeValue.fromSs(List.of(serviceId)))
                .identified()
                .leased(leaseId, now.plus(config.lease()));
        return newerIsUnsettled
                ? write.condition("unsettledTriggeredAt > :t")
                : write.condition(NOT_OLDER_THAN_UNSETTLED).set("unsettledTriggeredAt = :t");
    }

    @Override
    public Claim claimResolve(DeliveryKey key, Instant occurredAt) {
        Instant now = clock.instant();
        String leaseId = newLeaseId();
        Written written = execute(
                resolve(key, occurredAt, now).set("resolvePending = :t").leased(leaseId, now.plus(config.lease())));
        return written.done() || written.before().isLeasedBy(leaseId)
                ? granted(leaseId, written.before())
                : refusedResolve(key, occurredAt, now, written.before());
    }

    @Override
    public Claim recordResolve(DeliveryKey key, Instant occurredAt, Outcome outcome, String reason) {
        Instant now = clock.instant();
        Written written = execute(resolve(key, occurredAt, now)
                .set("outcome = :outcome, #reason = :reason, attempts = :zero, expiresAtEpochSeconds = :expiry")
                .remove("incidentOpen, confirmedAt, resolvePending, nextAttemptAt, leaseId, leaseUntil")
                .remove(UNSETTLED)
                .with(":outcome", text(outcome.name()))
                .with(":reason", text(reason))
                .with(":zero", number(0))
                .with(":expiry", expiry(now)));
        return written.done()
                ? new Claim.AlreadyDelivered(written.before().incident())
                : refusedResolve(key, occurredAt, now, written.before());
    }

    @Override
    public boolean settleOpen(
            DeliveryKey key, String leaseId, Instant occurredAt, KnownIncident incident, Outcome outcome) {
        return execute(settle(key, leaseId, clock.instant())
                        .set("triggeredAt = :t, outcome = :outcome, incidentOpen = :true, confirmedAt = :now")
                        .set("incidentId = :incidentId, incidentNumber = :number, incidentUrl = :url,"
                                + " incidentServiceId = :serviceId")
                        .remove("#reason, nextAttemptAt, resolvePending, expiresAtEpochSeconds")
                        .remove(UNSETTLED)
                        .with(":t", time(occurredAt))
                        .with(":outcome", text(outcome.name()))
                        .with(":true", AttributeValue.fromBool(true))
                        .with(":incidentId", text(incident.id()))
                        .with(":number", number(incident.number()))
                        .with(":url", text(incident.htmlUrl()))
                        .with(":serviceId", text(incident.serviceId())))
                .done();
    }

    @Override
    public boolean settleResolved(DeliveryKey key, String leaseId, Outcome outcome, String reason) {
        Instant now = clock.instant();
        return execute(settle(key, leaseId, now)
                        .set("outcome = :outcome, #reason = :reason, attempts = :zero,"
                                + " expiresAtEpochSeconds = :expiry")
                        .remove("incidentOpen, confirmedAt, nextAttemptAt, resolvePending")
                        .remove(UNSETTLED)
                        .with(":outcome", text(outcome.name()))
                        .with(":reason", text(reason))
                        .with(":zero", number(0))
                        .with(":expiry", expiry(now)))
                .done();
    }

    @Override
    public void release(
            DeliveryKey key,
            Claim.Granted claim,
            Outcome outcome,
            String reason,
            Instant nextAttemptAt,
            boolean mayHaveActed) {
        Instant now = clock.instant();
        Write write = settle(key, claim.leaseId(), now)
                .set("outcome = :outcome, #reason = :reason, nextAttemptAt = :next")
                .with(":outcome", text(outcome.name()))
                .with(":reason", text(reason))
                .with(":next", time(nextAttemptAt));
        if (!mayHaveActed && claim.unsettled().isEmpty()) {
            write.remove(UNSETTLED);
            if (outcome == Outcome.REFUSED && claim.open().isEmpty()) {
                write.set("expiresAtEpochSeconds = :expiry").with(":expiry", expiry(now));
            }
        } else {
            // A try that sent nothing leaves the clock of the one before it running.
            write.set("unsettledSince = :since")
                    .with(
                            ":since",
                            time(mayHaveActed ? now : claim.unsettled().get().startedAt()));
        }
        execute(write);
    }

    @Override
    public void recordUnsent(DeliveryKey key, Instant occurredAt, Outcome outcome, String reason) {
        Instant now = clock.instant();
        Written written = execute(unsent(key, occurredAt, outcome, reason, now)
                .condition("attribute_not_exists(incidentOpen) AND attribute_not_exists(unsettledSince)")
                .set("expiresAtEpochSeconds = :expiry")
                .with(":expiry", expiry(now)));
        if (!written.done()) {
            // Where an incident is or may be open, the item stays for whoever ends it.
            execute(unsent(key, occurredAt, outcome, reason, now));
        }
    }

    private Write unsent(DeliveryKey key, Instant occurredAt, Outcome outcome, String reason, Instant now) {
        return new Write(key, now)
                .condition(NOT_LEASED, NEWER_THAN_TRIGGER, NEWER_THAN_RESOLVE)
                .set(IDENTITY)
                .set("outcome = :outcome, #reason = :reason")
                .remove("nextAttemptAt")
                .with(":t", time(occurredAt))
                .with(":outcome", text(outcome.name()))
                .with(":reason", text(reason))
                .identified();
    }

    private Write resolve(DeliveryKey key, Instant occurredAt, Instant now) {
        return new Write(key, now)
                .condition(NOT_LEASED, NOT_OLDER_THAN_UNSETTLED)
                .condition("(attribute_not_exists(triggeredAt) OR triggeredAt <= :t)")
                .condition("(attribute_not_exists(resolvedAt) OR resolvedAt < :t OR resolvePending = :t)")
                .set(IDENTITY)
                .set("resolvedAt = :t")
                .with(":t", time(occurredAt))
                .identified();
    }

    private Claim refusedResolve(DeliveryKey key, Instant occurredAt, Instant now, Item item) {
        if (item.isAfter("triggeredAt", occurredAt)) {
            return recordStale(
                    key,
                    occurredAt,
                    item,
                    "a resolve that is older than the last trigger, of " + item.string("triggeredAt"));
        }
        if (item.isLeasedAt(now)) {
            return new Claim.InFlight(item.time("leaseUntil"));
        }
        if (item.isAfter("unsettledTriggeredAt", occurredAt)) {
            return recordStale(
                    key,
                    occurredAt,
                    item,
                    "a resolve that is older than a trigger under way, of " + item.string("unsettledTriggeredAt"));
        }
        return new Claim.AlreadyDelivered(item.incident());
    }

    /** Empty when the incident is not known to be open any more. */
    private Optional<KnownIncident> recordRepeat(DeliveryKey key, Instant occurredAt, Item item) {
        Instant now = clock.instant();
        // That nobody was paged stays true however often the alert repeats.
        boolean nobodyPaged = item.isRecordedAs(Outcome.NOBODY_PAGED);
        Written written = execute(new Write(key, now)
                .condition(NOT_LEASED, NEWER_THAN_TRIGGER, NEWER_THAN_RESOLVE)
                .condition("attribute_exists(incidentOpen) AND attribute_not_exists(resolvePending)")
                .condition("confirmedAt > :repeatFloor")
                .set("triggeredAt = :t, outcome = :outcome, updatedAt = :now")
                .with(":t", time(occurredAt))
                .with(":repeatFloor", time(now.minus(config.repeatWindow())))
                .with(":outcome", text((nobodyPaged ? Outcome.NOBODY_PAGED : Outcome.REPEATED).name())));
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
                && !item.has("unsettledSince")
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
     */
    private static Claim.Granted granted(String leaseId, Item item) {
        return new Claim.Granted(
                leaseId, item.openIncident(), item.isRecordedAs(Outcome.NOBODY_PAGED), item.unsettled());
    }

    private Written execute(Write write) {
        try {
            Map<String, AttributeValue> before =
                    dynamo.updateItem(write.request(config.deliveriesTable())).attributes();
            return new Written(true, new Item(before));
        } catch (ConditionalCheckFailedException refused) {
            return new Written(false, new Item(refused.item()));
        }
    }

    private AttributeValue expiry(Instant now) {
        return number(now.plus(config.retention()).getEpochSecond());
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

    private record Item(Map<String, AttributeValue> attributes) {
        boolean has(String name) {
            return attributes.containsKey(name);
        }

        String string(String name) {
            return attributes.get(name).s();
        }

        Instant time(String name) {
            return Instant.parse(string(name));
        }

        boolean isLeasedAt(Instant now) {
            return has("leaseUntil") && time("leaseUntil").isAfter(now);
        }

        boolean isNotBefore(String name, Instant instant) {
            return has(name) && !time(name).isBefore(millis(instant));
        }

        boolean isAfter(String name, Instant instant) {
            return has(name) && time(name).isAfter(millis(instant));
        }

        boolean isRecordedAs(Outcome outcome) {
            return has("outcome") && string("outcome").equals(outcome.name());
        }

        boolean isLeasedBy(String leaseId) {
            return has("leaseId") && string("leaseId").equals(leaseId);
        }

        Optional<Claim.UnsettledTry> unsettled() {
            return has("unsettledSince")
                    ? Optional.of(new Claim.UnsettledTry(
                            time("unsettledSince"),
                            Set.copyOf(attributes.get("unsettledServiceIds").ss())))
                    : Optional.empty();
        }

        Optional<KnownIncident> openIncident() {
            return has("incidentOpen") ? incident() : Optional.empty();
        }

        /** The last one, open or not. */
        Optional<KnownIncident> incident() {
            return has("incidentId")
                    ? Optional.of(new KnownIncident(
                            string("incidentId"),
                            Long.parseLong(attributes.get("incidentNumber").n()),
                            string("incidentUrl"),
                            string("incidentServiceId")))
                    : Optional.empty();
        }
    }

    /** One conditional update, put together clause by clause. */
    private static final class Write {
        private final DeliveryKey key;
        private final StringBuilder condition = new StringBuilder();
        private final StringBuilder set = new StringBuilder();
        private final StringBuilder remove = new StringBuilder();
        private final StringBuilder add = new StringBuilder();
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

        Write with(String name, AttributeValue value) {
            values.put(name, value);
            return this;
        }

        Write identified() {
            return with(":workspaceId", text(key.workspaceId().value()))
                    .with(":ruleId", text(key.ruleId()))
                    .with(":alertId", text(key.alertId()));
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
            String update =
                    "SET " + set + (remove.isEmpty() ? "" : " REMOVE " + remove) + (add.isEmpty() ? "" : " ADD " + add);
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
