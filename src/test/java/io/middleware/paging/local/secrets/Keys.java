package io.middleware.paging.local.secrets;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The KMS keys that encrypt secrets, and which of them the caller may use. By itself any. The account's key for Secrets Manager
 * ({@code aws/secretsmanager}), which is meant where a secret names no key, may be used by everybody in the account. An alias is
 * a key of its own here. Safe for use by several threads.
 */
final class Keys {

    private volatile Optional<Set<String>> allowed = Optional.empty();
    private volatile Set<String> disabled = Set.of();

    void allowOnly(String... keys) {
        allowed = Optional.of(Stream.of(keys).map(Keys::resource).collect(Collectors.toSet()));
    }

    void disable(String key) {
        Set<String> more = new HashSet<>(disabled);
        more.add(resource(key));
        disabled = Set.copyOf(more);
    }

    void heal() {
        allowed = Optional.empty();
        disabled = Set.of();
    }

    /** @throws Refusal if a value cannot be encrypted under it */
    void checkEncrypting(String key) {
        checkAllowed(key);
        if (isDisabled(key)) {
            throw Refusal.encryptionFailure();
        }
    }

    /** @throws Refusal if a value cannot be decrypted with it */
    void checkDecrypting(String key) {
        checkAllowed(key);
        if (isDisabled(key)) {
            throw Refusal.decryptionFailure();
        }
    }

    private void checkAllowed(String key) {
        if (key != null && allowed.filter(keys -> !keys.contains(resource(key))).isPresent()) {
            throw Refusal.kmsDenied();
        }
    }

    private boolean isDisabled(String key) {
        return key != null && disabled.contains(resource(key));
    }

    /** Without what an ARN begins with; a bare id is a key's. */
    private static String resource(String key) {
        String resource = key.substring(key.lastIndexOf(':') + 1);
        return resource.contains("/") ? resource : "key/" + resource;
    }
}
