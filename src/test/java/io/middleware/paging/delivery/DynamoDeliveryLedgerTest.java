package io.middleware.paging.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.engine.DynamoDbEngine;
import io.middleware.paging.local.template.DeployedTemplate;
import io.middleware.paging.local.template.SamTemplate;

/** The ledger against an engine that evaluates its conditions, on the table that the template deploys. */
class DynamoDeliveryLedgerTest extends DeliveryLedgerContract {
    private static DynamoDbClient dynamo;
    private static String table;

    private final DeliveryLedger ledger = new DynamoDeliveryLedger(
            dynamo, new FixedDeliveryConfig(table), clock, new Random(20261123), givenBack::add);

    @BeforeAll
    static void createTables() {
        dynamo = AwsClients.dynamoDb(DynamoDbEngine.shared().endpoint());
        SamTemplate template = SamTemplate.read(Path.of("template.yaml"), "ledger-" + System.nanoTime(), Map.of());
        table = DeployedTemplate.createUnsweptTables(template, dynamo).get("Deliveries");
    }

    @AfterAll
    static void close() {
        dynamo.close();
    }

    @Override
    DeliveryLedger ledger() {
        return ledger;
    }

    @Test
    void anOpenEpisodeIsNeverSweptAndOneThatIsOverIsAfterThirtyDays() {
        open(at(0));
        assertThat(item()).doesNotContainKey("expiresAtEpochSeconds");

        ledger.recordResolve(key(), at(10), Outcome.RESOLVE_SKIPPED, "not asked for");
        assertThat(item().get("expiresAtEpochSeconds").n())
                .isEqualTo(Long.toString(at(0).plus(Duration.ofDays(30)).getEpochSecond()));

        open(at(20));
        assertThat(item()).doesNotContainKey("expiresAtEpochSeconds");
    }

    @Test
    void theItemTellsWhatHappened() {
        Claim.Granted granted = granted(ledger.claimTrigger(key(), at(0), "PSVC001", false, true));
        release(key(), granted, Outcome.WAITING, "429", at(30), false);

        assertThat(text("outcome")).isEqualTo("WAITING");
        assertThat(text("reason")).isEqualTo("429");
        assertThat(text("nextAttemptAt")).isEqualTo("2026-11-23T03:00:30.000Z");
        assertThat(item().get("attempts").n()).isEqualTo("1");

        open(at(0));

        assertThat(text("outcome")).isEqualTo("OPENED");
        assertThat(text("workspaceId")).isEqualTo("acme");
        assertThat(text("alertId")).isEqualTo(key().alertId());
        assertThat(text("triggeredAt")).isEqualTo("2026-11-23T03:00:00.000Z");
        assertThat(item()).doesNotContainKeys("leaseId", "leaseUntil", "reason", "nextAttemptAt", "unsettledSince");
        assertThat(item().get("attempts").n()).isEqualTo("2");
    }

    @Test
    void aLateMessageIsRecordedBesideTheIncidentAndNotInstead() {
        open(at(10));

        ledger.claimResolve(key(), at(9));

        assertThat(text("outcome")).isEqualTo("OPENED");
        assertThat(text("staleReason")).contains("older than the last trigger");
        assertThat(item().get("staleCount").n()).isEqualTo("1");
    }

    @Test
    void thatNobodyWasPagedStaysTrueWhenTheAlertRepeats() {
        Claim.Granted granted = granted(ledger.claimTrigger(key(), at(0), "PSVC001", false, true));
        KnownIncident acknowledged = new KnownIncident("Q2", 813, "https://acme.example/Q2", "PSVC001", true);
        ledger.settleOpen(key(), granted.leaseId(), at(0), acknowledged, Outcome.NOBODY_PAGED);

        assertThat(ledger.claimTrigger(key(), at(1), "PSVC001", false, true)).isInstanceOf(Claim.Repeated.class);

        assertThat(text("outcome")).isEqualTo("NOBODY_PAGED");
    }

    @Test
    void anUnsentTriggerSaysSoEvenWhereAnIncidentIsOpenAndLeavesTheIncidentAlone() {
        open(at(0));

        ledger.recordUnsent(key(), at(1), Outcome.UNBOUND, Reason.NONE, "bound to nothing");

        assertThat(text("outcome")).isEqualTo("UNBOUND");
        assertThat(item()).containsKey("incidentOpen").doesNotContainKey("expiresAtEpochSeconds");
    }

    @Test
    void whyTheSenderSilencedATriggerIsOnRecordUntilTheNextOne() {
        ledger.recordUnsent(key(), at(0), Outcome.DISABLED, Reason.SUPPRESSED, "suppressed by another alarm");
        assertThat(text("reasonCode")).isEqualTo("SUPPRESSED");

        ledger.recordUnsent(key(), at(1), Outcome.UNBOUND, Reason.NONE, "bound to nothing");

        assertThat(item()).doesNotContainKey("reasonCode");
    }

    @Test
    void aClaimWhoseAnswerWasLostIsGrantedWhenTheSdkRepeatsIt() {
        DeliveryLedger repeating = new DynamoDeliveryLedger(
                everyWriteTwice(), new FixedDeliveryConfig(table), clock, new Random(7), givenBack::add);

        Claim.Granted trigger = granted(repeating.claimTrigger(key(), at(0), "PSVC001", false, true));
        ledger.settleOpen(
                key(), trigger.leaseId(), at(0), new KnownIncident("Q1", 1, "", "PSVC001", false), Outcome.OPENED);
        Claim.Granted resolve = granted(repeating.claimResolve(key(), at(10)));

        assertThat(trigger.unsettled())
                .as("what was lost with the answer counts as a try")
                .isPresent();
        assertThat(resolve.open()).isPresent();
    }

    @Test
    void aSettlementWhoseAnswerWasLostIsSettled() {
        DeliveryLedger repeating = new DynamoDeliveryLedger(
                everyWriteTwice(), new FixedDeliveryConfig(table), clock, new Random(7), givenBack::add);
        KnownIncident incident = new KnownIncident("Q1", 1, "", "PSVC001", true);
        Claim.Granted trigger = granted(ledger.claimTrigger(key(), at(0), "PSVC001", false, true));

        assertThat(repeating.settleOpen(key(), trigger.leaseId(), at(0), incident, Outcome.NOBODY_PAGED))
                .isTrue();

        Claim.Granted resolve = granted(ledger.claimResolve(key(), at(10)));
        assertThat(repeating.settleResolved(key(), resolve.leaseId(), Outcome.RESOLVED, ""))
                .isTrue();
    }

    @Test
    void aLeaseThatIsSomebodyElsesByNowSettlesNothing() {
        Claim.Granted late = granted(ledger.claimTrigger(key(), at(0), "PSVC001", false, true));
        clock.advance(Duration.ofMinutes(1));
        granted(ledger.claimTrigger(key(), at(0), "PSVC001", false, true));

        assertThat(ledger.settleOpen(
                        key(), late.leaseId(), at(0), new KnownIncident("Q1", 1, "", "PSVC001", false), Outcome.OPENED))
                .isFalse();
        assertThat(ledger.settleResolved(key(), late.leaseId(), Outcome.RESOLVED, ""))
                .isFalse();
    }

    @Test
    void aPageThatIsSettledStaysSoWhenItsPlaceInTheListCannotBeWritten() {
        open(at(0));
        clock.advance(Duration.ofMinutes(6));
        Claim.Granted anew = granted(ledger.claimTrigger(key(), at(360), "PSVC001", false, true));
        AtomicInteger writes = new AtomicInteger();
        DeliveryLedger failing = new DynamoDeliveryLedger(
                answering(request -> {
                    if (writes.incrementAndGet() > 1) {
                        throw SdkClientException.create("Unable to execute HTTP request");
                    }
                    return dynamo.updateItem(request);
                }),
                new FixedDeliveryConfig(table),
                clock,
                new Random(7),
                givenBack::add);
        KnownIncident another = new KnownIncident("Q9", 9, "", "PSVC001", false);

        assertThat(failing.settleOpen(key(), anew.leaseId(), at(360), another, Outcome.OPENED))
                .isTrue();

        assertThat(writes).hasValue(2);
        assertThat(text("incidentId")).isEqualTo("Q9");
    }

    /** The first answer is lost on the way; what counts is that of the repeat. */
    private static DynamoDbClient everyWriteTwice() {
        return answering(request -> {
            dynamo.updateItem(request);
            return dynamo.updateItem(request);
        });
    }

    private static DynamoDbClient answering(Function<UpdateItemRequest, UpdateItemResponse> writes) {
        return (DynamoDbClient) Proxy.newProxyInstance(
                DynamoDeliveryLedgerTest.class.getClassLoader(),
                new Class<?>[] {DynamoDbClient.class},
                (proxy, method, arguments) -> writes.apply((UpdateItemRequest) arguments[0]));
    }

    @Test
    void aTriggerThatComesAfterItsResolveIsStale() {
        ledger.recordResolve(key(), at(10), Outcome.RESOLVE_SKIPPED, "not asked for");

        ledger.claimTrigger(key(), at(5), "PSVC001", false, true);

        assertThat(text("outcome")).isEqualTo("STALE");
        assertThat(text("reason")).startsWith("resolved before it could page");
    }

    private String text(String attribute) {
        return item().get(attribute).s();
    }

    private Map<String, AttributeValue> item() {
        return dynamo.getItem(request -> request.tableName(table)
                        .key(Map.of("deliveryId", AttributeValue.fromS(key().deliveryId())))
                        .consistentRead(true))
                .item();
    }
}
