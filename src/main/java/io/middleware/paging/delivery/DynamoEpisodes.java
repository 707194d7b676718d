package io.middleware.paging.delivery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

import io.middleware.paging.installation.WorkspaceId;

/** Reads the table of {@link DynamoDeliveryLedger}, by its key and by its index {@code byRule}. */
@ApplicationScoped
public class DynamoEpisodes implements Episodes {
    /** Of one BatchGetItem (AWS, "BatchGetItem"). */
    private static final int MAX_KEYS = 100;

    private static final int MAX_SEARCHED = 2_000;

    /** DynamoDB leaves keys out of an answer of more than 16 MB, or when it is short of capacity. */
    private static final int MAX_BATCHES = 5;

    private final DynamoDbClient dynamo;
    private final String table;

    public DynamoEpisodes(DynamoDbClient dynamo, DeliveryConfig config) {
        this.dynamo = dynamo;
        this.table = config.deliveriesTable();
    }

    @Override
    public Optional<Episode> find(DeliveryKey key) {
        Map<String, AttributeValue> item = dynamo.getItem(request ->
                        request.tableName(table).key(key(key.deliveryId())).consistentRead(true))
                .item();
        return item == null || item.isEmpty() ? Optional.empty() : Optional.of(DynamoEpisode.read(key, item));
    }

    @Override
    public OfRule latest(WorkspaceId workspaceId, String ruleId, int max) {
        if (max < 1 || max >= MAX_KEYS) {
            throw new IllegalArgumentException("max must be between 1 and 99, found " + max);
        }
        String rule = DeliveryKey.ofRule(workspaceId, ruleId).deliveryId();
        // One more: the rule's own item may be among them.
        List<String> newest = ids(dynamo.query(newestFirst(workspaceId, ruleId, max + 1, Map.of())));
        List<String> alerts =
                newest.stream().filter(id -> !id.equals(rule)).limit(max).toList();
        Map<String, Episode> found = newest.isEmpty()
                ? Map.of()
                : read(Stream.concat(alerts.stream(), Stream.of(rule)).toList());
        return new OfRule(inOrder(alerts, found), Optional.ofNullable(found.get(rule)));
    }

    @Override
    public Open open(WorkspaceId workspaceId, String ruleId, int max) {
        List<Episode> open = new ArrayList<>();
        Map<String, AttributeValue> last = Map.of();
        int searched = 0;
        do {
            QueryResponse page = dynamo.query(newestFirst(workspaceId, ruleId, MAX_KEYS, last));
            List<String> ids = ids(page);
            searched += ids.size();
            if (!ids.isEmpty()) {
                inOrder(ids, read(ids)).stream()
                        .filter(DynamoEpisodes::mayBeOpen)
                        .forEach(open::add);
            }
            last = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : Map.of();
        } while (!last.isEmpty() && open.size() <= max && searched < MAX_SEARCHED);
        return new Open(open.subList(0, Math.min(max, open.size())), open.size() > max || !last.isEmpty());
    }

    /** Where alerts share an incident, the item of their rule tells of it. */
    private static boolean mayBeOpen(Episode episode) {
        return (episode.isOpen() || episode.unsettled().isPresent()) && (episode.isOfRule() || !episode.folded());
    }

    private QueryRequest newestFirst(
            WorkspaceId workspaceId, String ruleId, int limit, Map<String, AttributeValue> after) {
        QueryRequest.Builder query = QueryRequest.builder()
                .tableName(table)
                .indexName("byRule")
                .keyConditionExpression("ruleKey = :ruleKey")
                .expressionAttributeValues(Map.of(
                        ":ruleKey",
                        AttributeValue.fromS(
                                DeliveryKey.ofRule(workspaceId, ruleId).ruleKey())))
                .scanIndexForward(false)
                .limit(limit);
        return (after.isEmpty() ? query : query.exclusiveStartKey(after)).build();
    }

    private static List<String> ids(QueryResponse page) {
        return page.items().stream().map(item -> item.get("deliveryId").s()).toList();
    }

    /** By the key of the item; what is not there any more is left out. */
    private Map<String, Episode> read(List<String> ids) {
        Map<String, Episode> found = new HashMap<>();
        Map<String, KeysAndAttributes> wanted = Map.of(
                table,
                KeysAndAttributes.builder()
                        .keys(ids.stream().map(DynamoEpisodes::key).toList())
                        .consistentRead(true)
                        .build());
        for (int batches = 0; batches < MAX_BATCHES && !wanted.isEmpty(); batches++) {
            Map<String, KeysAndAttributes> request = wanted;
            BatchGetItemResponse answer = dynamo.batchGetItem(batch -> batch.requestItems(request));
            answer.responses()
                    .getOrDefault(table, List.of())
                    .forEach(item -> found.put(item.get("deliveryId").s(), DynamoEpisode.read(item)));
            wanted = answer.unprocessedKeys();
        }
        if (!wanted.isEmpty()) {
            throw new IllegalStateException("DynamoDB left out "
                    + wanted.get(table).keys().size() + " of " + ids.size() + " items of the ledger, " + MAX_BATCHES
                    + " times in a row: the table is short of read capacity");
        }
        return found;
    }

    private static List<Episode> inOrder(List<String> ids, Map<String, Episode> found) {
        return ids.stream()
                .flatMap(id -> Optional.ofNullable(found.get(id)).stream())
                .toList();
    }

    private static Map<String, AttributeValue> key(String deliveryId) {
        return Map.of("deliveryId", AttributeValue.fromS(deliveryId));
    }
}
