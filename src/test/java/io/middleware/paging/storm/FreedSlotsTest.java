package io.middleware.paging.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;

/** What a storm has reserved and no longer needs is there for the next page, and resolves delay none. */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class FreedSlotsTest extends StormProof {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Duration AT_MOST = Duration.ofHours(1);

    @Test
    void aNewPageGetsTheSlotOfAlertsThatResolvedBeforeTheirTurn() {
        List<String> storming = storm.fire(2_400, "critical");
        storm.pass(Duration.ofMinutes(1));
        storm.resolve(storm.waiting(storming));
        storm.pass(SOON);

        List<String> fresh = storm.fire(1, "critical");
        storm.pass(Duration.ofMinutes(1));

        assertThat(storm.latencies(fresh)).singleElement().satisfies(this::isSoon);
    }

    @Test
    void aNewPageGetsTheSlotOfAlertsWhoseRuleWasDisabled() {
        storm.bind("payments-down", Sample.PAYMENTS);
        storm.fire(2_400, "critical");
        storm.pass(Duration.ofMinutes(1));
        storm.disableItsRules();
        // A process remembers a binding for a minute.
        storm.pass(Duration.ofMinutes(1).plus(SOON));

        List<String> fresh = storm.fireOf("payments-down", "critical");
        storm.pass(Duration.ofMinutes(1));

        assertThat(storm.latencies(fresh)).singleElement().satisfies(this::isSoon);
    }

    @Test
    void aPageDoesNotWaitBehindAThousandResolves() {
        List<String> storming = storm.fire(1_200, "critical");
        storm.handleAll(AT_MOST);
        List<String> closed = storming.stream()
                .filter(title -> storming.indexOf(title) % 10 == 0)
                .toList();
        closed.forEach(title -> cloud.pagerDuty()
                .resolveByHand(storm.incidentsByTitle().get(title).get(0).id()));

        storm.resolve(storming);
        List<String> fresh = storm.fire(1, "critical");
        storm.pass(Duration.ofMinutes(1));

        assertThat(storm.latencies(fresh)).singleElement().satisfies(this::isSoon);
        storm.handleAll(AT_MOST);
        assertThat(cloud.pagerDuty().incidents())
                .filteredOn(IncidentView::isOpen)
                .extracting(IncidentView::title)
                .isEqualTo(fresh);
        assertThat(storm.report("", AT_MOST).pagedTwice()).isZero();
    }

    private void isSoon(Duration latency) {
        assertThat(latency).isLessThanOrEqualTo(SOON);
    }
}
