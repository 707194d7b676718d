package io.middleware.paging.local.sqs;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

import io.middleware.paging.local.engine.SqsEngine;

/** Holds the contract against an emulator that others wrote, so that the fake is not judged by its own author alone. */
class ElasticMqTest extends SqsContract {

    /** Where ElasticMQ 1.7.1 is not AWS: there the contract follows AWS's API reference, and ElasticMQ is not asked. */
    private static final Map<String, String> ELASTICMQ_DIFFERS = Map.of(
            "aDeletedMessageDoesNotComeBackAndIsDeletedTwiceWithoutComplaint", "the second delete is refused",
            "aMessageThatIsVisibleAgainCannotBeHidden", "it can",
            "aMoveTaskBringsTheDeadBackAsNewMessages", "they keep their ids",
            "aMoveTaskStartsFromADeadLetterQueueOnly", "a task from another queue is never answered",
            "aQueueTellsWhatItIs", "ElasticMQ knows no retention",
            "aReceiveGivesAtMostTenAndAsManyAsAskedFor", "refused with another code",
            "nobodyHidesAMessageForMoreThanTwelveHoursFromItsReceive", "anybody may",
            "oneMoveTaskAtATimeLeavesAQueueUntilItIsCancelled", "a cancelled task is no longer listed",
            "whatSomebodySentToTheDeadLetterQueueGoesOnlyWhereItIsTold",
                    "it goes to the queue that has this as its own");

    private static SqsEngine engine;

    @BeforeAll
    static void startEngine() {
        engine = SqsEngine.start();
    }

    /** For each test, so that each one that is left out is reported as skipped. */
    @BeforeEach
    void leaveOutWhereItDiffers(TestInfo test) {
        String difference =
                ELASTICMQ_DIFFERS.get(test.getTestMethod().orElseThrow().getName());
        assumeThat(difference).isNull();
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    @Override
    URI endpoint() {
        return engine.endpoint();
    }

    @Override
    void until(BooleanSupplier condition) {
        await().atMost(Duration.ofSeconds(30)).until(condition::getAsBoolean);
    }
}
