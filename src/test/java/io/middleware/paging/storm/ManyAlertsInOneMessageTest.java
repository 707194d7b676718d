package io.middleware.paging.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import jakarta.inject.Inject;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.alert.SqsRedrive;
import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Faults;
import io.middleware.paging.local.pagerduty.Sample;

/** An Alertmanager body with many alerts is one message, and each of its alerts goes its own way. */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class ManyAlertsInOneMessageTest extends StormProof {
    private static final String RULE = "many";
    private static final int ALERTS = 40;

    @Inject
    SqsRedrive redrive;

    @BeforeEach
    void bindRule() {
        storm.bind(RULE, Sample.PAYMENTS);
    }

    @Test
    void allPageOnceEach() {
        storm.fireTogether(RULE, ALERTS);

        storm.handleAll(Duration.ofMinutes(10));

        assertThat(storm.posts()).hasSize(ALERTS);
        assertThat(storm.pages(RULE)).isEqualTo(ALERTS);
    }

    /** With a hundredth of a second of work between any two looks at the clock. */
    @Test
    void eachOfThousandsGetsItsTurnHoweverSlowTheFunctionIs() {
        storm.fireTogether(RULE, 2_000);
        cloud.clock().takePerLook(Duration.ofMillis(10));

        try {
            storm.handleAll(Duration.ofHours(2));
        } finally {
            cloud.clock().takePerLook(Duration.ZERO);
        }

        assertThat(storm.pages(RULE)).isEqualTo(2_000);
    }

    @Test
    void theMessageItselfIsDoneAtOnce() {
        storm.bind(RULE, Sample.LEGACY);
        String message = storm.fireTogether(RULE, ALERTS);

        storm.pass(Duration.ofHours(1));

        assertThat(storm.receivesOf(message)).isEqualTo(1);
    }

    @Test
    void whatCannotPageWaitsAsOftenAsIfItHadComeAlone() {
        storm.bind(RULE, Sample.LEGACY);
        storm.fireTogether(RULE, ALERTS);
        // Others take turns meanwhile, so that those of this message lie apart.
        storm.fire(100, "warning");

        storm.pass(Duration.ofHours(1));

        long refused = storm.posts().stream()
                .filter(post -> post.status().orElse(0) == 400)
                .count();
        assertThat(refused).as("a round every minute, or a little more").isBetween(50L, 180L);
        assertThat(storm.mostReceives()).as("every minute, or a little more").isBetween(50, 110);
        storm.bind(RULE, Sample.PAYMENTS);
        storm.handleAll(Duration.ofMinutes(30));
        assertThat(storm.pages(RULE)).isEqualTo(ALERTS);
    }

    @Test
    void whatIsRefusedIsPostedOnceAndEachReachesTheDeadLetterQueue() {
        storm.bind(RULE, "PNOSUCH");
        storm.fireTogether(RULE, ALERTS);
        storm.fire(100, "warning");

        storm.handleAll(Duration.ofMinutes(30));

        assertThat(storm.posts().stream()
                        .filter(post -> post.status().orElse(0) == 400)
                        .count())
                .isEqualTo(ALERTS);
        assertThat(storm.deadLetterCount()).isEqualTo(ALERTS);
        assertThat(storm.deadLetters())
                .allSatisfy(dead -> assertThat(
                                dead.messageAttributes().get("outcome").stringValue())
                        .isEqualTo("REFUSED"));
    }

    @Test
    void whatWasRefusedIsTriedAgainOnceItIsSentBack() {
        storm.bind(RULE, "PNOSUCH");
        storm.fireTogether(RULE, 20);
        storm.handleAll(Duration.ofMinutes(30));
        storm.bind(RULE, Sample.PAYMENTS);
        // What is remembered of a binding is over.
        storm.pass(Duration.ofMinutes(2));

        redrive.start();
        storm.handleAll(Duration.ofMinutes(30));

        assertThat(storm.pages(RULE)).isEqualTo(20);
        assertThat(storm.deadLetters()).isEmpty();
    }

    @Test
    void whateverAnOutageDoesToThemAllPageOnceInTheEnd() {
        Random random = new Random(20261125);
        List<Faults.Armed> outage = new ArrayList<>();
        for (Fault fault : List.of(
                Fault.on("POST", "/incidents").answering(503),
                Fault.on("POST", "/incidents").dropping(),
                Fault.on("POST", "/incidents").dropping().afterActing(),
                Fault.rateLimited("POST", "/incidents", 5))) {
            outage.add(cloud.pagerDuty().faults().add(fault.times(10).withProbability(0.3, random)));
        }

        storm.fireTogether(RULE, ALERTS);
        storm.handleAll(Duration.ofHours(1));

        assertThat(storm.pages(RULE)).isEqualTo(ALERTS);
        assertThat(outage).as("each of them struck").allMatch(fault -> fault.fired() > 0);
    }

    @Test
    void anOutageUnderOneOfThemDelaysNoOther() {
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(503));

        storm.fireTogether(RULE, 8);
        storm.pass(Duration.ofSeconds(2));

        assertThat(storm.pages(RULE)).isGreaterThanOrEqualTo(7);
        storm.handleAll(Duration.ofMinutes(5));
        assertThat(storm.pages(RULE)).isEqualTo(8);
    }
}
