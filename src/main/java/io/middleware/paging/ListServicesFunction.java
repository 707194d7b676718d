package io.middleware.paging;

import java.time.Clock;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;

import io.middleware.paging.installation.AccountQuestions;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.PagerDutyConfig;
import io.middleware.paging.pagerduty.Service;
import io.middleware.paging.pagerduty.ServiceList;

/** {@code list-services}: the services that an installed workspace can page. */
@ApplicationScoped
public class ListServicesFunction {
    private final AccountQuestions account;
    private final PagerDuty pagerDuty;
    private final PagerDutyConfig config;
    private final Clock clock;

    public ListServicesFunction(AccountQuestions account, PagerDuty pagerDuty, PagerDutyConfig config, Clock clock) {
        this.account = account;
        this.pagerDuty = pagerDuty;
        this.config = config;
        this.clock = clock;
    }

    /** @param request {@code workspaceId}, {@code query} (optional: a part of the name, any case) */
    @Funq("list-services")
    public Reply listServices(JsonNode request) {
        RequestFields fields = new RequestFields(request);
        WorkspaceId workspaceId = fields.workspaceId();
        Optional<String> query = fields.optional("query");
        if (fields.refusal().isPresent()) {
            return new Reply(fields.refusal().get(), null, null);
        }
        Deadline deadline = Deadline.after(config.timeout(), clock);
        AccountQuestions.Reply<ServiceList> reply =
                account.ask(workspaceId, deadline, access -> pagerDuty.services(access, query, deadline));
        if (reply instanceof AccountQuestions.Reply.Told<ServiceList> told) {
            return new Reply(null, told.value().services(), fields.withoutTokens(Warning.of(told.value(), query)));
        }
        return reply instanceof AccountQuestions.Reply.Refused<ServiceList> refused
                ? new Reply(fields.withoutTokens(refused.refusal()), null, null)
                : new Reply(Refusal.pagerDutyUnavailable("It has no list of services at this address."), null, null);
    }

    /** Either {@code error} or the rest. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reply(Refusal error, List<Service> services, List<Warning> warnings) {}
}
