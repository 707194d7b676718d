package io.middleware.paging.local.pagerduty;

/**
 * A person, or a bot, of an account.
 *
 * @param role one of PagerDuty's words: {@code owner}, {@code admin}, {@code user} (a Manager), {@code limited_user} (a Responder),
 *     {@code observer}, {@code restricted_access}, {@code read_only_user} and {@code read_only_limited_user} (stakeholders)
 */
public record User(String id, String name, String email, String role, String htmlUrl) {

    boolean isStakeholder() {
        return role.startsWith("read_only_");
    }

    /** Whether this role may act on a service only where a team role says so. */
    boolean needsTeamRole() {
        return role.equals("observer") || role.equals("restricted_access");
    }
}
