package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import jakarta.inject.Inject;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

import io.middleware.paging.binding.CachedRuleBindings;
import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.PageText;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.ServiceCheck;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.Episodes;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.installation.Accounts;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.engine.SqsEngine;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.IncidentStatus;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pacing.Pacer;
import io.middleware.paging.pacing.Pause;
import io.middleware.paging.pacing.Turn;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.IncidentKey;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.PagerDutyConfig;
import io.middleware.paging.pagerduty.SideBySide;
import io.middleware.paging.pagerduty.Urgency;

/** A person sends a test: what PagerDuty saw, what the ledger says, and what the person reads. */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class SendTestTest {
    @Inject
    Scene scene;

    @Inject
    SendTest sendTest;

    @Inject
    AlertNotifier notifier;

    @Inject
    DeliveryLedger ledger;

    @Inject
    Episodes episodes;

    @Inject
    Accounts accounts;

    @Inject
    RuleBindings bindings;

    @Inject
    Pacer pacer;

    @Inject
    CachedRuleBindings cachedBindings;

    @Inject
    UnpageableServices unpageable;

    @Inject
    ServiceCheck check;

    @Inject
    SideBySide sideBySide;

    @Inject
    PagerDutyConfig pagerDutyConfig;

    @Inject
    Pause pause;

    @Inject
    PagerDuty pagerDuty;

    private final VirtualTimeCloud cloud = VirtualTimeCloud.current();
    private QueuedAlerts alerts;

    @BeforeEach
    void installAndBind() {
        alerts = new QueuedAlerts(scene);
        cloud.clock().advance(Duration.ofSeconds(1));
    }

    @AfterEach
    void clear() {
        cloud.duringPauses(() -> {});
        alerts.close();
    }

    @Test
    void aTestOpensAnIncidentSaysWhomItPagesAndResolvesIt() {
        scene.bind(Sample.PAYMENTS, false, true);

        TestResult.Sent sent = sent();

        assertThat(incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.title()).isEqualTo("Test: alerts of rule cpu-high arrive here");
            assertThat(incident.details()).startsWith("This is a test").contains("Nobody needs to do anything");
            assertThat(incident.from()).contains(Sample.MANAGER_EMAIL);
            assertThat(incident.status()).isEqualTo(IncidentStatus.RESOLVED);
            assertThat(incident.id()).isEqualTo(sent.incident().id());
            assertThat(incident.number()).isEqualTo(sent.incident().number());
        });
        assertThat(sent.status()).isEqualTo("resolved");
        assertThat(sent.reachesSomebody()).contains(true);
        assertThat(sent.verdict()).isEqualTo("An alert of this rule pages Asha Rao.");
        assertThat(sent.warnings()).isEmpty();
        assertThat(episode().outcome()).contains(Outcome.RESOLVED);
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isEqualTo(1);
        assertThat(scene.calls(Operation.UPDATE_INCIDENTS)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        Sample.BOTS + ", false, NOBODY_PAGED, acknowledged",
        Sample.BOTS + ", false, SELF_ON_CALL, Only the owner of the token",
        Sample.SEARCH + ", true, LOW_URGENCY, low urgency",
    })
    void whatKeepsAPageFromWakingSomebodyIsSaid(String service, boolean reaches, String code, String words) {
        scene.installAsTheOwner();
        scene.bind(service);

        TestResult.Sent sent = sent();

        assertThat(sent.status()).isEqualTo("resolved");
        assertThat(sent.reachesSomebody()).contains(reaches);
        assertThat(warning(sent, code).message()).contains(words);
    }

    @ParameterizedTest
    @CsvSource({
        Sample.LEGACY + ", NOT_PAGEABLE, is disabled in PagerDuty",
        Sample.BATCH + ", NOT_PAGEABLE, is in a maintenance window (Moving the batch machines)",
        Sample.WEEKEND + ", NOT_PAGEABLE, Nobody is on call now",
        "PNOSUCH, SERVICE_NOT_FOUND, Service not found",
    })
    void whereNothingIsOpenedTheAnswerSaysWhyAndNothingIsLeft(String service, String code, String words) {
        scene.bind(service);

        Refusal refusal = refused();

        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.message()).contains(words);
        assertThat(refusal.remedy()).contains("send the test again");
        assertThat(incidents()).isEmpty();
        assertThat(episode().waiting()).as("no try of it is to come").isEmpty();
        assertThat(episode().unsettled()).isEmpty();
        assertThat(episode().detail().orElseThrow()).startsWith("the test was given up");
    }

    @Test
    void whatTheRuleSaysOfItsPagesHoldsForItsTest() {
        bindings.save(new RuleBinding(
                workspace(),
                Scene.RULE,
                Sample.WEEKEND,
                "Weekend",
                false,
                UrgencyRule.LOW,
                GroupBy.ALERT,
                Optional.of(Sample.PRIMARY_POLICY),
                true,
                cloud.clock().instant(),
                new PageText(
                        Optional.of("[P1] {title}"),
                        Optional.of("https://runbooks.acme.example"),
                        Optional.of("Call Eva.")),
                Map.of()));

        TestResult.Sent sent = sent();

        assertThat(incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.title()).isEqualTo("Test: [P1] alerts of rule cpu-high arrive here");
            assertThat(incident.details()).startsWith("This is a test").contains("Call Eva.");
            assertThat(incident.urgency()).isEqualTo("low");
        });
        assertThat(sent.verdict()).isEqualTo("An alert of this rule pages Asha Rao, with low urgency.");
        assertThat(warning(sent, "LOW_URGENCY").message()).contains("bound with urgency low");
    }

    @Test
    void aTokenThatMayNotPageThisServiceIsSaid() {
        scene.installAs("PUSR003", Sample.OBSERVER_TOKEN);
        scene.bind(Sample.CHECKOUT);

        Refusal refusal = refused();

        assertThat(refusal.code()).isEqualTo("TOKEN_FORBIDDEN");
        assertThat(refusal.message()).contains("PUSR003").endsWith("Nothing was opened.");
        assertThat(scene.installation().status()).isEqualTo(Installation.Status.ACTIVE);
    }

    @Test
    void whatWasMendedIsTestedAnewAtOnce() {
        scene.bind(Sample.LEGACY);
        refused();

        scene.bind(Sample.PAYMENTS);

        assertThat(sent().status()).isEqualTo("resolved");
        assertThat(incidents()).hasSize(1);
    }

    @Test
    void aServiceThatIsEnabledThisMomentIsTestedAtOnce() {
        scene.bind(Sample.LEGACY);
        refused();
        cloud.clock().advance(Duration.ofMillis(5));

        try {
            cloud.pagerDuty().us().service(Sample.LEGACY).enable();

            assertThat(sent().status()).isEqualTo("resolved");
        } finally {
            cloud.pagerDuty().us().service(Sample.LEGACY).disable();
        }
    }

    @Test
    void aRuleThatIsNotBoundIsRefused() {
        scene.unbind();

        assertThat(refused().code()).isEqualTo("RULE_NOT_BOUND");
    }

    @Test
    void aDisabledRulePagesNobodyAndNeitherDoesItsTest() {
        scene.bind(Sample.PAYMENTS, true, false);

        assertThat(refused().code()).isEqualTo("RULE_DISABLED");
        assertThat(scene.calls()).isZero();
    }

    @Test
    void aWorkspaceThatIsNotInstalledIsRefused() {
        scene.start();

        assertThat(refused().code()).isEqualTo("NOT_INSTALLED");
    }

    @Test
    void whatIsAskedAsideMayFailAndTheTestDoesNot() {
        for (String path : List.of("/oncalls", "/maintenance_windows", "/services/*")) {
            cloud.pagerDuty().faults().add(Fault.on("GET", path).answering(503).untilCleared());
        }

        TestResult.Sent sent = sent();

        assertThat(sent.status()).isEqualTo("resolved");
        assertThat(sent.reachesSomebody()).isEmpty();
        assertThat(sent.verdict()).contains("pages whoever is on call");
        assertThat(warning(sent, "NOT_CHECKED").message()).contains("503");
    }

    @Test
    void twoAtOnceAreOneIncident() throws Exception {
        CountDownLatch secondWaits = new CountDownLatch(1);
        CountDownLatch firstPosted = new CountDownLatch(1);
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").afterwards(request -> {
            firstPosted.countDown();
            await(secondWaits);
        }));
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<TestResult> first = other.submit(this::send);
            await(firstPosted);
            cloud.duringPauses(() -> {
                secondWaits.countDown();
                finished(first);
            });

            TestResult.Sent second = sent();

            assertThat(incidents()).hasSize(1);
            assertThat(second.incident()).isEqualTo(((TestResult.Sent) first.get(30, TimeUnit.SECONDS)).incident());
            assertThat(second.status()).isEqualTo("resolved");
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void whoComesWhileAnotherCallTakesLongIsToldSo() {
        ledger.claimTrigger(key(), cloud.clock().instant(), Sample.PAYMENTS, false, true);
        cloud.clock().advance(Duration.ofMillis(5));

        Refusal refusal = refused(Duration.ofSeconds(45));

        assertThat(refusal.code()).isEqualTo("TEST_UNDER_WAY");
        assertThat(refusal.remedy()).contains("Send the test again", "explain");
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isZero();
    }

    @Test
    void calledAgainWithinNinetySecondsItAnswersWithTheSameIncident() {
        TestResult.Sent first = sent();
        cloud.clock().advance(Duration.ofSeconds(89));

        TestResult.Sent second = sent();

        assertThat(second.incident()).isEqualTo(first.incident());
        assertThat(second.sentAt()).isEqualTo(first.sentAt());
        assertThat(warning(second, "EARLIER_TEST").message()).contains("sent no second one");
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isEqualTo(1);
    }

    @Test
    void laterItSendsANewOne() {
        sent();
        cloud.clock().advance(Duration.ofSeconds(91));

        assertThat(sent().warnings()).isEmpty();
        assertThat(incidents()).hasSize(2).noneMatch(IncidentView::isOpen);
    }

    @Test
    void aRuleThatWasBoundAnewIsTestedAnew() {
        sent();
        cloud.clock().advance(Duration.ofSeconds(10));
        scene.bind(Sample.CHECKOUT);

        TestResult.Sent second = sent();

        assertThat(second.incident().serviceId()).isEqualTo(Sample.CHECKOUT);
        assertThat(second.warnings()).isEmpty();
    }

    /** Whoever bound it has a clock that is ahead of this one. */
    @Test
    void aRuleThatWasBoundInTheFutureIsTestedOnce() {
        cloud.clock().advance(Duration.ofSeconds(5));
        scene.bind(Sample.PAYMENTS);
        cloud.clock().advance(Duration.ofSeconds(-5));

        sent();

        assertThat(incidents()).hasSize(1);
    }

    @Test
    void aLostAnswerIsFoundAgainInTheSameCall() {
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());

        assertThat(sent().status()).isEqualTo("resolved");
        assertThat(incidents()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void afterALostAnswerThatTookAllTheTimeTheNextCallEndsTheTest() {
        losePostAndTime();

        Refusal refusal = refused();

        assertThat(refusal.code()).isEqualTo("PAGERDUTY_UNAVAILABLE");
        assertThat(refusal.message())
                .contains("whose title begins with \"Test:\" may be open on service")
                .contains("notify resolves it in a few minutes");
        assertThat(refusal.remedy()).contains("Send the test again", "explain with alertId \"send-test\"");
        assertThat(incidents()).singleElement().matches(IncidentView::isOpen);

        assertThat(send()).isInstanceOf(TestResult.Sent.class);
        assertThat(incidents()).filteredOn(IncidentView::isOpen).isEmpty();
    }

    @Test
    void aRepeatAfterALostAnswerIsOneIncidentEvenIfSomebodyHasClosedIt() {
        losePost(Duration.ofSeconds(50));
        Refusal refusal = refused(Duration.ofSeconds(60));
        assertThat(refusal.code()).isEqualTo("PAGERDUTY_UNAVAILABLE");
        cloud.pagerDuty().resolveByHand(incidents().get(0).id());

        TestResult.Sent sent = sent();

        assertThat(incidents()).hasSize(1);
        assertThat(sent.incident().id()).isEqualTo(incidents().get(0).id());
        assertThat(sent.status()).isEqualTo("resolved");
    }

    /** Whatever the rule says by then. */
    @Test
    void notifyEndsATestThatNobodyAsksForAgain() {
        scene.bind(Sample.PAYMENTS, false, true);
        losePostAndTime();
        refused();
        scene.unbind();

        alerts.handle();

        assertThat(incidents()).singleElement().matches(incident -> !incident.isOpen());
        assertThat(episode().outcome()).contains(Outcome.RESOLVED);
    }

    @Test
    void notifyEndsATestWhoseRuleAsksForNoResolves() {
        scene.bind(Sample.PAYMENTS, false, true);
        losePostAndTime();
        refused();

        alerts.handle();

        assertThat(incidents()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void notifyEndsATestWhoseProcessDied() {
        scene.bind(Sample.PAYMENTS, false, true);
        // It dies while it pauses, waiting for PagerDuty.
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        cloud.duringPauses(() -> {
            throw new IllegalStateException("killed");
        });
        assertThatThrownBy(this::send).hasMessage("killed");

        alerts.handle();

        assertThat(incidents()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void theMessageThatEndsATestInAnyCaseChangesNothingOnceItIsOver() {
        sent();
        Episode before = episode();

        alerts.handle();

        assertThat(episode()).isEqualTo(before);
        assertThat(scene.calls(Operation.UPDATE_INCIDENTS)).isEqualTo(1);
        assertThat(alerts.errors()).isEmpty();
        assertThat(cloud.metricLines()).as("a test is not counted").isEmpty();
    }

    @Test
    void aTestRingsNoAlarmThatIsMadeForAlerts() {
        scene.installAsTheOwner();
        for (String service : List.of(Sample.BOTS, Sample.LEGACY, "PNOSUCH")) {
            scene.bind(service);
            send();
        }

        alerts.handle();

        assertThat(cloud.metricLines()).isEmpty();
        assertThat(alerts.errors()).isEmpty();
        assertThat(alerts.deadLetters()).isEmpty();
    }

    /** Else a test would adopt the incident of that alert, and resolve it. */
    @Test
    void aProducersAlertCannotHaveTheIdOfTests() {
        alerts.send("send-test", "triggered", alerts.now());

        alerts.handle();

        assertThat(incidents()).isEmpty();
        assertThat(alerts.deadLetters()).singleElement().satisfies(dead -> {
            assertThat(QueuedAlerts.attribute(dead, "outcome")).isEqualTo("MALFORMED");
            assertThat(QueuedAlerts.attribute(dead, "reason"))
                    .contains("alertId \"send-test\" belongs to the function");
        });
    }

    @Test
    void whereManyAlertsWaitATestHasItsTurnLikeAnyOfThem() {
        storm(40);

        TestResult.Sent sent = sent();

        assertThat(sent.status()).isEqualTo("resolved");
        assertThat(sent.sentAt()).isBefore(cloud.clock().instant().minusSeconds(3));
    }

    @Test
    void whereItsTurnIsTooFarItIsSaidAndTheTurnIsGivenBack() {
        storm(200);
        Optional<Instant> before = nextTurn();

        Refusal refusal = refused(Duration.ofSeconds(60));

        assertThat(refusal.code()).isEqualTo("BUSY");
        assertThat(refusal.message()).contains("its turn to call PagerDuty comes at", "Nothing was opened");
        assertThat(refusal.remedy()).contains("Send the test again at 20", "or later");
        assertThat(episode().slot()).isEmpty();
        assertThat(episode().waiting()).isEmpty();

        for (int i = 0; i < 20; i++) {
            refused(Duration.ofSeconds(60));
        }
        assertThat(nextTurn().orElseThrow())
                .as("twenty turns that were kept would take five seconds")
                .isBefore(before.orElseThrow().plusSeconds(3));
    }

    @Test
    void afterACrashBetweenPostAndLedgerTheNextCallGoesOn() {
        Instant sentAt = crashAfterPost();
        cloud.clock().advance(Duration.ofSeconds(40));

        TestResult.Sent sent = sent();

        assertThat(sent.sentAt()).isEqualTo(sentAt);
        assertThat(incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.id()).isEqualTo(sent.incident().id());
            assertThat(incident.isOpen()).isFalse();
        });
    }

    @Test
    void afterACrashBeforeTheResolveTheNextCallResolves() {
        Instant sentAt = cloud.clock().instant();
        notifier.handle(TestAlert.triggered(workspace(), Scene.RULE, sentAt), receive());
        cloud.clock().advance(Duration.ofSeconds(40));

        TestResult.Sent sent = sent();

        assertThat(sent.sentAt()).isEqualTo(sentAt);
        assertThat(sent.status()).isEqualTo("resolved");
        assertThat(incidents()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void aTestThatWasLeftOpenLongAgoIsResolvedBeforeANewOneIsSent() {
        notifier.handle(
                TestAlert.triggered(workspace(), Scene.RULE, cloud.clock().instant()), receive());
        cloud.clock().advance(Duration.ofHours(1));

        TestResult.Sent sent = sent();

        assertThat(sent.warnings()).isEmpty();
        assertThat(incidents()).hasSize(2).noneMatch(IncidentView::isOpen);
    }

    @Test
    void aTestLeftOpenOutOfSightKeepsNoNewOneFromBeingSent() {
        notifier.handle(
                TestAlert.triggered(workspace(), Scene.RULE, cloud.clock().instant()), receive());
        String unseen = incidents().get(0).id();
        cloud.pagerDuty().hideIncident(unseen);
        cloud.clock().advance(Duration.ofHours(1));
        scene.bind(Sample.CHECKOUT);

        TestResult.Sent sent = sent();

        assertThat(sent.incident().id()).isNotEqualTo(unseen);
        assertThat(sent.status()).isEqualTo("resolved");
        cloud.pagerDuty().showIncident(unseen);
    }

    @Test
    void whatPagerDutyDoesNotResolveIsSaidAndLeftToNotify() {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("PUT", "/incidents").answering(503).untilCleared());

        TestResult.Sent sent = sent();

        assertThat(sent.status()).isEqualTo("triggered");
        assertThat(warning(sent, "NOT_RESOLVED").message()).contains("503", "notify resolves it in a few minutes");
        cloud.pagerDuty().faults().clear();
        alerts.handle();
        assertThat(incidents()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void aDeadTokenIsSaidWithItsRemedy() {
        cloud.pagerDuty().faults().add(Fault.onEverything().answering(401).untilCleared());

        Refusal refusal = refused();

        assertThat(refusal.code()).isEqualTo("REAUTH_REQUIRED");
        assertThat(refusal.remedy()).contains("Run install again");
        assertThat(scene.installation().status()).isEqualTo(Installation.Status.REAUTH_REQUIRED);
        assertThat(episode().waiting()).isEmpty();
    }

    @Test
    void aTokenThatDiesInBetweenLeavesTheIncidentToThePersonAndToNotify() {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("PUT", "/incidents").answering(401).untilCleared());
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/users/me").answering(401).untilCleared());

        TestResult.Sent sent = sent();

        assertThat(sent.status()).isEqualTo("triggered");
        assertThat(warning(sent, "NOT_RESOLVED").message()).contains("install again");
    }

    @Test
    void aCallThatHasNoTimeSaysSo() {
        assertThat(refused(Duration.ofSeconds(30)).code()).isEqualTo("NO_TIME_LEFT");
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isZero();
    }

    @Test
    void aStray401IsTriedAgain() {
        scene.installAsTheOwner();
        cloud.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(401));

        assertThat(sent().status()).isEqualTo("resolved");
    }

    @Test
    void anOutageIsSaidAndNothingPagesLater() {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("POST", "/incidents").answering(503).untilCleared());

        Refusal refusal = refused();

        assertThat(refusal.code()).isEqualTo("PAGERDUTY_UNAVAILABLE");
        assertThat(refusal.message()).contains("503");
    }

    @Test
    void a429IsWaitedForIfItIsShort() {
        cloud.pagerDuty().faults().add(Fault.rateLimited("POST", "/incidents", 5));

        assertThat(sent().status()).isEqualTo("resolved");
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isEqualTo(2);
    }

    @Test
    void a429ThatLastsLongerIsSaidWithItsEnd() {
        Instant before = cloud.clock().instant();
        cloud.pagerDuty().faults().add(Fault.rateLimited("POST", "/incidents", 300));

        Refusal refusal = refused();

        assertThat(refusal.code()).isEqualTo("RATE_LIMITED");
        assertThat(refusal.remedy()).contains("at " + before.plusSeconds(300) + " or later");
        assertThat(episode().slot()).as("it is given back").isEmpty();
        assertThat(episode().waiting()).isEmpty();
    }

    @Test
    void aRuleWhoseAlertsShareAnIncidentIsTestedWithOneOfItsOwn() {
        scene.bindFolded(true);
        scene.fires("web-1", 0);
        IncidentView shared = scene.incidentsOfRule().get(0);

        TestResult.Sent sent = sent();

        assertThat(sent.incident().id()).isNotEqualTo(shared.id());
        assertThat(incidents()).singleElement().matches(incident -> !incident.isOpen());
        assertThat(scene.incidentsOfRule()).singleElement().matches(IncidentView::isOpen);
        scene.resolves("web-1", 60);
        assertThat(scene.incidentsOfRule()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void theIncidentOfAnAlertIsNeverTouched() {
        scene.fires(0);

        sent();

        assertThat(scene.incidents()).singleElement().matches(IncidentView::isOpen);
        assertThat(scene.resolves(60).outcome()).isEqualTo(Outcome.RESOLVED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESPOND", "REVOKED"})
    void noAnswerHoldsTheToken(String kind) {
        String token = kind.equals("REVOKED") ? Sample.REVOKED_TOKEN : Sample.RESPONDER_TOKEN;
        scene.install(token);
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("POST", "/incidents")
                        .answering(400, "{\"error\":{\"message\":\"no " + token + "\",\"code\":2001}}"));

        assertThat(send().toString()).doesNotContain(token);
    }

    /** FIFO queues delay no message, so what ends the test is sent only when it is known that it must. */
    @Test
    void onAFifoQueueNotifyEndsATestThatThisCallCouldNot() {
        try (SqsEngine engine = SqsEngine.start();
                SqsClient fifo = engine.client()) {
            String url = fifo.createQueue(request ->
                            request.queueName("tests.fifo").attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
                    .queueUrl();
            SendTest onFifo =
                    sendTest(new SqsAlertQueue(fifo, FixedAlertConfig.defaults().withAlertQueue(url)));
            losePostAndTime();

            TestResult refused =
                    onFifo.send(workspace(), Scene.RULE, Deadline.after(Duration.ofMinutes(2), cloud.clock()));

            assertThat(((TestResult.Refused) refused).refusal().message()).contains("notify resolves it");
            assertThat(fifo.receiveMessage(request -> request.queueUrl(url)).messages())
                    .singleElement()
                    .satisfies(message -> alerts.send(message.body(), Map.of()));
        }
        alerts.handle();
        assertThat(incidents()).singleElement().matches(incident -> !incident.isOpen());
    }

    @Test
    void aQueueThatIsGoneKeepsNoTestFromBeingSent() {
        SendTest withoutQueue = sendTest(new SqsAlertQueue(
                cloud.sqs(),
                FixedAlertConfig.defaults()
                        .withAlertQueue(cloud.stack().queue("AlertQueue").url() + "-gone")));
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("PUT", "/incidents").answering(503).untilCleared());

        TestResult result =
                withoutQueue.send(workspace(), Scene.RULE, Deadline.after(Duration.ofMinutes(2), cloud.clock()));

        assertThat(warning((TestResult.Sent) result, "NOT_RESOLVED").message())
                .contains("Send the test again, or resolve it by hand")
                .doesNotContain("notify resolves it");
    }

    private SendTest sendTest(SqsAlertQueue queue) {
        return new SendTest(
                accounts,
                cachedBindings,
                episodes,
                notifier,
                queue,
                unpageable,
                check,
                sideBySide,
                pagerDutyConfig,
                pause,
                cloud.clock());
    }

    /** The POST has its effect, its answer is lost, and {@code time} is over by then. */
    private void losePost(Duration time) {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("POST", "/incidents")
                        .dropping()
                        .afterActing()
                        .afterwards(request -> cloud.clock().advance(time)));
    }

    private void losePostAndTime() {
        losePost(Duration.ofMinutes(2));
    }

    /** Claimed and posted; then the process died. */
    private Instant crashAfterPost() {
        Instant sentAt = cloud.clock().instant();
        Alert alert = TestAlert.triggered(workspace(), Scene.RULE, sentAt);
        ledger.claimTrigger(key(), sentAt, Sample.PAYMENTS, false, true);
        pagerDuty.open(
                account().access(),
                account().from(),
                alert.toIncident(bindings.find(workspace(), Scene.RULE).orElseThrow(), alert.incidentKey(), List.of()),
                scene.deadline());
        return sentAt;
    }

    /** So many calls are reserved for others. */
    private void storm(int calls) {
        for (int i = 0; i < calls; i++) {
            pacer.turn(account().budget(), Urgency.HIGH, Optional.empty());
        }
    }

    /** When the next call may go out. */
    private Optional<Instant> nextTurn() {
        Turn turn = pacer.turn(account().budget(), Urgency.HIGH, Optional.empty());
        if (turn instanceof Turn.Later later) {
            pacer.giveBack(later.slot());
            return Optional.of(later.slot().at());
        }
        return Optional.empty();
    }

    private Accounts.Account.Active account() {
        return (Accounts.Account.Active) accounts.find(workspace(), scene.deadline());
    }

    private TestResult.Sent sent() {
        TestResult result = send();
        assertThat(result).isInstanceOf(TestResult.Sent.class);
        return (TestResult.Sent) result;
    }

    private Refusal refused() {
        return refused(Duration.ofMinutes(2));
    }

    private Refusal refused(Duration time) {
        TestResult result = sendTest.send(workspace(), Scene.RULE, Deadline.after(time, cloud.clock()));
        assertThat(result).isInstanceOf(TestResult.Refused.class);
        return ((TestResult.Refused) result).refusal();
    }

    private TestResult send() {
        return sendTest.send(workspace(), Scene.RULE, Deadline.after(Duration.ofMinutes(2), cloud.clock()));
    }

    private static Warning warning(TestResult.Sent sent, String code) {
        return sent.warnings().stream()
                .filter(warning -> warning.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + code + " in " + sent.warnings()));
    }

    private Receive receive() {
        return new Receive(1, Optional.empty(), true, Deadline.after(Duration.ofMinutes(2), cloud.clock()));
    }

    private WorkspaceId workspace() {
        return new WorkspaceId(scene.workspace());
    }

    private DeliveryKey key() {
        return new DeliveryKey(workspace(), Scene.RULE.value(), "send-test");
    }

    private Episode episode() {
        return episodes.find(key()).orElseThrow();
    }

    private List<IncidentView> incidents() {
        String key = IncidentKey.of(scene.workspace(), Scene.RULE.value(), "send-test")
                .value();
        return cloud.pagerDuty().incidents().stream()
                .filter(incident -> key.equals(incident.key()))
                .toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void finished(Future<?> call) {
        try {
            call.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
