package io.middleware.paging.local.secrets;

import java.util.Map;
import java.util.Optional;

/**
 * What is known of a secret without its value.
 *
 * @param kmsKeyId as it was given; empty if the secret has Secrets Manager's own key
 */
public record KnownSecret(String arn, Map<String, String> tags, Optional<String> kmsKeyId) {}
