package io.middleware.paging.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.harness.WatchedAws;
import io.middleware.paging.installation.Accounts;
import io.middleware.paging.installation.DynamoInstallations;
import io.middleware.paging.installation.DynamoSetupLocks;
import io.middleware.paging.installation.GivenToken;
import io.middleware.paging.installation.InstallResult;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.InstallationConfig;
import io.middleware.paging.installation.Installations;
import io.middleware.paging.installation.Installer;
import io.middleware.paging.installation.SecretsManagerTokenStore;
import io.middleware.paging.installation.TokenStore;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.secrets.Fault.Answered;
import io.middleware.paging.metrics.Metrics;
import io.middleware.paging.pacing.Pause;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDuty;

/** An uninstall ends at any of its calls, or meets somebody else there. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class UninstallerTest {
    private static final List<String> RULES = List.of("cpu-high", "disk-full", "errors");

    /** Longer than a lock, and than the time for which Secrets Manager may lag. */
    private static final Duration LOCK_LAPSES = Duration.ofSeconds(70);

    @Inject
    Installations installations;

    @Inject
    RuleBindings bindings;

    @Inject
    RuleBinder binder;

    @Inject
    TokenStore tokens;

    @Inject
    InstallationConfig config;

    @Inject
    BindingConfig bindingConfig;

    @Inject
    PagerDuty pagerDuty;

    @Inject
    Metrics metrics;

    @Inject
    Pause pause;

    private final TestCloud cloud = TestCloud.current();
    private WorkspaceId workspace = newWorkspace();

    @AfterEach
    void clear() {
        cloud.pagerDuty().faults().clear();
        cloud.secrets().heal();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereverItDiesTheNextUninstallFinishesIt(boolean afterTheCall) {
        int survived = whileItIsInterrupted(fatal -> WatchedAws.dyingAt(fatal, afterTheCall), fatal -> {
            if (account() instanceof Accounts.Account.Active) {
                assertThat(boundRules())
                        .as("what pages is whole, call %s", fatal)
                        .hasSize(RULES.size());
            }

            cloud.clock().advance(LOCK_LAPSES);
            assertThat(uninstaller(new WatchedAws.Watch() {}).uninstall(workspace, deadline()))
                    .isInstanceOfAny(Uninstaller.Result.Uninstalled.class, Uninstaller.Result.NothingThere.class);
            assertNothingIsLeft();

            assertThat(install()).isInstanceOf(InstallResult.Installed.class);
            assertThat(account()).isInstanceOf(Accounts.Account.Active.class);
            assertThat(boundRules()).isEmpty();
        });

        assertThat(survived).as("calls of an uninstall").isGreaterThan(7);
    }

    @Test
    void anInstallAtAnyMomentOfAnUninstallLeavesOneStateOrTheOther() {
        List<InstallResult> installs = new ArrayList<>();

        whileItIsInterrupted(moment -> at(moment, () -> installs.add(install())), moment -> assertOneState());

        assertThat(installs).hasAtLeastOneElementOfType(InstallResult.Installed.class);
        assertThat(installs)
                .filteredOn(InstallResult.Refused.class::isInstance)
                .isNotEmpty()
                .allMatch(refused ->
                        ((InstallResult.Refused) refused).refusal().code().equals("SETUP_UNDER_WAY"));
    }

    @Test
    void anUninstallAtAnyMomentOfAnInstallLeavesOneStateOrTheOther() {
        List<Uninstaller.Result> uninstalls = new ArrayList<>();
        for (int moment = 1; ; moment++) {
            ready();
            WatchedAws aws = new WatchedAws(
                    cloud,
                    at(
                            moment,
                            () -> uninstalls.add(
                                    uninstaller(new WatchedAws.Watch() {}).uninstall(workspace, deadline()))));

            installer(aws)
                    .install(
                            workspace,
                            GivenToken.inRequest(Sample.RESPONDER_TOKEN),
                            Optional.empty(),
                            false,
                            deadline());

            assertOneState();
            if (aws.calls() < moment) {
                break;
            }
        }

        assertThat(uninstalls).hasAtLeastOneElementOfType(Uninstaller.Result.Uninstalled.class);
        assertThat(uninstalls).hasAtLeastOneElementOfType(Uninstaller.Result.Refused.class);
    }

    @Test
    void aBindingMadeDuringAnUninstallDoesNotStay() {
        List<RuleBinder.BindResult> binds = new ArrayList<>();

        whileItIsInterrupted(
                // The process remembers the workspace as installed.
                moment -> at(moment, () -> binds.add(bind())),
                moment -> assertNothingIsLeft());

        assertThat(binds).hasAtLeastOneElementOfType(RuleBinder.BindResult.Bound.class);
        assertThat(binds)
                .filteredOn(RuleBinder.BindResult.Refused.class::isInstance)
                .isNotEmpty()
                .allMatch(refused -> ((RuleBinder.BindResult.Refused) refused)
                        .refusal()
                        .code()
                        .equals("NOT_INSTALLED"));
    }

    @Test
    void aProbeThatFindsTheTokenWorkingBringsNothingBack() {
        whileItIsInterrupted(moment -> at(moment, this::account), moment -> assertNothingIsLeft(), () -> {
            ready();
            Installation now = installations.find(workspace).orElseThrow();
            installations.requireReauth(
                    workspace,
                    now.tokenVersion(),
                    "PagerDuty refused the token",
                    cloud.clock().instant(),
                    cloud.clock().instant());
        });
    }

    @Test
    void tenThousandBindingsGoInSeveralCalls() {
        ready();
        bindTenThousand();
        int calls = 0;
        int removed = 0;
        Uninstaller.Result result;
        do {
            // Each batch takes a second.
            result = uninstaller(new WatchedAws.Watch() {
                        @Override
                        public void after(int call, String action) {
                            if (action.equals("batchWriteItem")) {
                                cloud.clock().advance(Duration.ofSeconds(1));
                            }
                        }
                    })
                    .uninstall(workspace, deadline());
            calls++;
            if (result instanceof Uninstaller.Result.Unfinished part) {
                removed += part.bindingsRemoved();
                assertThat(account()).isInstanceOf(Accounts.Account.NotInstalled.class);
            }
        } while (result instanceof Uninstaller.Result.Unfinished);

        assertThat(calls).isBetween(2, 20);
        assertThat(removed + ((Uninstaller.Result.Uninstalled) result).bindingsRemoved())
                .isEqualTo(10_000 + RULES.size());
        assertNothingIsLeft();
    }

    @Test
    void anInstallBetweenTwoCallsKeepsWhatIsLeft() {
        ready();
        Uninstaller.Result part = uninstaller(new WatchedAws.Watch() {})
                .uninstall(workspace, Deadline.after(Duration.ofSeconds(10), cloud.clock()));
        assertThat(part).isInstanceOf(Uninstaller.Result.Unfinished.class);

        InstallResult installed = install();

        assertThat(((InstallResult.Installed) installed).warnings())
                .extracting(warning -> warning.code())
                .containsExactly("UNINSTALL_ENDED");
        assertThat(account()).isInstanceOf(Accounts.Account.Active.class);
        assertThat(boundRules()).hasSize(RULES.size());
    }

    @Test
    void aSecretOfAnotherStackIsLeftAlone() {
        ready();
        try (SecretsManagerClient secrets = secrets()) {
            secrets.tagResource(request -> request.secretId(TestCloud.secretName(workspace))
                    .tags(Tag.builder().key("paging-stack").value("other").build()));

            Uninstaller.Result result = uninstaller(new WatchedAws.Watch() {}).uninstall(workspace, deadline());

            assertThat(((Uninstaller.Result.Uninstalled) result).token())
                    .isEqualTo(new TokenStore.Removed.NotOurs(
                            TestCloud.secretName(workspace), "belongs to the stack other"));
            assertThat(secrets.describeSecret(request -> request.secretId(TestCloud.secretName(workspace)))
                            .deletedDate())
                    .isNull();
        }
        assertThat(installations.find(workspace)).isEmpty();
        assertThat(boundRules()).isEmpty();
    }

    @Test
    void aSecretThatIsNotShownYetIsWaitedFor() {
        ready();
        cloud.secrets().failNext(1, "DescribeSecret", new Answered("ResourceNotFoundException", 400, "Not shown yet"));

        assertThat(uninstaller(new WatchedAws.Watch() {}).uninstall(workspace, deadline()))
                .isInstanceOf(Uninstaller.Result.Unfinished.class);
        assertThat(uninstaller(new WatchedAws.Watch() {}).uninstall(workspace, deadline()))
                .isInstanceOf(Uninstaller.Result.Uninstalled.class);
        assertNothingIsLeft();
    }

    @Test
    void aSecretThatSomebodyDeletedIsNoHindrance() {
        ready();
        cloud.clock().advance(LOCK_LAPSES);
        try (SecretsManagerClient secrets = secrets()) {
            secrets.deleteSecret(
                    request -> request.secretId(TestCloud.secretName(workspace)).recoveryWindowInDays(30L));
        }

        assertThat(uninstaller(new WatchedAws.Watch() {}).uninstall(workspace, deadline()))
                .isInstanceOf(Uninstaller.Result.Uninstalled.class);
        assertNothingIsLeft();
    }

    /**
     * Uninstalls again and again, a workspace each time, until all of its calls were interrupted once.
     *
     * @return how many there are
     */
    private int whileItIsInterrupted(IntFunction<WatchedAws.Watch> interruption, IntConsumer check) {
        return whileItIsInterrupted(interruption, check, this::ready);
    }

    private int whileItIsInterrupted(IntFunction<WatchedAws.Watch> interruption, IntConsumer check, Runnable ready) {
        for (int moment = 1; ; moment++) {
            ready.run();
            WatchedAws aws = new WatchedAws(cloud, interruption.apply(moment));
            try {
                uninstaller(aws).uninstall(workspace, deadline());
            } catch (WatchedAws.Died died) {
                // As intended.
            }
            check.accept(moment);
            if (aws.calls() < moment) {
                return aws.calls();
            }
        }
    }

    private static WatchedAws.Watch at(int moment, Runnable somebody) {
        return new WatchedAws.Watch() {
            @Override
            public void before(int call, String action) {
                if (call == moment) {
                    somebody.run();
                }
            }
        };
    }

    private void ready() {
        workspace = newWorkspace();
        assertThat(install()).isInstanceOf(InstallResult.Installed.class);
        RULES.forEach(rule -> bindings.save(binding(rule)));
    }

    private InstallResult install() {
        return installer(new WatchedAws(cloud, new WatchedAws.Watch() {}))
                .install(workspace, GivenToken.inRequest(Sample.MANAGER_TOKEN), Optional.empty(), false, deadline());
    }

    private RuleBinder.BindResult bind() {
        return binder.bind(
                new RuleBinder.Choice(
                        workspace,
                        new RuleId("late"),
                        new RuleBinder.ServiceChoice.ById(Sample.PAYMENTS),
                        true,
                        UrgencyRule.SERVICE,
                        GroupBy.ALERT,
                        Optional.empty(),
                        true,
                        PageText.NONE),
                deadline());
    }

    private RuleBinding binding(String rule) {
        return new RuleBinding(
                workspace,
                new RuleId(rule),
                Sample.PAYMENTS,
                "Payments",
                true,
                UrgencyRule.SERVICE,
                GroupBy.ALERT,
                Optional.empty(),
                true,
                cloud.clock().instant());
    }

    private void bindTenThousand() {
        String table = cloud.stack().ref("RuleBindings");
        Map<String, AttributeValue> item = cloud.dynamo()
                .getItem(request -> request.tableName(table)
                        .key(Map.of(
                                "workspaceId", AttributeValue.fromS(workspace.value()),
                                "ruleId", AttributeValue.fromS(RULES.get(0)))))
                .item();
        for (int batch = 0; batch < 400; batch++) {
            int first = batch * 25;
            List<WriteRequest> puts = IntStream.range(first, first + 25)
                    .mapToObj(i -> {
                        Map<String, AttributeValue> copy = new HashMap<>(item);
                        copy.put("ruleId", AttributeValue.fromS("rule-" + i));
                        return WriteRequest.builder()
                                .putRequest(put -> put.item(copy))
                                .build();
                    })
                    .toList();
            cloud.dynamo().batchWriteItem(request -> request.requestItems(Map.of(table, puts)));
        }
    }

    /** What a process that has just started finds. */
    private Accounts.Account account() {
        return new Accounts(installations, tokens, pagerDuty, config, metrics, cloud.clock())
                .find(workspace, deadline());
    }

    private List<RuleBindings.Listed> boundRules() {
        return bindings.list(workspace, Optional.empty()).bindings();
    }

    private void assertOneState() {
        if (installations.find(workspace).isPresent()) {
            assertThat(account()).isInstanceOf(Accounts.Account.Active.class);
        } else {
            assertNothingIsLeft();
        }
    }

    private void assertNothingIsLeft() {
        assertThat(installations.find(workspace)).isEmpty();
        assertThat(boundRules()).isEmpty();
        try (SecretsManagerClient secrets = secrets()) {
            assertThat(secrets.describeSecret(request -> request.secretId(TestCloud.secretName(workspace)))
                            .deletedDate())
                    .as("the secret waits for its deletion")
                    .isNotNull();
        }
    }

    private SecretsManagerClient secrets() {
        return AwsClients.secretsManager(cloud.secrets().endpoint());
    }

    private Uninstaller uninstaller(WatchedAws.Watch watch) {
        return uninstaller(new WatchedAws(cloud, watch));
    }

    private Uninstaller uninstaller(WatchedAws aws) {
        return new Uninstaller(
                new DynamoInstallations(aws.dynamo(), config),
                new DynamoRuleBindings(aws.dynamo(), bindingConfig),
                new SecretsManagerTokenStore(aws.secrets(), config),
                new DynamoSetupLocks(aws.dynamo(), config, cloud.clock(), cloud.random()),
                config,
                pause,
                cloud.clock());
    }

    private Installer installer(WatchedAws aws) {
        return new Installer(
                pagerDuty,
                new DynamoInstallations(aws.dynamo(), config),
                new SecretsManagerTokenStore(aws.secrets(), config),
                new DynamoSetupLocks(aws.dynamo(), config, cloud.clock(), cloud.random()),
                cloud.clock());
    }

    private Deadline deadline() {
        return Deadline.after(Duration.ofSeconds(60), cloud.clock());
    }

    private static WorkspaceId newWorkspace() {
        return new WorkspaceId("u-" + UUID.randomUUID());
    }
}
