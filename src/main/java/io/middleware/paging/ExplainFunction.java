package io.middleware.paging;

import java.time.Clock;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;

import io.middleware.paging.binding.RuleId;
import io.middleware.paging.explain.Check;
import io.middleware.paging.explain.Explainer;
import io.middleware.paging.explain.Explanation;
import io.middleware.paging.explain.Verdict;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDutyConfig;

/** {@code explain}: why an alert, or a rule, paged or did not. Changes nothing. */
@ApplicationScoped
public class ExplainFunction {
    /** As an alert's message may have. */
    private static final int MAX_ALERT_ID_CHARS = 1_024;

    private final Explainer explainer;
    private final PagerDutyConfig config;
    private final Clock clock;

    public ExplainFunction(Explainer explainer, PagerDutyConfig config, Clock clock) {
        this.explainer = explainer;
        this.config = config;
        this.clock = clock;
    }

    /** @param request {@code workspaceId}, {@code ruleId}, {@code alertId} (optional: without it the rule is explained) */
    @Funq("explain")
    public Reply explain(JsonNode request) {
        RequestFields fields = new RequestFields(request);
        WorkspaceId workspaceId = fields.workspaceId();
        RuleId ruleId = fields.ruleId();
        Optional<String> alertId = fields.optional("alertId");
        if (alertId.filter(id -> id.length() > MAX_ALERT_ID_CHARS).isPresent()) {
            fields.refuse(
                    "alertId must have at most " + MAX_ALERT_ID_CHARS + " characters, found "
                            + alertId.get().length() + ".",
                    "Correct alertId, or leave it out to explain the rule.");
        }
        if (fields.refusal().isPresent()) {
            return Reply.refused(fields.refusal().get());
        }
        return Reply.of(
                explainer.explain(workspaceId, ruleId, alertId, Deadline.after(config.timeout(), clock)), fields);
    }

    /** Either {@code error} or all the rest; without {@code deliveries} if they could not be read. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reply(
            Refusal error,
            String verdict,
            Verdict code,
            String remedy,
            List<Check> checks,
            List<Explanation.Delivery> deliveries) {
        static Reply refused(Refusal refusal) {
            return new Reply(refusal, null, null, null, null, null);
        }

        static Reply of(Explanation explanation, RequestFields fields) {
            return new Reply(
                    null,
                    fields.withoutTokens(explanation.sentence()),
                    explanation.verdict(),
                    explanation.verdict().remedy(),
                    explanation.checks().stream()
                            .map(check -> new Check(
                                    check.name(), check.result(), fields.withoutTokens(check.detail()), check.remedy()))
                            .toList(),
                    explanation.deliveries().orElse(null));
        }
    }
}
