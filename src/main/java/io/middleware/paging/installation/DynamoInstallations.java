package io.middleware.paging.installation;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

import io.middleware.paging.pagerduty.Region;
import io.middleware.paging.pagerduty.User;

/**
 * Installations in DynamoDB.
 *
 * <pre>
 * key         workspaceId
 * attributes  status, region, userId, userName, userEmail, userRole, subdomain, installedAt, since, reason, tokenVersion,
 *             nextProbeAt
 * conditions  requireReauth: still ACTIVE on the same tokenVersion
 *             takeProbe, reactivate, explainReauth: still REAUTH_REQUIRED on the same tokenVersion; takeProbe also: with the
 *             nextProbeAt that was read
 *             beginUninstall: is there, and not UNINSTALLING yet
 * times       ISO-8601 text, UTC
 * </pre>
 */
@ApplicationScoped
public class DynamoInstallations implements Installations {
    private static final String STILL_WAITING = "#status = :reauth AND tokenVersion = :tokenVersion";

    private final DynamoDbClient dynamo;
    private final String table;

    public DynamoInstallations(DynamoDbClient dynamo, InstallationConfig config) {
        this.dynamo = dynamo;
        this.table = config.installationsTable();
    }

    @Override
    public Optional<Installation> find(WorkspaceId workspaceId) {
        Map<String, AttributeValue> item = dynamo.getItem(request ->
                        request.tableName(table).key(key(workspaceId)).consistentRead(true))
                .item();
        return item.isEmpty() ? Optional.empty() : Optional.of(installation(item));
    }

    @Override
    public void save(Installation installation) {
        dynamo.putItem(request -> request.tableName(table).item(item(installation)));
    }

    @Override
    public boolean requireReauth(
            WorkspaceId workspaceId, String tokenVersion, String reason, Instant at, Instant nextProbeAt) {
        try {
            dynamo.updateItem(request -> request.tableName(table)
                    .key(key(workspaceId))
                    .conditionExpression("#status = :active AND tokenVersion = :tokenVersion")
                    .updateExpression("SET #status = :reauth, #reason = :reason, since = :at, nextProbeAt = :next")
                    .expressionAttributeNames(Map.of("#status", "status", "#reason", "reason"))
                    .expressionAttributeValues(Map.of(
                            ":active", text(Installation.Status.ACTIVE.name()),
                            ":reauth", text(Installation.Status.REAUTH_REQUIRED.name()),
                            ":tokenVersion", text(tokenVersion),
                            ":reason", text(reason),
                            ":at", text(at.toString()),
                            ":next", text(nextProbeAt.toString())))
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return true;
        } catch (ConditionalCheckFailedException notActiveOnThisToken) {
            // Or it is as this very call has left it: the SDK repeats a write whose answer was lost.
            Map<String, AttributeValue> item = notActiveOnThisToken.item();
            return text(tokenVersion).equals(item.get("tokenVersion"))
                    && text(at.toString()).equals(item.get("since"))
                    && text(reason).equals(item.get("reason"));
        }
    }

    @Override
    public boolean takeProbe(Installation seen, Instant next) {
        Map<String, AttributeValue> values = stillWaiting(seen);
        values.put(":next", text(next.toString()));
        seen.nextProbeAt().ifPresent(due -> values.put(":due", text(due.toString())));
        try {
            dynamo.updateItem(request -> request.tableName(table)
                    .key(key(seen.workspaceId()))
                    .conditionExpression(STILL_WAITING
                            + (seen.nextProbeAt().isPresent()
                                    ? " AND nextProbeAt = :due"
                                    : " AND attribute_not_exists(nextProbeAt)"))
                    .updateExpression("SET nextProbeAt = :next")
                    .expressionAttributeNames(Map.of("#status", "status"))
                    .expressionAttributeValues(values));
            return true;
        } catch (ConditionalCheckFailedException notOurs) {
            // Or it was ours, and the SDK repeated a write whose answer was lost: the next probe makes up for it.
            return false;
        }
    }

    @Override
    public boolean reactivate(Installation seen, String tokenVersion, Instant at) {
        Map<String, AttributeValue> values = stillWaiting(seen);
        values.put(":active", text(Installation.Status.ACTIVE.name()));
        values.put(":accepted", text(tokenVersion));
        values.put(":at", text(at.toString()));
        try {
            dynamo.updateItem(request -> request.tableName(table)
                    .key(key(seen.workspaceId()))
                    .conditionExpression(STILL_WAITING)
                    .updateExpression("SET #status = :active, tokenVersion = :accepted, since = :at"
                            + " REMOVE #reason, nextProbeAt")
                    .expressionAttributeNames(Map.of("#status", "status", "#reason", "reason"))
                    .expressionAttributeValues(values)
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return true;
        } catch (ConditionalCheckFailedException installedAnew) {
            // Or as this very call has left it, see above.
            Map<String, AttributeValue> item = installedAnew.item();
            return text(Installation.Status.ACTIVE.name()).equals(item.get("status"))
                    && text(tokenVersion).equals(item.get("tokenVersion"))
                    && text(at.toString()).equals(item.get("since"));
        }
    }

    @Override
    public void explainReauth(Installation seen, String reason) {
        Map<String, AttributeValue> values = stillWaiting(seen);
        values.put(":reason", text(reason));
        try {
            dynamo.updateItem(request -> request.tableName(table)
                    .key(key(seen.workspaceId()))
                    .conditionExpression(STILL_WAITING)
                    .updateExpression("SET #reason = :reason")
                    .expressionAttributeNames(Map.of("#status", "status", "#reason", "reason"))
                    .expressionAttributeValues(values));
        } catch (ConditionalCheckFailedException installedAnew) {
            // What was found is of a token that nobody uses any more.
        }
    }

    @Override
    public void beginUninstall(Installation seen, Instant at) {
        try {
            dynamo.updateItem(request -> request.tableName(table)
                    .key(key(seen.workspaceId()))
                    .conditionExpression("attribute_exists(#status) AND #status <> :uninstalling")
                    .updateExpression("SET #status = :uninstalling, since = :at REMOVE #reason, nextProbeAt")
                    .expressionAttributeNames(Map.of("#status", "status", "#reason", "reason"))
                    .expressionAttributeValues(Map.of(
                            ":uninstalling",
                            text(Installation.Status.UNINSTALLING.name()),
                            ":at",
                            text(at.toString()))));
        } catch (ConditionalCheckFailedException begunBefore) {
            // Its time stays.
        }
    }

    @Override
    public void remove(WorkspaceId workspaceId) {
        dynamo.deleteItem(request -> request.tableName(table).key(key(workspaceId)));
    }

    private static Map<String, AttributeValue> stillWaiting(Installation seen) {
        return new HashMap<>(Map.of(
                ":reauth", text(Installation.Status.REAUTH_REQUIRED.name()),
                ":tokenVersion", text(seen.tokenVersion())));
    }

    private static Map<String, AttributeValue> key(WorkspaceId workspaceId) {
        return Map.of("workspaceId", text(workspaceId.value()));
    }

    private static Map<String, AttributeValue> item(Installation installation) {
        Map<String, AttributeValue> item = new HashMap<>(key(installation.workspaceId()));
        item.put("status", text(installation.status().name()));
        item.put("region", text(installation.region().wireName()));
        item.put("userId", text(installation.user().id()));
        item.put("userName", text(installation.user().name()));
        item.put("userEmail", text(installation.user().email()));
        item.put("userRole", text(installation.user().role()));
        item.put("subdomain", text(installation.user().subdomain()));
        item.put("installedAt", text(installation.installedAt().toString()));
        item.put("since", text(installation.since().toString()));
        installation.reason().ifPresent(reason -> item.put("reason", text(reason)));
        item.put("tokenVersion", text(installation.tokenVersion()));
        installation.nextProbeAt().ifPresent(at -> item.put("nextProbeAt", text(at.toString())));
        return item;
    }

    private static Installation installation(Map<String, AttributeValue> item) {
        return new Installation(
                new WorkspaceId(item.get("workspaceId").s()),
                Installation.Status.valueOf(item.get("status").s()),
                Region.parse(item.get("region").s()).orElseThrow(),
                new User(
                        item.get("userId").s(),
                        item.get("userName").s(),
                        item.get("userEmail").s(),
                        item.get("userRole").s(),
                        item.get("subdomain").s()),
                Instant.parse(item.get("installedAt").s()),
                Instant.parse(item.get("since").s()),
                Optional.ofNullable(item.get("reason")).map(AttributeValue::s),
                item.get("tokenVersion").s(),
                Optional.ofNullable(item.get("nextProbeAt"))
                        .map(AttributeValue::s)
                        .map(Instant::parse));
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }
}
