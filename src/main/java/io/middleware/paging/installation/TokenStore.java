package io.middleware.paging.installation;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.pagerduty.ApiToken;

/** Where tokens rest. Thread-safe; failures of the store are thrown. */
public interface TokenStore {
    /** Empty when there is none, when it waits for its deletion, cannot be decrypted, or when what is stored can be no token. */
    Optional<StoredToken> find(WorkspaceId workspaceId);

    /** Why {@link #find} finds none, as the end of a sentence: "there is no secret pagerduty/acme". Reads the store again. */
    String whyThereIsNone(WorkspaceId workspaceId);

    /**
     * Stores the token: creates its secret, replaces the value, or brings back a secret that waits for its deletion.
     * Safe to repeat.
     */
    Saved save(WorkspaceId workspaceId, ApiToken token);

    /**
     * Has the token's secret deleted after a recovery window of {@value #RECOVERY_DAYS} days, in which {@link #save} brings
     * it back. From now on {@link #find} finds nothing. Safe to repeat.
     */
    Removed remove(WorkspaceId workspaceId);

    /** The shortest that Secrets Manager takes (AWS, "DeleteSecret"). */
    int RECOVERY_DAYS = 7;

    /** What came of removing. */
    sealed interface Removed {
        /**
         * @param goneAt when nobody can bring it back any more
         * @param before whether it waited for that already
         */
        record Scheduled(String secret, Instant goneAt, boolean before) implements Removed {}

        /** There is no such secret. */
        record None(String secret) implements Removed {}

        /**
         * The secret exists and is not this stack's to delete. Nothing was changed.
         *
         * @param foundTag what its tag says, as the end of a sentence: "belongs to stack other"
         */
        record NotOurs(String secret, String foundTag) implements Removed {}
    }

    /** What came of saving. */
    sealed interface Saved {
        /** @param version that now holds the token */
        record As(String version) implements Saved {}

        /**
         * The secret is this stack's, and encrypted under another KMS key than this stack's, which the functions may not use.
         * Nothing was changed.
         *
         * @param found the secret's key
         * @param own this stack's key
         * @param waitsForDeletion whether the secret waits for its deletion
         */
        record UnderOtherKey(String secret, KmsKey found, KmsKey own, boolean waitsForDeletion) implements Saved {}

        /**
         * KMS does not let the token be encrypted. No token was stored.
         *
         * @param key under which it would be
         * @param words what AWS says
         */
        record KeyUnusable(String secret, KmsKey key, String words) implements Saved {}

        /**
         * The secret exists and is not this stack's to write. Nothing was changed.
         *
         * @param secret its name
         * @param foundTag what its tag says, as the end of a sentence: "belongs to stack other"
         * @param ownTag the tag, as {@code key=value}, that would make it this stack's
         */
        record NotOurs(String secret, String foundTag, String ownTag) implements Saved {}
    }

    /** A token and the version of the secret it was read from. */
    record StoredToken(ApiToken token, String version) {
        public StoredToken {
            Objects.requireNonNull(token, "token is null");
            Objects.requireNonNull(version, "version is null");
        }
    }
}
