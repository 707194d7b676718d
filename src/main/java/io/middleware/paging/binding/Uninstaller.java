package io.middleware.paging.binding;

import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.installation.DynamoSetupLocks;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.InstallationConfig;
import io.middleware.paging.installation.Installations;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.TokenStore;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pacing.Pause;
import io.middleware.paging.pagerduty.Deadline;

/**
 * Takes apart what {@code Installer} and {@link RuleBinder} made, in this order:
 *
 * <ol>
 *   <li>the installation becomes {@code UNINSTALLING}: from then on nothing of the workspace pages;
 *   <li>the bindings go, however many calls that takes;
 *   <li>the token's secret is to be deleted;
 *   <li>the installation goes.
 * </ol>
 *
 * <p>So wherever it ends before its time, what is left is marked, pages nothing, and is found by the next uninstall. An
 * install that comes in between ends the uninstall; while one of the two works, the other is refused.
 */
@ApplicationScoped
public class Uninstaller {
    /** For what is begun last: one more batch of bindings, or the secret and the installation. AWS gets 8 s for a call. */
    private static final Duration TIME_FOR_A_STEP = Duration.ofSeconds(15);

    private static final Duration PAUSE_WHEN_THROTTLED = Duration.ofMillis(200);

    private final Installations installations;
    private final RuleBindings bindings;
    private final TokenStore tokens;
    private final DynamoSetupLocks locks;
    private final InstallationConfig config;
    private final Pause pause;
    private final Clock clock;

    public Uninstaller(
            Installations installations,
            RuleBindings bindings,
            TokenStore tokens,
            DynamoSetupLocks locks,
            InstallationConfig config,
            Pause pause,
            Clock clock) {
        this.installations = installations;
        this.bindings = bindings;
        this.tokens = tokens;
        this.locks = locks;
        this.config = config;
        this.pause = pause;
        this.clock = clock;
    }

    /** What came of uninstalling. */
    public sealed interface Result {
        /** Nothing of the workspace is left. @param before what it was; empty when only remains were there */
        record Uninstalled(Optional<Installation> before, int bindingsRemoved, TokenStore.Removed token)
                implements Result {}

        /** The time was up, or a store does not show yet what is to be removed: the next call goes on. */
        record Unfinished(int bindingsRemoved, String left) implements Result {}

        /** There was neither an installation nor a binding nor a token of this stack's. */
        record NothingThere() implements Result {}

        record Refused(Refusal refusal) implements Result {}
    }

    /** Safe to repeat, and to be repeated until it is done. */
    public Result uninstall(WorkspaceId workspaceId, Deadline deadline) {
        return locks.alone(workspaceId, deadline, () -> uninstallAlone(workspaceId, deadline), Result.Refused::new);
    }

    private Result uninstallAlone(WorkspaceId workspaceId, Deadline deadline) {
        Optional<Installation> before = installations.find(workspaceId);
        before.ifPresent(installation ->
                installations.beginUninstall(installation, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
        int removed = 0;
        boolean complete = false;
        while (!complete) {
            if (!deadline.leavesTimeFor(TIME_FOR_A_STEP)) {
                return new Result.Unfinished(removed, "bindings, the token and the installation are left");
            }
            RuleBindings.Removal removal = bindings.removeSome(workspaceId);
            removed += removal.removed();
            complete = removal.complete();
            if (!complete && removal.removed() == 0) {
                pause.lasting(PAUSE_WHEN_THROTTLED);
            }
        }
        if (!deadline.leavesTimeFor(TIME_FOR_A_STEP)) {
            return new Result.Unfinished(removed, "the token and the installation are left");
        }
        TokenStore.Removed token = tokens.remove(workspaceId);
        if (token instanceof TokenStore.Removed.None && mayNotBeShownYet(before)) {
            return new Result.Unfinished(
                    removed,
                    "the token was installed a moment ago, and Secrets Manager does not show it yet; it and the"
                            + " installation are left");
        }
        installations.remove(workspaceId);
        boolean tokenRemoved = token instanceof TokenStore.Removed.Scheduled scheduled && !scheduled.before();
        return before.isEmpty() && removed == 0 && !tokenRemoved
                ? new Result.NothingThere()
                : new Result.Uninstalled(before, removed, token);
    }

    private boolean mayNotBeShownYet(Optional<Installation> before) {
        return before.map(Installation::installedAt)
                .map(at -> at.plus(config.secretLag()))
                .filter(clock.instant()::isBefore)
                .isPresent();
    }
}
