package io.middleware.paging.alert;

import static io.middleware.paging.alert.NotifyOutcome.Next.BACK_TO_QUEUE;
import static io.middleware.paging.alert.NotifyOutcome.Next.DEAD_LETTER;
import static io.middleware.paging.alert.NotifyOutcome.Next.DONE;
import static io.middleware.paging.delivery.Outcome.ADOPTED;
import static io.middleware.paging.delivery.Outcome.NOBODY_PAGED;
import static io.middleware.paging.delivery.Outcome.OPENED;
import static io.middleware.paging.delivery.Outcome.REFUSED;
import static io.middleware.paging.delivery.Outcome.REPEATED;
import static io.middleware.paging.delivery.Outcome.RESOLVED;
import static io.middleware.paging.delivery.Outcome.RESOLVE_SKIPPED;
import static io.middleware.paging.delivery.Outcome.STALE;
import static io.middleware.paging.delivery.Outcome.WAITING;
import static io.middleware.paging.local.pagerduty.Operation.CREATE_INCIDENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.local.pagerduty.Account;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pagerduty.Deadline;

/** Every answer that PagerDuty can give to a page, over real HTTP, and what becomes of the alert. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class AnswerTableTest {
    @Inject
    Scene scene;

    @BeforeEach
    void installAndBind() {
        scene.startReadyToPage();
    }

    @AfterEach
    void nothingUnexpectedWasAsked() {
        scene.pagerDuty().faults().clear();
        assertThat(scene.pagerDuty().unexpectedRequests()).isEmpty();
        assertThat(scene.pagerDuty().doublePages()).isEmpty();
    }

    @Test
    void created() {
        NotifyOutcome outcome = scene.fires(0);

        assertOutcome(outcome, OPENED, DONE);
        assertThat(scene.incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.serviceId()).isEqualTo(Sample.PAYMENTS);
            assertThat(incident.title()).isEqualTo("CPU above 90 % on web-1");
            assertThat(incident.details()).startsWith("> 93.4 % for 5 minutes").contains("Severity: critical");
            assertThat(incident.from()).contains(Sample.MANAGER_EMAIL);
            assertThat(incident.id()).isEqualTo(scene.ledger("incidentId"));
        });
        assertThat(scene.calls()).isEqualTo(1);
    }

    @Test
    void createdButAcknowledgedAtOnce() {
        scene.bind(Sample.BOTS);

        assertOutcome(scene.fires(0), NOBODY_PAGED, DONE);
    }

    @Test
    void aLostAnswerDoesNotHideThatNobodyWasPaged() {
        scene.installAsTheOwner();
        scene.bind(Sample.BOTS);
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        assertOutcome(scene.fires(0), WAITING, BACK_TO_QUEUE);

        assertOutcome(scene.fires(0), NOBODY_PAGED, DONE);
    }

    @Test
    void whatAPersonHasAcknowledgedBeforeItWasFoundAgainHasPaged() {
        scene.installAsTheOwner();
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        assertOutcome(scene.fires(0), WAITING, BACK_TO_QUEUE);
        scene.pagerDuty().acknowledgeByHand(scene.incidents().get(0).id());

        assertOutcome(scene.fires(0), ADOPTED, DONE);
    }

    /** The function that delivered it may have ended before it could tell. */
    @Test
    void aDuplicateOrARepeatOfWhatPagedNobodySaysSoAgainUntilItHasResolved() {
        scene.bind(Sample.BOTS);
        scene.fires(0);

        assertOutcome(scene.fires(0), NOBODY_PAGED, DONE);
        assertOutcome(scene.fires(1), NOBODY_PAGED, DONE);
        assertOutcome(scene.resolves(60), RESOLVED, DONE);
        assertThat(scene.fires(0).outcome()).isEqualTo(REPEATED);
    }

    /** Nobody need look at it any more. */
    @Test
    void theResolveOfWhatPagedNobodyIsAResolve() {
        scene.bind(Sample.BOTS, false, true);
        assertThat(scene.fires(0).outcome()).isEqualTo(NOBODY_PAGED);

        assertOutcome(scene.resolves(60), RESOLVE_SKIPPED, DONE);
    }

    @Test
    void anOutageAtARepeatDoesNotHideThatNobodyWasPaged() {
        scene.bind(Sample.BOTS);
        scene.fires(0);
        scene.pass(Duration.ofMinutes(6));
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(503));
        assertOutcome(scene.fires(300), WAITING, BACK_TO_QUEUE);

        assertOutcome(scene.fires(300), NOBODY_PAGED, DONE);
    }

    @Test
    void openIncidentWithMatchingDedupKey() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        assertOutcome(scene.fires(0), WAITING, BACK_TO_QUEUE);

        NotifyOutcome again = scene.fires(0);

        assertOutcome(again, ADOPTED, DONE);
        assertThat(scene.incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.id()).isEqualTo(scene.ledger("incidentId")));
    }

    @ParameterizedTest
    @ValueSource(strings = {Sample.WEEKEND, Sample.LEGACY, Sample.BATCH})
    void nobodyOnCallDisabledOrInMaintenanceWaitsSlowly(String serviceId) {
        scene.bind(serviceId);

        NotifyOutcome outcome = scene.fires(0);

        assertOutcome(outcome, WAITING, BACK_TO_QUEUE);
        assertThat(outcome.delay().orElseThrow()).isBetween(Duration.ofSeconds(36), Duration.ofSeconds(55));
        assertThat(outcome.detail())
                .startsWith(
                        "nobody could be paged on service " + serviceId + " (" + serviceId + "): REFUSED (HTTP 400");
    }

    @Test
    void aServiceThatIsBackPagesWhatWaited() {
        scene.bind(Sample.LEGACY);
        NotifyOutcome waiting = scene.fires(0);
        scene.pagerDuty().us().service(Sample.LEGACY).enable();

        scene.pass(waiting.delay().orElseThrow());
        NotifyOutcome outcome = scene.fires(0);
        scene.pagerDuty().us().service(Sample.LEGACY).disable();

        assertOutcome(outcome, OPENED, DONE);
    }

    @Test
    void aServiceThatDidNotPageAMomentAgoIsNotCalledAgain() {
        scene.bind(Sample.LEGACY);
        scene.fires(0);
        scene.pass(Duration.ofSeconds(27));

        NotifyOutcome other = scene.fires("web-2", 1);

        assertThat(other.delay().orElseThrow())
                .as("counted from when PagerDuty said so")
                .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(28));

        assertThat(other.outcome()).isEqualTo(WAITING);
        assertThat(other.reason()).isEqualTo(Reason.NOT_PAGEABLE);
        assertThat(other.detail()).contains("disabled");
        assertThat(scene.calls(CREATE_INCIDENT)).isEqualTo(1);
    }

    static Stream<Arguments> permanent() {
        return Stream.of(
                Arguments.of(
                        400,
                        "{\"error\":{\"code\":2002,\"message\":\"Arguments Caused Error\",\"errors\":[\"Service"
                                + " not found\"]}}",
                        "Service not found"),
                Arguments.of(
                        400,
                        "{\"error\":{\"code\":2001,\"message\":\"Invalid Input Provided\",\"errors\":\"Title"
                                + " cannot be empty.\"}}",
                        "Title cannot be empty."),
                Arguments.of(402, "{\"error\":{\"code\":2014,\"message\":\"Missing Account Ability\"}}", "2014"),
                Arguments.of(404, "", "NOT_FOUND (HTTP 404)"),
                Arguments.of(409, "<html>Conflict</html>", "REFUSED (HTTP 409)"),
                Arguments.of(413, "", "TOO_LARGE (HTTP 413)"));
    }

    @ParameterizedTest
    @MethodSource("permanent")
    void refusedForGoodGoesToTheDeadLetterQueue(int status, String body, String reason) {
        scene.pagerDuty()
                .faults()
                .add(Fault.on("POST", "/incidents").answering(status, body).untilCleared());

        NotifyOutcome outcome = scene.fires(0);

        assertOutcome(outcome, REFUSED, DEAD_LETTER);
        assertThat(outcome.detail()).contains(reason);
        assertThat(scene.calls(CREATE_INCIDENT))
                .as("a smaller body is tried once")
                .isEqualTo(status == 413 ? 2 : 1);

        scene.pagerDuty().faults().clear();

        assertOutcome(scene.fires(0), OPENED, DONE);
    }

    @Test
    void tooLargeOnceIsSentAgainSmaller() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(413));

        assertOutcome(scene.fires(0), OPENED, DONE);
    }

    @Test
    void anUnknownServiceIsRefusedByTheRealThing() {
        scene.bind("PNOSUCH");

        assertOutcome(scene.fires(0), REFUSED, DEAD_LETTER);
    }

    static Stream<Arguments> temporary() {
        return Stream.of(
                Arguments.of("HTTP 408", Fault.on("POST", "/incidents").answering(408)),
                Arguments.of("HTTP 500", Fault.on("POST", "/incidents").answering(500)),
                Arguments.of("HTTP 502", Fault.on("POST", "/incidents").answering(502, "<html>Bad Gateway</html>")),
                Arguments.of("HTTP 503", Fault.on("POST", "/incidents").answering(503)),
                Arguments.of(
                        "could not be locked",
                        Fault.on("POST", "/incidents")
                                .answering(
                                        400,
                                        "{\"error\":{\"message\":\"Incident could not be locked\",\"code\":2001}}")),
                Arguments.of(
                        "the connection broke", Fault.on("POST", "/incidents").dropping()),
                Arguments.of(
                        "the connection broke",
                        Fault.on("POST", "/incidents").dropping().afterActing()),
                Arguments.of("could not be read", Fault.on("POST", "/incidents").garbled()),
                Arguments.of("no answer in time", Fault.on("POST", "/incidents").holding(Duration.ofHours(1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("temporary")
    void failedForNowComesAgainAndPagesOnce(String reason, Fault fault) {
        scene.pagerDuty().faults().add(fault);

        NotifyOutcome failed = scene.fires(0);

        assertOutcome(failed, WAITING, BACK_TO_QUEUE);
        assertThat(failed.detail()).contains(reason);
        assertThat(failed.delay().orElseThrow()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(scene.fires(0).outcome()).isIn(OPENED, ADOPTED);
        assertThat(scene.incidents()).hasSize(1);
    }

    @Test
    void anOutageThatAsksForDaysIsTriedAgainAfterMinutes() {
        scene.pagerDuty()
                .faults()
                .add(Fault.on("POST", "/incidents").answering(503).header("Retry-After", "999999"));

        assertThat(scene.fires(0).delay().orElseThrow())
                .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(10).plusSeconds(2));
    }

    @Test
    void rateLimitedHidesUntilTheReset() {
        scene.pagerDuty().faults().add(Fault.rateLimited("POST", "/incidents", 40));

        NotifyOutcome outcome = scene.fires(0);

        assertOutcome(outcome, WAITING, BACK_TO_QUEUE);
        assertThat(outcome.delay().orElseThrow()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(50));
        assertThat(outcome.detail()).contains("Rate Limit Exceeded");
    }

    @Test
    void rateLimitedWithoutHeadersHidesForSomeSeconds() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(429, ""));

        assertThat(scene.fires(0).delay().orElseThrow()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(7));
    }

    @Test
    void aRevokedTokenParksTheWorkspaceWithoutFurtherCalls() {
        scene.install(Sample.REVOKED_TOKEN);

        NotifyOutcome outcome = scene.fires(0);

        assertOutcome(outcome, WAITING, BACK_TO_QUEUE);
        assertThat(outcome.detail()).contains("needs a fresh token").contains("install again");
        assertThat(outcome.delay().orElseThrow()).isBetween(Duration.ofSeconds(36), Duration.ofSeconds(55));
        assertThat(scene.installation().status()).isEqualTo(Installation.Status.REAUTH_REQUIRED);
        assertThat(scene.installation().reason().orElseThrow()).startsWith("UNAUTHORIZED (HTTP 401)");
        long calls = scene.calls();

        assertOutcome(scene.fires(1), WAITING, BACK_TO_QUEUE);

        assertThat(scene.calls()).isEqualTo(calls);
    }

    @Test
    void aFreshTokenPagesWhatWasParked() {
        scene.install(Sample.REVOKED_TOKEN);
        scene.fires(0);
        scene.install(Sample.MANAGER_TOKEN);

        assertOutcome(scene.fires(0), OPENED, DONE);
    }

    @Test
    void aTokenReplacedMeanwhileIsReadAgainAndUsedAtOnce() {
        String soonRevoked = "u+sample-short-lived";
        Account acme = scene.pagerDuty().us().account(Sample.US_SUBDOMAIN);
        acme.addUserToken(soonRevoked, acme.user("PUSR001").orElseThrow());
        scene.install(soonRevoked);
        scene.fires(0);
        scene.install(Sample.RESPONDER_TOKEN);
        scene.pagerDuty().us().revoke(soonRevoked);
        scene.pass(Duration.ofMinutes(5));

        NotifyOutcome outcome = scene.fires(300);

        assertThat(outcome.next()).isEqualTo(DONE);
        assertThat(scene.installation().status()).isEqualTo(Installation.Status.ACTIVE);
    }

    @Test
    void aStakeholdersTokenParksTheWorkspace() {
        scene.install(Sample.STAKEHOLDER_TOKEN);

        assertOutcome(scene.fires(0), WAITING, BACK_TO_QUEUE);

        assertThat(scene.installation().status()).isEqualTo(Installation.Status.REAUTH_REQUIRED);
        assertThat(scene.installation().reason().orElseThrow()).startsWith("FORBIDDEN (HTTP 403");
    }

    @Test
    void forbiddenOnOneServiceMarksThatBindingOnly() {
        scene.install(Sample.OBSERVER_TOKEN);
        scene.bind(Sample.CHECKOUT);

        NotifyOutcome outcome = scene.fires(0);

        assertOutcome(outcome, WAITING, BACK_TO_QUEUE);
        assertThat(outcome.detail()).contains("may not open incidents on service");
        assertThat(scene.binding().get("brokenReason").s()).contains("403");
        assertThat(scene.installation().status()).isEqualTo(Installation.Status.ACTIVE);
    }

    @Test
    void aCallThatCouldOutlastTheInvocationIsNotStarted() {
        Deadline tooSoon =
                Deadline.after(Duration.ofMillis(1_500), TestCloud.current().clock());

        NotifyOutcome outcome = scene.firesWith(0, tooSoon);

        assertOutcome(outcome, WAITING, BACK_TO_QUEUE);
        assertThat(outcome.detail()).startsWith("NO_TIME_LEFT");
        assertThat(scene.calls()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no token at all", " ", "{\"token\":\"u+sample-manager-001\"}\n{}", "tökén"})
    void aSecretThatSomebodyEditedAndThatHoldsNoTokenIsADeadToken(String text) {
        scene.pass(Duration.ofMinutes(1));
        scene.editSecret(text);

        NotifyOutcome outcome = scene.fires(0);

        assertOutcome(outcome, WAITING, BACK_TO_QUEUE);
        assertThat(outcome.reason()).isEqualTo(Reason.TOKEN);
        assertThat(outcome.detail())
                .contains("missing from Secrets Manager", "install again")
                .doesNotContain("sample-manager");
        assertThat(scene.calls()).isZero();
    }

    @Test
    void aFreshTokenIsNotCondemnedForTheOneThatSecretsManagerStillShows() {
        scene.installWithASecretThatLags();
        scene.pagerDuty()
                .faults()
                .add(Fault.on("POST", "/incidents").answering(401).times(2));

        NotifyOutcome early = scene.fires(0);

        assertOutcome(early, WAITING, BACK_TO_QUEUE);
        assertThat(early.reason()).isEqualTo(Reason.AWS);
        assertThat(early.delay().orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(scene.installation().status()).isEqualTo(Installation.Status.ACTIVE);

        scene.pass(Duration.ofMinutes(1));
        scene.pagerDuty().faults().add(Fault.onEverything().answering(401).untilCleared());
        scene.fires(0);

        assertThat(scene.installation().status())
                .as("by now it is what somebody has stored")
                .isEqualTo(Installation.Status.REAUTH_REQUIRED);
    }

    @Test
    void whiteSpaceAroundATokenThatSomebodyPastedIntoItsSecretDoesNotMatter() {
        scene.editSecret(" " + Sample.MANAGER_TOKEN + "\n");

        assertOutcome(scene.fires(0), OPENED, DONE);
    }

    @Test
    void resolvedMeansOneCall() {
        scene.fires(0);
        long calls = scene.calls();

        assertOutcome(scene.resolves(60), RESOLVED, DONE);

        assertThat(scene.calls() - calls).isEqualTo(1);
        assertThat(scene.incidents()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void aResolveEndsWhatItKnowsThoughAnotherServiceIsOutOfSight() {
        scene.fires(0);
        scene.bind(Sample.CHECKOUT);
        scene.pass(Duration.ofMinutes(6));
        scene.pagerDuty().faults().add(Fault.on("GET", "/incidents/*").answering(404));
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping());
        scene.fires(300);
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents").answering(403).times(1));
        scene.pass(Duration.ofMinutes(2));

        NotifyOutcome unseen = scene.resolves(400);

        assertThat(scene.incidents()).noneMatch(incident -> incident.isOpen());
        assertOutcome(unseen, REFUSED, DEAD_LETTER);
        assertThat(unseen.detail()).contains("a POST without an answer may have opened an incident", "403");
        assertOutcome(scene.resolves(400), RESOLVED, DONE);
    }

    @Test
    void thatNobodyWasPagedStaysOnRecordAfterTheRepeatWindow() {
        scene.bind(Sample.BOTS);
        scene.fires(0);
        scene.pass(Duration.ofMinutes(6));

        assertOutcome(scene.fires(300), NOBODY_PAGED, DONE);
    }

    @Test
    void resolvedAlreadyCountsAsResolved() {
        scene.fires(0);
        scene.pagerDuty().resolveByHand(scene.ledger("incidentId"));

        assertOutcome(scene.resolves(60), RESOLVED, DONE);
    }

    @Test
    void mergedIntoAnotherCountsAsResolved() {
        scene.fires(0);
        scene.fires("web-2", 0);
        scene.pagerDuty()
                .mergeByHand(
                        scene.ledger("incidentId"),
                        scene.incidents("web-2").get(0).id());

        assertOutcome(scene.resolves(60), RESOLVED, DONE);
    }

    /** PagerDuty has no deletion of incidents: what it does not find is another team's or another account's. */
    @Test
    void whatPagerDutyDoesNotFindIsRefusedAndNeverTakenForResolved() {
        scene.fires(0);
        IncidentView incident = scene.incidents().get(0);
        scene.pagerDuty().hideIncident(incident.id());

        NotifyOutcome outcome = scene.resolves(60);

        assertOutcome(outcome, REFUSED, DEAD_LETTER);
        assertThat(outcome.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(outcome.incident()).map(KnownIncident::id).contains(incident.id());
        assertThat(outcome.detail())
                .contains("incident #" + incident.number(), "/incidents/" + incident.id())
                .contains("out of sight of PagerDuty user PUSR-" + scene.workspace(), "404")
                .contains("resolve it by hand", "give that user access to service " + Sample.PAYMENTS)
                .contains("send the message back from the dead-letter queue");
        assertThat(scene.ledger("outcome")).isEqualTo("REFUSED");
        assertThat(scene.ledger("reasonCode")).isEqualTo("NOT_FOUND");
        assertThat(scene.incidents()).singleElement().matches(IncidentView::isOpen);
    }

    @Test
    void whatWasOutOfSightIsResolvedWhenItsMessageIsSentBackAfterAccessWasGiven() {
        scene.fires(0);
        scene.pagerDuty().hideIncident(scene.ledger("incidentId"));
        assertOutcome(scene.resolves(60), REFUSED, DEAD_LETTER);
        assertOutcome(scene.resolves(60), REFUSED, DEAD_LETTER);

        scene.pagerDuty().showIncident(scene.ledger("incidentId"));

        assertOutcome(scene.resolves(60), RESOLVED, DONE);
        assertThat(scene.incidents()).noneMatch(IncidentView::isOpen);
    }

    @Test
    void anIncidentOutOfSightDoesNotKeepANewerOneOpen() {
        scene.fires(0);
        String unseen = scene.ledger("incidentId");
        scene.pagerDuty().hideIncident(unseen);
        scene.bind(Sample.CHECKOUT);
        scene.pass(Duration.ofMinutes(6));
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(300);
        scene.pass(Duration.ofMinutes(2));

        NotifyOutcome outcome = scene.resolves(500);

        assertOutcome(outcome, REFUSED, DEAD_LETTER);
        assertThat(outcome.detail()).contains("/incidents/" + unseen);
        assertThat(scene.incidents())
                .extracting(IncidentView::serviceId, IncidentView::isOpen)
                .containsExactly(tuple(Sample.PAYMENTS, true), tuple(Sample.CHECKOUT, false));
    }

    @Test
    void aResolveOfAnIncidentIsNotRecordedUntilPagerDutyShowsItAsResolved() {
        scene.fires(0);
        String id = scene.ledger("incidentId");
        for (String yes : new String[] {
            "{}",
            "{\"incidents\":[{\"id\":\"" + id + "\",\"status\":\"triggered\"}]}",
            "{\"incidents\":[{\"id\":\"Q0\"}]}"
        }) {
            scene.pagerDuty().faults().add(Fault.on("PUT", "/incidents").answering(200, yes));

            NotifyOutcome outcome = scene.resolves(60);

            assertOutcome(outcome, WAITING, BACK_TO_QUEUE);
            assertThat(outcome.detail()).contains("does not show it as resolved");
        }
        assertOutcome(scene.resolves(60), RESOLVED, DONE);
        assertThat(scene.incidents()).noneMatch(IncidentView::isOpen);
    }

    @Test
    void aYesThatLeavesAnIncidentOutIsEnoughIfItsStateSaysResolved() {
        scene.fires(0);
        scene.pagerDuty()
                .faults()
                .add(Fault.on("PUT", "/incidents").answering(200, "{}").afterActing());

        assertOutcome(scene.resolves(60), RESOLVED, DONE);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {408, 429, 500, 503})
    void aResolveThatFailsForNowComesAgain(int status) {
        scene.fires(0);
        scene.pagerDuty().faults().add(Fault.on("PUT", "/incidents").answering(status));

        NotifyOutcome failed = scene.resolves(60);

        assertOutcome(failed, WAITING, BACK_TO_QUEUE);
        scene.pass(failed.delay().orElseThrow());
        assertOutcome(scene.resolves(60), RESOLVED, DONE);
    }

    @Test
    void aResolveWhoseAnswerWasLostComesAgain() {
        scene.fires(0);
        scene.pagerDuty().faults().add(Fault.on("PUT", "/incidents").dropping().afterActing());

        assertOutcome(scene.resolves(60), WAITING, BACK_TO_QUEUE);
        assertOutcome(scene.resolves(60), RESOLVED, DONE);
    }

    @Test
    void aTriggerInsideTheRepeatWindowAfterALostResolvePagesAnew() {
        scene.fires(0);
        scene.pagerDuty().faults().add(Fault.on("PUT", "/incidents").dropping().afterActing());
        scene.resolves(60);

        assertOutcome(scene.fires(61), OPENED, DONE);

        assertOutcome(scene.resolves(60), STALE, DONE);
        assertThat(scene.incidents()).hasSize(2);
    }

    @Test
    void aLostPostWhoseIncidentWasClosedMeanwhilePagesNobodyAgain() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        scene.pass(Duration.ofHours(2));
        scene.pagerDuty().resolveByHand(scene.incidents().get(0).id());

        assertOutcome(scene.fires(0), ADOPTED, DONE);

        assertThat(scene.incidents()).hasSize(1);
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isEqualTo(1);
        assertOutcome(scene.fires(1), OPENED, DONE);
        assertThat(scene.incidents()).as("what fires after that pages").hasSize(2);
    }

    @Test
    void anIncidentThatAResolveEndedIsNotTakenForThatOfANewerLostPost() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        assertOutcome(scene.resolves(60), RESOLVED, DONE);
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping());
        assertOutcome(scene.fires(120), WAITING, BACK_TO_QUEUE);

        assertOutcome(scene.fires(120), OPENED, DONE);

        assertThat(scene.incidents()).hasSize(2);
    }

    @Test
    void anIncidentOfAnOlderLostPostIsNotTakenForThatOfANewerOne() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        scene.pass(Duration.ofMinutes(10));
        scene.pagerDuty().resolveByHand(scene.incidents().get(0).id());
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping());
        assertOutcome(scene.fires(600), WAITING, BACK_TO_QUEUE);

        assertOutcome(scene.fires(600), OPENED, DONE);

        assertThat(scene.incidents()).hasSize(2);
    }

    @Test
    void aPageWaitsFiveMinutesForAListThatFailsAndNoLonger() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping());
        scene.fires(0);
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents").answering(503).untilCleared());
        assertOutcome(scene.fires(0), WAITING, BACK_TO_QUEUE);

        scene.pass(Duration.ofMinutes(5));

        assertOutcome(scene.fires(0), OPENED, DONE);
        assertThat(scene.incidents()).hasSize(1);
    }

    @Test
    void patienceWithAFailingListBeginsWithItsFirstFailure() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        scene.pagerDuty().resolveByHand(scene.incidents().get(0).id());
        scene.pass(Duration.ofMinutes(30));
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents").answering(503).times(2));

        assertOutcome(scene.fires(0), WAITING, BACK_TO_QUEUE);
        assertOutcome(scene.fires(0), ADOPTED, DONE);

        assertThat(scene.incidents()).hasSize(1);
    }

    @Test
    void aListThatAnswersInBetweenRestoresThePatience() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping());
        scene.fires(0);
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents").answering(503).times(2));
        assertOutcome(scene.fires(0), WAITING, BACK_TO_QUEUE);
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        assertOutcome(scene.fires(0), WAITING, BACK_TO_QUEUE);
        scene.pagerDuty().resolveByHand(scene.incidents().get(0).id());
        scene.pass(Duration.ofMinutes(30));
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents").answering(503).times(2));

        assertOutcome(scene.fires(0), WAITING, BACK_TO_QUEUE);
        assertOutcome(scene.fires(0), ADOPTED, DONE);

        assertThat(scene.incidents()).hasSize(1);
    }

    @Test
    void aFailingListOfAnOlderTriggerUsesUpNoPatienceOfANewerOne() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping());
        scene.fires(0);
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents").answering(503).times(2));
        scene.fires(0);
        scene.pass(Duration.ofMinutes(30));
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        assertOutcome(scene.fires(1800), WAITING, BACK_TO_QUEUE);
        scene.pagerDuty().resolveByHand(scene.incidents().get(0).id());
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents").answering(503).times(2));

        assertOutcome(scene.fires(1800), WAITING, BACK_TO_QUEUE);
        assertOutcome(scene.fires(1800), ADOPTED, DONE);

        assertThat(scene.incidents()).hasSize(1);
    }

    @Test
    void aNewerTriggerAfterALostPostWhoseIncidentWasClosedPages() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        scene.pass(Duration.ofMinutes(10));
        scene.pagerDuty().resolveByHand(scene.incidents().get(0).id());

        assertOutcome(scene.fires(600), OPENED, DONE);

        assertThat(scene.incidents()).hasSize(2);
    }

    @Test
    void anIncidentThatIsKnownIsNotTakenForThatOfALostPost() {
        scene.fires(0);
        scene.pagerDuty().resolveByHand(scene.incidents().get(0).id());
        scene.resolves(1);
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping());
        assertOutcome(scene.fires(2), WAITING, BACK_TO_QUEUE);

        assertOutcome(scene.fires(2), OPENED, DONE);

        assertThat(scene.incidents()).hasSize(2);
    }

    @Test
    void aLostPostIsNotRepeatedBeforePagerDutyHasSaidWhetherItWasActedOn() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents").answering(503).times(2));

        assertOutcome(scene.fires(0), WAITING, BACK_TO_QUEUE);
        assertOutcome(scene.fires(0), ADOPTED, DONE);

        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isEqualTo(1);
    }

    @Test
    void aResolveLeavesAnIncidentThatSomebodyClosedOutAndEndsTheNewerOneInOneCall() {
        scene.fires(0);
        scene.pagerDuty().resolveByHand(scene.incidents().get(0).id());
        scene.pass(Duration.ofMinutes(10));
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(600);

        assertOutcome(scene.resolves(660), RESOLVED, DONE);

        assertThat(scene.incidents()).hasSize(2).noneMatch(IncidentView::isOpen);
        assertThat(scene.calls(Operation.UPDATE_INCIDENTS)).isEqualTo(1);
    }

    @Test
    void aResolveFindsTheIncidentOfALostPost() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);

        assertOutcome(scene.resolves(60), RESOLVED, DONE);
        assertOutcome(scene.fires(0), STALE, DONE);

        assertThat(scene.incidents()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void aResolveWaitsUntilAnEmptyListProvesThatALostPostOpenedNothing() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping());
        scene.fires(0);

        assertOutcome(scene.resolves(60), WAITING, BACK_TO_QUEUE);
        scene.pass(Duration.ofSeconds(60));

        assertOutcome(scene.resolves(60), Outcome.RESOLVE_SKIPPED, DONE);
        assertThat(scene.incidents()).isEmpty();
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isEqualTo(1);
    }

    @Test
    void aRuleThatMovedToAnotherServiceAfterALostPostAdoptsTheIncidentThere() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        scene.bind(Sample.CHECKOUT);
        scene.pass(Duration.ofMinutes(1));

        assertOutcome(scene.fires(0), ADOPTED, DONE);

        assertThat(scene.incidents()).hasSize(1);
        assertThat(scene.ledger("incidentServiceId")).isEqualTo(Sample.PAYMENTS);
    }

    @Test
    void aFailedLookUpOnTheOldServiceIsMadeAgainAndNotForgotten() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        scene.bind(Sample.CHECKOUT);
        scene.pass(Duration.ofMinutes(1));
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/incidents").answering(503).times(2));
        assertOutcome(scene.fires(0), WAITING, BACK_TO_QUEUE);

        assertOutcome(scene.fires(0), ADOPTED, DONE);

        assertThat(scene.incidents()).hasSize(1);
    }

    @Test
    void anIncidentThatTheTokenCanNoLongerSeeDoesNotKeepTheNewServiceFromBeingPaged() {
        scene.fires(0);
        scene.bind(Sample.CHECKOUT);
        scene.pass(Duration.ofMinutes(6));
        scene.pagerDuty().faults().add(Fault.on("GET", "/incidents/*").answering(403));

        assertOutcome(scene.fires(300), OPENED, DONE);

        assertThat(scene.binding()).doesNotContainKey("brokenReason");
    }

    @Test
    void anOlderResolveThatComesLateCannotEndTheIncidentOfALostPost() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(60);

        assertOutcome(scene.resolves(30), STALE, DONE);
        assertOutcome(scene.fires(60), ADOPTED, DONE);

        assertThat(scene.incidents()).singleElement().matches(incident -> incident.isOpen());
    }

    @Test
    void aReinstallInAnotherRegionIsNotCondemnedByWhatIsRemembered() {
        scene.fires(0);
        scene.pass(Duration.ofMinutes(4).plusSeconds(30));
        // The installation is read again here, the token is still remembered.
        scene.resolves(200);
        scene.installEu();
        scene.bind(Sample.PAYMENTS_EU);
        scene.pass(Duration.ofSeconds(40));

        scene.fires(400);

        assertThat(scene.installation().status()).isEqualTo(Installation.Status.ACTIVE);
    }

    @Test
    void aStoreThatFailsUnderAClaimGivesTheClaimBack() {
        TestCloud.current().secrets().failNext(20, io.middleware.paging.local.secrets.Fault.internalServiceError());
        assertThatThrownBy(() -> scene.fires(0)).isInstanceOf(RuntimeException.class);
        TestCloud.current().secrets().heal();

        assertOutcome(scene.fires(0), OPENED, DONE);
    }

    @Test
    void aRepeatAfterTheRuleMovedPagesNobodyTwiceWhileTheFirstIncidentIsOpen() {
        scene.fires(0);
        scene.bind(Sample.CHECKOUT);
        scene.pass(Duration.ofMinutes(6));

        assertOutcome(scene.fires(300), Outcome.REPEATED, DONE);
        assertThat(scene.incidents()).hasSize(1);

        scene.pagerDuty().resolveByHand(scene.ledger("incidentId"));
        scene.pass(Duration.ofMinutes(6));

        assertOutcome(scene.fires(600), OPENED, DONE);
        assertThat(scene.ledger("incidentServiceId")).isEqualTo(Sample.CHECKOUT);
    }

    private void assertOutcome(NotifyOutcome actual, Outcome outcome, NotifyOutcome.Next next) {
        assertThat(actual.outcome()).as(actual.toString()).isEqualTo(outcome);
        assertThat(actual.next()).isEqualTo(next);
        if (outcome != STALE) {
            assertThat(scene.ledger("outcome")).isEqualTo(outcome.name());
        }
    }
}
