package io.middleware.paging.installation;

import java.time.Instant;
import java.util.Optional;

/** Where installations are kept. Thread-safe; failures of the store are thrown. */
public interface Installations {
    /** Strongly consistent; empty when the workspace was never installed. */
    Optional<Installation> find(WorkspaceId workspaceId);

    /** Writes the installation, replacing what was there. Safe to repeat. */
    void save(Installation installation);

    /**
     * Turns an active installation into {@code REAUTH_REQUIRED}, if it still stands on {@code tokenVersion}. Safe to
     * repeat: the first time and reason stay.
     *
     * @param nextProbeAt when PagerDuty may be asked whether it takes the token again
     * @return false when there is nothing to turn: another token was installed meanwhile, or it was turned already
     */
    boolean requireReauth(WorkspaceId workspaceId, String tokenVersion, String reason, Instant at, Instant nextProbeAt);

    /**
     * Asks for the right to probe the token of an installation that is {@code REAUTH_REQUIRED}. Of all that ask at once one
     * gets it. Not safe to repeat.
     *
     * @param seen as it was read
     * @param next when the probe after this one is due
     * @return false when somebody else has it, or the installation has changed since it was read
     */
    boolean takeProbe(Installation seen, Instant next);

    /**
     * Makes an installation that is {@code REAUTH_REQUIRED} active again, on a token that PagerDuty accepts. Safe to repeat.
     *
     * @param seen as it was before the probe
     * @param tokenVersion the version of the secret that was probed
     * @return false when there is nothing to do: it was installed anew meanwhile
     */
    boolean reactivate(Installation seen, String tokenVersion, Instant at);

    /**
     * Notes why a probe failed, in place of the reason that was known; the time stays. Does nothing when the installation was
     * installed anew meanwhile. Safe to repeat.
     */
    void explainReauth(Installation seen, String reason);

    /**
     * Turns the installation into {@code UNINSTALLING}, whatever it was, so that nothing is called with it any more. Safe to
     * repeat: the first time stays.
     */
    void beginUninstall(Installation seen, Instant at);

    /** Removes the installation. Safe to repeat. */
    void remove(WorkspaceId workspaceId);
}
