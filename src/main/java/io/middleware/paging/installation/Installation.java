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
 */
public record Installation(
        WorkspaceId workspaceId,
        Status status,
        Region region,
        User user,
        Instant installedAt,
        Instant since,
        Optional<String> reason,
        String tokenVersion) {
    public enum Status {
        ACTIVE,
        /** PagerDuty refuses the token: nothing pages until somebody installs a fresh one. */
        REAUTH_REQUIRED
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
    }
}
