package io.middleware.paging.binding;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

import io.middleware.paging.installation.WorkspaceId;

/**
 * Bindings in DynamoDB.
 *
 * <pre>
 * key         workspaceId, ruleId
 * attributes  serviceId, serviceName, notifyOnResolve, urgency, groupBy, escalationPolicyId, enabled, boundAt, title,
 *             runbookUrl, note; brokenSince and brokenReason after PagerDuty refused the service; those of DynamoWaitReports
 * conditions  only markBroken has one: still bound to the same service
 * times       ISO-8601 text, UTC
 * </pre>
 */
@ApplicationScoped
public class DynamoRuleBindings implements RuleBindings {
    /** Of one BatchWriteItem (AWS, "BatchWriteItem"). */
    private static final int MAX_WRITES = 25;

    /** So many are removed in a second or less. */
    private static final int MAX_REMOVED = 250;

    private final DynamoDbClient dynamo;
    private final String table;

    public DynamoRuleBindings(DynamoDbClient dynamo, BindingConfig config) {
        this.dynamo = dynamo;
        this.table = config.bindingsTable();
    }

    @Override
    public Optional<RuleBinding> find(WorkspaceId workspaceId, RuleId ruleId) {
        return binding(item(workspaceId, ruleId));
    }

    @Override
    public Optional<Listed> findMarked(WorkspaceId workspaceId, RuleId ruleId) {
        Map<String, AttributeValue> item = item(workspaceId, ruleId);
        return binding(item).map(binding -> new Listed(binding, broken(item)));
    }

    private Map<String, AttributeValue> item(WorkspaceId workspaceId, RuleId ruleId) {
        return dynamo.getItem(request ->
                        request.tableName(table).key(key(workspaceId, ruleId)).consistentRead(true))
                .item();
    }

    @Override
    public Optional<RuleBinding> save(RuleBinding binding) {
        return binding(dynamo.putItem(
                        request -> request.tableName(table).item(item(binding)).returnValues(ReturnValue.ALL_OLD))
                .attributes());
    }

    @Override
    public void markBroken(RuleBinding binding, String reason, Instant at) {
        try {
            dynamo.updateItem(request -> request.tableName(table)
                    .key(key(binding.workspaceId(), binding.ruleId()))
                    .conditionExpression("serviceId = :serviceId")
                    .updateExpression("SET brokenSince = if_not_exists(brokenSince, :at), brokenReason = :reason")
                    .expressionAttributeValues(Map.of(
                            ":serviceId", text(binding.serviceId()),
                            ":at", text(at.toString()),
                            ":reason", text(reason))));
        } catch (ConditionalCheckFailedException boundToAnotherServiceByNow) {
            // What was refused is no longer what the rule pages.
        }
    }

    @Override
    public Optional<RuleBinding> remove(WorkspaceId workspaceId, RuleId ruleId) {
        return binding(dynamo.deleteItem(request ->
                        request.tableName(table).key(key(workspaceId, ruleId)).returnValues(ReturnValue.ALL_OLD))
                .attributes());
    }

    @Override
    public Removal removeSome(WorkspaceId workspaceId) {
        QueryResponse page = dynamo.query(of(workspaceId, Optional.empty())
                .projectionExpression("workspaceId, ruleId")
                .limit(MAX_REMOVED)
                .build());
        List<Map<String, AttributeValue>> keys = page.items();
        int left = 0;
        for (int from = 0; from < keys.size(); from += MAX_WRITES) {
            List<WriteRequest> deletes = keys.subList(from, Math.min(from + MAX_WRITES, keys.size())).stream()
                    .map(key -> WriteRequest.builder()
                            .deleteRequest(delete -> delete.key(key))
                            .build())
                    .toList();
            // What DynamoDB leaves out, being short of capacity, is found by the next call.
            left += dynamo.batchWriteItem(request -> request.requestItems(Map.of(table, deletes)))
                    .unprocessedItems()
                    .getOrDefault(table, List.of())
                    .size();
        }
        return new Removal(keys.size() - left, left == 0 && !page.hasLastEvaluatedKey());
    }

    @Override
    public Page list(WorkspaceId workspaceId, Optional<RuleId> after) {
        QueryResponse page = dynamo.query(of(workspaceId, after).build());
        return new Page(
                page.items().stream()
                        .map(item -> new Listed(binding(item).orElseThrow(), broken(item)))
                        .toList(),
                page.hasLastEvaluatedKey()
                        ? Optional.of(
                                new RuleId(page.lastEvaluatedKey().get("ruleId").s()))
                        : Optional.empty());
    }

    private QueryRequest.Builder of(WorkspaceId workspaceId, Optional<RuleId> after) {
        QueryRequest.Builder query = QueryRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression("workspaceId = :workspaceId")
                .expressionAttributeValues(Map.of(":workspaceId", text(workspaceId.value())));
        after.ifPresent(ruleId -> query.exclusiveStartKey(key(workspaceId, ruleId)));
        return query;
    }

    private static Optional<Broken> broken(Map<String, AttributeValue> item) {
        return Optional.ofNullable(item.get("brokenSince"))
                .map(since -> new Broken(
                        Instant.parse(since.s()), item.get("brokenReason").s()));
    }

    private static Map<String, AttributeValue> key(WorkspaceId workspaceId, RuleId ruleId) {
        return Map.of("workspaceId", text(workspaceId.value()), "ruleId", text(ruleId.value()));
    }

    private static Map<String, AttributeValue> item(RuleBinding binding) {
        Map<String, AttributeValue> item = new HashMap<>(key(binding.workspaceId(), binding.ruleId()));
        item.put("serviceId", text(binding.serviceId()));
        item.put("serviceName", text(binding.serviceName()));
        item.put("notifyOnResolve", AttributeValue.fromBool(binding.notifyOnResolve()));
        item.put("urgency", text(binding.urgency().wireName()));
        item.put("groupBy", text(binding.groupBy().wireName()));
        binding.escalationPolicyId().ifPresent(id -> item.put("escalationPolicyId", text(id)));
        item.put("enabled", AttributeValue.fromBool(binding.enabled()));
        item.put("boundAt", text(binding.boundAt().toString()));
        binding.pageText().title().ifPresent(title -> item.put("title", text(title)));
        binding.pageText().runbookUrl().ifPresent(url -> item.put("runbookUrl", text(url)));
        binding.pageText().note().ifPresent(note -> item.put("note", text(note)));
        return item;
    }

    private static Optional<RuleBinding> binding(Map<String, AttributeValue> item) {
        if (item == null || item.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RuleBinding(
                new WorkspaceId(item.get("workspaceId").s()),
                new RuleId(item.get("ruleId").s()),
                item.get("serviceId").s(),
                item.get("serviceName").s(),
                item.get("notifyOnResolve").bool(),
                UrgencyRule.parse(item.get("urgency").s()).orElseThrow(),
                // Bindings from before there was a choice have none.
                Optional.ofNullable(item.get("groupBy"))
                        .flatMap(value -> GroupBy.parse(value.s()))
                        .orElse(GroupBy.ALERT),
                optionalText(item, "escalationPolicyId"),
                item.get("enabled").bool(),
                Instant.parse(item.get("boundAt").s()),
                new PageText(optionalText(item, "title"), optionalText(item, "runbookUrl"), optionalText(item, "note")),
                DynamoWaitReports.of(item)));
    }

    private static Optional<String> optionalText(Map<String, AttributeValue> item, String attribute) {
        return Optional.ofNullable(item.get(attribute)).map(AttributeValue::s);
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }
}
