package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import io.middleware.paging.ExplainFunction;
import io.middleware.paging.binding.BindingConfig;
import io.middleware.paging.binding.DynamoRuleBindings;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.ServiceCheck;
import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.DeliveryConfig;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.DynamoEpisodes;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.delivery.Release;
import io.middleware.paging.explain.ExplainConfig;
import io.middleware.paging.explain.Explainer;
import io.middleware.paging.explain.SqsQueueCounts;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.DynamoInstallations;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.InstallationConfig;
import io.middleware.paging.installation.Installations;
import io.middleware.paging.installation.TokenStore;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.PagerDutyHost;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pacing.DynamoRateBudgets;
import io.middleware.paging.pacing.PacingConfig;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.IncidentReads;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.SideBySide;

/**
 * Why did it page, or not? Alerts go through the code of notify; then somebody asks. Each outcome and each reason of
 * docs/outcomes.md, and each item of "alert didn't page" has its verdict.
 */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class ExplainTest {
    private static final String ALERT = "cpu-high/host=web-1";

    @Inject
    Scene scene;

    @Inject
    ExplainFunction function;

    @Inject
    DeliveryLedger ledger;

    @Inject
    Installations installations;

    @Inject
    RuleBindings bindings;

    @Inject
    ObjectMapper json;

    @Inject
    TokenStore tokens;

    @Inject
    SqsQueueCounts queues;

    @Inject
    PagerDuty pagerDuty;

    @Inject
    ServiceCheck serviceCheck;

    @Inject
    IncidentReads incidentReads;

    @Inject
    SideBySide sideBySide;

    @Inject
    InstallationConfig installationConfig;

    @Inject
    BindingConfig bindingConfig;

    @Inject
    DeliveryConfig deliveryConfig;

    @Inject
    PacingConfig pacingConfig;

    @Inject
    ExplainConfig explainConfig;

    private final PagerDutyHost us = TestCloud.current().pagerDuty().us();

    @BeforeEach
    void installAndBind() {
        // What another test left of a rate limit, or of a service that did not page, is over.
        scene.pass(Duration.ofMinutes(20));
        scene.start();
        scene.installAsTheOwner();
        scene.bind(Sample.PAYMENTS);
    }

    @AfterEach
    void nothingUnexpectedWasAsked() {
        scene.pagerDuty().faults().clear();
        TestCloud.current().secrets().heal();
        assertThat(scene.pagerDuty().unexpectedRequests()).isEmpty();
    }

    // ---- It paged ----

    @Test
    void whoWasNotifiedByWhatAndWhen() {
        scene.fires(0);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("NOTIFIED");
        assertThat(told.verdict())
                .startsWith("It paged: incident #" + incident().number() + " was opened at ")
                .contains("PagerDuty notified Asha Rao by push at ")
                .endsWith("Nobody has acknowledged it.");
        assertThat(told.problems()).isEmpty();
        assertThat(told.names())
                .containsExactly(
                        "installation",
                        "token",
                        "binding",
                        "queue",
                        "delivery",
                        "deadLetterQueue",
                        "budget",
                        "service",
                        "maintenance",
                        "onCall",
                        "urgency",
                        "incident",
                        "notifications");
        assertThat(told.detail("onCall")).contains("Asha Rao");
        assertThat(told.answer.path("deliveries")).singleElement().satisfies(delivery -> {
            assertThat(delivery.path("alertId").asText()).isEqualTo(ALERT);
            assertThat(delivery.path("outcome").asText()).isEqualTo("OPENED");
            assertThat(delivery.at("/incident/status").asText()).isEqualTo("triggered");
            assertThat(delivery.at("/incident/htmlUrl").asText()).isEqualTo(explainedLink(told));
            assertThat(Instant.parse(delivery.path("beganAt").asText())).isNotNull();
        });
    }

    private String explainedLink(Told told) {
        return told.detail("incident").replaceFirst("^#\\d+ (\\S+):.*$", "$1");
    }

    @Test
    void anAlertThatSharesItsRulesIncidentHasThatOnesVerdict() {
        scene.bindFolded(true);
        scene.fires("web-2", 0);
        scene.fires(1);

        assertThat(explain(ALERT).code()).isEqualTo("NOTIFIED");
        scene.resolves(10);
        assertThat(explain(ALERT).code()).isEqualTo("ENDED_INCIDENT_OPEN");
        assertThat(explain(ALERT).verdict()).contains("1 other alerts of the rule still fire");
    }

    @Test
    void acknowledgedByWhomAndWhen() {
        scene.fires(0);
        scene.pagerDuty().acknowledgeByHand(incident().id());

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("ACKNOWLEDGED");
        assertThat(told.verdict()).contains("was acknowledged at ").contains(" by Asha Rao");
    }

    @Test
    void acknowledgedAtOnceForTheTokensOwner() {
        scene.bind(Sample.BOTS);
        scene.fires(0);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("ACKNOWLEDGED_AT_ONCE");
        assertThat(told.verdict()).contains("Nobody was notified").contains("Paging Bot");
        assertThat(told.remedy()).contains("no schedule");
        assertThat(told.detail("onCall")).contains("Only the owner of the token");
        assertThat(told.problems()).contains("delivery", "onCall", "notifications");
    }

    @Test
    void snoozedByWhomUntilWhen() {
        scene.fires(0);
        scene.pagerDuty().snoozeByHand(incident().id(), Duration.ofMinutes(90));

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("SNOOZED");
        assertThat(told.verdict())
                .contains("by Asha Rao")
                .contains("notifies nobody until "
                        + now().plus(Duration.ofMinutes(90)).toString().substring(0, 16));
    }

    @Test
    void mergedIntoWhich() {
        scene.fires(0);
        scene.fires("web-2", 0);
        scene.pagerDuty()
                .mergeByHand(incident().id(), scene.incidents("web-2").get(0).id());

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("MERGED");
        assertThat(told.verdict())
                .contains("was merged into ")
                .contains(String.valueOf(scene.incidents("web-2").get(0).number()));
    }

    @Test
    void resolvedByAPersonWhileItsAlertFires() {
        scene.fires(0);
        scene.pagerDuty().resolveByHand(incident().id());

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("CLOSED_IN_PAGERDUTY");
        assertThat(told.verdict()).contains("by Asha Rao").contains("still fires");
    }

    @Test
    void outOfTheTokensSight() {
        scene.fires(0);
        scene.pagerDuty().hideIncident(incident().id());

        assertThat(explain(ALERT).code()).isEqualTo("INCIDENT_OUT_OF_SIGHT");
    }

    @Test
    void resolvedWithItsAlert() {
        scene.fires(0);
        scene.resolves(10);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("ENDED");
        assertThat(told.verdict())
                .startsWith("It paged, and is over")
                .contains("PagerDuty notified Asha Rao")
                .contains("by this integration");
        assertThat(told.problems()).isEmpty();
    }

    @Test
    void whatEndedIsNotGuessedWhilePagerDutyDoesNotAnswer() {
        scene.bind(Sample.PAYMENTS, false, true);
        scene.fires(0);
        scene.resolves(10);
        scene.pagerDuty().faults().add(Fault.onEverything().answering(500).untilCleared());

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("INCIDENT_NOT_READ");
        assertThat(told.verdict()).startsWith("The alert resolved at ").contains("could not be read");
    }

    @Test
    void aLostPageThatWasClosedBeforeItWasFoundHasPaged() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        scene.pagerDuty().resolveByHand(incident().id());
        scene.pass(Duration.ofMinutes(2));
        scene.fires(0);

        Told told = explain(ALERT);

        assertThat(told.answer.at("/deliveries/0/outcome").asText()).isEqualTo("ADOPTED");
        assertThat(told.code()).isEqualTo("CLOSED_IN_PAGERDUTY");
    }

    @Test
    void anIncidentThatItsRuleLeavesToPeopleStaysOpen() {
        scene.bind(Sample.PAYMENTS, false, true);
        scene.fires(0);
        scene.resolves(10);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("ENDED_INCIDENT_OPEN");
        assertThat(told.verdict()).contains("the incident is still open").contains("does not resolve its incidents");
    }

    @Test
    void lowUrgencyIsNamed() {
        scene.bind(Sample.SEARCH);
        scene.fires(0);

        Told told = explain(ALERT);

        assertThat(told.problems()).contains("urgency");
        assertThat(told.detail("urgency"))
                .contains("gives its incidents low urgency")
                .contains("The incident has low urgency");
    }

    @Test
    void aRepeatKeepsTheVerdictOfItsIncident() {
        scene.fires(0);
        scene.fires(60);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("NOTIFIED");
        assertThat(told.answer.at("/deliveries/0/outcome").asText()).isEqualTo("REPEATED");
    }

    @Test
    void whatWasAdoptedAfterALostAnswerHasPaged() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        assertThat(explain(ALERT).code()).isEqualTo("WAITING_OUTAGE");
        scene.fires(0);

        Told told = explain(ALERT);

        assertThat(told.answer.at("/deliveries/0/outcome").asText()).isEqualTo("ADOPTED");
        assertThat(told.code()).isEqualTo("NOTIFIED");
    }

    @Test
    void aResolveThatWaitsIsToldBesideTheIncident() {
        scene.fires(0);
        scene.pagerDuty().faults().add(Fault.on("PUT", "/incidents").answering(503));
        scene.resolves(10);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("NOTIFIED");
        assertThat(told.verdict()).contains("Its resolve waits for PagerDuty to answer again");
    }

    @Test
    void aResolveThatWaitsForWhatALostAnswerMayHaveOpened() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(503));
        scene.fires(0);
        scene.resolves(10);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("WAITING_LIST_LAG");
        assertThat(told.verdict())
                .startsWith("The alert has resolved at ")
                .contains("An earlier attempt may have opened an incident");
    }

    @Test
    void aResolveThatPagerDutyRefusesIsAProblem() {
        scene.fires(0);
        scene.pagerDuty().hideIncident(incident().id());
        scene.resolves(10);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("RESOLVE_NOT_SENT");
        assertThat(told.problems()).contains("delivery", "deadLetterQueue");
    }

    // ---- It did not page ----

    @Test
    void aRuleThatIsNotBound() {
        scene.unbind();
        scene.fires(0);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("UNBOUND");
        assertThat(told.remedy()).contains("bind-rule");
        assertThat(told.names()).doesNotContain("service", "onCall");
        assertThat(told.problems()).contains("binding", "delivery");
    }

    @Test
    void aRuleThatWasBoundSinceStillDidNotPageThatAlert() {
        scene.unbind();
        scene.fires(0);
        scene.bind(Sample.PAYMENTS);

        assertThat(explain(ALERT).code()).isEqualTo("UNBOUND");
        assertThat(explain(null).code()).isEqualTo("RULE_READY");
    }

    @Test
    void aRuleThatIsDisabled() {
        scene.bind(Sample.PAYMENTS, true, false);
        scene.fires(0);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("DISABLED");
        assertThat(told.remedy()).contains("enabled true");
        assertThat(explain(null).code()).isEqualTo("RULE_DISABLED");
    }

    @Test
    void anAlarmThatItsSenderSilenced() {
        ledger.recordUnsent(key(), now(), Outcome.DISABLED, Reason.SUPPRESSED, "by the alarm maintenance-window");
        assertThat(explain(ALERT).code()).isEqualTo("SUPPRESSED");
        assertThat(explain(ALERT).verdict()).contains("maintenance-window");

        ledger.recordUnsent(key(), now().plusSeconds(1), Outcome.DISABLED, Reason.NO_DATA, "no data any more");
        assertThat(explain(ALERT).code()).isEqualTo("NO_DATA");
    }

    @ParameterizedTest
    @CsvSource({
        Sample.LEGACY + ", SERVICE_DISABLED, is disabled in PagerDuty",
        Sample.BATCH + ", SERVICE_IN_MAINTENANCE, opens no incidents until 2026-",
        Sample.WEEKEND + ", NOBODY_ON_CALL, Nobody is on call"
    })
    void aServiceThatDoesNotPageNow(String serviceId, String ofRule, String words) {
        scene.bind(serviceId);
        scene.fires(0);

        Told ofAlert = explain(ALERT);
        Told told = explain(null);

        assertThat(ofAlert.code()).isEqualTo("WAITING_NOT_PAGEABLE");
        assertThat(ofAlert.verdict()).startsWith("It has not paged yet").contains("next attempt is due at ");
        assertThat(told.code()).isEqualTo(ofRule);
        assertThat(told.verdict())
                .startsWith("New alerts of rule cpu-high page nobody now")
                .contains(words);
    }

    @Test
    void whatAPersonHasMendedSaysSo() {
        scene.bind(Sample.LEGACY);
        scene.fires(0);
        us.service(Sample.LEGACY).enable();
        try {
            assertThat(explain(ALERT).verdict()).contains("that is mended by now");
        } finally {
            us.service(Sample.LEGACY).disable();
        }
    }

    @Test
    void aServiceThatIsGone() {
        scene.bind("PSVCGONE");
        scene.fires(0);

        assertThat(explain(ALERT).code()).isEqualTo("REFUSED");
        assertThat(explain(null).code()).isEqualTo("SERVICE_NOT_FOUND");
        assertThat(explain(null).problems()).contains("service", "deadLetterQueue");
    }

    @Test
    void onlyTheTokensOwnerOnCall() {
        scene.bind(Sample.BOTS);

        assertThat(explain(null).code()).isEqualTo("SELF_ON_CALL");
    }

    @Test
    void aTokenThatWasRevoked() {
        String token = "u+explain-revoked-01";
        us.addUserToken(token, us.account().user("PUSR001").orElseThrow());
        scene.installAsTheOwner(token);
        us.revoke(token);
        scene.fires(0);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("WAITING_TOKEN");
        assertThat(told.remedy()).contains("install");
        assertThat(told.problems()).contains("installation", "token", "delivery");
        assertThat(explain(null).code()).isEqualTo("TOKEN_REFUSED");

        scene.installAsTheOwner();
        assertThat(explain(ALERT).verdict()).contains("PagerDuty accepts the workspace's token by now");
        scene.fires(0);
        assertThat(explain(ALERT).code()).isEqualTo("NOTIFIED");
    }

    @Test
    void aTokenThatWasRevokedBeforeAnyAlertNoticedIsFoundAndNotCondemned() {
        String token = "u+explain-revoked-02";
        us.addUserToken(token, us.account().user("PUSR001").orElseThrow());
        scene.installAsTheOwner(token);
        us.revoke(token);

        Told told = explain(null);

        assertThat(told.code()).isEqualTo("TOKEN_REFUSED");
        assertThat(told.result("installation")).isEqualTo("ok");
        assertThat(told.detail("token")).contains("UNAUTHORIZED");
        assertThat(told.result("service")).isEqualTo("unknown");
        assertThat(installations
                        .find(new WorkspaceId(scene.workspace()))
                        .orElseThrow()
                        .status())
                .isEqualTo(Installation.Status.ACTIVE);
    }

    @Test
    void aRoleThatWasTakenAway() {
        scene.installAs("PUSR004", Sample.STAKEHOLDER_TOKEN);
        scene.fires(0);

        assertThat(explain(ALERT).code()).isEqualTo("WAITING_TOKEN");
        assertThat(explain(null).code()).isEqualTo("TOKEN_REFUSED");
        assertThat(explain(null).verdict()).contains("stakeholder");
    }

    @Test
    void aServiceThatTheTokensUserMayNotPage() {
        scene.installAs("PUSR003", Sample.OBSERVER_TOKEN);
        scene.bind(Sample.ORDERS_API);
        scene.fires(0);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("WAITING_FORBIDDEN");
        assertThat(told.problems()).contains("binding");
        assertThat(explain(null).code()).isEqualTo("SERVICE_FORBIDDEN");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMarkFromBeforeTheRuleHasPagedSaysNothingAnyMore(boolean notifyOnResolve) {
        scene.bind(Sample.PAYMENTS, notifyOnResolve, true);
        RuleBinding bound =
                bindings.find(new WorkspaceId(scene.workspace()), Scene.RULE).orElseThrow();
        bindings.markBroken(bound, "403 as it was told", now());
        assertThat(explain(null).code()).isEqualTo("SERVICE_FORBIDDEN");
        scene.pass(Duration.ofMinutes(5));
        scene.fires(300);
        assertThat(explain(null).code()).as("open").isEqualTo("RULE_READY");

        scene.resolves(310);

        assertThat(explain(null).code()).as("over").isEqualTo("RULE_READY");

        scene.pass(Duration.ofMinutes(5));
        waitsFor(Reason.FORBIDDEN);

        assertThat(explain(null).code()).as("refused anew").isEqualTo("SERVICE_FORBIDDEN");
    }

    @Test
    void aBindingToWhatIsNoServiceOfPagerDutysIsNotReady() {
        scene.bind("payments/../x");

        Told told = explain(null);

        assertThat(told.code()).isEqualTo("SERVICE_NOT_FOUND");
        assertThat(told.problems()).contains("service");
    }

    @Test
    void aSecretThatSomebodyEdited() {
        scene.editSecret("{\"token\":\"not the bare token\"}");

        Told told = explain(null);

        assertThat(told.code()).isEqualTo("TOKEN_REFUSED");
        assertThat(told.detail("token")).contains("holds JSON, not the bare token");
    }

    @Test
    void aWorkspaceThatIsNotInstalled() {
        scene.uninstall();
        scene.pass(Duration.ofMinutes(2));
        scene.fires(0);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("WAITING_NOT_INSTALLED");
        assertThat(explain(null).code()).isEqualTo("NOT_INSTALLED");
        assertThat(told.result("service")).isEqualTo("unknown");
    }

    @Test
    void aWorkspaceThatIsBeingUninstalledIsNotInstalled() {
        Installation it = installations.find(new WorkspaceId(scene.workspace())).orElseThrow();
        installations.save(new Installation(
                it.workspaceId(),
                Installation.Status.UNINSTALLING,
                it.region(),
                it.user(),
                it.installedAt(),
                it.since(),
                Optional.empty(),
                it.tokenVersion()));

        assertThat(explain(null).code()).isEqualTo("NOT_INSTALLED");
    }

    @Test
    void anOutage() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(503));
        scene.fires(0);

        assertThat(explain(ALERT).code()).isEqualTo("WAITING_OUTAGE");
        assertThat(explain(ALERT).verdict()).contains("503");
    }

    @Test
    void aRateLimit() {
        scene.pagerDuty().faults().add(Fault.rateLimited("POST", "/incidents", 50));
        scene.fires(0);

        assertThat(explain(ALERT).code()).isEqualTo("WAITING_RATE_LIMITED");
        assertThat(explain(ALERT).problems()).contains("budget");
        assertThat(explain(null).code()).isEqualTo("RATE_LIMIT_USED_UP");
    }

    @Test
    void tooLittleTime() {
        scene.firesWith(
                0, Deadline.after(Duration.ofSeconds(2), TestCloud.current().clock()));

        assertThat(explain(ALERT).code()).isEqualTo("WAITING_TIME");
    }

    static Stream<Reason> waited() {
        return Arrays.stream(Reason.values())
                .filter(reason -> !reason.waitedFor().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("waited")
    void whateverAnAlertWaitsFor(Reason reason) {
        waitsFor(reason);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("WAITING_" + reason);
        assertThat(told.verdict()).startsWith("It has not paged yet").contains(reason.waitedFor());
        assertThat(told.answer.at("/deliveries/0/reason").asText()).isEqualTo(reason.name());
        assertThat(told.answer.at("/deliveries/0/nextAttemptAt").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"400, BAD_REQUEST", "404, NOT_FOUND", "413, TOO_LARGE"})
    void whatPagerDutyRefusesForGood(int status, Reason reason) {
        scene.pagerDuty()
                .faults()
                .add(Fault.on("POST", "/incidents")
                        .answering(status, "{\"error\":{\"code\":2001,\"message\":\"Invalid Input\"}}")
                        .times(2));
        scene.fires(0);

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("REFUSED");
        assertThat(told.verdict()).contains(Integer.toString(status)).contains("dead-letter queue");
        assertThat(told.answer.at("/deliveries/0/reason").asText()).isEqualTo(reason.name());
        assertThat(told.problems()).contains("deadLetterQueue");
    }

    @Test
    void whatExpiredSaysWhatItWaitedFor() {
        ledger.recordExpired(key(), now(), Reason.TOKEN, "no token for four days");

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("EXPIRED");
        assertThat(told.verdict()).contains("a fresh PagerDuty token").contains("no token for four days");
        assertThat(told.problems()).contains("delivery", "deadLetterQueue");
    }

    @Test
    void resolvedBeforeItCouldPage() {
        scene.resolves(10);
        assertThat(explain(ALERT).code()).isEqualTo("ENDED_BEFORE_PAGE");

        scene.fires(5);

        assertThat(explain(ALERT).code()).isEqualTo("ENDED_BEFORE_PAGE");
        assertThat(explain(ALERT).answer.at("/deliveries/0/outcome").asText()).isEqualTo("STALE");
    }

    @Test
    void anEpisodeWithoutAPageIsNotConfusedWithTheOneBefore() {
        scene.fires(0);
        scene.resolves(10);
        scene.pass(Duration.ofMinutes(10));
        scene.pagerDuty().faults().add(Fault.rateLimited("POST", "/incidents", 5));
        scene.fires(600);
        scene.resolves(610);

        assertThat(explain(ALERT).code()).isEqualTo("ENDED_BEFORE_PAGE");
    }

    @Test
    void anAlertThatNeverArrived() {
        Told told = explain("no such alert");

        assertThat(told.code()).isEqualTo("NOT_ARRIVED");
        assertThat(told.remedy()).contains("letter by letter").contains("MALFORMED");
        assertThat(told.answer.path("deliveries")).isEmpty();
        assertThat(explain(null).verdict()).contains("No alert of it has arrived");
    }

    /** What cannot be read as an alert is in no ledger. */
    @Test
    void aMalformedMessageMayLieInTheDeadLetterQueue() {
        TestCloud cloud = TestCloud.current();
        cloud.sqs()
                .sendMessage(request ->
                        request.queueUrl(cloud.stack().ref("DeadLetterQueue")).messageBody("{}"));

        Told told = explain("no such alert");

        assertThat(told.result("deadLetterQueue")).isEqualTo("unknown");
        assertThat(told.detail("deadLetterQueue")).contains("messages lie there");
    }

    @Test
    void anAttemptUnderWay() {
        ledger.claimTrigger(key(), now(), Sample.PAYMENTS, false, true);

        assertThat(explain(ALERT).code()).isEqualTo("BEING_HANDLED");
        scene.pass(Duration.ofMinutes(1));
        assertThat(explain(ALERT).code()).isEqualTo("BEING_HANDLED");
        assertThat(explain(ALERT).verdict()).contains("ended without a record");
    }

    @Test
    void anAttemptOfALaterEpisodeThatEndedWithoutARecordIsNotToldAsOver() {
        scene.fires(0);
        scene.resolves(10);
        scene.pass(Duration.ofMinutes(10));
        ledger.claimTrigger(key(), now(), Sample.PAYMENTS, false, true);
        scene.pass(Duration.ofMinutes(1));

        Told told = explain(ALERT);

        assertThat(told.code()).isEqualTo("BEING_HANDLED");
        assertThat(told.verdict()).contains("ended without a record").contains("The message comes again");
    }

    // ---- A rule ----

    @Test
    void aRuleThatIsReadySaysSoWithItsLastAlert() {
        scene.fires("web-2", 0);
        scene.pass(Duration.ofSeconds(1));
        scene.fires(1);

        Told told = explain(null);

        assertThat(told.code()).isEqualTo("RULE_READY");
        assertThat(told.verdict())
                .contains("new alerts of rule cpu-high page")
                .contains("Its last alert, \"cpu-high/host=web-1\": It paged");
        assertThat(told.answer.path("deliveries").findValuesAsText("alertId"))
                .containsExactly(ALERT, "cpu-high/host=web-2");
    }

    // ---- Every answer may fail alone ----

    @ParameterizedTest
    @CsvSource({
        "/users/me, token",
        "/services/*, service onCall urgency",
        "/maintenance_windows, ''",
        "/oncalls, onCall",
        "/incidents/*, incident",
        "/incidents/*/log_entries, notifications"
    })
    void anAnswerOfPagerDutysThatFailsMakesItsChecksUnknown(String path, String checks) {
        scene.fires(0);
        scene.pagerDuty().faults().add(Fault.on("GET", path).answering(500).untilCleared());

        Told told = explain(ALERT);

        assertThat(told.unknown()).containsExactly(checks.isEmpty() ? new String[0] : checks.split(" "));
        assertThat(told.problems()).isEmpty();
        assertThat(told.verdict()).startsWith("It paged: incident #");
    }

    @Test
    void anInstallationThatCannotBeReadMakesWhatNeedsItUnknown() {
        scene.fires(0);
        scene.breakInstallation();

        Told told = explain(ALERT);

        assertThat(told.unknown()).contains("installation", "token", "service", "budget");
        assertThat(told.verdict()).startsWith("It paged: incident #");
        assertThat(told.result("binding")).isEqualTo("ok");
        assertThat(explain(null).code()).isEqualTo("RULE_NOT_CHECKED");
    }

    // ---- What it costs, and what it must not do ----

    @Test
    void anAlertTakesSixCallsToDynamoDbAndNoneOfThemWrites() {
        scene.bindFolded(true);
        scene.fires(0);
        scene.fires("web-2", 1);
        List<String> calls = new CopyOnWriteArrayList<>();
        Explainer explainer = explainer(countingInto(calls));
        WorkspaceId workspace = new WorkspaceId(scene.workspace());

        explainer.explain(workspace, Scene.RULE, Optional.of(ALERT), scene.deadline());

        assertThat(calls)
                .containsExactlyInAnyOrder("getItem", "getItem", "getItem", "getItem", "query", "batchGetItem");

        calls.clear();
        explainer.explain(workspace, Scene.RULE, Optional.empty(), scene.deadline());

        assertThat(calls).containsExactlyInAnyOrder("getItem", "getItem", "getItem", "query", "batchGetItem");
    }

    /** Five calls that each wait for the other four: asked one after the other they would never end. */
    @Test
    void whatNeedNotWaitIsAskedAtTheSameTime() {
        scene.fires(0);
        CyclicBarrier all = new CyclicBarrier(5);
        for (String path : List.of(
                "/users/me", "/services/*", "/maintenance_windows", "/incidents/*", "/incidents/*/log_entries")) {
            scene.pagerDuty().faults().add(Fault.on("GET", path).afterwards(request -> meet(all)));
        }

        Told told = explain(ALERT);

        assertThat(all.isBroken()).isFalse();
        assertThat(told.unknown()).isEmpty();
    }

    private static void meet(CyclicBarrier all) {
        try {
            all.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
            throw new IllegalStateException(alone);
        }
    }

    private Explainer explainer(DynamoDbClient dynamo) {
        Clock clock = TestCloud.current().clock();
        return new Explainer(
                new DynamoInstallations(dynamo, installationConfig),
                tokens,
                new DynamoRuleBindings(dynamo, bindingConfig),
                new DynamoEpisodes(dynamo, deliveryConfig),
                new DynamoRateBudgets(dynamo, pacingConfig, clock),
                queues,
                explainConfig,
                pagerDuty,
                serviceCheck,
                incidentReads,
                sideBySide,
                clock);
    }

    private static DynamoDbClient countingInto(List<String> calls) {
        DynamoDbClient dynamo = TestCloud.current().dynamo();
        return (DynamoDbClient) Proxy.newProxyInstance(
                ExplainTest.class.getClassLoader(),
                new Class<?>[] {DynamoDbClient.class},
                (proxy, method, arguments) -> {
                    if (method.isDefault() && arguments[0] instanceof Consumer) {
                        return InvocationHandler.invokeDefault(proxy, method, arguments);
                    }
                    calls.add(method.getName());
                    return method.invoke(dynamo, arguments);
                });
    }

    @Test
    void itReadsAndChangesNothing() {
        scene.fires(0);
        Map<String, ?> before = ledgerItem();
        long writes = writes();

        explain(ALERT);
        explain(null);

        assertThat(ledgerItem()).isEqualTo(before);
        assertThat(writes()).isEqualTo(writes);
    }

    @Test
    void anotherWorkspacesAlertOfTheSameNameIsNotShown() {
        scene.fires(0);
        scene.start();
        scene.installAsTheOwner();
        scene.bind(Sample.PAYMENTS);

        assertThat(explain(ALERT).code()).isEqualTo("NOT_ARRIVED");
        assertThat(explain(ALERT).answer.path("deliveries")).isEmpty();
    }

    @Test
    void noAnswerHoldsAToken() {
        scene.fires(0);

        assertThat(explain(ALERT).answer.toString()).doesNotContain(Sample.MANAGER_TOKEN);
        assertThat(ask(Map.of("workspaceId", scene.workspace(), "ruleId", Sample.ACCOUNT_KEY))
                        .toString())
                .doesNotContain(Sample.ACCOUNT_KEY);
    }

    @Test
    void requestsAreChecked() {
        assertThat(refusal(Map.of("workspaceId", "a b", "ruleId", "r"))).contains("workspaceId must be");
        assertThat(refusal(Map.of("workspaceId", "acme"))).contains("ruleId is missing");
        assertThat(refusal(Map.of("workspaceId", "acme", "ruleId", "a b"))).contains("ruleId must be");
        assertThat(refusal(Map.of("workspaceId", "acme", "ruleId", "r", "alertId", "x".repeat(1_025))))
                .contains("alertId must have at most 1024 characters, found 1025");
        assertThat(refusal(Map.of("workspaceId", "acme", "ruleId", "r", "alertId", List.of("x"))))
                .contains("alertId must be text, found a list");
        assertThat(refusal(Map.of("workspaceId", "acme", "ruleId", "r", "tf", Map.of("action", "delete"))))
                .contains("tf is not taken");
    }

    private String refusal(Map<String, Object> request) {
        JsonNode answer = ask(request);
        assertThat(answer.path("error").path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(answer).hasSize(1);
        return answer.path("error").path("message").asText();
    }

    private void waitsFor(Reason reason) {
        Claim.Granted claim = (Claim.Granted) ledger.claimTrigger(key(), now(), Sample.PAYMENTS, false, true);
        ledger.release(
                key(),
                claim,
                new Release(
                        Outcome.WAITING,
                        reason,
                        "as it was told",
                        now().plusSeconds(30),
                        false,
                        Optional.empty(),
                        Optional.empty()));
    }

    private DeliveryKey key() {
        return new DeliveryKey(new WorkspaceId(scene.workspace()), Scene.RULE.value(), ALERT);
    }

    private IncidentView incident() {
        List<IncidentView> incidents = scene.incidents();
        return incidents.get(incidents.size() - 1);
    }

    private Map<String, ?> ledgerItem() {
        return TestCloud.current()
                .dynamo()
                .getItem(
                        request -> request.tableName(TestCloud.current().stack().ref("Deliveries"))
                                .key(Map.of("deliveryId", AttributeValue.fromS(key().deliveryId()))))
                .item();
    }

    private long writes() {
        return scene.calls(Operation.CREATE_INCIDENT) + scene.calls(Operation.UPDATE_INCIDENTS);
    }

    private Instant now() {
        return TestCloud.current().clock().instant();
    }

    /** @param alertId null to ask about the rule */
    private Told explain(String alertId) {
        ObjectNode request =
                json.createObjectNode().put("workspaceId", scene.workspace()).put("ruleId", Scene.RULE.value());
        if (alertId != null) {
            request.put("alertId", alertId);
        }
        Told told = new Told(json.valueToTree(function.explain(request)));
        assertThat(told.code()).as(told.answer.toString()).isNotEmpty();
        return told;
    }

    private JsonNode ask(Map<String, Object> request) {
        return json.valueToTree(function.explain(json.valueToTree(request)));
    }

    private record Told(JsonNode answer) {
        String code() {
            return answer.path("code").asText();
        }

        String verdict() {
            return answer.path("verdict").asText();
        }

        String remedy() {
            return answer.path("remedy").asText();
        }

        List<String> names() {
            return answer.path("checks").findValuesAsText("name");
        }

        List<String> problems() {
            return withResult("problem");
        }

        List<String> unknown() {
            return withResult("unknown");
        }

        private List<String> withResult(String result) {
            return names().stream().filter(name -> result(name).equals(result)).toList();
        }

        String result(String name) {
            return check(name).path("result").asText();
        }

        String detail(String name) {
            return check(name).path("detail").asText();
        }

        private JsonNode check(String name) {
            for (JsonNode check : answer.path("checks")) {
                if (check.path("name").asText().equals(name)) {
                    return check;
                }
            }
            throw new AssertionError("no check " + name + " in " + answer);
        }
    }
}
