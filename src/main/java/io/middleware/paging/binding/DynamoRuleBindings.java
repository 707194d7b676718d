package io.middleware.paging.binding;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

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
    private final DynamoDbClient dynamo;
    private final String table;

    public DynamoRuleBindings(DynamoDbClient dynamo, BindingConfig config) {
        this.dynamo = dynamo;
        this.table = config.bindingsTable();
    }

    @Override
    public Optional<RuleBinding> find(WorkspaceId workspaceId, RuleId ruleId) {
        return binding(dynamo.getItem(request ->
                        request.tableName(table).key(key(workspaceId, ruleId)).consistentRead(true))
                .item());
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
