package io.middleware.paging.alert;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;

import io.middleware.paging.delivery.Reason;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDutyConfig;

/**
 * Handles the messages of a batch side by side, each on its own: one that fails takes no other with it, except the later
 * ones of its message group, whose order must hold. What is to be resolved waits for the others, so that it goes out in
 * one call.
 */
@ApplicationScoped
public class BatchNotifier {
    private static final Logger LOG = Logger.getLogger(BatchNotifier.class);

    private final AlertParser parser;
    private final AlertNotifier notifier;
    private final IncidentResolver resolver;
    private final SqsAlertQueue queue;
    private final MessageLife life;
    private final Backoff backoff;
    private final HandBack handBack;
    private final OutcomeLog outcomeLog;
    private final PagerDutyConfig pagerDutyConfig;
    private final ExecutorService workers;

    public BatchNotifier(
            AlertParser parser,
            AlertNotifier notifier,
            IncidentResolver resolver,
            SqsAlertQueue queue,
            MessageLife life,
            Backoff backoff,
            HandBack handBack,
            OutcomeLog outcomeLog,
            AlertConfig config,
            PagerDutyConfig pagerDutyConfig) {
        this.parser = parser;
        this.notifier = notifier;
        this.resolver = resolver;
        this.queue = queue;
        this.life = life;
        this.backoff = backoff;
        this.handBack = handBack;
        this.outcomeLog = outcomeLog;
        this.pagerDutyConfig = pagerDutyConfig;
        AtomicInteger count = new AtomicInteger();
        this.workers = Executors.newFixedThreadPool(config.concurrency(), task -> {
            Thread thread = new Thread(task, "alert-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** @return the ids of the messages that go back to the queue, in the order of the batch */
    public List<String> notify(List<AlertMessage> batch, Deadline deadline) {
        List<Group> groups = inOrderedGroups(batch, deadline);
        List<Group> unfinished = groups;
        while (!unfinished.isEmpty()) {
            inParallel(unfinished.stream().map(Group::advancing).toList());
            unfinished = unfinished.stream().filter(Group::waitsForOthers).toList();
            resolveTogether(unfinished);
        }
        List<String> failed =
                groups.stream().flatMap(group -> group.failed.stream()).toList();
        return batch.stream()
                .map(AlertMessage::messageId)
                .filter(failed::contains)
                .toList();
    }

    /** A standard queue has no groups: each message is one of its own. */
    private List<Group> inOrderedGroups(List<AlertMessage> batch, Deadline deadline) {
        Map<Object, Deque<AlertMessage>> groups = new LinkedHashMap<>();
        for (AlertMessage message : batch) {
            Object group = message.groupId().isPresent()
                    ? message.queueArn() + ' ' + message.groupId().get()
                    : message;
            groups.computeIfAbsent(group, key -> new ArrayDeque<>()).add(message);
        }
        return groups.values().stream()
                .map(messages -> new Group(messages, deadline))
                .toList();
    }

    private void resolveTogether(List<Group> waiting) {
        Map<Step.ToResolve, InHand> owners = new IdentityHashMap<>();
        List<Step.ToResolve> steps = new ArrayList<>();
        for (Group group : waiting) {
            group.current.toResolve().ifPresent(step -> {
                owners.put(step, group.current);
                steps.add(step);
            });
        }
        inParallel(IncidentResolver.together(steps).stream()
                .map(together -> (Callable<Void>) () -> {
                    resolve(together, owners);
                    return null;
                })
                .toList());
    }

    private void resolve(List<Step.ToResolve> together, Map<Step.ToResolve, InHand> owners) {
        List<NotifyOutcome> outcomes;
        try {
            outcomes = resolver.resolve(together);
        } catch (RuntimeException | Error bug) {
            together.forEach(step -> owners.get(step).end(failed(owners.get(step).message, bug)));
            return;
        }
        for (int i = 0; i < together.size(); i++) {
            Step.ToResolve step = together.get(i);
            InHand owner = owners.get(step);
            try {
                owner.end(step.then().apply(outcomes.get(i)));
            } catch (RuntimeException | Error bug) {
                owner.end(failed(owner.message, bug));
            }
        }
    }

    private void inParallel(Collection<Callable<Void>> tasks) {
        try {
            for (Future<Void> done : workers.invokeAll(tasks)) {
                done.get();
            }
        } catch (ExecutionException error) {
            throw new IllegalStateException(error.getCause());
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the function is ending", ending);
        }
    }

    /** Messages whose order must hold, one after the other. Used by one thread at a time. */
    private final class Group {
        private final Deque<AlertMessage> rest;
        private final Deadline deadline;
        private final List<String> failed = new ArrayList<>();
        private Optional<Duration> delay = Optional.empty();
        private InHand current;

        Group(Deque<AlertMessage> messages, Deadline deadline) {
            this.rest = messages;
            this.deadline = deadline;
        }

        Callable<Void> advancing() {
            return () -> {
                advance();
                return null;
            };
        }

        boolean waitsForOthers() {
            return current != null;
        }

        /** Until the end, or until a message has something to resolve together with others. */
        private void advance() {
            while (current != null || !rest.isEmpty()) {
                if (current == null) {
                    current = new InHand(rest.poll());
                    if (delay.isEmpty()) {
                        begin(current, deadline);
                    }
                }
                if (current.toResolve().isPresent()) {
                    return;
                }
                if (delay.isEmpty()) {
                    delay = concludeInAnyCase(current);
                }
                if (delay.isPresent()) {
                    failed.add(current.message.messageId());
                    hide(current.message, delay.get());
                }
                current = null;
            }
        }
    }

    /** A message and how far it has come. */
    private static final class InHand {
        private final AlertMessage message;
        private Optional<Alert> alert = Optional.empty();
        /** Empty when there is nothing to be done, and nothing to be told. */
        private Optional<Step> step = Optional.empty();

        InHand(AlertMessage message) {
            this.message = message;
        }

        synchronized Optional<Step.ToResolve> toResolve() {
            return step.filter(Step.ToResolve.class::isInstance).map(Step.ToResolve.class::cast);
        }

        synchronized void come(Step to) {
            step = Optional.of(to);
        }

        void end(NotifyOutcome outcome) {
            come(new Step.Done(outcome));
        }

        synchronized Optional<NotifyOutcome> outcome() {
            return step.map(done -> ((Step.Done) done).outcome());
        }
    }

    /** Never throws: whatever this message does to its handling, the others of its batch go on. */
    private void begin(InHand inHand, Deadline deadline) {
        AlertMessage message = inHand.message;
        try {
            ParsedMessage parsed = parser.parse(message);
            if (parsed.parts().isPresent()) {
                split(inHand, parsed, parsed.parts().get(), deadline);
            } else if (!parsed.alerts().isEmpty()) {
                Alert alert = parsed.alerts().get(0);
                inHand.alert = Optional.of(alert);
                Receive receive = new Receive(
                        message.receiveCount(),
                        AlertParser.queuedAt(message),
                        message.groupId().isEmpty() && !life.isOver(message),
                        deadline);
                inHand.come(begin(alert, receive));
            } else if (!parsed.malformed().isEmpty()) {
                inHand.end(malformed(parsed));
            } else {
                LOG.infof("Nothing to do for message=%s: %s", message.messageId(), parsed.ignored());
            }
        } catch (RuntimeException | Error bug) {
            inHand.end(failed(message, bug));
        }
    }

    private Step begin(Alert alert, Receive receive) {
        return receive.deadline().leavesTimeFor(pagerDutyConfig.callTimeout())
                ? notifier.begin(alert, receive)
                : new Step.Done(noTime(receive.count()));
    }

    private NotifyOutcome noTime(int receiveCount) {
        return NotifyOutcome.waiting(
                Reason.TIME, "the invocation ends before this message's turn", backoff.exponential(receiveCount));
    }

    /** The stack of a bug is logged here, what it means for its message with the other outcomes. */
    private NotifyOutcome failed(AlertMessage message, Throwable failure) {
        return handBack.outcomeOf(failure, message.receiveCount());
    }

    private static NotifyOutcome malformed(ParsedMessage parsed) {
        return NotifyOutcome.malformed(String.join("; ", parsed.malformed()));
    }

    /**
     * Of a message with several alerts each goes on as a message of its own, so that each waits and is received by itself, and this
     * one is done. What ends in between sends some of them twice: the same alert at the same time, which the ledger knows.
     */
    private void split(InHand inHand, ParsedMessage parsed, Parts parts, Deadline deadline) {
        AlertMessage message = inHand.message;
        if (!deadline.leavesTimeFor(pagerDutyConfig.callTimeout())) {
            inHand.end(noTime(message.receiveCount()));
            return;
        }
        queue.send(message, parts);
        LOG.infof(
                "message=%s has %d alerts, which go on as %d messages of their own",
                message.messageId(), parsed.alerts().size(), parts.bodies().size());
        if (!parsed.malformed().isEmpty()) {
            inHand.end(malformed(parsed));
        } else if (!queue.delete(message)) {
            inHand.end(NotifyOutcome.waiting(
                    Reason.AWS,
                    "its alerts were sent on as messages of their own, and it could not be deleted",
                    backoff.exponential(message.receiveCount())));
        }
    }

    /** Even the telling may fail, for lack of memory for one: the message then comes again as after any bug. */
    private Optional<Duration> concludeInAnyCase(InHand inHand) {
        try {
            return conclude(inHand);
        } catch (RuntimeException | Error bug) {
            return failed(inHand.message, bug).delay();
        }
    }

    /** Empty when the message is done; otherwise how long it hides before it comes again. */
    private Optional<Duration> conclude(InHand inHand) {
        if (inHand.outcome().isEmpty()) {
            return Optional.empty();
        }
        AlertMessage message = inHand.message;
        NotifyOutcome outcome = inHand.outcome().get();
        if (outcome.next() == NotifyOutcome.Next.BACK_TO_QUEUE && life.isOver(message)) {
            outcome = expired(inHand, outcome);
        }
        outcomeLog.tell(message, inHand.alert, outcome);
        return switch (outcome.next()) {
            case DONE -> Optional.empty();
            case BACK_TO_QUEUE ->
                Optional.of(life.within(message, outcome.delay().orElseThrow()));
            case DEAD_LETTER ->
                moveToDeadLetterQueue(message, outcome)
                        ? Optional.empty()
                        : Optional.of(backoff.exponential(message.receiveCount()));
        };
    }

    private NotifyOutcome expired(InHand inHand, NotifyOutcome waiting) {
        AlertMessage message = inHand.message;
        NotifyOutcome expired = NotifyOutcome.expired(
                waiting,
                "waited until shortly before the queue would have dropped it (received " + message.receiveCount()
                        + " times): " + waiting.detail());
        try {
            inHand.alert.ifPresent(alert -> notifier.expire(alert, expired));
        } catch (RuntimeException awsFailed) {
            LOG.warnf(
                    "message=%s expires and could not be recorded so: %s", message.messageId(), awsFailed.getMessage());
        }
        return expired;
    }

    private boolean moveToDeadLetterQueue(AlertMessage message, NotifyOutcome outcome) {
        try {
            return queue.moveToDeadLetterQueue(message, outcome.outcome(), outcome.detail());
        } catch (RuntimeException awsIsGone) {
            LOG.warnf(
                    "Could not move message=%s to the dead-letter queue, it comes again: %s",
                    message.messageId(), awsIsGone.getMessage());
            return false;
        }
    }

    /** Unhidden, the message comes back when the queue's visibility time-out ends: later, not lost. */
    private void hide(AlertMessage message, Duration delay) {
        try {
            queue.hide(message, delay);
        } catch (RuntimeException awsIsGone) {
            LOG.warnf(
                    "Could not hide message=%s for %s, it comes again when its visibility time-out ends: %s",
                    message.messageId(), delay, awsIsGone.getMessage());
        }
    }

    @PreDestroy
    void stop() {
        workers.shutdownNow();
    }
}
