package io.middleware.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.alert.Scene;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.Accounts;
import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.installation.InstallationConfig;
import io.middleware.paging.installation.Installations;
import io.middleware.paging.installation.TokenStore;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.metrics.Metrics;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.PagerDutyConfig;
import io.middleware.paging.pagerduty.SideBySide;

/** What init leaves for the first page to do. The memory of accounts is new in each test, as in a new process. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class WarmUpTest {
    private static final String READ = "GetSecretValue";

    @Inject
    Scene scene;

    @Inject
    RuleBindings bindings;

    @Inject
    PagerDuty pagerDuty;

    @Inject
    Installations installations;

    @Inject
    TokenStore tokens;

    @Inject
    InstallationConfig config;

    @Inject
    Metrics metrics;

    @Inject
    SideBySide sideBySide;

    @Inject
    PagerDutyConfig pagerDutyConfig;

    private final TestCloud cloud = TestCloud.current();
    private Accounts accounts;

    @BeforeEach
    void start() {
        scene.start();
        accounts = new Accounts(installations, tokens, pagerDuty, config, metrics, cloud.clock());
    }

    @AfterEach
    void heal() {
        cloud.pagerDuty().faults().clear();
        cloud.secrets().heal();
    }

    @Test
    void accountOfTheDefaultWorkspaceIsReadDuringInit() {
        scene.installAsTheOwner();
        int before = cloud.secrets().calls(READ);

        init("notify", true, Optional.of(scene.workspace()));

        assertThat(cloud.secrets().calls(READ) - before).isEqualTo(1);
        assertThat(find()).isInstanceOf(Account.Active.class);
        assertThat(cloud.secrets().calls(READ) - before).isEqualTo(1);
    }

    @Test
    void tokenThatIsReplacedAfterInitIsNotUsed() {
        scene.installAsTheOwner();
        init("notify", true, Optional.of(scene.workspace()));
        scene.install(Sample.RESPONDER_TOKEN);
        cloud.clock().advance(config.installationCache());

        Account.Active found = (Account.Active) find();

        assertThat(found.access().token().reveal()).isEqualTo(Sample.RESPONDER_TOKEN);
    }

    @Test
    void nothingIsRememberedOfAWorkspaceThatIsNotInstalled() {
        init("notify", true, Optional.of(scene.workspace()));

        scene.installAsTheOwner();

        assertThat(find()).isInstanceOf(Account.Active.class);
    }

    @Test
    void pagerDutyIsAskedNothing() {
        scene.installAsTheOwner();
        scene.breakInstallation();
        int before = cloud.pagerDuty().requests().size();

        init("notify", true, Optional.of(scene.workspace()));

        assertThat(cloud.pagerDuty().requests()).hasSize(before);
    }

    @Test
    void initThatFailsIsLeftToTheFirstPage() {
        scene.installAsTheOwner();
        cloud.pagerDuty().faults().add(Fault.onEverything().dropping().untilCleared());
        cloud.secrets().allowOnly("paging-stack", "another");

        init("notify", true, Optional.of(scene.workspace()));

        cloud.secrets().heal();
        assertThat(find()).isInstanceOf(Account.Active.class);
    }

    @Test
    void defaultWorkspaceThatIsNoneIsLeftToTheFirstPage() {
        init("notify", true, Optional.of("no workspace at all"));
    }

    @Test
    void otherFunctionsReadNothing() {
        scene.installAsTheOwner();
        int before = cloud.secrets().calls(READ);

        init("status", true, Optional.of(scene.workspace()));
        init("notify", false, Optional.of(scene.workspace()));

        assertThat(cloud.secrets().calls(READ)).isEqualTo(before);
    }

    private void init(String function, boolean wanted, Optional<String> defaultWorkspace) {
        new WarmUp(bindings, pagerDuty, accounts, sideBySide, defaultWorkspace, function, wanted).onStart(null);
    }

    private Account find() {
        return accounts.find(
                new WorkspaceId(scene.workspace()), Deadline.after(pagerDutyConfig.timeout(), cloud.clock()));
    }
}
