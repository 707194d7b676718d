package io.middleware.paging;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import org.jboss.logging.Logger;

import io.middleware.paging.alert.SqsRedrive;
import io.middleware.paging.installation.GivenToken;
import io.middleware.paging.installation.InstallResult;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.Installer;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.SecretsManagerHandOver;
import io.middleware.paging.installation.SecretsManagerHandOver.HandOver;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDutyConfig;
import io.middleware.paging.pagerduty.Region;
import io.middleware.paging.pagerduty.Service;
import io.middleware.paging.pagerduty.User;

/** {@code install}: checks a pasted token, stores it, and lists the services it can see. Safe to repeat. */
@ApplicationScoped
public class InstallFunction {
    private static final Logger LOG = Logger.getLogger(InstallFunction.class);

    private final Installer installer;
    private final SecretsManagerHandOver handOver;
    private final SqsRedrive redrive;
    private final PagerDutyConfig config;
    private final Clock clock;

    public InstallFunction(
            Installer installer,
            SecretsManagerHandOver handOver,
            SqsRedrive redrive,
            PagerDutyConfig config,
            Clock clock) {
        this.installer = installer;
        this.handOver = handOver;
        this.redrive = redrive;
        this.config = config;
        this.clock = clock;
    }

    /**
     * @param request {@code workspaceId}, {@code accessToken} or {@code accessTokenSecretId} (a secret that holds it, which is
     *     read once), {@code region} ({@code us}, {@code eu}, default {@code auto}), {@code force} (default false: a token of
     *     another PagerDuty account is refused), {@code onRefusal} ({@code fail}, default {@code value})
     * @throws RefusedException if it is refused, and {@code onRefusal} is {@code fail}
     */
    @Funq("install")
    public Reply install(JsonNode request) {
        RequestFields fields = new RequestFields(request);
        OnRefusal onRefusal = OnRefusal.in(fields);
        Reply reply = install(fields);
        onRefusal.check(reply.error());
        return reply;
    }

    private Reply install(RequestFields fields) {
        WorkspaceId workspaceId = fields.workspaceId();
        Optional<Region> region = region(fields);
        boolean force = fields.flag("force", false);
        Optional<String> accessToken = fields.optional("accessToken");
        Optional<String> secretId = fields.optional("accessTokenSecretId").map(String::strip);
        if (accessToken.isPresent() && secretId.isPresent()) {
            fields.refuse(
                    "accessToken and accessTokenSecretId are both set, and one of them is the token's only way in.",
                    "Leave out accessToken, or accessTokenSecretId.");
        }
        if (fields.refusal().isPresent()) {
            return Reply.refused(fields.refusal().get());
        }
        Deadline deadline = Deadline.after(config.timeout(), clock);
        HandOver handedOver = secretId.map(handOver::read)
                .orElseGet(() -> new HandOver.Read(GivenToken.inRequest(accessToken.orElse(""))));
        if (!(handedOver instanceof HandOver.Read read)) {
            return Reply.refused(fields.withoutTokens(((HandOver.Refused) handedOver).refusal()));
        }
        String token = read.token().text();
        if (!token.isEmpty() && workspaceId.value().contains(token)) {
            return Reply.refused(Refusal.invalidRequest(
                    "workspaceId holds the access token: it would become the name of a secret.",
                    "Set workspaceId to the name of your workspace."));
        }
        InstallResult result = installer.install(workspaceId, read.token(), region, force, deadline);
        if (!(result instanceof InstallResult.Installed installed)) {
            return Reply.refused(fields.withoutTokens(((InstallResult.Refused) result).refusal()));
        }
        AuditLog.installed(installed, read.token());
        return Reply.installed(installed, installed.before().isPresent() ? redriveWarnings() : List.of());
    }

    /** What waits in the queue pages by itself; what has waited so long that it left the queue is sent back. */
    private List<Warning> redriveWarnings() {
        try {
            redrive.start();
            return List.of();
        } catch (RuntimeException awsFailed) {
            LOG.warnf("The redrive of the dead-letter queue did not start: %s", awsFailed.getMessage());
            return List.of(new Warning(
                    "REDRIVE_NOT_STARTED",
                    "The token is installed. Alerts that waited in the dead-letter queue were not sent back ("
                            + awsFailed.getMessage() + "). Run install again, or start the redrive of that queue in"
                            + " the SQS console."));
        }
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

        static Reply installed(InstallResult.Installed installed, List<Warning> more) {
            Installation installation = installed.installation();
            return new Reply(
                    null,
                    installation.workspaceId().value(),
                    installation.status().name(),
                    installation.region(),
                    InstalledUser.of(installation.user()),
                    installed.services().services(),
                    Stream.concat(installed.warnings().stream(), more.stream()).toList(),
                    installation.installedAt(),
                    installed.before().isPresent());
        }
    }

    /** The token's owner, under whose e-mail incidents are opened. */
    public record InstalledUser(String id, String name, String email, String role) {
        static InstalledUser of(User user) {
            return new InstalledUser(user.id(), user.name(), user.email(), user.role());
        }
    }
}
