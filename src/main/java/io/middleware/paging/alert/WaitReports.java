package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;

import io.middleware.paging.binding.CachedRuleBindings;
import io.middleware.paging.binding.DynamoWaitReports;
import io.middleware.paging.binding.DynamoWaitReports.Answer;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.metrics.Metrics;

/**
 * Reports the first alert of a rule that waits for what only a person can fix. The alarm on all tries that wait so may ring
 * for days for one workspace, and then tells nobody of another (docs/adr/0020-first-needs-action.md).
 *
 * <p>Costs nothing while a reported wait goes on: that it was reported is known from the binding, which notify has in memory.
 *
 * <p>Thread-safe, and nothing here throws: an alert goes its way, and its next try reports.
 */
@ApplicationScoped
public class WaitReports {
    private static final Logger LOG = Logger.getLogger(WaitReports.class);

    /** What still waits by then is reported again: whoever was told yesterday has not mended it. */
    static final Duration REPORT_AGAIN = Duration.ofHours(24);

    /** A page says that the wait is over. It forgets no younger report: one that comes and goes would ring all night. */
    static final Duration FORGET_AFTER = Duration.ofHours(1);

    private final CachedRuleBindings bindings;
    private final DynamoWaitReports reports;
    private final Metrics metrics;
    private final Clock clock;
    private Instant quietFrom = Instant.MIN;

    public WaitReports(CachedRuleBindings bindings, DynamoWaitReports reports, Metrics metrics, Clock clock) {
        this.bindings = bindings;
        this.reports = reports;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** An alert waits for this, until a person does something. */
    void waits(Alert alert, Reason reason) {
        try {
            if (isToBeReported(alert, reason)) {
                report(alert, reason);
            }
        } catch (RuntimeException awsFailed) {
            LOG.warnf(
                    "Could not report that alerts of rule %s of workspace %s wait (%s); the next try does: %s",
                    alert.ruleId(), alert.workspaceId(), reason, awsFailed.getMessage());
        }
    }

    private boolean isToBeReported(Alert alert, Reason reason) {
        return bindings.find(alert.workspaceId(), alert.ruleId())
                .filter(binding ->
                        !binding.isReported(reason.name(), clock.instant().minus(REPORT_AGAIN)))
                .isPresent();
    }

    /** One at a time: of the alerts of a batch that wait for the same, the first reports and the others see that it did. */
    private synchronized void report(Alert alert, Reason reason) {
        Instant now = clock.instant();
        if (now.isBefore(quietFrom) || !isToBeReported(alert, reason)) {
            return;
        }
        Answer answer = reports.ask(alert.workspaceId(), alert.ruleId(), reason.name(), now, now.minus(REPORT_AGAIN));
        if (answer instanceof Answer.Later later) {
            quietFrom = later.from();
            return;
        }
        bindings.forget(alert.workspaceId(), alert.ruleId());
        if (answer instanceof Answer.Report) {
            metrics.firstNeedsAction(alert.workspaceId().value(), alert.ruleId().value(), reason.name());
        }
    }

    /** An alert of the rule has paged: nothing of what a person had to fix for it is left. */
    void paged(Alert alert) {
        try {
            Optional<RuleBinding> binding = bindings.find(alert.workspaceId(), alert.ruleId());
            List<String> over = binding.stream()
                    .flatMap(found -> found.reportedWaits().entrySet().stream())
                    // A bug may be one of another alert.
                    .filter(wait -> Reason.named(wait.getKey())
                            .filter(Reason::isTriedSlowly)
                            .isPresent())
                    .filter(wait -> wait.getValue().isBefore(clock.instant().minus(FORGET_AFTER)))
                    .map(wait -> wait.getKey())
                    .toList();
            if (!over.isEmpty()) {
                reports.forget(alert.workspaceId(), alert.ruleId(), over);
                bindings.forget(alert.workspaceId(), alert.ruleId());
            }
        } catch (RuntimeException awsFailed) {
            LOG.debugf("Could not forget what was reported of rule %s: %s", alert.ruleId(), awsFailed.getMessage());
        }
    }
}
