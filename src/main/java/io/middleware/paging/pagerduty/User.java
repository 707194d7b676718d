package io.middleware.paging.pagerduty;

import java.net.URI;
import java.util.Objects;

/**
 * The owner of a user token.
 *
 * @param role PagerDuty's API name of the role, such as {@code user} (Manager) or {@code limited_user} (Responder)
 * @param subdomain of the account, such as {@code acme}; empty when PagerDuty did not say
 */
public record User(String id, String name, String email, String role, String subdomain) {
    public User {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(email, "email is null");
    }

    /** {@code https://acme.eu.pagerduty.com/users/PXPGF42} belongs to the account {@code acme}. */
    static String subdomainOf(String htmlUrl) {
        try {
            String host = URI.create(htmlUrl).getHost();
            return host == null || host.indexOf('.') < 0 ? "" : host.substring(0, host.indexOf('.'));
        } catch (IllegalArgumentException notAUrl) {
            return "";
        }
    }

    /**
     * Full and Limited Stakeholders read only: their tokens are good, and every incident they create is refused.
     * Source: PagerDuty, "Advanced Permissions".
     */
    public boolean isStakeholder() {
        return role.startsWith("read_only_");
    }

    /** By id, and by account as far as PagerDuty told both. */
    public boolean isSameAs(User other) {
        return id.equals(other.id)
                && (subdomain.isEmpty() || other.subdomain.isEmpty() || subdomain.equals(other.subdomain));
    }

    /** Observers and Restricted Access users may page only the services of teams in which they are Responders. */
    public boolean pagesOnlyServicesOfItsTeams() {
        return role.equals("observer") || role.equals("restricted_access");
    }
}
