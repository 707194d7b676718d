package io.middleware.paging.installation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.alert.Scene;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.metrics.Metrics;
import io.middleware.paging.pagerduty.Answer;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.User;

/** Many processes of notify look after one workspace that waits for a token. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class ManyProcessesProbeTest {
    private static final int PROCESSES = 8;

    @Inject
    Scene scene;

    @Inject
    Installations installations;

    @Inject
    TokenStore tokens;

    @Inject
    PagerDuty pagerDuty;

    @Inject
    InstallationConfig config;

    @Inject
    Metrics metrics;

    private final TestCloud cloud = TestCloud.current();
    private final ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
    private final List<Accounts> processes = new ArrayList<>();

    @BeforeEach
    void aWorkspaceWaits() {
        scene.start();
        scene.installAsTheOwner();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(new Accounts(installations, tokens, pagerDuty, config, metrics, cloud.clock()));
        }
        Account.Active used = (Account.Active) processes.get(0).find(workspace(), deadline());
        cloud.pagerDuty().faults().add(Fault.onEverything().answering(401).untilCleared());
        Answer.Failed<User> refused = (Answer.Failed<User>) pagerDuty.me(used.access(), deadline());
        processes.get(0).afterRefusal(used, refused.failure(), deadline());
        cloud.clock().advance(Duration.ofMinutes(1));
    }

    @AfterEach
    void clear() {
        cloud.pagerDuty().faults().clear();
        threads.shutdownNow();
    }

    @Test
    void oneOfThemProbes() throws Exception {
        int before = asked();

        List<Account> found = allFind();

        assertThat(asked() - before).isEqualTo(1);
        assertThat(found).allMatch(Account.ReauthRequired.class::isInstance);
    }

    @Test
    void theOneThatFindsTheTokenWorkingTellsTheOthers() throws Exception {
        cloud.pagerDuty().faults().clear();
        int before = asked();

        allFind();

        assertThat(asked() - before).isEqualTo(1);
        assertThat(allFind()).allMatch(Account.Active.class::isInstance);
        assertThat(asked() - before).isEqualTo(1);
        assertThat(cloud.metricLines())
                .filteredOn(line -> line.contains("ReauthCleared") && line.contains('"' + scene.workspace() + '"'))
                .hasSize(1);
    }

    private List<Account> allFind() throws Exception {
        List<Callable<Account>> finds = processes.stream()
                .map(process -> (Callable<Account>) () -> process.find(workspace(), deadline()))
                .toList();
        List<Account> found = new ArrayList<>();
        for (Future<Account> find : threads.invokeAll(finds)) {
            found.add(find.get());
        }
        return found;
    }

    private int asked() {
        return cloud.pagerDuty().requests(Operation.GET_ME).size();
    }

    private WorkspaceId workspace() {
        return new WorkspaceId(scene.workspace());
    }

    private Deadline deadline() {
        return Deadline.after(Duration.ofMinutes(1), cloud.clock());
    }
}
