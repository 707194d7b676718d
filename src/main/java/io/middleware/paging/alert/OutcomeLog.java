package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.installation.Installations;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.metrics.Metrics;

/**
 * Tells each outcome once: a log line, whose fields say what it is about, and a count.
 *
 * <p>Thread-safe.
 */
@ApplicationScoped
public class OutcomeLog {
    private static final Logger LOG = Logger.getLogger(OutcomeLog.class);

    private final Metrics metrics;
    private final Installations installations;
    private final WaitReports waitReports;
    private final Clock clock;

    public OutcomeLog(Metrics metrics, Installations installations, WaitReports waitReports, Clock clock) {
        this.metrics = metrics;
        this.installations = installations;
        this.waitReports = waitReports;
        this.clock = clock;
    }

    /** @param alert that the message is about; empty when it holds none that can be read, or several */
    void tell(AlertMessage message, Optional<Alert> alert, NotifyOutcome outcome) {
        Map<String, String> fields = new LinkedHashMap<>();
        alert.ifPresent(about -> {
            fields.put("workspace", about.workspaceId().value());
            fields.put("rule", about.ruleId().value());
            about.ruleName().ifPresent(name -> fields.put("ruleName", name));
            fields.put("alert", about.alertId());
            fields.put("delivery", about.deliveryKey().deliveryId());
        });
        boolean isTest = alert.filter(Alert::isTest).isPresent();
        String sentence =
                alert.map(about -> sentence(outcome, about.workspaceId())).orElse(outcome.detail());
        write(message, outcome, isTest ? inATest(sentence) : sentence, fields);
        if (!isTest) {
            count(message, alert, outcome);
        }
    }

    /** Nothing that a test ends in is counted: it must ring no alarm that is made for alerts. */
    private static String inATest(String sentence) {
        return sentence.isEmpty() ? "a test" : "a test; " + sentence;
    }

    private void count(AlertMessage message, Optional<Alert> alert, NotifyOutcome outcome) {
        metrics.outcome(
                outcome.outcome().name(),
                outcome.reason() == Reason.NONE ? "" : outcome.reason().name());
        if (outcome.outcome() == Outcome.OPENED) {
            // What was muted pages late because it should.
            alert.filter(about -> about.silence().isEmpty())
                    .ifPresent(about -> metrics.paged(Duration.between(about.occurredAt(), clock.instant())));
            alert.ifPresent(waitReports::paged);
        }
        if (outcome.outcome() == Outcome.WAITING && outcome.reason() != Reason.MUTED) {
            AlertParser.queuedAt(message).ifPresent(sentAt -> metrics.waits(Duration.between(sentAt, clock.instant())));
            if (outcome.reason().needsAction()) {
                metrics.needsAction(outcome.reason().name());
                alert.ifPresent(about -> waitReports.waits(about, outcome.reason()));
            }
        }
    }

    /** The outcome's own words. The most urgent outcome must say what to do, and about what, without a look elsewhere. */
    private String sentence(NotifyOutcome outcome, WorkspaceId workspaceId) {
        Optional<KnownIncident> incident = outcome.incident();
        if (outcome.outcome() != Outcome.NOBODY_PAGED || incident.isEmpty()) {
            return outcome.detail();
        }
        return (outcome.detail().isEmpty() ? "" : outcome.detail() + "; ")
                + "incident #" + incident.get().number() + " " + incident.get().htmlUrl()
                + " is open and nobody was notified: PagerDuty acknowledged it at once for " + owner(workspaceId)
                + ", whose token opened it and who is on call for it. Take it now. Then run install with the token of a"
                + " user that is on no schedule.";
    }

    private String owner(WorkspaceId workspaceId) {
        try {
            return installations
                    .find(workspaceId)
                    .map(installation -> "its user " + installation.user().name() + " ("
                            + installation.user().id() + ")")
                    .orElse("the user");
        } catch (RuntimeException awsFailed) {
            // Who it is can be looked up later; that somebody must act cannot wait.
            return "the user";
        }
    }

    private void write(AlertMessage message, NotifyOutcome outcome, String sentence, Map<String, String> fields) {
        fields.put("message", message.messageId());
        fields.put("receives", Integer.toString(message.receiveCount()));
        fields.put("reason", outcome.reason().name());
        outcome.incident().ifPresent(incident -> {
            fields.put("incident", incident.id());
            fields.put("number", Long.toString(incident.number()));
        });
        outcome.requestId().ifPresent(id -> fields.put("requestId", id));
        outcome.delay().ifPresent(delay -> fields.put("nextTryIn", delay.toString()));
        fields.forEach(MDC::put);
        try {
            LOG.log(
                    level(outcome),
                    sentence.isEmpty() ? outcome.outcome().name() : outcome.outcome() + ": " + sentence);
        } finally {
            fields.keySet().forEach(MDC::remove);
        }
    }

    private static Logger.Level level(NotifyOutcome outcome) {
        return switch (outcome.reason()) {
            case PACED, MUTED -> Logger.Level.INFO;
            case NO_DATA -> Logger.Level.WARN;
            default -> level(outcome.outcome());
        };
    }

    private static Logger.Level level(Outcome outcome) {
        return switch (outcome) {
            case REFUSED, NOBODY_PAGED, MALFORMED, EXPIRED -> Logger.Level.ERROR;
            case WAITING, UNBOUND -> Logger.Level.WARN;
            case OPENED, ADOPTED, REPEATED, RESOLVED, RESOLVE_SKIPPED, DISABLED, STALE -> Logger.Level.INFO;
        };
    }
}
