package io.middleware.paging.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.AwsCalls;
import io.middleware.paging.harness.AwsCalls.Death;
import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.local.pagerduty.Fault;

/** The function dies in the middle of an alert, with the template's time-out and visibility: how late does the page become? */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class CrashTest extends StormProof {
    private static final Duration AT_MOST = Duration.ofSeconds(60);

    /** After this nothing is cached: each alert meets a process that has just started. */
    private static final Duration UNTIL_ALL_IS_FORGOTTEN = Duration.ofMinutes(11);

    private static final Runnable AT_ONCE = () -> {};

    @Test
    void whereverItDiesThePageIsAMinuteLateAtMost() {
        int calls = callsOfAPage();

        SoftAssertions.assertSoftly(softly -> IntStream.rangeClosed(1, calls)
                .boxed()
                .flatMap(call -> List.of(new Death(call, false, AT_ONCE), new Death(call, true, AT_ONCE)).stream())
                .forEach(death -> softly.assertThat(pagedAfter(death))
                        .as(death.toString())
                        .isLessThanOrEqualTo(AT_MOST)));
    }

    /** So that its claim outlasts the message's visibility time-out. */
    @Test
    void whereverItDiesAtTheEndOfItsTimeThePageIsAMinuteLateAtMost() {
        int calls = callsOfAPage();
        Duration spent = Duration.ofSeconds(23);
        Runnable slowly = () -> cloud.clock().advance(spent);

        SoftAssertions.assertSoftly(softly -> IntStream.rangeClosed(1, calls)
                .boxed()
                .flatMap(call -> List.of(new Death(call, false, slowly), new Death(call, true, slowly)).stream())
                .forEach(death -> softly.assertThat(pagedAfter(death))
                        .as(death.toString())
                        .isLessThanOrEqualTo(AT_MOST.plus(spent))));
    }

    @Test
    void whereItDiesWithThePostOnItsWayThePageIsAMinuteLateAtMost() {
        storm.pass(UNTIL_ALL_IS_FORGOTTEN);
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterwards(post -> AwsCalls.die()));

        assertThat(pagedAfter(new Death(0, false, AT_ONCE))).isLessThanOrEqualTo(AT_MOST);
    }

    @Test
    void whereItDiesWithTheAnswerOnItsWayThePageIsNotRepeated() {
        storm.pass(UNTIL_ALL_IS_FORGOTTEN);
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").afterwards(post -> AwsCalls.die()));

        assertThat(pagedAfter(new Death(0, false, AT_ONCE))).isZero();
    }

    private int callsOfAPage() {
        storm.pass(UNTIL_ALL_IS_FORGOTTEN);
        AwsCalls.reset();
        List<String> undisturbed = storm.fire(1, "critical");
        storm.handleAll(AT_MOST);
        assertThat(storm.latencies(undisturbed)).containsExactly(Duration.ZERO);
        return AwsCalls.count();
    }

    /** How long after it fired the alert paged, once and no more. */
    private Duration pagedAfter(Death death) {
        storm.pass(UNTIL_ALL_IS_FORGOTTEN);
        AwsCalls.reset(death);
        List<String> alert = storm.fire(1, "critical");
        storm.handleAll(Duration.ofMinutes(10));
        assertThat(storm.latencies(alert)).as(death.toString()).hasSize(1);
        return storm.latencies(alert).get(0);
    }
}
