package io.middleware.paging.installation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

import io.middleware.paging.pagerduty.Deadline;

/**
 * Of all installs and uninstalls of a workspace one works at a time: they change two stores, which know nothing of each
 * other, and a secret that one of them deletes must not be the one that the other has just written.
 *
 * <pre>
 * key         workspaceId, followed by {@value #SUFFIX}, which no workspace's name can hold; in the table of installations
 * attributes  owner, lockedUntilEpochMillis: the lock lapses then, since Lambda has ended its holder
 * conditions  lock: there is none, or it has lapsed; unlock: it is still ours
 * </pre>
 *
 * <p>Thread-safe; failures of the store are thrown.
 */
@ApplicationScoped
public class DynamoSetupLocks {
    private static final Logger LOG = Logger.getLogger(DynamoSetupLocks.class);
    private static final String SUFFIX = "#setup";

    /** Clocks differ: by so much a holder's may be behind. As that of a claim in the ledger. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final DynamoDbClient dynamo;
    private final String table;
    private final Clock clock;
    private final RandomGenerator random;

    public DynamoSetupLocks(DynamoDbClient dynamo, InstallationConfig config, Clock clock, RandomGenerator random) {
        this.dynamo = dynamo;
        this.table = config.installationsTable();
        this.clock = clock;
        this.random = random;
    }

    /**
     * Does {@code work} while nobody else installs or uninstalls the workspace, and gives the lock back, also after an
     * exception.
     *
     * @param deadline of the invocation: the lock outlasts it
     * @param busy answers in its place when somebody else is at work
     */
    public <T> T alone(WorkspaceId workspaceId, Deadline deadline, Supplier<T> work, Function<Refusal, T> busy) {
        String owner = HexFormat.of().toHexDigits(random.nextLong());
        Optional<Instant> until = lock(workspaceId, owner, deadline.at().plus(MARGIN));
        if (until.isPresent()) {
            return busy.apply(new Refusal(
                    "SETUP_UNDER_WAY",
                    "Another install or uninstall of workspace " + workspaceId
                            + " is at work, or ended without a trace; it is over by " + until.get()
                            + " at the latest.",
                    "Try again then, or in a moment."));
        }
        try {
            return work.get();
        } finally {
            unlock(workspaceId, owner);
        }
    }

    /** @return empty when it is ours; otherwise until when it is somebody else's */
    private Optional<Instant> lock(WorkspaceId workspaceId, String owner, Instant until) {
        try {
            dynamo.putItem(request -> request.tableName(table)
                    .item(Map.of(
                            "workspaceId", text(workspaceId + SUFFIX),
                            "owner", text(owner),
                            "lockedUntilEpochMillis", number(until)))
                    .conditionExpression("attribute_not_exists(workspaceId) OR lockedUntilEpochMillis < :now")
                    .expressionAttributeValues(Map.of(":now", number(clock.instant())))
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return Optional.empty();
        } catch (ConditionalCheckFailedException locked) {
            // Or it is ours, and the SDK repeated a write whose answer was lost.
            return locked.item().get("owner").s().equals(owner)
                    ? Optional.empty()
                    : Optional.of(Instant.ofEpochMilli(Long.parseLong(
                            locked.item().get("lockedUntilEpochMillis").n())));
        }
    }

    private void unlock(WorkspaceId workspaceId, String owner) {
        try {
            dynamo.deleteItem(request -> request.tableName(table)
                    .key(Map.of("workspaceId", text(workspaceId + SUFFIX)))
                    .conditionExpression("#owner = :owner")
                    .expressionAttributeNames(Map.of("#owner", "owner"))
                    .expressionAttributeValues(Map.of(":owner", text(owner))));
        } catch (RuntimeException lapsesByItself) {
            // What was done is done, and must be answered.
            LOG.debugf("The lock of workspace %s was not given back: %s", workspaceId, lapsesByItself.getMessage());
        }
    }

    private static AttributeValue number(Instant at) {
        return AttributeValue.fromN(Long.toString(at.toEpochMilli()));
    }

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }
}
