package io.middleware.paging;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;

import io.middleware.paging.binding.BindingConfig;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.RuleUnbinder;
import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;

/** {@code unbind-rule}: a rule pages nothing any more. What it has opened is still resolved. Safe to repeat. */
@ApplicationScoped
public class UnbindRuleFunction {
    private final RuleUnbinder unbinder;
    private final BindingConfig config;
    private final Clock clock;

    public UnbindRuleFunction(RuleUnbinder unbinder, BindingConfig config, Clock clock) {
        this.unbinder = unbinder;
        this.config = config;
        this.clock = clock;
    }

    /**
     * @param request {@code workspaceId}, {@code ruleId}. With Terraform's {@code tf} block it unbinds only if
     *     {@code tf.action} is {@code delete}: the resource is input for its own destruction alone
     */
    @Funq("unbind-rule")
    public Reply unbindRule(JsonNode request) {
        RequestFields fields = RequestFields.withTerraform(request);
        WorkspaceId workspaceId = fields.workspaceId();
        RuleId ruleId = fields.ruleId();
        Optional<String> terraform = fields.terraformAction();
        if (fields.refusal().isPresent()) {
            return Reply.refused(fields.refusal().get());
        }
        if (terraform.filter(action -> !action.equals("delete")).isPresent()) {
            return Reply.waitsForDestroy();
        }
        RuleUnbinder.Unbound unbound = unbinder.unbind(workspaceId, ruleId);
        unbound.removed().ifPresent(AuditLog::unbound);
        return Reply.of(unbound, clock.instant().plus(config.bindingCache()));
    }

    /**
     * Either {@code error} or {@code removed} and what there is of the rest.
     *
     * @param binding what the rule was bound to
     * @param effectiveAt from then on at the latest its alerts are {@code UNBOUND}
     * @param open what is or may be open in PagerDuty because of the rule, the newest first, 20 at most
     * @param moreOpen whether there may be others
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reply(
            Refusal error,
            Boolean removed,
            String message,
            BindRuleFunction.Binding binding,
            Instant effectiveAt,
            List<OpenIncident> open,
            Boolean moreOpen,
            List<Warning> warnings) {
        static Reply refused(Refusal refusal) {
            return new Reply(refusal, null, null, null, null, null, null, null);
        }

        static Reply waitsForDestroy() {
            return new Reply(
                    null,
                    false,
                    "Nothing was unbound: that is done when Terraform destroys this resource.",
                    null,
                    null,
                    null,
                    null,
                    List.of());
        }

        static Reply of(RuleUnbinder.Unbound unbound, Instant effectiveAt) {
            List<OpenIncident> open = unbound.open().stream()
                    .flatMap(found -> found.incidents().stream())
                    .map(OpenIncident::of)
                    .toList();
            boolean more = unbound.open().map(RuleUnbinder.Open::more).orElse(false);
            return new Reply(
                    null,
                    unbound.removed().isPresent(),
                    message(unbound, open, more),
                    unbound.removed().map(BindRuleFunction.Binding::of).orElse(null),
                    unbound.removed().map(binding -> effectiveAt).orElse(null),
                    unbound.open().map(found -> open).orElse(null),
                    unbound.open().map(found -> more).orElse(null),
                    unbound.open().isPresent()
                            ? List.of()
                            : List.of(new Warning(
                                    "OPEN_INCIDENTS_UNKNOWN",
                                    "What is still open in PagerDuty because of the rule could not be read. Call"
                                            + " unbind-rule again to see it.")));
        }

        private static String message(RuleUnbinder.Unbound unbound, List<OpenIncident> open, boolean more) {
            String bound = unbound.removed().isPresent()
                    ? "The rule is unbound. A warm process of notify may page for it until effectiveAt; later alerts are"
                            + " UNBOUND."
                    : "The rule was bound to nothing.";
            if (open.isEmpty()) {
                return bound + (more ? " Whether incidents are open because of it was searched in part only." : "");
            }
            long left =
                    open.stream().filter(incident -> !incident.willBeResolved()).count();
            return bound + " Open in PagerDuty because of it: " + (more ? "more than " : "") + open.size() + ". "
                    + (left == 0
                            ? "They are resolved when their alerts resolve, as the rule asked."
                            : left == open.size()
                                    ? "The rule did not ask for resolves: resolve them in PagerDuty."
                                    : "Those with willBeResolved are resolved when their alerts resolve, as the rule asked;"
                                            + " resolve the others in PagerDuty.");
        }
    }

    /**
     * @param number absent, as the id and the link, when a lost call may have opened it
     * @param alertId absent for the incident that the rule's alerts share
     * @param willBeResolved whether the resolve of its alert will still be sent
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OpenIncident(String id, Long number, String htmlUrl, String alertId, boolean willBeResolved) {
        static OpenIncident of(RuleUnbinder.Incident open) {
            Episode episode = open.episode();
            Optional<KnownIncident> incident = episode.openIncident();
            return new OpenIncident(
                    incident.map(KnownIncident::id).orElse(null),
                    incident.map(KnownIncident::number).orElse(null),
                    incident.map(KnownIncident::htmlUrl).orElse(null),
                    episode.isOfRule() ? null : episode.key().alertId(),
                    open.willBeResolved());
        }
    }
}
