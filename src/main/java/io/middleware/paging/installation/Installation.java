package io.middleware.paging.installation;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.pagerduty.Region;
import io.middleware.paging.pagerduty.User;

/**
 * One workspace's tie to one PagerDuty account.
 *
 * @param since when the status became what it is
 * @param reason why it is {@code REAUTH_REQUIRED}; empty while active
 * @param tokenVersion the version of the secret that was checked, so that a late 401 of an older token cannot condemn a
 *     newer one
 * @param nextProbeAt while it is {@code REAUTH_REQUIRED}: when PagerDuty may be asked again whether it takes the token;
 *     empty means now
 */
public record Installation(
        WorkspaceId workspaceId,
        Status status,
        Region region,
        User user,
        Instant installedAt,
        Instant since,
        Optional<String> reason,
        String tokenVersion,
        Optional<Instant> nextProbeAt) {
    public enum Status {
        ACTIVE,
        /** PagerDuty refuses the token: nothing pages until somebody installs a fresh one, or it is accepted again. */
        REAUTH_REQUIRED,
        /** An uninstall has begun and must be finished: as good as not installed. {@code since} says when. */
        UNINSTALLING
    }

    /** One that nobody need probe. */
    public Installation(
            WorkspaceId workspaceId,
            Status status,
            Region region,
            User user,
            Instant installedAt,
            Instant since,
            Optional<String> reason,
            String tokenVersion) {
        this(workspaceId, status, region, user, installedAt, since, reason, tokenVersion, Optional.empty());
    }

    public Installation {
        Objects.requireNonNull(workspaceId, "workspaceId is null");
        Objects.requireNonNull(status, "status is null");
        Objects.requireNonNull(region, "region is null");
        Objects.requireNonNull(user, "user is null");
        Objects.requireNonNull(installedAt, "installedAt is null");
        Objects.requireNonNull(since, "since is null");
        Objects.requireNonNull(reason, "reason is null");
        Objects.requireNonNull(tokenVersion, "tokenVersion is null");
        Objects.requireNonNull(nextProbeAt, "nextProbeAt is null");
    }

    /** The same with a token that PagerDuty accepts. */
    Installation active(String acceptedVersion, Instant at) {
        return new Installation(
                workspaceId, Status.ACTIVE, region, user, installedAt, at, Optional.empty(), acceptedVersion);
    }
}
