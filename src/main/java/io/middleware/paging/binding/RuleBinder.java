package io.middleware.paging.binding;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.installation.AccountQuestions;
import io.middleware.paging.installation.AccountQuestions.Reply;
import io.middleware.paging.installation.Accounts;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.EscalationPolicy;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.Service;
import io.middleware.paging.pagerduty.ServiceDetail;
import io.middleware.paging.pagerduty.ServiceReads;

/** Binds rules to services that exist. */
@ApplicationScoped
public class RuleBinder {
    private static final String LIST_THEM = "Call list-services to see what the token can see.";

    private final AccountQuestions account;
    private final Accounts accounts;
    private final PagerDuty pagerDuty;
    private final ServiceReads services;
    private final ServiceCheck check;
    private final RuleBindings bindings;
    private final Clock clock;

    public RuleBinder(
            AccountQuestions account,
            Accounts accounts,
            PagerDuty pagerDuty,
            ServiceReads services,
            ServiceCheck check,
            RuleBindings bindings,
            Clock clock) {
        this.account = account;
        this.accounts = accounts;
        this.pagerDuty = pagerDuty;
        this.services = services;
        this.check = check;
        this.bindings = bindings;
        this.clock = clock;
    }

    /**
     * What the user picked.
     *
     * @param service by which the service is looked up
     */
    public record Choice(
            WorkspaceId workspaceId,
            RuleId ruleId,
            ServiceChoice service,
            boolean notifyOnResolve,
            UrgencyRule urgency,
            GroupBy groupBy,
            Optional<String> escalationPolicyId,
            boolean enabled,
            PageText pageText) {}

    /** A service by its id or by its exact name. */
    public sealed interface ServiceChoice {
        record ById(String id) implements ServiceChoice {}

        record ByName(String name) implements ServiceChoice {}
    }

    /** What came of binding. */
    public sealed interface BindResult {
        /**
         * @param replaced whether the rule was bound before
         * @param changes what differs from before; empty for a first binding and for one saved unchanged
         */
        record Bound(RuleBinding binding, boolean replaced, List<Change> changes, List<Warning> warnings)
                implements BindResult {}

        /** Nothing was changed. */
        record Refused(Refusal refusal) implements BindResult {}
    }

    /** One field of a binding that was saved again. */
    public record Change(String field, Object from, Object to) {}

    /** Binds the rule, replacing its binding. Safe to repeat. */
    public BindResult bind(Choice choice, Deadline deadline) {
        Found<ServiceDetail> found = choice.service() instanceof ServiceChoice.ById byId
                ? findById(choice.workspaceId(), byId.id(), deadline)
                : findByName(choice.workspaceId(), ((ServiceChoice.ByName) choice.service()).name(), deadline);
        if (found instanceof Found.Not<ServiceDetail> not) {
            return new BindResult.Refused(not.refusal());
        }
        Optional<Found<EscalationPolicy>> policy =
                choice.escalationPolicyId().map(id -> findPolicy(choice.workspaceId(), id, deadline));
        if (policy.isPresent() && policy.get() instanceof Found.Not<EscalationPolicy> not) {
            return new BindResult.Refused(not.refusal());
        }
        ServiceDetail detail = ((Found.It<ServiceDetail>) found).value();
        Service service = detail.service();
        RuleBinding binding = new RuleBinding(
                choice.workspaceId(),
                choice.ruleId(),
                service.id(),
                service.name(),
                choice.notifyOnResolve(),
                choice.urgency(),
                choice.groupBy(),
                choice.escalationPolicyId(),
                choice.enabled(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                choice.pageText(),
                Map.of());
        Optional<RuleBinding> before = bindings.save(binding);
        // What this process remembers of the workspace may be from before an uninstall, which does not come back for
        // this.
        Optional<Refusal> gone = account.refusalIfNotInstalled(choice.workspaceId());
        if (gone.isPresent()) {
            bindings.remove(choice.workspaceId(), choice.ruleId());
            return new BindResult.Refused(gone.get());
        }
        return new BindResult.Bound(
                binding,
                before.isPresent(),
                before.map(old -> changes(old, binding)).orElse(List.of()),
                warnings(
                        choice.workspaceId(),
                        detail,
                        policy.map(it -> ((Found.It<EscalationPolicy>) it).value()),
                        deadline));
    }

    /** A look that fails is no reason not to bind: that it failed is a warning too. */
    private List<Warning> warnings(
            WorkspaceId workspaceId, ServiceDetail service, Optional<EscalationPolicy> override, Deadline deadline) {
        if (!(accounts.find(workspaceId, deadline) instanceof Accounts.Account.Active active)) {
            return List.of(ServiceFindings.notChecked(
                    List.of("whether anybody is on call (the token cannot be used since a moment ago; see status)")));
        }
        ServiceFindings findings =
                check.lookFurther(active.access(), active.installation().user().id(), service, override, deadline);
        return Stream.concat(findings.warnings().stream(), findings.notChecked().stream())
                .toList();
    }

    private Found<ServiceDetail> findById(WorkspaceId workspaceId, String id, Deadline deadline) {
        Reply<ServiceDetail> reply =
                account.ask(workspaceId, deadline, access -> services.service(access, id, deadline));
        if (reply instanceof Reply.NotThere<ServiceDetail>) {
            return new Found.Not<>(new Refusal(
                    "SERVICE_NOT_FOUND",
                    "PagerDuty shows this token no service with the id \"" + id + "\".",
                    LIST_THEM));
        }
        return found(reply);
    }

    private Found<ServiceDetail> findByName(WorkspaceId workspaceId, String name, Deadline deadline) {
        Reply<List<ServiceDetail>> reply =
                account.ask(workspaceId, deadline, access -> services.servicesNamed(access, name, deadline));
        if (!(reply instanceof Reply.Told<List<ServiceDetail>> told)) {
            return reply instanceof Reply.Refused<List<ServiceDetail>> refused
                    ? new Found.Not<>(refused.refusal())
                    : noneNamed(name);
        }
        List<ServiceDetail> found = told.value();
        if (found.size() > 1) {
            return new Found.Not<>(new Refusal(
                    "SERVICE_AMBIGUOUS",
                    found.size() + " services have the name \"" + name + "\": "
                            + String.join(
                                    ", ",
                                    found.stream().map(it -> it.service().id()).toList()) + ".",
                    "Bind by serviceId."));
        }
        return found.isEmpty() ? noneNamed(name) : new Found.It<>(found.get(0));
    }

    private static Found<ServiceDetail> noneNamed(String name) {
        return new Found.Not<>(new Refusal(
                "SERVICE_NOT_FOUND",
                "PagerDuty shows this token no service with exactly the name \"" + name + "\".",
                LIST_THEM));
    }

    private Found<EscalationPolicy> findPolicy(WorkspaceId workspaceId, String id, Deadline deadline) {
        Reply<EscalationPolicy> reply =
                account.ask(workspaceId, deadline, access -> pagerDuty.escalationPolicy(access, id, deadline));
        if (reply instanceof Reply.NotThere<EscalationPolicy>) {
            return new Found.Not<>(Refusal.invalidRequest(
                    "escalationPolicyId: PagerDuty shows this token no escalation policy with the id \"" + id + "\".",
                    "Leave it out to use the service's own policy, or copy the id from the policy's page."));
        }
        return found(reply);
    }

    private static <T> Found<T> found(Reply<T> reply) {
        return reply instanceof Reply.Told<T> told
                ? new Found.It<>(told.value())
                : new Found.Not<>(((Reply.Refused<T>) reply).refusal());
    }

    private static List<Change> changes(RuleBinding before, RuleBinding now) {
        List<Change> changes = new ArrayList<>();
        addChange(changes, "serviceId", before, now, RuleBinding::serviceId);
        addChange(changes, "serviceName", before, now, RuleBinding::serviceName);
        addChange(changes, "notifyOnResolve", before, now, RuleBinding::notifyOnResolve);
        addChange(changes, "urgency", before, now, binding -> binding.urgency().wireName());
        addChange(changes, "groupBy", before, now, binding -> binding.groupBy().wireName());
        addChange(
                changes,
                "escalationPolicyId",
                before,
                now,
                b -> b.escalationPolicyId().orElse(null));
        addChange(changes, "enabled", before, now, RuleBinding::enabled);
        addChange(changes, "title", before, now, b -> b.pageText().title().orElse(null));
        addChange(
                changes,
                "runbookUrl",
                before,
                now,
                b -> b.pageText().runbookUrl().orElse(null));
        addChange(changes, "note", before, now, b -> b.pageText().note().orElse(null));
        return changes;
    }

    private static void addChange(
            List<Change> changes,
            String field,
            RuleBinding before,
            RuleBinding now,
            Function<RuleBinding, Object> value) {
        Object from = value.apply(before);
        Object to = value.apply(now);
        if (!Objects.equals(from, to)) {
            changes.add(new Change(field, from, to));
        }
    }

    private sealed interface Found<T> {
        record It<T>(T value) implements Found<T> {}

        record Not<T>(Refusal refusal) implements Found<T> {}
    }
}
