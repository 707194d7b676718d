package io.middleware.paging.alert;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;

import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDutyConfig;

/**
 * Handles the messages of a batch side by side, each on its own: one that fails takes no other with it, except the later
 * ones of its message group, whose order must hold.
 *
 * <p>Every failure is logged here, once.
 */
@ApplicationScoped
public class BatchNotifier {
    private static final Logger LOG = Logger.getLogger(BatchNotifier.class);

    private final AlertParser parser;
    private final AlertNotifier notifier;
    private final SqsAlertQueue queue;
    private final Backoff backoff;
    private final PagerDutyConfig pagerDutyConfig;
    private final ExecutorService workers;

    public BatchNotifier(
            AlertParser parser,
            AlertNotifier notifier,
            SqsAlertQueue queue,
            Backoff backoff,
            AlertConfig config,
            PagerDutyConfig pagerDutyConfig) {
        this.pagerDutyConfig = pagerDutyConfig;
        this.parser = parser;
        this.notifier = notifier;
        this.queue = queue;
        this.backoff = backoff;
        AtomicInteger count = new AtomicInteger();
        this.workers = Executors.newFixedThreadPool(config.concurrency(), task -> {
            Thread thread = new Thread(task, "alert-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** @return the ids of the messages that go back to the queue, in the order of the batch */
    public List<String> notify(List<AlertMessage> batch, Deadline deadline) {
        Map<Collection<AlertMessage>, Future<List<String>>> groups = new LinkedHashMap<>();
        for (List<AlertMessage> group : inOrderedGroups(batch)) {
            groups.put(group, workers.submit(() -> notifyInOrder(group, deadline)));
        }
        List<String> failed = new ArrayList<>();
        groups.forEach((group, result) -> failed.addAll(await(group, result)));
        return batch.stream()
                .map(AlertMessage::messageId)
                .filter(failed::contains)
                .toList();
    }

    /** A standard queue has no groups: each message is one of its own. */
    private static Collection<List<AlertMessage>> inOrderedGroups(List<AlertMessage> batch) {
        Map<Object, List<AlertMessage>> groups = new LinkedHashMap<>();
        for (AlertMessage message : batch) {
            Object group = message.groupId().isPresent()
                    ? message.queueArn() + ' ' + message.groupId().get()
                    : message;
            groups.computeIfAbsent(group, key -> new ArrayList<>()).add(message);
        }
        return groups.values();
    }

    private List<String> notifyInOrder(List<AlertMessage> group, Deadline deadline) {
        List<String> failed = new ArrayList<>();
        Optional<Duration> delay = Optional.empty();
        for (AlertMessage message : group) {
            if (delay.isEmpty()) {
                delay = notify(message, deadline);
            }
            if (delay.isPresent()) {
                failed.add(message.messageId());
                hide(message, delay.get());
            }
        }
        return failed;
    }

    /** Empty when the message is done; otherwise how long it hides before it comes again. */
    private Optional<Duration> notify(AlertMessage message, Deadline deadline) {
        List<NotifyOutcome> outcomes = outcomes(message, deadline);
        Optional<Duration> soonest = outcomes.stream()
                .filter(outcome -> outcome.next() == NotifyOutcome.Next.BACK_TO_QUEUE)
                .map(outcome -> outcome.delay().orElseThrow())
                .min(Duration::compareTo);
        if (soonest.isPresent()) {
            return soonest;
        }
        List<NotifyOutcome> dead = outcomes.stream()
                .filter(outcome -> outcome.next() == NotifyOutcome.Next.DEAD_LETTER)
                .toList();
        return dead.isEmpty() || moveToDeadLetterQueue(message, dead)
                ? Optional.empty()
                : Optional.of(backoff.exponential(message.receiveCount()));
    }

    private List<NotifyOutcome> outcomes(AlertMessage message, Deadline deadline) {
        ParsedMessage parsed = parser.parse(message);
        List<NotifyOutcome> outcomes = new ArrayList<>();
        for (Alert alert : parsed.alerts()) {
            NotifyOutcome outcome = outcome(message, alert, deadline);
            log(message, alert, outcome);
            outcomes.add(outcome);
        }
        for (String reason : parsed.malformed()) {
            LOG.errorf("%s message=%s: %s", Outcome.MALFORMED, message.messageId(), reason);
            outcomes.add(NotifyOutcome.malformed(reason));
        }
        if (!parsed.ignored().isEmpty()) {
            LOG.infof("Nothing to do for message=%s: %s", message.messageId(), parsed.ignored());
        }
        return outcomes;
    }

    /** One alert whose store fails must not keep the others of its message from paging. */
    private NotifyOutcome outcome(AlertMessage message, Alert alert, Deadline deadline) {
        if (!deadline.leavesTimeFor(pagerDutyConfig.callTimeout())) {
            return NotifyOutcome.waiting("the invocation ends before this alert's turn", backoff.exponential(1));
        }
        try {
            return notifier.notify(alert, message.receiveCount(), deadline);
        } catch (RuntimeException failure) {
            // What AWS refuses is told by its message; only a bug needs its stack.
            if (!failure.getClass().getName().startsWith("software.amazon.awssdk.")) {
                LOG.errorf(failure, "A bug met message=%s", message.messageId());
            }
            return NotifyOutcome.waiting(failure.toString(), backoff.exponential(message.receiveCount()));
        }
    }

    private boolean moveToDeadLetterQueue(AlertMessage message, List<NotifyOutcome> outcomes) {
        String reason =
                String.join("; ", outcomes.stream().map(NotifyOutcome::reason).toList());
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

    private static void log(AlertMessage message, Alert alert, NotifyOutcome outcome) {
        Logger.Level level =
                switch (outcome.outcome()) {
                    case REFUSED, NOBODY_PAGED, MALFORMED, EXPIRED -> Logger.Level.ERROR;
                    case WAITING, UNBOUND -> Logger.Level.WARN;
                    case OPENED, ADOPTED, REPEATED, RESOLVED, RESOLVE_SKIPPED, DISABLED, STALE -> Logger.Level.INFO;
                };
        StringBuilder text = new StringBuilder()
                .append(outcome.outcome())
                .append(" workspace=")
                .append(alert.workspaceId())
                .append(" rule=")
                .append(alert.ruleId())
                .append(" alert=")
                .append(alert.alertId())
                .append(" message=")
                .append(message.messageId());
        outcome.incident()
                .ifPresent(incident -> text.append(" incident=")
                        .append(incident.id())
                        .append(" number=")
                        .append(incident.number()));
        outcome.delay().ifPresent(delay -> text.append(" nextTryIn=").append(delay));
        if (!outcome.reason().isEmpty()) {
            text.append(": ").append(outcome.reason());
        }
        LOG.log(level, text);
    }

    private static List<String> await(Collection<AlertMessage> group, Future<List<String>> result) {
        try {
            return result.get();
        } catch (ExecutionException error) {
            LOG.errorf(error.getCause(), "Messages %s go back to the queue", group);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
        return group.stream().map(AlertMessage::messageId).toList();
    }

    @PreDestroy
    void stop() {
        workers.shutdownNow();
    }
}
