package io.middleware.paging;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.funqy.Funq;

import io.middleware.paging.binding.BindingCheck;
import io.middleware.paging.binding.BindingCheck.Checked;
import io.middleware.paging.binding.BindingCheck.Health;
import io.middleware.paging.binding.BindingCheck.Verdict;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleBindings.Broken;
import io.middleware.paging.binding.RuleBindings.Listed;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDutyConfig;

/** {@code list-bindings}: which rules page which services, and on demand whether these still can be paged. */
@ApplicationScoped
public class ListBindingsFunction {
    /** Lambda refuses an answer above 6 MB (AWS, "Lambda quotas"); some of it is for what surrounds the list. */
    private static final int MAX_BYTES = 5_900_000;

    private final RuleBindings bindings;
    private final BindingCheck check;
    private final PagerDutyConfig config;
    private final ObjectMapper json;
    private final Clock clock;

    public ListBindingsFunction(
            RuleBindings bindings, BindingCheck check, PagerDutyConfig config, ObjectMapper json, Clock clock) {
        this.bindings = bindings;
        this.check = check;
        this.config = config;
        this.json = json;
        this.clock = clock;
    }

    /**
     * @param request {@code workspaceId}, {@code serviceId} (optional: only rules that page it), {@code verify} (default
     *     false: PagerDuty is not asked), {@code nextToken} (optional: of the answer before)
     */
    @Funq("list-bindings")
    public Reply listBindings(JsonNode request) {
        RequestFields fields = new RequestFields(request);
        WorkspaceId workspaceId = fields.workspaceId();
        Optional<String> serviceId = fields.pagerDutyId("serviceId");
        boolean verify = fields.flag("verify", false);
        Optional<String> token = fields.optional("nextToken");
        Optional<RuleId> after = fields.refusal().isPresent()
                ? Optional.empty()
                : token.flatMap(text -> NextToken.read(text, workspaceId, serviceId));
        if (token.isPresent() && after.isEmpty()) {
            fields.refuse(
                    "nextToken is not one of an answer to this workspaceId and serviceId.",
                    "Leave nextToken out to begin with the first binding.");
        }
        if (fields.refusal().isPresent()) {
            return Reply.refused(fields.refusal().get());
        }
        Deadline deadline = Deadline.after(config.timeout(), clock);
        List<Listed> found = new ArrayList<>();
        boolean more = read(workspaceId, serviceId, after, found);
        if (!verify) {
            return fitting(workspaceId, serviceId, found, List.of(), more);
        }
        Checked checked = check.check(workspaceId, found, deadline);
        return checked instanceof Checked.Verdicts verdicts
                ? fitting(workspaceId, serviceId, found, verdicts.verdicts(), more)
                : Reply.refused(((Checked.Refused) checked).refusal());
    }

    /** Reads until there are no more, or more than fit. @return whether there are others */
    private boolean read(
            WorkspaceId workspaceId, Optional<String> serviceId, Optional<RuleId> after, List<Listed> found) {
        Optional<RuleId> next = after;
        int bytes = 0;
        do {
            RuleBindings.Page page = bindings.list(workspaceId, next);
            for (Listed listed : page.bindings()) {
                if (serviceId.isEmpty()
                        || serviceId.get().equals(listed.binding().serviceId())) {
                    found.add(listed);
                    bytes += bytes(Binding.of(listed, null));
                }
            }
            next = page.next();
        } while (next.isPresent() && bytes < MAX_BYTES);
        return next.isPresent();
    }

    /** @param verdicts on the first of them, or none at all when nothing was to be verified */
    private Reply fitting(
            WorkspaceId workspaceId,
            Optional<String> serviceId,
            List<Listed> found,
            List<Verdict> verdicts,
            boolean more) {
        List<Binding> listed = new ArrayList<>();
        int wanted = verdicts.isEmpty() ? found.size() : verdicts.size();
        int bytes = 0;
        for (int i = 0; i < wanted; i++) {
            Binding binding = Binding.of(found.get(i), verdicts.isEmpty() ? null : verdicts.get(i));
            bytes += bytes(binding);
            if (bytes > MAX_BYTES) {
                break;
            }
            listed.add(binding);
        }
        boolean complete = listed.size() == found.size() && !more;
        return new Reply(
                null,
                listed,
                complete
                        ? null
                        : NextToken.after(found.get(listed.size() - 1).binding().ruleId(), workspaceId, serviceId));
    }

    private int bytes(Binding binding) {
        try {
            return json.writeValueAsBytes(binding).length + 1;
        } catch (JsonProcessingException cannotBe) {
            throw new IllegalStateException(cannotBe);
        }
    }

    /** Either {@code error} or the rest. {@code nextToken} is there when the list goes on. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reply(Refusal error, List<Binding> bindings, String nextToken) {
        static Reply refused(Refusal refusal) {
            return new Reply(refusal, null, null);
        }
    }

    /**
     * A binding as it is stored.
     *
     * @param brokenSince since when PagerDuty refuses incidents of the token's user on the service, as notify found
     * @param health when it was to be verified
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Binding(
            @JsonUnwrapped BindRuleFunction.Binding stored,
            Instant brokenSince,
            String brokenReason,
            Health health,
            String reason) {
        static Binding of(Listed listed, Verdict verdict) {
            Optional<Broken> broken = listed.broken();
            return new Binding(
                    BindRuleFunction.Binding.of(listed.binding()),
                    broken.map(Broken::since).orElse(null),
                    broken.map(Broken::reason).orElse(null),
                    verdict == null ? null : verdict.health(),
                    verdict == null ? null : verdict.reason().orElse(null));
        }
    }
}
