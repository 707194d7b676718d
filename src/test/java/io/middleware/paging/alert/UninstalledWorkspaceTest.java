package io.middleware.paging.alert;

import static io.middleware.paging.delivery.Outcome.OPENED;
import static io.middleware.paging.delivery.Outcome.UNBOUND;
import static io.middleware.paging.delivery.Outcome.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.binding.CachedRuleBindings;
import io.middleware.paging.binding.Uninstaller;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.Installations;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pagerduty.Deadline;

/** What becomes of the alerts of a workspace that is uninstalled, in a process of notify that remembers it. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class UninstalledWorkspaceTest {
    /** For how long bindings and installations are remembered. */
    private static final Duration REMEMBERED = Duration.ofSeconds(60);

    @Inject
    Scene scene;

    @Inject
    CachedRuleBindings remembered;

    @Inject
    Uninstaller uninstaller;

    @Inject
    Installations installations;

    @BeforeEach
    void readyToPage() {
        scene.startReadyToPage();
    }

    @Test
    void aLaterAlertIsUnbound() {
        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);
        uninstall();
        scene.pass(REMEMBERED.plusSeconds(1));
        long calls = scene.calls();

        NotifyOutcome later = scene.fires("web-2", 90);

        assertThat(later.outcome()).isEqualTo(UNBOUND);
        assertThat(later.next()).isEqualTo(NotifyOutcome.Next.DONE);
        assertThat(scene.calls()).isEqualTo(calls);
    }

    @Test
    void aRememberedBindingMakesItWaitAMomentAndNobodyIsCalled() {
        scene.fires(0);
        scene.pass(Duration.ofSeconds(50));
        readBindingAlone();
        uninstall();
        // The installation is forgotten by now, the binding is not.
        scene.pass(Duration.ofSeconds(11));

        NotifyOutcome first = scene.fires("web-3", 61);
        NotifyOutcome second = scene.fires("web-3", 61);

        assertThat(first.outcome()).isEqualTo(WAITING);
        assertThat(first.reason()).as("no reason that calls a person").isEqualTo(Reason.IN_FLIGHT);
        assertThat(first.delay().orElseThrow()).isLessThan(Duration.ofSeconds(10));
        assertThat(second.outcome()).isEqualTo(UNBOUND);
        assertThat(scene.incidents("web-3")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLaterResolveEndsUnboundAndNamesWhatIsLeftOpen(boolean folded) {
        if (folded) {
            scene.bindFolded(true);
        }
        scene.fires(0);
        uninstall();
        scene.pass(REMEMBERED.plusSeconds(1));
        long calls = scene.calls();

        NotifyOutcome resolved = scene.resolves(90);

        assertThat(resolved.outcome()).as(resolved.toString()).isEqualTo(UNBOUND);
        assertThat(resolved.next()).isEqualTo(NotifyOutcome.Next.DONE);
        assertThat(resolved.detail())
                .contains("was uninstalled; incident ")
                .contains("resolve it in PagerDuty (https://");
        assertThat(scene.calls()).isEqualTo(calls);
        assertThat(scene.ledger("outcome")).isEqualTo("UNBOUND");
    }

    @Test
    void whatWaitsForATokenEndsUnbound() {
        scene.pagerDuty().faults().add(Fault.onEverything().answering(401).untilCleared());
        assertThat(scene.fires(0).reason()).isEqualTo(Reason.TOKEN);
        uninstall();
        scene.pagerDuty().faults().clear();
        scene.pass(REMEMBERED.plusSeconds(1));

        assertThat(scene.fires(0).outcome()).isEqualTo(UNBOUND);
        assertThat(scene.incidents()).isEmpty();
    }

    @Test
    void whileAnUninstallIsNotFinishedAlertsWaitAndPageNobody() {
        installations.beginUninstall(
                scene.installation(), TestCloud.current().clock().instant());

        NotifyOutcome waiting = scene.fires(0);

        assertThat(waiting.outcome()).isEqualTo(WAITING);
        assertThat(waiting.reason()).isEqualTo(Reason.IN_FLIGHT);
        assertThat(waiting.detail()).contains("run uninstall again");
        assertThat(scene.calls(Operation.CREATE_INCIDENT)).isZero();

        uninstall();
        scene.pass(REMEMBERED.plusSeconds(1));
        assertThat(scene.fires(0).outcome()).isEqualTo(UNBOUND);
    }

    @Test
    void anUninstallThatNobodyFinishesCallsAPerson() {
        installations.beginUninstall(
                scene.installation(), TestCloud.current().clock().instant());
        assertThat(scene.fires(0).reason()).isEqualTo(Reason.IN_FLIGHT);
        scene.pass(Duration.ofMinutes(5));

        NotifyOutcome waiting = scene.fires(0);

        assertThat(waiting.outcome()).isEqualTo(WAITING);
        assertThat(waiting.reason()).isEqualTo(Reason.NOT_INSTALLED);
        assertThat(waiting.detail()).contains("run uninstall again to finish that, or install");
    }

    @Test
    void anInstallThatEndsAnUnfinishedUninstallPagesWhatWaited() {
        installations.beginUninstall(
                scene.installation(), TestCloud.current().clock().instant());
        scene.fires(0);

        scene.install(Sample.MANAGER_TOKEN);

        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);
    }

    @Test
    void aTokenThatIsGoneOnPurposeIsNoDeadToken() {
        scene.fires(0);
        // Binding and installation are read anew just before the token is forgotten.
        scene.pass(Duration.ofSeconds(290));
        scene.fires("web-2", 290);
        uninstall();
        scene.pass(Duration.ofSeconds(11));
        TestCloud.current().metricLines().clear();

        NotifyOutcome first = scene.fires("web-3", 301);

        assertThat(first.reason()).isEqualTo(Reason.IN_FLIGHT);
        assertThat(scene.fires("web-3", 301).outcome()).isEqualTo(UNBOUND);
        assertThat(TestCloud.current().metricLines()).noneMatch(line -> line.contains("ReauthRequired"));
    }

    /** A repeat of an alert whose incident is known to be open reads the binding, and no installation. */
    private void readBindingAlone() {
        remembered.forget(new WorkspaceId(scene.workspace()), Scene.RULE);
        scene.fires(50);
    }

    private void uninstall() {
        Uninstaller.Result result = uninstaller.uninstall(
                new WorkspaceId(scene.workspace()),
                Deadline.after(Duration.ofSeconds(60), TestCloud.current().clock()));
        assertThat(result).isInstanceOf(Uninstaller.Result.Uninstalled.class);
    }
}
