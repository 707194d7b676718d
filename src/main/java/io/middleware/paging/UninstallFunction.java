package io.middleware.paging;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;

import io.middleware.paging.binding.BindingConfig;
import io.middleware.paging.binding.Uninstaller;
import io.middleware.paging.binding.Uninstaller.Result;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.TokenStore;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDutyConfig;

/** {@code uninstall}: removes a workspace's token, installation and bindings. Safe to repeat, until it is finished. */
@ApplicationScoped
public class UninstallFunction {
    private static final String RESOLVES_STOP =
            " Incidents that are open in PagerDuty stay open, and are not resolved by their alerts any more.";

    private final Uninstaller uninstaller;
    private final PagerDutyConfig config;
    private final BindingConfig bindings;
    private final Clock clock;

    public UninstallFunction(Uninstaller uninstaller, PagerDutyConfig config, BindingConfig bindings, Clock clock) {
        this.uninstaller = uninstaller;
        this.config = config;
        this.bindings = bindings;
        this.clock = clock;
    }

    /** @param request {@code workspaceId} */
    @Funq("uninstall")
    public Reply uninstall(JsonNode request) {
        RequestFields fields = new RequestFields(request);
        WorkspaceId workspaceId = fields.workspaceId();
        if (fields.refusal().isPresent()) {
            return Reply.refused(fields.refusal().get());
        }
        Result result = uninstaller.uninstall(workspaceId, Deadline.after(config.timeout(), clock));
        AuditLog.uninstalled(workspaceId, result);
        return Reply.of(workspaceId, result, clock.instant().plus(bindings.bindingCache()));
    }

    /**
     * Either {@code error} or the rest.
     *
     * @param finished whether nothing is left; otherwise the function is to be called again
     * @param bindingsRemoved by this call
     * @param effectiveAt from then on at the latest its alerts are {@code UNBOUND}
     * @param tokenDeletedAt when the secret is gone for good; {@code install} brings it back until then
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reply(
            Refusal error,
            String workspaceId,
            Boolean uninstalled,
            Boolean finished,
            Integer bindingsRemoved,
            String message,
            Instant effectiveAt,
            Instant tokenDeletedAt,
            List<Warning> warnings) {
        static Reply refused(Refusal refusal) {
            return new Reply(refusal, null, null, null, null, null, null, null, null);
        }

        static Reply of(WorkspaceId workspaceId, Result result, Instant effectiveAt) {
            if (result instanceof Result.Refused refused) {
                return refused(refused.refusal());
            }
            if (result instanceof Result.NothingThere) {
                return new Reply(
                        null,
                        workspaceId.value(),
                        false,
                        true,
                        0,
                        "The workspace is not installed, and has neither bindings nor a token: there is nothing to do.",
                        null,
                        null,
                        List.of());
            }
            if (result instanceof Result.Unfinished part) {
                return new Reply(
                        null,
                        workspaceId.value(),
                        false,
                        false,
                        part.bindingsRemoved(),
                        "Not finished: " + part.left() + ". Call uninstall again. Until then nothing of the workspace"
                                + " pages.",
                        null,
                        null,
                        List.of());
            }
            Result.Uninstalled done = (Result.Uninstalled) result;
            return new Reply(
                    null,
                    workspaceId.value(),
                    true,
                    true,
                    done.bindingsRemoved(),
                    "The workspace is uninstalled. A warm process of notify may page for it until effectiveAt; later alerts"
                            + " are UNBOUND." + RESOLVES_STOP
                            + " Delete the token in PagerDuty, too, if nothing else uses it.",
                    effectiveAt,
                    done.token() instanceof TokenStore.Removed.Scheduled scheduled ? scheduled.goneAt() : null,
                    warnings(done.token()));
        }

        private static List<Warning> warnings(TokenStore.Removed token) {
            return token instanceof TokenStore.Removed.NotOurs notOurs
                    ? List.of(new Warning(
                            "SECRET_NOT_REMOVED",
                            "The secret " + notOurs.secret() + " " + notOurs.foundTag() + " and was left alone."))
                    : List.of();
        }
    }
}
