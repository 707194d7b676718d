package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;

import io.middleware.paging.binding.CachedRuleBindings;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.ServiceCheck;
import io.middleware.paging.binding.ServiceFindings;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.delivery.Episodes;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.installation.AccountQuestions;
import io.middleware.paging.installation.Accounts;
import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pacing.Pause;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDutyConfig;
import io.middleware.paging.pagerduty.SideBySide;

/**
 * Tests a rule: an alert of its own opens a real incident and resolves it, both by {@link AlertNotifier}, as any alert. What a
 * queue does for other alerts, this does for the time of one call: it waits for as long as an outcome asks for and then tries
 * again.
 *
 * <p>Each step follows from what the ledger says at that moment ({@link LastTest}). So calls at the same time, repeated calls
 * and calls after a crash carry on with one test and send no second one.
 *
 * <p>Thread-safe. Failures of AWS are thrown; the next call carries on.
 */
@ApplicationScoped
public class SendTest {
    private static final Logger LOG = Logger.getLogger(SendTest.class);

    /**
     * When {@code notify} resolves the test if this process cannot: when its lease is over, and PagerDuty lists what a lost POST
     * has opened.
     */
    private static final Duration RESOLVED_BY_NOTIFY_AFTER = Duration.ofMinutes(2);

    /** More than there is time for. */
    private static final int MAX_STEPS = 50;

    private final Accounts accounts;
    private final CachedRuleBindings bindings;
    private final Episodes episodes;
    private final AlertNotifier notifier;
    private final SqsAlertQueue queue;
    private final UnpageableServices unpageable;
    private final ServiceCheck check;
    private final SideBySide sideBySide;
    private final PagerDutyConfig config;
    private final Pause pause;
    private final Clock clock;

    public SendTest(
            Accounts accounts,
            CachedRuleBindings bindings,
            Episodes episodes,
            AlertNotifier notifier,
            SqsAlertQueue queue,
            UnpageableServices unpageable,
            ServiceCheck check,
            SideBySide sideBySide,
            PagerDutyConfig config,
            Pause pause,
            Clock clock) {
        this.accounts = accounts;
        this.bindings = bindings;
        this.episodes = episodes;
        this.notifier = notifier;
        this.queue = queue;
        this.unpageable = unpageable;
        this.check = check;
        this.sideBySide = sideBySide;
        this.config = config;
        this.pause = pause;
        this.clock = clock;
    }

    /** Sends a test, or carries on with the one that is under way. Safe to repeat. */
    public TestResult send(WorkspaceId workspaceId, RuleId ruleId, Deadline deadline) {
        Account account = accounts.findNow(workspaceId, deadline);
        if (!(account instanceof Account.Active active)) {
            return refused(AccountQuestions.refusal(workspaceId, account));
        }
        // Somebody who tests has just mended something: what was remembered from before that would not show it.
        bindings.forget(workspaceId, ruleId);
        unpageable.forgetAll();
        Optional<RuleBinding> binding = bindings.find(workspaceId, ruleId);
        if (binding.filter(RuleBinding::enabled).isEmpty()) {
            return refused(
                    binding.isEmpty()
                            ? TestRefusals.notBound(workspaceId, ruleId)
                            : TestRefusals.disabled(workspaceId, ruleId));
        }
        Supplier<ServiceFindings> findings = sideBySide.start(() -> check.look(
                active.access(), active.installation().user().id(), ServiceCheck.Target.of(binding.get()), deadline));
        return new Call(binding.get(), active, findings, deadline).send();
    }

    private static TestResult refused(Refusal refusal) {
        return new TestResult.Refused(refusal);
    }

    /** One call. Used by one thread. */
    private final class Call {
        private final RuleBinding binding;
        private final Account.Active account;
        private final Supplier<ServiceFindings> findings;
        private final Deadline deadline;
        private final DeliveryKey key;
        private final Instant asked = clock.instant().truncatedTo(ChronoUnit.MILLIS);

        /** An incident of an earlier test cannot be resolved, which must not keep a new one from being sent. */
        private boolean leavesEarlier;

        /** Whether a message waits in the queue that ends the test: whoever began it has sent one. */
        private boolean notifyResolves = queue.canDelay();

        private Optional<Instant> resolveSentFor = Optional.empty();

        /** The ledger forgets it with the resolve. */
        private boolean pagedNobody;

        Call(RuleBinding binding, Account.Active account, Supplier<ServiceFindings> findings, Deadline deadline) {
            this.binding = binding;
            this.account = account;
            this.findings = findings;
            this.deadline = deadline;
            this.key = TestAlert.triggered(binding.workspaceId(), binding.ruleId(), asked)
                    .deliveryKey();
        }

        TestResult send() {
            for (int tries = 1; tries <= MAX_STEPS; tries++) {
                LastTest test = lastTest();
                test.open().ifPresent(open -> pagedNobody = open.pagedNobody());
                Optional<Instant> over = test.overAt().filter(this::isMeant);
                if (over.isPresent()) {
                    return sent(test.incident().orElseThrow(), over.get(), Optional.empty());
                }
                LastTest.Step step = leavesEarlier ? nextButEarlier(test) : test.next(asked);
                NotifyOutcome outcome = take(step, test, tries);
                if (outcome.outcome() == Outcome.UNBOUND) {
                    return refused(TestRefusals.notBound(binding.workspaceId(), binding.ruleId()));
                }
                if (outcome.outcome() == Outcome.DISABLED) {
                    return refused(TestRefusals.disabled(binding.workspaceId(), binding.ruleId()));
                }
                if (outcome.next() == NotifyOutcome.Next.DONE) {
                    continue;
                }
                Optional<Duration> wait = outcome.delay().filter(delay -> isWorthWaiting(outcome, delay, step));
                if (wait.isPresent()) {
                    pause.lasting(wait.get());
                } else if (step instanceof LastTest.Step.Resolve
                        && outcome.outcome() == Outcome.REFUSED
                        && !isMeant(step.at())) {
                    leavesEarlier = true;
                } else {
                    return unfinished(step, outcome);
                }
            }
            return refused(TestRefusals.underWay(lastTest()));
        }

        private LastTest lastTest() {
            return new LastTest(episodes.find(key));
        }

        /** Its own, and one of a moment ago: but what was bound or installed since is not tested by that. */
        private boolean isMeant(Instant sentAt) {
            return !sentAt.isBefore(asked)
                    || LastTest.isMeant(sentAt, asked)
                            && !binding.boundAt().isAfter(sentAt)
                            && !account.installation().since().isAfter(sentAt);
        }

        private LastTest.Step nextButEarlier(LastTest test) {
            return test.unfinished().filter(step -> isMeant(step.at())).orElseGet(() -> test.anew(asked));
        }

        private NotifyOutcome take(LastTest.Step step, LastTest test, int tries) {
            if (step instanceof LastTest.Step.Resolve) {
                return notifier.handle(resolved(step.at(), "it was a test"), receive(tries, deadline));
            }
            boolean isNew = test.unfinished()
                    .filter(left -> left.at().equals(step.at()))
                    .isEmpty();
            if (isNew && !resolveSentFor.equals(Optional.of(step.at()))) {
                resolveSentFor = Optional.of(step.at());
                notifyResolves = queue.canDelay() && sendResolve(step.at());
            }
            return notifier.handle(
                    TestAlert.triggered(binding.workspaceId(), binding.ruleId(), step.at()),
                    receive(tries, timeFor(step)));
        }

        private Alert resolved(Instant at, String because) {
            return TestAlert.resolved(binding.workspaceId(), binding.ruleId(), at, because);
        }

        private static Receive receive(int tries, Deadline until) {
            return new Receive(tries, Optional.empty(), true, until);
        }

        /** What is opened must be resolved in the same call. */
        private Deadline timeFor(LastTest.Step step) {
            return step instanceof LastTest.Step.Resolve
                    ? deadline
                    : deadline.keeping(config.callTimeout().plusSeconds(1));
        }

        private boolean isWorthWaiting(NotifyOutcome outcome, Duration delay, LastTest.Step step) {
            return !outcome.reason().needsAction()
                    && timeFor(step).keeping(delay).leavesTimeFor(config.callTimeout());
        }

        /** Whatever happens to this process: the test is over at last. */
        private boolean sendResolve(Instant at) {
            try {
                return queue.sendResolveOf(resolved(at, ""), RESOLVED_BY_NOTIFY_AFTER);
            } catch (RuntimeException awsFailed) {
                LOG.warnf(
                        "The queue did not take the message that ends the test of rule %s of workspace %s in any case: %s",
                        binding.ruleId(), binding.workspaceId(), awsFailed.getMessage());
                return false;
            }
        }

        private TestResult sent(KnownIncident incident, Instant at, Optional<NotifyOutcome> notResolved) {
            return new TestResult.Sent(
                    binding,
                    incident,
                    pagedNobody,
                    at,
                    at.isBefore(asked) ? Optional.of(at.plus(LastTest.REPEAT_WINDOW)) : Optional.empty(),
                    notResolved.map(waiting -> TestRefusals.notResolved(incident, waiting, notifyResolves)),
                    found(),
                    clock.instant());
        }

        private TestResult unfinished(LastTest.Step step, NotifyOutcome outcome) {
            LastTest test = lastTest();
            boolean isUnfinished = test.unfinished()
                    .filter(left -> !left.at().isBefore(step.at()))
                    .isPresent();
            if (isUnfinished && !queue.canDelay()) {
                notifyResolves = sendResolve(step.at());
            }
            Optional<KnownIncident> open = test.open().filter(incident -> isMeant(step.at()));
            if (step instanceof LastTest.Step.Resolve && open.isPresent()) {
                return sent(open.get(), step.at(), Optional.of(outcome));
            }
            if (!isUnfinished) {
                // Nothing was opened, and nothing is left to be done: its slot is for others, and no later try of it
                // may page.
                notifier.handle(
                        resolved(step.at(), "the test was given up (" + outcome.detail() + ")"), receive(1, deadline));
            }
            return refused(TestRefusals.of(
                    new TestRefusals.Failed(binding, outcome, isUnfinished, notifyResolves, clock.instant()),
                    current(),
                    found()));
        }

        private Account current() {
            return accounts.find(binding.workspaceId(), deadline);
        }

        /** Empty if not even asking was possible: that is no reason for a test to fail. */
        private Optional<ServiceFindings> found() {
            try {
                return Optional.of(findings.get());
            } catch (RuntimeException failed) {
                LOG.warnf(failed, "Whether service %s would page somebody could not be asked", binding.serviceId());
                return Optional.empty();
            }
        }
    }
}
