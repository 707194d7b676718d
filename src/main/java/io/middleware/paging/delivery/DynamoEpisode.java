package io.middleware.paging.delivery;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pacing.Slot;
import io.middleware.paging.pagerduty.Urgency;

/** Reads an item of the ledger. What each attribute means is in {@link Episode}; how it is written, in the ledger. */
final class DynamoEpisode {
    private final Map<String, AttributeValue> item;

    private DynamoEpisode(Map<String, AttributeValue> item) {
        this.item = item;
    }

    /** @param item as it is stored, with the names of its workspace, rule and alert */
    static Episode read(Map<String, AttributeValue> item) {
        return read(
                new DeliveryKey(
                        new WorkspaceId(item.get("workspaceId").s()),
                        item.get("ruleId").s(),
                        item.get("alertId").s()),
                item);
    }

    /** @param item of that key; empty if there is none */
    static Episode read(DeliveryKey key, Map<String, AttributeValue> item) {
        return new DynamoEpisode(item).episode(key);
    }

    private Episode episode(DeliveryKey key) {
        return new Episode(
                key,
                time("createdAt"),
                time("updatedAt"),
                time("beganAt"),
                time("underWaySince"),
                time("triggeredAt"),
                time("resolvedAt"),
                time("resolvePending"),
                has("wantsResolve"),
                has("folded") && item.get("folded").bool(),
                firing(item).size(),
                text("leaseId").map(id -> new Episode.Lease(id, requiredTime("leaseUntil"))),
                incident(),
                has("incidentOpen") ? time("confirmedAt") : Optional.empty(),
                time("unsettledSince").map(this::unsettled),
                time("waitingSince").map(since -> new Claim.Waited(since, waitedFor())),
                slot(),
                text("outcome").flatMap(DynamoEpisode::outcome),
                text("reasonCode").flatMap(Reason::named),
                text("reason").filter(detail -> !detail.isEmpty()),
                time("nextAttemptAt"),
                (int) number("attempts"),
                time("staleOccurredAt")
                        .map(at -> new Episode.Late(at, text("staleReason").orElse(""), (int) number("staleCount"))),
                has("expiresAtEpochSeconds")
                        ? Optional.of(Instant.ofEpochSecond(number("expiresAtEpochSeconds")))
                        : Optional.empty());
    }

    /** Of a rule's item: a part of the hash of each alert that holds its incident open. */
    static List<SdkBytes> firing(Map<String, AttributeValue> item) {
        return item.containsKey("firing") ? item.get("firing").bs() : List.of();
    }

    private Optional<KnownIncident> incident() {
        return text("incidentId")
                .map(id -> new KnownIncident(
                        id,
                        number("incidentNumber"),
                        item.get("incidentUrl").s(),
                        item.get("incidentServiceId").s(),
                        has("pagedNobody")));
    }

    private Episode.Unsettled unsettled(Instant since) {
        return new Episode.Unsettled(
                since,
                time("unsettledTriggeredAt"),
                text("unsettledFirstAt").map(DynamoEpisode::firstPost),
                Set.copyOf(item.get("unsettledServiceIds").ss()),
                time("lookUpFailingSince"));
    }

    /** It names its trigger: what is left of another one's says nothing about this one. */
    private static Episode.FirstPost firstPost(String triggerAndTime) {
        int space = triggerAndTime.indexOf(' ');
        return new Episode.FirstPost(
                Instant.parse(triggerAndTime.substring(0, space)), Instant.parse(triggerAndTime.substring(space + 1)));
    }

    private Set<Reason> waitedFor() {
        return item.get("waitedFor").ss().stream()
                .flatMap(name -> Reason.named(name).stream())
                .collect(Collectors.toSet());
    }

    private Optional<Slot> slot() {
        return text("slotAt")
                .map(at -> new Slot(
                        item.get("slotBudget").s(),
                        Instant.parse(at),
                        // Absent in items from before there was such an attribute.
                        text("slotUrgency").map(Urgency::valueOf).orElse(Urgency.HIGH)));
    }

    /** Empty for a word of another version of this function. */
    private static Optional<Outcome> outcome(String name) {
        return Stream.of(Outcome.values())
                .filter(outcome -> outcome.name().equals(name))
                .findFirst();
    }

    private boolean has(String name) {
        return item.containsKey(name);
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(item.get(name)).map(AttributeValue::s);
    }

    private Optional<Instant> time(String name) {
        return text(name).map(Instant::parse);
    }

    private Instant requiredTime(String name) {
        return time(name).orElseThrow();
    }

    private long number(String name) {
        return has(name) ? Long.parseLong(item.get(name).n()) : 0;
    }
}
