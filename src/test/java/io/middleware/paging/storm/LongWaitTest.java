package io.middleware.paging.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import jakarta.inject.Inject;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.Message;

import io.middleware.paging.alert.SqsRedrive;
import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;

/** Waits longer than SQS can hide a message, and longer than the queue keeps it. */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class LongWaitTest extends StormProof {
    private static final Duration RETENTION = Duration.ofDays(4);

    @Inject
    SqsRedrive redrive;

    @Test
    void whatWaitedAsLongAsTheQueueKeepsItIsKeptElsewhereAndPagesAfterAllOnceTheTokenIsMended() {
        cloud.pagerDuty().us().revoke(Sample.MANAGER_TOKEN);
        List<String> alerts = storm.fire(2, "critical");

        storm.pass(RETENTION);

        List<Message> dead = storm.deadLetters();
        assertThat(dead).hasSize(2).allSatisfy(message -> {
            assertThat(attribute(message, "outcome")).isEqualTo("EXPIRED");
            assertThat(attribute(message, "reason"))
                    .startsWith("waited until shortly before the queue would have dropped it")
                    .contains("needs a fresh token", "install again");
        });
        assertThat(storm.report("", Duration.ZERO).mostReceives())
                .as("receives, below the thousand at which SQS would move a message without a reason")
                .isLessThan(1_000);

        storm.resolve(alerts.subList(0, 1));
        storm.pass(Duration.ofMinutes(1));
        storm.mendToken();
        redrive.start();
        storm.handleAll(Duration.ofHours(2));

        Map<String, List<IncidentView>> incidents = storm.incidentsByTitle();
        assertThat(incidents).as("the other resolved meanwhile").containsOnlyKeys(alerts.get(1));
        assertThat(incidents.get(alerts.get(1)))
                .singleElement()
                .satisfies(incident -> assertThat(incident.details())
                        .startsWith("Late: this page goes out 4 d 0 h after the alert fired.")
                        .contains("it waited for a fresh PagerDuty token of this workspace"));
        assertThat(storm.deadLetters()).isEmpty();
    }

    @Test
    void aSlotFartherAheadThanSqsCanHideAMessageIsWaitedForInSteps() {
        Duration ahead = Duration.ofHours(13);
        storm.reservedUntil(storm.now().plus(ahead));
        storm.fire(3, "critical");

        storm.handleAll(Duration.ofHours(14));

        StormReport report = storm.report("", ahead);
        assertThat(report.incidents()).isEqualTo(3);
        assertThat(report.posts()).isEqualTo(3);
        assertThat(report.firstPage()).isBetween(ahead, ahead.plusSeconds(5));
        assertThat(report.mostReceives())
                .as("the first, one after eleven hours, and the one in its turn")
                .isEqualTo(3);
    }

    private static String attribute(Message message, String name) {
        return message.messageAttributes().get(name).stringValue();
    }
}
