package io.middleware.paging;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.Sha256;

/**
 * Where a list of bindings goes on: after which rule, and of which list. It is good for that list alone, holds nothing but
 * the rule's id and a hash, and is no secret: who may ask for the list may read it anyway.
 */
final class NextToken {
    private static final int HASH_DIGITS = 16;

    private NextToken() {}

    static String after(RuleId ruleId, WorkspaceId workspaceId, Optional<String> serviceId) {
        String text = hash(ruleId.value(), workspaceId, serviceId) + ruleId;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Empty unless it is what {@link #after} made, to the letter, for the same list. */
    static Optional<RuleId> read(String token, WorkspaceId workspaceId, Optional<String> serviceId) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
            return Optional.of(text.substring(Math.min(HASH_DIGITS, text.length())))
                    .filter(RuleId::isValid)
                    .map(RuleId::new)
                    .filter(ruleId -> after(ruleId, workspaceId, serviceId).equals(token));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private static String hash(String ruleId, WorkspaceId workspaceId, Optional<String> serviceId) {
        return Sha256.hex("list-bindings " + workspaceId + ' ' + serviceId.orElse("") + ' ' + ruleId)
                .substring(0, HASH_DIGITS);
    }
}
