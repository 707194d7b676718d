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
     * @return false when there is nothing to turn: another token was installed meanwhile, or it was turned already
     */
    boolean requireReauth(WorkspaceId workspaceId, String tokenVersion, String reason, Instant at);
}
