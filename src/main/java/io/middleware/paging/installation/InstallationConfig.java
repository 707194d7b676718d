package io.middleware.paging.installation;

import java.time.Duration;
import java.util.Optional;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where installations and tokens are kept. Environment: {@code PAGING_INSTALLATIONS_TABLE} and so on. */
@ConfigMapping(prefix = "paging")
public interface InstallationConfig {
    @WithDefault("Installations")
    String installationsTable();

    /** A token's secret is named by this and the workspace. By default it holds the stack's name: {@code pagerduty/paging/}. */
    @WithDefault("pagerduty/${paging.stack:paging}/")
    String secretPrefix();

    /** Who owns the secrets: only those that are tagged with this name are written. The template gives the stack's name. */
    @WithDefault("paging")
    String stack();

    /**
     * ARN of the KMS key for new secrets; absent, Secrets Manager uses the account's own key. A secret that is encrypted under
     * another one is not written: the functions may use this key alone.
     */
    Optional<String> secretKmsKey();

    /** With what the names of those secrets begin from which {@code install} reads a token; absent, it reads none. */
    Optional<String> handoverPrefix();

    /** Tells in which account and region the stack is; absent, that is not known. */
    Optional<String> alertQueueArn();

    /** For how long a token is used without reading it again. */
    @WithDefault("5M")
    Duration tokenCache();

    /** For how long an active installation is used without reading it again. An inactive one never is. */
    @WithDefault("60S")
    Duration installationCache();

    /**
     * For how long after an install Secrets Manager may still answer with what was before: its operations are eventually
     * consistent (AWS, "ListSecrets"). No token is condemned on such an answer.
     */
    @WithDefault("60S")
    Duration secretLag();
}
