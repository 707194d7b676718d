package io.middleware.paging.pagerduty;

import java.util.Objects;

/** Where to ask PagerDuty, and with which token. */
public record Access(Region region, ApiToken token) {
    public Access {
        Objects.requireNonNull(region, "region is null");
        Objects.requireNonNull(token, "token is null");
    }
}
