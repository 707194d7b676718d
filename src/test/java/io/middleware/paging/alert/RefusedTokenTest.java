package io.middleware.paging.alert;

import static io.middleware.paging.delivery.Outcome.OPENED;
import static io.middleware.paging.delivery.Outcome.RESOLVED;
import static io.middleware.paging.delivery.Outcome.WAITING;
import static io.middleware.paging.installation.Installation.Status.ACTIVE;
import static io.middleware.paging.installation.Installation.Status.REAUTH_REQUIRED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.delivery.Reason;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.local.pagerduty.Account;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.metrics.EmfLine;

/**
 * PagerDuty, or a proxy in front of it, answers 401 or 403: is it the token, or only this call? And a workspace that waits for
 * a token that PagerDuty accepts again.
 */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class RefusedTokenTest {
    private static final String PROXYS_403 = "<html><body>Access denied by policy</body></html>";

    @Inject
    Scene scene;

    @BeforeEach
    void installAndBind() {
        scene.start();
        scene.installAsTheOwner();
        scene.bind(Sample.PAYMENTS);
    }

    @AfterEach
    void clear() {
        scene.pagerDuty().faults().clear();
    }

    @Test
    void oneStray401WaitsASecondOrTwoAndPages() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(401));

        NotifyOutcome refused = scene.fires(0);

        assertThat(refused.outcome()).isEqualTo(WAITING);
        assertThat(refused.reason()).isEqualTo(Reason.OUTAGE);
        assertThat(refused.delay().orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(refused.detail()).contains("HTTP 401", "the token works");
        assertThat(scene.installation().status()).isEqualTo(ACTIVE);
        assertThat(metrics("ReauthRequired")).isEmpty();
        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);
    }

    /** Only a person can enable a key: it has an alarm, and is no outage that ends by itself. */
    @Test
    void aSecretThatCannotBeDecryptedNeedsAPersonAndHealsByItself() {
        String key = "arn:aws:kms:us-east-1:000000000000:key/9999aaaa-2222-3333-4444-555555555555";
        scene.encryptSecretUnderADisabledKey(key);
        scene.pass(Duration.ofMinutes(1));

        NotifyOutcome waiting = scene.fires(0);

        assertThat(waiting.outcome()).isEqualTo(WAITING);
        assertThat(waiting.reason()).isEqualTo(Reason.TOKEN);
        assertThat(waiting.detail()).contains("cannot be decrypted", key, "enable that key");
        assertThat(metrics("ReauthRequired")).hasSize(1);

        TestCloud.current().secrets().heal();
        scene.pass(Duration.ofMinutes(1));

        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);
        assertThat(scene.installation().status()).isEqualTo(ACTIVE);
    }

    @Test
    void oneStray401ToAResolveIsTriedAgainSoon() {
        scene.fires(0);
        scene.pagerDuty().faults().add(Fault.on("PUT", "/incidents").answering(401));

        NotifyOutcome refused = scene.resolves(60);

        assertThat(refused.reason()).isEqualTo(Reason.OUTAGE);
        assertThat(scene.installation().status()).isEqualTo(ACTIVE);
        assertThat(scene.resolves(60).outcome()).isEqualTo(RESOLVED);
    }

    @Test
    void oneStray401ToALookUpIsTriedAgainSoon() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
        scene.fires(0);
        scene.pagerDuty().faults().add(Fault.on("GET", "/incidents").answering(401));

        assertThat(scene.resolves(60).reason()).isEqualTo(Reason.OUTAGE);
        assertThat(scene.installation().status()).isEqualTo(ACTIVE);
        assertThat(scene.resolves(60).outcome()).isEqualTo(RESOLVED);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aRefusalThatNobodyCanCheckCondemnsNoToken(int status) {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(status));
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/users/me").answering(503).untilCleared());

        NotifyOutcome refused = scene.fires(0);

        assertThat(refused.reason()).isEqualTo(Reason.OUTAGE);
        assertThat(refused.detail()).contains("HTTP " + status, "HTTP 503");
        assertThat(scene.installation().status()).isEqualTo(ACTIVE);
        scene.pagerDuty().faults().clear();
        scene.pass(Duration.ofSeconds(10));
        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);
    }

    /** The same answer is a verdict; whatever else is said is none. */
    @ParameterizedTest(name = "{0}, then {1}")
    @CsvSource({
        "401, 401, REAUTH_REQUIRED",
        "401, 403, REAUTH_REQUIRED",
        "403, 403, REAUTH_REQUIRED",
        "403, 401, REAUTH_REQUIRED",
        "401, 402, ACTIVE",
        "403, 404, ACTIVE",
        "401, 408, ACTIVE",
        "401, 500, ACTIVE",
        "403, 502, ACTIVE"
    })
    void onlyASecondRefusalIsAVerdict(int refusal, int opinion, Installation.Status status) {
        scene.pagerDuty()
                .faults()
                .add(Fault.on("POST", "/incidents").answering(refusal).untilCleared());
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/users/me").answering(opinion, PROXYS_403).untilCleared());

        NotifyOutcome refused = scene.fires(0);

        assertThat(refused.outcome()).isEqualTo(WAITING);
        assertThat(scene.installation().status()).isEqualTo(status);
    }

    @Test
    void anAccountsKeyThatSomebodyPutIntoTheSecretIsNoUsersToken() {
        scene.pass(Duration.ofMinutes(1));
        scene.editSecret(Sample.ACCOUNT_KEY);
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(401));

        assertThat(scene.fires(0).reason()).isEqualTo(Reason.TOKEN);

        assertThat(scene.installation().status()).isEqualTo(REAUTH_REQUIRED);
    }

    @Test
    void aRateLimitAtTheSecondOpinionCondemnsNoToken() {
        scene.pagerDuty().faults().add(Fault.on("POST", "/incidents").answering(401));
        scene.pagerDuty().faults().add(Fault.rateLimited("GET", "/users/me", 5));

        assertThat(scene.fires(0).reason()).isEqualTo(Reason.RATE_LIMITED);

        assertThat(scene.installation().status()).isEqualTo(ACTIVE);
        // PagerDuty's own limit, by its user: no other test need wait for it.
        scene.pass(Duration.ofMinutes(11));
    }

    @Test
    void aProxyThatIsMendedMakesTheWorkspaceActiveAgainByItself() {
        scene.pagerDuty()
                .faults()
                .add(Fault.onEverything().answering(403, PROXYS_403).untilCleared());
        assertThat(scene.fires(0).reason()).isEqualTo(Reason.TOKEN);
        assertThat(scene.installation().status()).isEqualTo(REAUTH_REQUIRED);
        assertThat(metrics("ReauthRequired")).hasSize(1);
        scene.pagerDuty().faults().clear();

        scene.pass(Duration.ofMinutes(1));

        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);
        assertThat(scene.installation().status()).isEqualTo(ACTIVE);
        assertThat(scene.installation().reason()).isEmpty();
        assertThat(metrics("ReauthCleared")).hasSize(1);
    }

    @Test
    void aTokenThatStaysDeadIsProbedAtASlowPaceAlone() {
        scene.install(Sample.REVOKED_TOKEN);
        scene.fires(0);
        long calls = scene.calls();

        for (int minute = 0; minute < 60; minute++) {
            scene.pass(Duration.ofMinutes(1));
            assertThat(scene.fires(0).reason()).isEqualTo(Reason.TOKEN);
        }

        assertThat(scene.calls() - calls).isBetween(10L, 20L);
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isEqualTo(1);
        assertThat(metrics("ReauthRequired")).hasSize(1);
    }

    @Test
    void aProbeThatFailsForNowChangesNothing() {
        scene.install(Sample.REVOKED_TOKEN);
        scene.fires(0);
        Installation before = scene.installation();
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/users/me").answering(503).untilCleared());

        scene.pass(Duration.ofMinutes(1));

        assertThat(scene.fires(0).reason()).isEqualTo(Reason.TOKEN);
        assertThat(scene.installation().status()).isEqualTo(REAUTH_REQUIRED);
        assertThat(scene.installation().reason()).isEqualTo(before.reason());
        assertThat(scene.installation().since()).isEqualTo(before.since());
    }

    @Test
    void anotherUsersTokenThatSomebodyPutIntoTheSecretIsNotGuessedAt() {
        scene.pagerDuty()
                .faults()
                .add(Fault.onEverything().answering(403, PROXYS_403).untilCleared());
        scene.fires(0);
        scene.pagerDuty().faults().clear();
        scene.editSecret(Sample.RESPONDER_TOKEN);

        scene.pass(Duration.ofMinutes(1));

        NotifyOutcome waits = scene.fires(0);
        assertThat(waits.reason()).isEqualTo(Reason.TOKEN);
        assertThat(waits.detail()).contains("PUSR002", "PUSR001").doesNotContain(Sample.RESPONDER_TOKEN);
        assertThat(scene.installation().status()).isEqualTo(REAUTH_REQUIRED);
        assertThat(scene.installation().reason().orElseThrow()).contains("PUSR002", "PUSR001");
    }

    @Test
    void aFreshTokenOfTheSameUserThatSomebodyPutIntoTheSecretPages() {
        String dying = "u+dying-" + scene.workspace();
        String fresh = "u+fresh-" + scene.workspace();
        Account acme = scene.pagerDuty().us().account();
        acme.addUserToken(dying, acme.user("PUSR001").orElseThrow());
        scene.installAsTheOwner(dying);
        scene.pagerDuty().us().revoke(dying);
        scene.fires(0);
        acme.addUserToken(fresh, acme.user("PUSR001").orElseThrow());
        scene.editSecret(fresh);

        scene.pass(Duration.ofMinutes(1));

        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);
        long calls = scene.calls(Operation.GET_ME);
        assertThat(scene.fires("web-2", 0).outcome()).isEqualTo(OPENED);
        assertThat(scene.calls(Operation.GET_ME)).isEqualTo(calls);
    }

    @Test
    void aSecretThatIsBackMakesTheWorkspaceActiveAgainByItself() {
        scene.pass(Duration.ofMinutes(1));
        scene.editSecret("no token at all");
        assertThat(scene.fires(0).detail()).contains("missing from Secrets Manager");
        assertThat(scene.installation().status()).isEqualTo(REAUTH_REQUIRED);

        scene.pass(Duration.ofMinutes(1));
        assertThat(scene.fires(0).reason()).isEqualTo(Reason.TOKEN);
        assertThat(scene.calls()).isZero();
        scene.editSecret(Sample.MANAGER_TOKEN);
        scene.pass(Duration.ofMinutes(1));

        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);
        assertThat(scene.installation().status()).isEqualTo(ACTIVE);
    }

    @Test
    void aUserWhoMayPageAgainMakesTheWorkspaceActiveAgain() {
        Account acme = scene.pagerDuty().us().account();
        String token = "u+role-" + scene.workspace();
        String id = "PROLE" + scene.workspace();
        acme.addUserToken(token, acme.addUser(id, "Rolf", "rolf@acme.example", "read_only_user"));
        scene.installAs(id, token);
        scene.fires(0);
        scene.pass(Duration.ofMinutes(1));
        assertThat(scene.fires(0).reason()).as("still a stakeholder").isEqualTo(Reason.TOKEN);
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isEqualTo(1);

        acme.addUserToken(token, acme.addUser(id, "Rolf", "rolf@acme.example", "limited_user"));
        scene.pass(Duration.ofMinutes(1));

        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);
    }

    @Test
    void aReinstallDuringAProbeWins() {
        scene.install(Sample.REVOKED_TOKEN);
        scene.fires(0);
        scene.pass(Duration.ofMinutes(1));
        scene.pagerDuty().faults().add(Fault.on("GET", "/users/me").afterwards(probe -> scene.installAsTheOwner()));

        scene.fires(0);

        assertThat(scene.installation().status()).isEqualTo(ACTIVE);
        assertThat(scene.installation().reason()).isEmpty();
        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);
    }

    @Test
    void aReinstallByAnotherUserDuringAProbeThatSucceedsWins() {
        scene.pagerDuty()
                .faults()
                .add(Fault.onEverything().answering(403, PROXYS_403).untilCleared());
        scene.fires(0);
        scene.pagerDuty().faults().clear();
        scene.pass(Duration.ofMinutes(1));
        scene.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/users/me")
                        .afterwards(probe -> scene.installAs("PUSR002", Sample.RESPONDER_TOKEN)));

        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);

        assertThat(scene.installation().user().id()).isEqualTo("PUSR002");
        assertThat(metrics("ReauthCleared")).isEmpty();
    }

    private List<EmfLine> metrics(String metric) {
        return TestCloud.current().metricLines().stream()
                .map(EmfLine::read)
                .filter(line -> line.metric().equals(metric))
                .filter(line -> scene.workspace().equals(line.field("workspace")))
                .toList();
    }
}
