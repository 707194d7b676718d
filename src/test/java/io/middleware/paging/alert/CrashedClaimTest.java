package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.DeliveryConfig;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.Sample;

/** A process has claimed an alert and died, and the message is back before the claim lapses. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class CrashedClaimTest {
    /** So often received that an ordinary wait is drawn from minutes. */
    private static final int RECEIVES = 12;

    private static final int DRAWS = 50;

    @Inject
    Scene scene;

    @Inject
    AlertNotifier notifier;

    @Inject
    DeliveryLedger ledger;

    @Inject
    DeliveryConfig config;

    @Test
    void anAlertIsTriedAgainWhenTheClaimLapsesAtTheLatest() {
        scene.startReadyToPage();
        claim(scene.alert(Alert.Status.TRIGGERED, 0));

        assertThat(waits()).allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(config.lease()));

        scene.pass(config.lease());
        assertThat(scene.fires(0).next()).isEqualTo(NotifyOutcome.Next.DONE);
        assertThat(scene.incidents()).hasSize(1);
    }

    @Test
    void anAlertThatSharesItsRulesIncidentDoesToo() {
        scene.startReadyToPage();
        scene.bindFolded(true);
        Alert other = scene.alert(Alert.Status.TRIGGERED, 0);
        assertThat(ledger.join(other.ruleDeliveryKey(), other.deliveryKey(), Sample.PAYMENTS))
                .isInstanceOf(Claim.Granted.class);

        assertThat(waits()).allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(config.lease()));
    }

    private void claim(Alert alert) {
        assertThat(ledger.claimTrigger(alert.deliveryKey(), alert.occurredAt(), Sample.PAYMENTS, false, true))
                .isInstanceOf(Claim.Granted.class);
    }

    private List<Duration> waits() {
        return Stream.generate(this::received)
                .limit(DRAWS)
                .map(outcome -> {
                    assertThat(outcome.reason()).isEqualTo(Reason.IN_FLIGHT);
                    return outcome.delay().orElseThrow();
                })
                .toList();
    }

    private NotifyOutcome received() {
        return notifier.handle(
                scene.alert(Alert.Status.TRIGGERED, 0),
                new Receive(RECEIVES, Optional.empty(), true, scene.deadline()));
    }
}
