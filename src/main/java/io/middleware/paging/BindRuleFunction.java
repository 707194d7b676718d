package io.middleware.paging;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;

import io.middleware.paging.alert.SamplePage;
import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.PageText;
import io.middleware.paging.binding.RuleBinder;
import io.middleware.paging.binding.RuleBinder.BindResult;
import io.middleware.paging.binding.RuleBinder.ServiceChoice;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.TitleTemplate;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.ApiToken;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDutyConfig;

/** {@code bind-rule}: binds an alert rule to the service it pages. Saving again replaces. Safe to repeat. */
@ApplicationScoped
public class BindRuleFunction {
    /** Enough for the address of a page in a wiki. */
    private static final int MAX_URL_CHARS = 1_024;

    /** Long enough to say what to do, short enough to leave most of the incident's details to the alert. */
    private static final int MAX_NOTE_CHARS = 1_000;

    private final RuleBinder binder;
    private final PagerDutyConfig config;
    private final Clock clock;

    public BindRuleFunction(RuleBinder binder, PagerDutyConfig config, Clock clock) {
        this.binder = binder;
        this.config = config;
        this.clock = clock;
    }

    /**
     * @param request {@code workspaceId}, {@code ruleId}, {@code serviceId} or {@code serviceName},
     *     {@code notifyOnResolve} (default false), {@code urgency} ({@code high}, {@code low}, {@code severity},
     *     default {@code service}), {@code groupBy} ({@code rule}, default {@code alert}), {@code escalationPolicyId} (optional), {@code enabled} (default true),
     *     {@code title} (a {@link TitleTemplate}), {@code runbookUrl} and {@code note} (all optional), {@code onRefusal}
     *     ({@code fail}, default {@code value})
     * @throws RefusedException if it is refused, and {@code onRefusal} is {@code fail}
     */
    @Funq("bind-rule")
    public Reply bindRule(JsonNode request) {
        RequestFields fields = new RequestFields(request);
        OnRefusal onRefusal = OnRefusal.in(fields);
        Reply reply = bind(fields);
        onRefusal.check(reply.error());
        return reply;
    }

    private Reply bind(RequestFields fields) {
        WorkspaceId workspaceId = fields.workspaceId();
        RuleId ruleId = fields.ruleId();
        ServiceChoice service = service(fields);
        UrgencyRule urgency = fields.oneOf(
                "urgency",
                UrgencyRule::parse,
                UrgencyRule.SERVICE,
                "high, low, severity or service",
                "Leave urgency out to go by the service's own settings.");
        GroupBy groupBy = fields.oneOf(
                "groupBy",
                GroupBy::parse,
                GroupBy.ALERT,
                "alert or rule",
                "Leave groupBy out to give each alert its own incident.");
        if (groupBy == GroupBy.RULE && urgency == UrgencyRule.SEVERITY) {
            fields.refuse(
                    "groupBy rule and urgency severity do not go together: alerts that share an incident share its urgency,"
                            + " and a critical one that joins an incident of low urgency would wake nobody.",
                    "Set urgency to high, low or service, or groupBy to alert.");
        }
        Optional<String> escalationPolicyId = fields.pagerDutyId("escalationPolicyId");
        boolean notifyOnResolve = fields.flag("notifyOnResolve", false);
        boolean enabled = fields.flag("enabled", true);
        PageText pageText = pageText(fields);
        if (fields.refusal().isPresent()) {
            return Reply.refused(fields.refusal().get());
        }
        BindResult result = binder.bind(
                new RuleBinder.Choice(
                        workspaceId,
                        ruleId,
                        service,
                        notifyOnResolve,
                        urgency,
                        groupBy,
                        escalationPolicyId,
                        enabled,
                        pageText),
                Deadline.after(config.timeout(), clock));
        if (!(result instanceof BindResult.Bound bound)) {
            return Reply.refused(fields.withoutTokens(((BindResult.Refused) result).refusal()));
        }
        AuditLog.bound(bound);
        return Reply.bound(bound);
    }

    private static PageText pageText(RequestFields fields) {
        Optional<String> title = fields.keptText("title", TitleTemplate.MAX_CHARS);
        if (title.isPresent() && TitleTemplate.parse(title.get()) instanceof TitleTemplate.Parsed.Broken broken) {
            fields.refuse(
                    "title " + ApiToken.maskedIn(broken.problem()) + ".",
                    "Placeholders are " + TitleTemplate.PLACEHOLDERS + "; a brace of its own is {{ or }}.");
        }
        return new PageText(
                title, fields.webAddress("runbookUrl", MAX_URL_CHARS), fields.keptText("note", MAX_NOTE_CHARS));
    }

    private static ServiceChoice service(RequestFields fields) {
        Optional<String> id = fields.pagerDutyId("serviceId");
        Optional<String> name = fields.optional("serviceName");
        if (id.isPresent() == name.isPresent()) {
            fields.refuse(
                    id.isPresent()
                            ? "serviceId and serviceName are both set."
                            : "serviceId and serviceName are missing.",
                    "Set one of them; list-services shows both.");
        }
        return id.isPresent() ? new ServiceChoice.ById(id.get()) : new ServiceChoice.ByName(name.orElse(""));
    }

    /** Either {@code error} or all the rest. {@code changes} says what saving again changed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reply(
            Refusal error,
            Binding binding,
            Boolean replaced,
            List<RuleBinder.Change> changes,
            SamplePage sample,
            List<Warning> warnings) {
        static Reply refused(Refusal refusal) {
            return new Reply(refusal, null, null, null, null, null);
        }

        static Reply bound(BindResult.Bound bound) {
            return new Reply(
                    null,
                    Binding.of(bound.binding()),
                    bound.replaced(),
                    bound.changes(),
                    SamplePage.of(bound.binding()),
                    bound.warnings());
        }
    }

    /** A binding as it is stored. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Binding(
            String workspaceId,
            String ruleId,
            String serviceId,
            String serviceName,
            boolean notifyOnResolve,
            UrgencyRule urgency,
            GroupBy groupBy,
            String escalationPolicyId,
            boolean enabled,
            Instant boundAt,
            String title,
            String runbookUrl,
            String note) {
        static Binding of(RuleBinding binding) {
            return new Binding(
                    binding.workspaceId().value(),
                    binding.ruleId().value(),
                    binding.serviceId(),
                    binding.serviceName(),
                    binding.notifyOnResolve(),
                    binding.urgency(),
                    binding.groupBy(),
                    binding.escalationPolicyId().orElse(null),
                    binding.enabled(),
                    binding.boundAt(),
                    binding.pageText().title().orElse(null),
                    binding.pageText().runbookUrl().orElse(null),
                    binding.pageText().note().orElse(null));
        }
    }
}
