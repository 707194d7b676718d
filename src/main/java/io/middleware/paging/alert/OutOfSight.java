package io.middleware.paging.alert;

import java.util.Optional;

import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.pagerduty.AnswerHeaders;
import io.middleware.paging.pagerduty.Failure;

/**
 * What a resolve is for and its token cannot see. PagerDuty has no way to delete an incident: one that it says it does not
 * find belongs to a team or an account that the token's user has no access to, and may be open.
 *
 * @param detail for people: what it is, who cannot see it, and what to do
 * @param incident empty when it is not known whether there is one
 * @param headers of the answer that said so
 */
record OutOfSight(String detail, Optional<KnownIncident> incident, AnswerHeaders headers) {
    static OutOfSight of(KnownIncident incident, Account.Active account, Failure failure) {
        return new OutOfSight(
                "incident #" + incident.number() + " (" + incident.htmlUrl() + ") is out of sight of " + user(account)
                        + " (" + failure.describe() + ") and may still be open: resolve it by hand, or give that user"
                        + " access to service " + incident.serviceId() + remedy(),
                Optional.of(incident),
                failure.headers());
    }

    /** A POST was lost that may have opened an incident there. */
    static OutOfSight of(String serviceId, Account.Active account, Failure failure) {
        return new OutOfSight(
                "service " + serviceId
                        + ", on which a POST without an answer may have opened an incident of this alert,"
                        + " is out of sight of " + user(account) + " (" + failure.describe()
                        + "): resolve what is open there by hand, or give that user access to it" + remedy(),
                Optional.empty(),
                failure.headers());
    }

    private static String user(Account.Active account) {
        return "PagerDuty user " + account.installation().user().id() + ", whose token this workspace has";
    }

    private static String remedy() {
        return "; then send the message back from the dead-letter queue";
    }
}
