package io.middleware.paging;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;

import io.middleware.paging.alert.SendTest;
import io.middleware.paging.alert.TestResult;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDutyConfig;

/** {@code send-test}: opens an incident as an alert of a rule would, says whom it pages, and resolves it. Safe to repeat. */
@ApplicationScoped
public class SendTestFunction {
    private final SendTest test;
    private final PagerDutyConfig config;
    private final Clock clock;

    public SendTestFunction(SendTest test, PagerDutyConfig config, Clock clock) {
        this.test = test;
        this.config = config;
        this.clock = clock;
    }

    /** @param request {@code workspaceId}, {@code ruleId} */
    @Funq("send-test")
    public Reply sendTest(JsonNode request) {
        RequestFields fields = new RequestFields(request);
        WorkspaceId workspaceId = fields.workspaceId();
        RuleId ruleId = fields.ruleId();
        if (fields.refusal().isPresent()) {
            return Reply.refused(fields.refusal().get());
        }
        TestResult result = test.send(workspaceId, ruleId, Deadline.after(config.timeout(), clock));
        AuditLog.tested(workspaceId, ruleId, result);
        return result instanceof TestResult.Sent sent
                ? Reply.sent(sent, fields.withoutTokens(sent.warnings()))
                : Reply.refused(fields.withoutTokens(((TestResult.Refused) result).refusal()));
    }

    /** Either {@code error} or the rest; {@code reachesSomebody} is absent when that is not known. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reply(
            Refusal error,
            Incident incident,
            String verdict,
            Boolean reachesSomebody,
            Instant sentAt,
            List<Warning> warnings) {
        static Reply refused(Refusal refusal) {
            return new Reply(refusal, null, null, null, null, null);
        }

        static Reply sent(TestResult.Sent sent, List<Warning> warnings) {
            return new Reply(
                    null,
                    new Incident(
                            sent.incident().id(),
                            sent.incident().number(),
                            sent.incident().htmlUrl(),
                            sent.status()),
                    sent.verdict(),
                    sent.reachesSomebody().orElse(null),
                    sent.sentAt(),
                    warnings);
        }
    }

    /** @param status {@code resolved}; {@code triggered} or {@code acknowledged} while that is still to come */
    public record Incident(String id, long number, String htmlUrl, String status) {}
}
