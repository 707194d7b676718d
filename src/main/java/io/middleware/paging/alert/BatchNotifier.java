package io.middleware.paging.alert;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
            for (Step.ToResolve step : group.current.toResolve()) {
                owners.put(step, group.current);
                steps.add(step);
            }
        }
        inParallel(IncidentResolver.together(steps).stream()
                .map(together -> (Callable<Void>) () -> {
                    List<NotifyOutcome> outcomes = resolver.resolve(together);
                    for (int i = 0; i < together.size(); i++) {
                        Step.ToResolve step = together.get(i);
                        owners.get(step).finish(step, outcomes.get(i));
                    }
                    return null;
                })
                .toList());
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
                try {
                    advance();
                } catch (RuntimeException | Error bug) {
                    LOG.errorf(bug, "A bug: %s and %d messages after it go back to the queue", current, rest.size());
                    giveUp();
                }
                return null;
            };
        }

        boolean waitsForOthers() {
            return current != null;
        }

        private void giveUp() {
            if (current != null) {
                failed.add(current.message.messageId());
            }
            rest.forEach(message -> failed.add(message.messageId()));
            rest.clear();
            current = null;
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
                if (!current.toResolve().isEmpty()) {
                    return;
                }
                if (delay.isEmpty()) {
                    delay = conclude(current);
                }
                if (delay.isPresent()) {
                    failed.add(current.message.messageId());
                    hide(current.message, delay.get());
                }
                current = null;
            }
        }
    }

    /** A message with its alerts and how far each has come. */
    private static final class InHand {
        private final AlertMessage message;
        private final List<Alert> alerts = new ArrayList<>();
        private final List<Step> steps = new ArrayList<>();
        private final List<NotifyOutcome> malformed = new ArrayList<>();

        InHand(AlertMessage message) {
            this.message = message;
        }

        @Override
        public String toString() {
            return message.toString();
        }

        synchronized List<Step.ToResolve> toResolve() {
            return steps.stream()
                    .filter(Step.ToResolve.class::isInstance)
                    .map(Step.ToResolve.class::cast)
                    .toList();
        }

        synchronized void finish(Step.ToResolve step, NotifyOutcome outcome) {
            steps.replaceAll(each -> each == step ? new Step.Done(step.then().apply(outcome)) : each);
        }

        synchronized NotifyOutcome outcome(int index) {
            return steps.get(index) instanceof Step.ToldBefore told
                    ? told.outcome()
                    : ((Step.Done) steps.get(index)).outcome();
        }

        synchronized boolean isToldBefore(int index) {
            return steps.get(index) instanceof Step.ToldBefore;
        }
    }

    private void begin(InHand inHand, Deadline deadline) {
        AlertMessage message = inHand.message;
        ParsedMessage parsed = parser.parse(message);
        // At its last chance everything is tried once more.
        boolean isRound = parsed.alerts().size() > 1 && message.receiveCount() > 1 && !life.isOver(message);
        Receive receive = new Receive(
                message.receiveCount(),
                AlertParser.queuedAt(message),
                isRound ? message.sentAt() : Optional.empty(),
                message.groupId().isEmpty() && !life.isOver(message),
                deadline);
        for (Alert alert : parsed.alerts()) {
            inHand.alerts.add(alert);
            inHand.steps.add(begin(alert, receive));
        }
        for (String reason : parsed.malformed()) {
            inHand.malformed.add(NotifyOutcome.malformed(reason));
        }
        if (!parsed.ignored().isEmpty()) {
            LOG.infof("Nothing to do for message=%s: %s", message.messageId(), parsed.ignored());
        }
    }

    /** One alert whose store fails must not keep the others of its message from paging. */
    private Step begin(Alert alert, Receive receive) {
        if (!receive.deadline().leavesTimeFor(pagerDutyConfig.callTimeout())) {
            return new Step.Done(NotifyOutcome.waiting(
                    Reason.TIME, "the invocation ends before this alert's turn", backoff.exponential(receive.count())));
        }
        try {
            return notifier.begin(alert, receive);
        } catch (RuntimeException failure) {
            return new Step.Done(handBack.outcomeOf(failure, receive.count()));
        }
    }

    /** Empty when the message is done; otherwise how long it hides before it comes again. */
    private Optional<Duration> conclude(InHand inHand) {
        AlertMessage message = inHand.message;
        boolean lastChance = life.isOver(message);
        List<NotifyOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < inHand.alerts.size(); i++) {
            NotifyOutcome outcome = inHand.outcome(i);
            outcomes.add(
                    lastChance && outcome.next() == NotifyOutcome.Next.BACK_TO_QUEUE
                            ? expired(inHand.alerts.get(i), message, outcome)
                            : outcome);
        }
        outcomes.addAll(inHand.malformed);
        Optional<Duration> next = next(outcomes);
        tell(inHand, outcomes, next.isEmpty());
        if (next.isPresent()) {
            return Optional.of(life.within(message, next.get()));
        }
        List<NotifyOutcome> dead = outcomes.stream()
                .filter(outcome -> outcome.next() == NotifyOutcome.Next.DEAD_LETTER)
                .toList();
        return dead.isEmpty() || moveToDeadLetterQueue(message, dead)
                ? Optional.empty()
                : Optional.of(backoff.exponential(message.receiveCount()));
    }

    /**
     * Of a message that comes again an outcome is told when it is reached, or at the message's end if nothing more is to be done
     * for it; and once more at the end, since the process that was to tell it may have ended before.
     */
    private void tell(InHand inHand, List<NotifyOutcome> outcomes, boolean isOver) {
        AlertMessage message = inHand.message;
        for (int i = 0; i < inHand.alerts.size(); i++) {
            if (isOver || !inHand.isToldBefore(i)) {
                outcomeLog.alert(message, inHand.alerts.get(i), outcomes.get(i));
            }
        }
        if (isOver || message.receiveCount() == 1) {
            inHand.malformed.forEach(outcome -> outcomeLog.malformed(message, outcome));
        }
    }

    /**
     * When a message must come again; empty when it need not. Each alert that has a turn of its own brings it back in time. Of
     * the others all of a kind wait for the last of them: otherwise each would cost the message a receive in every round, and
     * it has only so many.
     */
    private static Optional<Duration> next(List<NotifyOutcome> outcomes) {
        Map<Boolean, List<NotifyOutcome>> waiting = outcomes.stream()
                .filter(outcome -> outcome.next() == NotifyOutcome.Next.BACK_TO_QUEUE)
                .collect(Collectors.partitioningBy(outcome -> outcome.reason().hasTurn()));
        Map<Boolean, Optional<Duration>> byKind = waiting.get(false).stream()
                .collect(Collectors.partitioningBy(
                        outcome -> outcome.reason().isTriedSlowly(),
                        Collectors.mapping(BatchNotifier::delay, Collectors.maxBy(Comparator.naturalOrder()))));
        return Stream.concat(
                        waiting.get(true).stream().map(BatchNotifier::delay),
                        byKind.values().stream().flatMap(Optional::stream))
                .min(Comparator.naturalOrder());
    }

    private static Duration delay(NotifyOutcome waiting) {
        return waiting.delay().orElseThrow();
    }

    private NotifyOutcome expired(Alert alert, AlertMessage message, NotifyOutcome waiting) {
        NotifyOutcome expired = NotifyOutcome.expired(
                waiting,
                "waited until shortly before the queue would have dropped it (received " + message.receiveCount()
                        + " times): " + waiting.detail());
        try {
            notifier.expire(alert, expired);
        } catch (RuntimeException awsFailed) {
            LOG.warnf(
                    "message=%s expires and could not be recorded so: %s", message.messageId(), awsFailed.getMessage());
        }
        return expired;
    }

    private boolean moveToDeadLetterQueue(AlertMessage message, List<NotifyOutcome> outcomes) {
        String reason =
                String.join("; ", outcomes.stream().map(NotifyOutcome::detail).toList());
        try {
            return queue.moveToDeadLetterQueue(message, outcomes.get(0).outcome(), reason);
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
