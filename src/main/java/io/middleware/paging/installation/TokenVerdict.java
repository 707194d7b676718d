package io.middleware.paging.installation;

import io.middleware.paging.pagerduty.Answer;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.User;

/**
 * What {@code GET /users/me} says of a token that PagerDuty has refused. A single 401 may be a moment's fault at PagerDuty, a
 * 403 may be about one service, and either may come from a proxy: only the same answer to this call is a verdict.
 */
sealed interface TokenVerdict {
    /** PagerDuty knows the token and its user. */
    record Works(User user) implements TokenVerdict {}

    /**
     * The token cannot be used.
     *
     * @param kind one word for why
     * @param reason the same for people
     */
    record Refused(String kind, String reason) implements TokenVerdict {}

    /** PagerDuty did not say: the token stays what it was. */
    record Undecided(Failure failure) implements TokenVerdict {}

    /**
     * After PagerDuty refused a call.
     *
     * @param refusal with 401 or 403
     * @param me what it then said to the same token
     */
    static TokenVerdict afterRefusal(Failure refusal, Answer<User> me) {
        Refused refused = new Refused(refusal.kind().name(), refusal.describe());
        return me.fold(
                user -> refusal.kind() == Failure.Kind.FORBIDDEN && user.isStakeholder() ? refused : new Works(user),
                failure -> refusesToken(failure) ? refused : new Undecided(failure));
    }

    /**
     * Of a workspace that waits for a token that PagerDuty accepts.
     *
     * @param installed the user it was installed by: incidents are opened in that name, and budgets are kept for it
     */
    static TokenVerdict ofProbe(User installed, Answer<User> me) {
        return me.fold(
                user -> ofUser(installed, user),
                failure -> refusesToken(failure)
                        ? new Refused(failure.kind().name(), failure.describe())
                        : new Undecided(failure));
    }

    private static TokenVerdict ofUser(User installed, User user) {
        if (!user.isSameAs(installed)) {
            return new Refused(
                    "OTHER_USER",
                    "the secret holds a token of PagerDuty user " + named(user)
                            + ", and the workspace was installed by " + named(installed));
        }
        return user.isStakeholder()
                ? new Refused(
                        "FORBIDDEN",
                        "the role " + user.role() + " (stakeholder) of PagerDuty user " + user.id()
                                + " cannot create incidents")
                : new Works(user);
    }

    private static String named(User user) {
        return user.subdomain().isEmpty() ? user.id() : user.id() + " of account " + user.subdomain();
    }

    private static boolean refusesToken(Failure failure) {
        return failure.kind() == Failure.Kind.UNAUTHORIZED
                || failure.kind() == Failure.Kind.FORBIDDEN
                || PagerDuty.isAccountToken(failure);
    }
}
