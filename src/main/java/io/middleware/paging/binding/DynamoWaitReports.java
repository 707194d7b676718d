package io.middleware.paging.binding;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pacing.PacingConfig;

/**
 * Which waits for a person were reported (docs/adr/0020-first-needs-action.md), in DynamoDB: once for each rule and reason,
 * and never while the alarm may still ring for an earlier report.
 *
 * <pre>
 * RuleBindings   reported:REASON for each reason: when it was reported, ISO-8601 text, UTC. Saving the binding forgets it
 * RateBudgets    budgetId "alarm/first-needs-action", minute: of the newest report, in minutes since 1970
 *                expiresAtEpochSeconds (the TTL): a day later
 * conditions     not reported since then; and the newest report is of this minute, or {@value #QUIET_MINUTES} minutes old
 * </pre>
 *
 * <p>Both are written in one transaction, so that a refused report leaves no mark. The SDK sends a transaction again
 * under the same token, so that an answer that was lost is no refusal.
 *
 * <p>Thread-safe; failures of the store are thrown.
 */
@ApplicationScoped
public class DynamoWaitReports {
    /**
     * The alarm looks back 5 minutes and may look at some more (AWS, "How alarm state is evaluated when data is missing").
     * After these it is quiet, and a further report makes it ring anew.
     */
    static final int QUIET_MINUTES = 15;

    private static final String PREFIX = "reported:";
    private static final String ALARM = "alarm/first-needs-action";
    private static final Duration KEPT = Duration.ofDays(1);
    private static final String CONDITION_FAILED = "ConditionalCheckFailed";

    private final DynamoDbClient dynamo;
    private final String bindings;
    private final String budgets;

    public DynamoWaitReports(DynamoDbClient dynamo, BindingConfig config, PacingConfig pacing) {
        this.dynamo = dynamo;
        this.bindings = config.bindingsTable();
        this.budgets = pacing.budgetsTable();
    }

    /** Whether a wait is to be reported. */
    public sealed interface Answer {
        /** It is: whoever asked, and nobody else. */
        record Report() implements Answer {}

        /** It was before, or the rule is bound to nothing. */
        record Reported() implements Answer {}

        /** The alarm may still ring for another: ask again from then on. */
        record Later(Instant from) implements Answer {}
    }

    /**
     * Asks to report that alerts of the rule wait for this.
     *
     * @param again whether an earlier report counts: only one of that time or later does
     */
    public Answer ask(WorkspaceId workspaceId, RuleId ruleId, String reason, Instant now, Instant again) {
        long minute = minute(now);
        try {
            dynamo.transactWriteItems(request -> request.transactItems(
                    item -> item.update(mark(workspaceId, ruleId, reason, now, again)),
                    item -> item.update(ring(minute, now))));
            return new Answer.Report();
        } catch (TransactionCanceledException refused) {
            List<CancellationReason> reasons = refused.cancellationReasons();
            if (reasons.size() == 2 && CONDITION_FAILED.equals(reasons.get(0).code())) {
                return new Answer.Reported();
            }
            if (reasons.size() == 2 && CONDITION_FAILED.equals(reasons.get(1).code())) {
                long newest = Long.parseLong(reasons.get(1).item().get("minute").n());
                return new Answer.Later(Instant.ofEpochSecond((newest + QUIET_MINUTES) * 60));
            }
            // Somebody else is at one of the two this moment.
            return new Answer.Later(now);
        }
    }

    private Update mark(WorkspaceId workspaceId, RuleId ruleId, String reason, Instant now, Instant again) {
        return Update.builder()
                .tableName(bindings)
                .key(key(workspaceId, ruleId))
                .conditionExpression("attribute_exists(serviceId) AND (attribute_not_exists(#mark) OR #mark < :again)")
                .updateExpression("SET #mark = :now")
                .expressionAttributeNames(Map.of("#mark", PREFIX + reason))
                .expressionAttributeValues(Map.of(":now", text(now.toString()), ":again", text(again.toString())))
                .build();
    }

    private Update ring(long minute, Instant now) {
        return Update.builder()
                .tableName(budgets)
                .key(Map.of("budgetId", text(ALARM)))
                .conditionExpression("attribute_not_exists(#minute) OR #minute = :minute OR #minute <= :quiet")
                .updateExpression("SET #minute = :minute, expiresAtEpochSeconds = :expires")
                .expressionAttributeNames(Map.of("#minute", "minute"))
                .expressionAttributeValues(Map.of(
                        ":minute", number(minute),
                        ":quiet", number(minute - QUIET_MINUTES),
                        ":expires", number(now.plus(KEPT).getEpochSecond())))
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    /** What the rule's alerts waited for is over: the next time it is reported anew. Safe to repeat. */
    public void forget(WorkspaceId workspaceId, RuleId ruleId, Collection<String> reasons) {
        Map<String, String> names = new HashMap<>();
        reasons.forEach(reason -> names.put("#mark" + names.size(), PREFIX + reason));
        try {
            dynamo.updateItem(request -> request.tableName(bindings)
                    .key(key(workspaceId, ruleId))
                    .conditionExpression("attribute_exists(serviceId)")
                    .updateExpression("REMOVE " + String.join(", ", names.keySet()))
                    .expressionAttributeNames(names));
        } catch (ConditionalCheckFailedException boundToNothingByNow) {
            // Then nothing is reported of it either.
        }
    }

    /** What was reported of a rule, by reason, from the item of its binding. */
    static Map<String, Instant> of(Map<String, AttributeValue> item) {
        return item.entrySet().stream()
                .filter(attribute -> attribute.getKey().startsWith(PREFIX))
                .collect(Collectors.toMap(
                        attribute -> attribute.getKey().substring(PREFIX.length()),
                        attribute -> Instant.parse(attribute.getValue().s())));
    }

    private static long minute(Instant at) {
        return at.getEpochSecond() / 60;
    }

    private static Map<String, AttributeValue> key(WorkspaceId workspaceId, RuleId ruleId) {
        return Map.of("workspaceId", text(workspaceId.value()), "ruleId", text(ruleId.value()));
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }
}
