package io.middleware.paging.installation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;

import com.github.benmanes.caffeine.cache.Cache;
import org.jboss.logging.Logger;

import io.middleware.paging.installation.TokenStore.StoredToken;
import io.middleware.paging.metrics.Metrics;
import io.middleware.paging.pacing.BudgetId;
import io.middleware.paging.pagerduty.Access;
import io.middleware.paging.pagerduty.Answer;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.SideBySide;
import io.middleware.paging.pagerduty.User;
import io.middleware.paging.recall.Recall;

/**
 * The way from a workspace to a PagerDuty account that can be called, and the one place that judges a token.
 *
 * <p>Thread-safe. Active installations and tokens are remembered for a while, so that a warm function reads neither
 * store; that a workspace is not installed, or needs a fresh token, never is.
 */
@ApplicationScoped
public class Accounts {
    private static final Logger LOG = Logger.getLogger(Accounts.class);

    /** For how long what PagerDuty said of a token is good: of all threads that it refuses at once one asks. */
    private static final Duration OPINION_MEMORY = Duration.ofSeconds(10);

    private static final Duration SHORTEST_PROBE_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PROBE_PAUSE = Duration.ofHours(1);

    private final Installations installations;
    private final TokenStore tokens;
    private final PagerDuty pagerDuty;
    private final Metrics metrics;
    private final Clock clock;
    private final Cache<WorkspaceId, Installation> active;
    private final Cache<WorkspaceId, StoredToken> readTokens;
    private final Cache<Asked, Answer<User>> opinions;
    private final Duration secretLag;

    public Accounts(
            Installations installations,
            TokenStore tokens,
            PagerDuty pagerDuty,
            InstallationConfig config,
            Metrics metrics,
            Clock clock) {
        this.installations = installations;
        this.tokens = tokens;
        this.pagerDuty = pagerDuty;
        this.metrics = metrics;
        this.clock = clock;
        this.active = Recall.lasting(config.installationCache(), clock);
        this.readTokens = Recall.lasting(config.tokenCache(), clock);
        this.opinions = Recall.lasting(OPINION_MEMORY, clock);
        this.secretLag = config.secretLag();
    }

    private record Asked(WorkspaceId workspaceId, Access access) {}

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

        /** @param uninstallBegan when an uninstall began that is still to be finished; empty when there is none */
        record NotInstalled(Optional<Instant> uninstallBegan) implements Account {}

        /**
         * Nothing may be called until somebody installs a fresh token, or a probe finds that this one works again.
         *
         * @param asRead the installation; empty when it became so this moment
         */
        record ReauthRequired(String reason, Optional<Installation> asRead) implements Account {}

        /**
         * A token was installed a moment ago, and Secrets Manager does not show it yet.
         *
         * @param readableAt when it must show it; what it shows then counts
         */
        record NotReadableYet(Instant installedAt, Instant readableAt) implements Account {}
    }

    /** What to make of a call that PagerDuty refused with 401 or 403. */
    public sealed interface AfterRefusal {
        /** Another token or region was installed meanwhile: to be tried at once. */
        record TryWith(Account.Active newer) implements AfterRefusal {}

        /** The token is good, and {@code user} its owner: PagerDuty refused this call alone. */
        record TokenWorks(User user) implements AfterRefusal {}

        /** PagerDuty does not say at the moment whether the token is good. */
        record Undecided(Failure failure) implements AfterRefusal {}

        /** Nothing may be called. */
        record Unusable(Account account) implements AfterRefusal {}
    }

    /**
     * The account of a workspace, from memory or from the stores. Of one that is {@code REAUTH_REQUIRED} PagerDuty is asked
     * now and then whether it takes the token again: {@link #probePause}.
     */
    public Account find(WorkspaceId workspaceId, Deadline deadline) {
        Account found = read(workspaceId);
        if (found instanceof Account.Active now && !now.isOfOneInstall()) {
            // One of the two was remembered from before a reinstall: a token must not meet another one's region or
            // user.
            forget(workspaceId);
            found = read(workspaceId);
        }
        return found instanceof Account.ReauthRequired waiting ? probeIfDue(waiting, deadline) : found;
    }

    /**
     * Reads both stores side by side, so that {@link #find} need not for a while. Judges nothing, changes nothing and asks
     * PagerDuty nothing: what is not there, or waits for a token, is left to {@code find}. Failures of the stores are thrown.
     *
     * @return the installation, if it is one to call
     */
    public Optional<Installation> readAhead(WorkspaceId workspaceId, SideBySide sideBySide) {
        Supplier<Optional<StoredToken>> token = sideBySide.start(() -> tokens.find(workspaceId));
        Optional<Installation> installation =
                installations.find(workspaceId).filter(found -> found.status() == Installation.Status.ACTIVE);
        Optional<StoredToken> stored = token.get();
        if (installation.isPresent() && stored.isPresent()) {
            active.put(workspaceId, installation.get());
            readTokens.put(workspaceId, stored.get());
        }
        return installation;
    }

    /**
     * The account of a workspace, from the stores. Of one that is {@code REAUTH_REQUIRED} PagerDuty is asked now, due or not,
     * whether it takes the token again: somebody wants to know.
     */
    public Account findNow(WorkspaceId workspaceId, Deadline deadline) {
        forget(workspaceId);
        Account found = read(workspaceId);
        if (!(found instanceof Account.ReauthRequired waiting)
                || waiting.asRead().isEmpty()) {
            return found;
        }
        Account probed = probe(waiting, waiting.asRead().get(), deadline);
        // If somebody else was at it this moment, the store has what they found.
        return probed == waiting ? read(workspaceId) : probed;
    }

    /**
     * What to do after PagerDuty refused {@code used} with 401 or 403. Both stores are read again once. If the token is the
     * same, PagerDuty is asked whose it is: only if it refuses that too, the installation becomes {@code REAUTH_REQUIRED}.
     */
    public AfterRefusal afterRefusal(Account.Active used, Failure refusal, Deadline deadline) {
        WorkspaceId workspaceId = used.installation().workspaceId();
        forget(workspaceId);
        Account fresh = read(workspaceId);
        if (!(fresh instanceof Account.Active now)) {
            return new AfterRefusal.Unusable(fresh);
        }
        if (!now.access().equals(used.access())) {
            return new AfterRefusal.TryWith(now);
        }
        if (!now.isOfOneInstall() && isFresh(now.installation())) {
            return new AfterRefusal.Unusable(notReadableYet(now.installation()));
        }
        TokenVerdict verdict = TokenVerdict.afterRefusal(refusal, opinion(workspaceId, now.access(), deadline));
        if (verdict instanceof TokenVerdict.Works works) {
            return new AfterRefusal.TokenWorks(works.user());
        }
        if (verdict instanceof TokenVerdict.Undecided undecided) {
            return new AfterRefusal.Undecided(undecided.failure());
        }
        TokenVerdict.Refused refused = (TokenVerdict.Refused) verdict;
        return new AfterRefusal.Unusable(condemn(now.installation(), refused.kind(), refused.reason()));
    }

    private Answer<User> opinion(WorkspaceId workspaceId, Access access, Deadline deadline) {
        Asked asked = new Asked(workspaceId, access);
        Answer<User> answer = opinions.get(asked, token -> pagerDuty.me(access, deadline));
        if (answer instanceof Answer.Failed<User> failed
                && failed.failure().kind().isTemporary()) {
            opinions.invalidate(asked);
        }
        return answer;
    }

    private Account probeIfDue(Account.ReauthRequired waiting, Deadline deadline) {
        Instant now = clock.instant();
        return waiting.asRead()
                .filter(installation ->
                        installation.nextProbeAt().filter(now::isBefore).isEmpty())
                .map(installation -> probe(waiting, installation, deadline))
                .orElse(waiting);
    }

    /**
     * Asks PagerDuty whether it takes the token of a workspace that waits for one. Of all processes one at a time asks.
     * Nothing changes if PagerDuty does not say, or if the workspace is installed anew meanwhile.
     */
    private Account probe(Account.ReauthRequired waiting, Installation installation, Deadline deadline) {
        Instant now = clock.instant();
        if (!installations.takeProbe(installation, now.plus(probePause(Duration.between(installation.since(), now))))) {
            return waiting;
        }
        Optional<StoredToken> stored = tokens.find(installation.workspaceId());
        if (stored.isEmpty()) {
            return stillRefused(installation, tokenMissing(installation.workspaceId()));
        }
        Access access = new Access(installation.region(), stored.get().token());
        TokenVerdict verdict = TokenVerdict.ofProbe(installation.user(), pagerDuty.me(access, deadline));
        if (verdict instanceof TokenVerdict.Undecided) {
            return waiting;
        }
        return verdict instanceof TokenVerdict.Refused refused
                ? stillRefused(installation, refused.reason())
                : reactivate(installation, stored.get());
    }

    /**
     * A quarter of the time that the workspace has waited, 1 min at least and 1 h at most: a token that works again is
     * found before the wait is much longer than its cause, and one that stays dead costs some 115 calls in four days.
     */
    static Duration probePause(Duration waited) {
        Duration quarter = waited.dividedBy(4);
        if (quarter.compareTo(SHORTEST_PROBE_PAUSE) < 0) {
            return SHORTEST_PROBE_PAUSE;
        }
        return quarter.compareTo(LONGEST_PROBE_PAUSE) > 0 ? LONGEST_PROBE_PAUSE : quarter;
    }

    private Account stillRefused(Installation installation, String reason) {
        if (!installation.reason().equals(Optional.of(reason))) {
            installations.explainReauth(installation, reason);
        }
        return new Account.ReauthRequired(reason, Optional.empty());
    }

    private Account reactivate(Installation before, StoredToken stored) {
        WorkspaceId workspaceId = before.workspaceId();
        Instant now = clock.instant();
        forget(workspaceId);
        if (!installations.reactivate(before, stored.version(), now)) {
            // Somebody installed meanwhile: that token is the one to use.
            return read(workspaceId);
        }
        metrics.reauthCleared(workspaceId.toString());
        LOG.warnf(
                "Workspace %s is ACTIVE again: PagerDuty accepts its token, which it refused since %s (%s). Its alerts page"
                        + " with their next try.",
                workspaceId, before.since(), before.reason().orElse("no reason recorded"));
        return new Account.Active(before.active(stored.version(), now), stored);
    }

    /** Whether what Secrets Manager answers may be from before the install. */
    private boolean isFresh(Installation installation) {
        return clock.instant().isBefore(installation.since().plus(secretLag));
    }

    private Account notReadableYet(Installation installation) {
        forget(installation.workspaceId());
        return new Account.NotReadableYet(
                installation.since(), installation.since().plus(secretLag));
    }

    private Account read(WorkspaceId workspaceId) {
        Installation installation = active.getIfPresent(workspaceId);
        if (installation == null) {
            Optional<Installation> found = installations.find(workspaceId);
            if (found.isEmpty()) {
                return new Account.NotInstalled(Optional.empty());
            }
            installation = found.get();
            if (installation.status() != Installation.Status.ACTIVE) {
                return inactive(installation);
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
                : condemn(installation, "TOKEN_MISSING", tokenMissing(workspaceId));
    }

    private static Account inactive(Installation installation) {
        return installation.status() == Installation.Status.UNINSTALLING
                ? new Account.NotInstalled(Optional.of(installation.since()))
                : new Account.ReauthRequired(
                        installation.reason().orElse("PagerDuty refused the token"), Optional.of(installation));
    }

    private String tokenMissing(WorkspaceId workspaceId) {
        return "the token is missing from Secrets Manager: " + tokens.whyThereIsNone(workspaceId);
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
        Instant now = clock.instant();
        if (installations.requireReauth(
                workspaceId, installation.tokenVersion(), reason, now, now.plus(probePause(Duration.ZERO)))) {
            metrics.reauthRequired(workspaceId.toString(), kind);
            LOG.errorf(
                    "Workspace %s needs a fresh PagerDuty token: %s. Its alerts wait. Remedy: run install again with a"
                            + " user token, such as one of PagerDuty user %s.",
                    workspaceId, reason, installation.user().id());
            return new Account.ReauthRequired(reason, Optional.empty());
        }
        // Another process was faster; or the workspace is being uninstalled, and its token is gone on purpose.
        Optional<Installation> found = installations.find(workspaceId);
        return found.isEmpty()
                ? new Account.NotInstalled(Optional.empty())
                : found.filter(it -> it.status() == Installation.Status.UNINSTALLING)
                        .map(Accounts::inactive)
                        .orElseGet(() -> new Account.ReauthRequired(reason, Optional.empty()));
    }
}
