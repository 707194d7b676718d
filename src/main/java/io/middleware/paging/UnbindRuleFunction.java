package io.middleware.paging;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import org.jboss.logging.Logger;

import io.middleware.paging.binding.BindingConfig;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.OpenIncidents;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;

/** {@code unbind-rule}: a rule pages nothing any more. What it has opened is still resolved. Safe to repeat. */
@ApplicationScoped
public class UnbindRuleFunction {
    private static final Logger LOG = Logger.getLogger(UnbindRuleFunction.class);

    private final RuleBindings bindings;
    private final OpenIncidents incidents;
    private final BindingConfig config;
    private final Clock clock;

    public UnbindRuleFunction(RuleBindings bindings, OpenIncidents incidents, BindingConfig config, Clock clock) {
        this.bindings = bindings;
        this.incidents = incidents;
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
        Optional<RuleBinding> removed = bindings.remove(workspaceId, ruleId);
        removed.ifPresent(AuditLog::unbound);
        return Reply.of(removed, open(workspaceId, ruleId), clock.instant().plus(config.bindingCache()));
    }

    /** Empty when it could not be read: the rule is unbound, and that is to be answered. */
    private Optional<OpenIncidents.OfRule> open(WorkspaceId workspaceId, RuleId ruleId) {
        try {
            return Optional.of(incidents.find(workspaceId, ruleId.value()));
        } catch (RuntimeException awsFailed) {
            LOG.warnf("What is open because of rule %s could not be read: %s", ruleId, awsFailed.getMessage());
            return Optional.empty();
        }
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

        static Reply of(Optional<RuleBinding> removed, Optional<OpenIncidents.OfRule> found, Instant effectiveAt) {
            List<OpenIncident> open = found.stream()
                    .flatMap(known -> known.incidents().stream())
                    .map(OpenIncident::of)
                    .toList();
            boolean more = found.map(OpenIncidents.OfRule::more).orElse(false);
            return new Reply(
                    null,
                    removed.isPresent(),
                    message(removed.isPresent(), open, more),
                    removed.map(BindRuleFunction.Binding::of).orElse(null),
                    removed.map(binding -> effectiveAt).orElse(null),
                    found.map(known -> open).orElse(null),
                    found.map(known -> more).orElse(null),
                    found.isPresent()
                            ? List.of()
                            : List.of(new Warning(
                                    "OPEN_INCIDENTS_UNKNOWN",
                                    "What is still open in PagerDuty because of the rule could not be read. Call"
                                            + " unbind-rule again to see it.")));
        }

        private static String message(boolean removed, List<OpenIncident> open, boolean more) {
            String bound = removed
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
        static OpenIncident of(OpenIncidents.Open open) {
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
