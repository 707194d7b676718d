package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;
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
    private final Clock clock;

    public OutcomeLog(Metrics metrics, Clock clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    /** @param alert that the message is about; empty when it holds none that can be read, or several */
    void tell(AlertMessage message, Optional<Alert> alert, NotifyOutcome outcome) {
        Map<String, String> fields = new LinkedHashMap<>();
        alert.ifPresent(about -> {
            fields.put("workspace", about.workspaceId().value());
            fields.put("rule", about.ruleId().value());
            fields.put("alert", about.alertId());
            fields.put("delivery", about.deliveryKey().deliveryId());
        });
        tell(message, outcome, fields);
        if (outcome.outcome() == Outcome.OPENED) {
            alert.ifPresent(about -> metrics.paged(Duration.between(about.occurredAt(), clock.instant())));
        }
        if (outcome.outcome() == Outcome.WAITING) {
            AlertParser.queuedAt(message).ifPresent(sentAt -> metrics.waits(Duration.between(sentAt, clock.instant())));
            if (outcome.reason().needsAction()) {
                metrics.needsAction(outcome.reason().name());
            }
        }
    }

    private void tell(AlertMessage message, NotifyOutcome outcome, Map<String, String> fields) {
        metrics.outcome(
                outcome.outcome().name(),
                outcome.reason() == Reason.NONE ? "" : outcome.reason().name());
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
                    outcome.reason() == Reason.PACED ? Logger.Level.INFO : level(outcome.outcome()),
                    outcome.detail().isEmpty()
                            ? outcome.outcome().name()
                            : outcome.outcome() + ": " + outcome.detail());
        } finally {
            fields.keySet().forEach(MDC::remove);
        }
    }

    private static Logger.Level level(Outcome outcome) {
        return switch (outcome) {
            case REFUSED, NOBODY_PAGED, MALFORMED, EXPIRED -> Logger.Level.ERROR;
            case WAITING, UNBOUND -> Logger.Level.WARN;
            case OPENED, ADOPTED, REPEATED, RESOLVED, RESOLVE_SKIPPED, DISABLED, STALE -> Logger.Level.INFO;
        };
    }
}
