package io.middleware.paging.binding;

import java.time.Instant;
import java.util.Objects;

/**
 * That PagerDuty refused a binding's service to the token's user. It stays until the binding is saved again, also when alerts
 * page by then.
 *
 * @param since the first time
 * @param reason the last one, in PagerDuty's words
 */
public record BrokenMark(Instant since, String reason) {
    public BrokenMark {
        Objects.requireNonNull(since, "since is null");
        Objects.requireNonNull(reason, "reason is null");
    }
}
