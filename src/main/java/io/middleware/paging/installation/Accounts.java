package io.middleware.paging.installation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.github.benmanes.caffeine.cache.Cache;
import org.jboss.logging.Logger;

import io.middleware.paging.installation.TokenStore.StoredToken;
import io.middleware.paging.metrics.Metrics;
import io.middleware.paging.pacing.BudgetId;
import io.middleware.paging.pagerduty.Access;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.recall.Recall;

/**
 * The way from a workspace to a PagerDuty account that can be called.
 *
 * <p>Thread-safe. Active installations and tokens are remembered for a while, so that a warm function reads neither
 * store; that a workspace is not installed, or needs a fresh token, never is.
 */
@ApplicationScoped
public class Accounts {
    private static final Logger LOG = Logger.getLogger(Accounts.class);

    private final Installations installations;
    private final TokenStore tokens;
    private final Metrics metrics;
    private final Clock clock;
    private final Cache<WorkspaceId, Installation> active;
    private final Cache<WorkspaceId, StoredToken> readTokens;
    private final Duration secretLag;

    public Accounts(
            Installations installations, TokenStore tokens, InstallationConfig config, Metrics metrics, Clock clock) {
        this.installations = installations;
        this.tokens = tokens;
        this.metrics = metrics;
        this.clock = clock;
        this.active = Recall.lasting(config.installationCache(), clock);
        this.readTokens = Recall.lasting(config.tokenCache(), clock);
        this.secretLag = config.secretLag();
    }

    /** What is known of a workspace's account. */
    public sealed interface Account {
        /** Can be called. */
        record Active(Installation installation, StoredToken stored) implements Account {
            public Access access() {
                return new Access(installation.region(), stored.token());
            }

            /** Out of which calls are paced: PagerDuty counts them by user, whatever workspace or token they come from. */
            public BudgetId budget() {
                return new BudgetId(installation.region(), installation.user().id());
            }

            /** Otherwise one of the two is from before a reinstall, or somebody edited the secret by hand. */
            boolean isOfOneInstall() {
                return stored.version().equals(installation.tokenVersion());
            }

            /** The e-mail under which incidents are opened. */
            public String from() {
                return installation.user().email();
            }
        }

        record NotInstalled() implements Account {}

        /** Nothing may be called until somebody installs a fresh token. */
        record ReauthRequired(String reason) implements Account {}

        /** A token was installed a moment ago, and Secrets Manager does not show it yet. */
        record NotReadableYet(Instant installedAt) implements Account {}
    }

    /** The account of a workspace, from memory or from the stores. */
    public Account find(WorkspaceId workspaceId) {
        Account remembered = read(workspaceId);
        if (remembered instanceof Account.Active now && !now.isOfOneInstall()) {
            // One of the two was remembered from before a reinstall: a token must not meet another one's region or
            // user.
            forget(workspaceId);
            return read(workspaceId);
        }
        return remembered;
    }

    /**
     * What to do after PagerDuty refused {@code used} with 401 or 403: both stores are read again once. Another token or
     * region is returned to be tried; the same turns the installation into {@code REAUTH_REQUIRED}.
     */
    public Account afterRefusal(Account.Active used, Failure refusal) {
        WorkspaceId workspaceId = used.installation().workspaceId();
        forget(workspaceId);
        Account fresh = read(workspaceId);
        if (!(fresh instanceof Account.Active now) || !now.access().equals(used.access())) {
            return fresh;
        }
        return !now.isOfOneInstall() && isFresh(now.installation())
                ? notReadableYet(now.installation())
                : condemn(now.installation(), refusal.kind().name(), refusal.describe());
    }

    /** Whether what Secrets Manager answers may be from before the install. */
    private boolean isFresh(Installation installation) {
        return clock.instant().isBefore(installation.since().plus(secretLag));
    }

    private Account notReadableYet(Installation installation) {
        forget(installation.workspaceId());
        return new Account.NotReadableYet(installation.since());
    }

    private Account read(WorkspaceId workspaceId) {
        Installation installation = active.getIfPresent(workspaceId);
        if (installation == null) {
            Optional<Installation> found = installations.find(workspaceId);
            if (found.isEmpty()) {
                return new Account.NotInstalled();
            }
            installation = found.get();
            if (installation.status() == Installation.Status.REAUTH_REQUIRED) {
                return new Account.ReauthRequired(installation.reason().orElse("PagerDuty refused the token"));
            }
            active.put(workspaceId, installation);
        }
        // The loader returns null when there is no token: an absence is not remembered.
        StoredToken stored = readTokens.get(workspaceId, id -> tokens.find(id).orElse(null));
        if (stored != null) {
            return new Account.Active(installation, stored);
        }
        return isFresh(installation)
                ? notReadableYet(installation)
                : condemn(
                        installation,
                        "TOKEN_MISSING",
                        "the token is missing from Secrets Manager: " + tokens.whyThereIsNone(workspaceId));
    }

    private void forget(WorkspaceId workspaceId) {
        active.invalidate(workspaceId);
        readTokens.invalidate(workspaceId);
    }

    /**
     * @param kind one word for why
     * @param reason the same for people
     */
    private Account condemn(Installation installation, String kind, String reason) {
        WorkspaceId workspaceId = installation.workspaceId();
        forget(workspaceId);
        if (installations.requireReauth(workspaceId, installation.tokenVersion(), reason, clock.instant())) {
            metrics.reauthRequired(workspaceId.toString(), kind);
            LOG.errorf(
                    "Workspace %s needs a fresh PagerDuty token: %s. Its alerts wait. Remedy: run install again with a"
                            + " user token, such as one of PagerDuty user %s.",
                    workspaceId, reason, installation.user().id());
        }
        return new Account.ReauthRequired(reason);
    }
}
