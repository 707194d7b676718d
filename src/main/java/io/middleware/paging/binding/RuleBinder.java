package io.middleware.paging.binding;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.installation.AccountQuestions;
import io.middleware.paging.installation.AccountQuestions.Reply;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.EscalationPolicy;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.Service;

/** Binds rules to services that exist. */
@ApplicationScoped
public class RuleBinder {
    private static final String LIST_THEM = "Call list-services to see what the token can see.";

    private final AccountQuestions account;
    private final PagerDuty pagerDuty;
    private final RuleBindings bindings;
    private final Clock clock;

    public RuleBinder(AccountQuestions account, PagerDuty pagerDuty, RuleBindings bindings, Clock clock) {
        this.account = account;
        this.pagerDuty = pagerDuty;
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
        Found<Service> found = choice.service() instanceof ServiceChoice.ById byId
                ? findById(choice.workspaceId(), byId.id(), deadline)
                : findByName(choice.workspaceId(), ((ServiceChoice.ByName) choice.service()).name(), deadline);
        if (found instanceof Found.Not<Service> not) {
            return new BindResult.Refused(not.refusal());
        }
        Optional<Refusal> badPolicy =
                choice.escalationPolicyId().flatMap(id -> refusalOfPolicy(choice.workspaceId(), id, deadline));
        if (badPolicy.isPresent()) {
            return new BindResult.Refused(badPolicy.get());
        }
        Service service = ((Found.It<Service>) found).value();
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
        // What this process remembers of the workspace may be from before an uninstall, which does not come back for this.
        Optional<Refusal> gone = account.refusalIfNotInstalled(choice.workspaceId());
        if (gone.isPresent()) {
            bindings.remove(choice.workspaceId(), choice.ruleId());
            return new BindResult.Refused(gone.get());
        }
        return new BindResult.Bound(
                binding,
                before.isPresent(),
                before.map(old -> changes(old, binding)).orElse(List.of()),
                warnings(service));
    }

    private Found<Service> findById(WorkspaceId workspaceId, String id, Deadline deadline) {
        Reply<Service> reply = account.ask(workspaceId, deadline, access -> pagerDuty.service(access, id, deadline));
        if (reply instanceof Reply.NotThere<Service>) {
            return new Found.Not<>(new Refusal(
                    "SERVICE_NOT_FOUND",
                    "PagerDuty shows this token no service with the id \"" + id + "\".",
                    LIST_THEM));
        }
        return found(reply);
    }

    private Found<Service> findByName(WorkspaceId workspaceId, String name, Deadline deadline) {
        Reply<List<Service>> reply =
                account.ask(workspaceId, deadline, access -> pagerDuty.servicesNamed(access, name, deadline));
        if (!(reply instanceof Reply.Told<List<Service>> told)) {
            return reply instanceof Reply.Refused<List<Service>> refused
                    ? new Found.Not<>(refused.refusal())
                    : noneNamed(name);
        }
        List<Service> services = told.value();
        if (services.size() > 1) {
            return new Found.Not<>(new Refusal(
                    "SERVICE_AMBIGUOUS",
                    services.size() + " services have the name \"" + name + "\": "
                            + String.join(
                                    ", ", services.stream().map(Service::id).toList()) + ".",
                    "Bind by serviceId."));
        }
        return services.isEmpty() ? noneNamed(name) : new Found.It<>(services.get(0));
    }

    private static Found<Service> noneNamed(String name) {
        return new Found.Not<>(new Refusal(
                "SERVICE_NOT_FOUND",
                "PagerDuty shows this token no service with exactly the name \"" + name + "\".",
                LIST_THEM));
    }

    private Optional<Refusal> refusalOfPolicy(WorkspaceId workspaceId, String id, Deadline deadline) {
        Reply<EscalationPolicy> reply =
                account.ask(workspaceId, deadline, access -> pagerDuty.escalationPolicy(access, id, deadline));
        if (reply instanceof Reply.NotThere<EscalationPolicy>) {
            return Optional.of(Refusal.invalidRequest(
                    "escalationPolicyId: PagerDuty shows this token no escalation policy with the id \"" + id + "\".",
                    "Leave it out to use the service's own policy, or copy the id from the policy's page."));
        }
        return reply instanceof Reply.Refused<EscalationPolicy> refused
                ? Optional.of(refused.refusal())
                : Optional.empty();
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

    private static List<Warning> warnings(Service service) {
        if (service.isDisabled()) {
            return List.of(new Warning(
                    "SERVICE_DISABLED",
                    "The service \"" + service.name() + "\" is disabled in PagerDuty and opens no incidents. Alerts"
                            + " wait and are tried again. Enable it, or bind another service."));
        }
        if (service.isInMaintenance()) {
            return List.of(new Warning(
                    "SERVICE_IN_MAINTENANCE",
                    "The service \"" + service.name() + "\" is in a maintenance window and opens no incidents until it"
                            + " ends. Alerts wait and are tried again."));
        }
        return List.of();
    }

    private sealed interface Found<T> {
        record It<T>(T value) implements Found<T> {}

        record Not<T>(Refusal refusal) implements Found<T> {}
    }
}
