package io.middleware.paging;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;

import io.middleware.paging.installation.AccountQuestions;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.Installations;
import io.middleware.paging.installation.PageForecast;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.PagerDutyConfig;
import io.middleware.paging.pagerduty.Region;
import io.middleware.paging.pagerduty.User;

/**
 * {@code status}: whether a workspace is installed, and whether its token works. Without {@code verify} it is one read of
 * DynamoDB: what only {@code verify} needs is made when it is used (each bean here is a proxy).
 */
@ApplicationScoped
public class StatusFunction {
    private final Installations installations;
    private final AccountQuestions account;
    private final PagerDuty pagerDuty;
    private final PagerDutyConfig config;
    private final Clock clock;

    public StatusFunction(
            Installations installations,
            AccountQuestions account,
            PagerDuty pagerDuty,
            PagerDutyConfig config,
            Clock clock) {
        this.installations = installations;
        this.account = account;
        this.pagerDuty = pagerDuty;
        this.config = config;
        this.clock = clock;
    }

    /** @param request {@code workspaceId}, {@code verify} (default false: PagerDuty is not asked) */
    @Funq("status")
    public Reply status(JsonNode request) {
        RequestFields fields = new RequestFields(request);
        WorkspaceId workspaceId = fields.workspaceId();
        boolean verify = fields.flag("verify", false);
        if (fields.refusal().isPresent()) {
            return Reply.refused(fields.refusal().get());
        }
        if (!verify) {
            return Reply.of(workspaceId, installations.find(workspaceId), Optional.empty());
        }
        Deadline deadline = Deadline.after(config.timeout(), clock);
        AccountQuestions.Reply<User> me =
                account.askAnew(workspaceId, deadline, access -> pagerDuty.me(access, deadline));
        // What PagerDuty said may have changed it.
        Optional<Installation> installation = installations.find(workspaceId);
        return Reply.of(workspaceId, installation, Optional.of(PageForecast.of(installation, me)));
    }

    /** Either {@code error}, or {@code workspaceId}, {@code status} and what there is of the rest. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reply(
            Refusal error,
            String workspaceId,
            String status,
            Instant since,
            String reason,
            String remedy,
            Instant nextProbeAt,
            Region region,
            InstallFunction.InstalledUser user,
            Instant installedAt,
            String page,
            Verified verified,
            List<Warning> warnings) {
        private static final String NOT_INSTALLED = "NOT_INSTALLED";

        static Reply refused(Refusal refusal) {
            return new Reply(refusal, null, null, null, null, null, null, null, null, null, null, null, null);
        }

        static Reply of(WorkspaceId workspaceId, Optional<Installation> installation, Optional<PageForecast> forecast) {
            String page = forecast.map(PageForecast::page).orElse(null);
            if (installation.isEmpty()) {
                return notInstalled(workspaceId, null, null, "Run install with a PagerDuty user token.", page);
            }
            Installation found = installation.get();
            return switch (found.status()) {
                case ACTIVE -> installed(found, null, page, forecast);
                case REAUTH_REQUIRED -> installed(found, AccountQuestions.INSTALL_AGAIN, page, forecast);
                case UNINSTALLING ->
                    notInstalled(
                            workspaceId,
                            found.since(),
                            "an uninstall began and is not finished",
                            AccountQuestions.FINISH_UNINSTALL,
                            page);
            };
        }

        private static Reply notInstalled(
                WorkspaceId workspaceId, Instant since, String reason, String remedy, String page) {
            return new Reply(
                    null,
                    workspaceId.value(),
                    NOT_INSTALLED,
                    since,
                    reason,
                    remedy,
                    null,
                    null,
                    null,
                    null,
                    page,
                    null,
                    null);
        }

        private static Reply installed(
                Installation found, String remedy, String page, Optional<PageForecast> forecast) {
            return new Reply(
                    null,
                    found.workspaceId().value(),
                    found.status().name(),
                    found.since(),
                    found.reason().orElse(null),
                    remedy,
                    found.nextProbeAt().orElse(null),
                    found.region(),
                    InstallFunction.InstalledUser.of(found.user()),
                    found.installedAt(),
                    page,
                    forecast.flatMap(PageForecast::owner)
                            .map(InstallFunction.InstalledUser::of)
                            .map(Verified::new)
                            .orElse(null),
                    forecast.map(PageForecast::warnings).orElse(null));
        }
    }

    /** @param user whose token it is, by PagerDuty's own words this moment */
    public record Verified(InstallFunction.InstalledUser user) {}
}
