package io.middleware.paging;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;

import io.middleware.paging.installation.InstallResult;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.Installer;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDutyConfig;
import io.middleware.paging.pagerduty.Region;
import io.middleware.paging.pagerduty.Service;

/** {@code install}: checks a pasted token, stores it, and lists the services it can see. Safe to repeat. */
@ApplicationScoped
public class InstallFunction {
    private final Installer installer;
    private final PagerDutyConfig config;
    private final Clock clock;

    public InstallFunction(Installer installer, PagerDutyConfig config, Clock clock) {
        this.installer = installer;
        this.config = config;
        this.clock = clock;
    }

    /**
     * @param request {@code workspaceId}, {@code accessToken}, {@code region} ({@code us}, {@code eu}, default
     *     {@code auto}), {@code force} (default false: a token of another PagerDuty account is refused)
     */
    @Funq("install")
    public Reply install(JsonNode request) {
        RequestFields fields = new RequestFields(request);
        WorkspaceId workspaceId = fields.workspaceId();
        Optional<Region> region = region(fields);
        boolean force = fields.flag("force", false);
        String accessToken = fields.optional("accessToken").orElse("");
        if (fields.refusal().isPresent()) {
            return Reply.refused(fields.refusal().get());
        }
        InstallResult result =
                installer.install(workspaceId, accessToken, region, force, Deadline.after(config.timeout(), clock));
        return result instanceof InstallResult.Installed installed
                ? Reply.installed(installed)
                : Reply.refused(((InstallResult.Refused) result).refusal());
    }

    private static Optional<Region> region(RequestFields fields) {
        String text = fields.optional("region").orElse("auto");
        Optional<Region> region = Region.parse(text);
        if (region.isEmpty() && !text.equalsIgnoreCase("auto")) {
            fields.refuse(
                    "region must be us, eu or auto, found " + RequestFields.quoted(text) + ".",
                    "Leave region out to try both.");
        }
        return region;
    }

    /** Either {@code error} or all the rest. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reply(
            Refusal error,
            String workspaceId,
            String status,
            Region region,
            InstalledUser user,
            List<Service> services,
            List<Warning> warnings,
            Instant installedAt,
            Boolean reinstalled) {
        static Reply refused(Refusal refusal) {
            return new Reply(refusal, null, null, null, null, null, null, null, null);
        }

        static Reply installed(InstallResult.Installed installed) {
            Installation installation = installed.installation();
            return new Reply(
                    null,
                    installation.workspaceId().value(),
                    installation.status().name(),
                    installation.region(),
                    new InstalledUser(
                            installation.user().id(),
                            installation.user().name(),
                            installation.user().email(),
                            installation.user().role()),
                    installed.services().services(),
                    installed.warnings(),
                    installation.installedAt(),
                    installed.again());
        }
    }

    /** The token's owner, under whose e-mail incidents are opened. */
    public record InstalledUser(String id, String name, String email, String role) {}
}
