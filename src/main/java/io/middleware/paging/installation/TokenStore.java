package io.middleware.paging.installation;

import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.pagerduty.ApiToken;

/** Where tokens rest. Thread-safe; failures of the store are thrown. */
public interface TokenStore {
    /** Empty when there is none, when it waits for its deletion, or when what is stored can be no token. */
    Optional<StoredToken> find(WorkspaceId workspaceId);

    /**
     * Stores the token: creates its secret, replaces the value, or brings back a secret that waits for its deletion.
     * Safe to repeat.
     *
     * @return the version that now holds the token
     */
    String save(WorkspaceId workspaceId, ApiToken token);

    /** A token and the version of the secret it was read from. */
    record StoredToken(ApiToken token, String version) {
        public StoredToken {
            Objects.requireNonNull(token, "token is null");
            Objects.requireNonNull(version, "version is null");
        }
    }
}
