package io.middleware.paging.alert;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.ServiceFindings;
import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.installation.AccountQuestions;
import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;

/** Why a test did not open an incident, or is not known to have: what is going on, and how to find out the end. */
final class TestRefusals {
    private static final String EXPLAIN = "explain with alertId \"" + TestAlert.ID + "\" says what became of it.";

    private TestRefusals() {}

    static Refusal notBound(WorkspaceId workspaceId, RuleId ruleId) {
        return new Refusal(
                "RULE_NOT_BOUND",
                "Rule " + ruleId + " of workspace " + workspaceId + " is bound to no service: its alerts page nobody.",
                "Bind it with bind-rule, then send the test again.");
    }

    static Refusal disabled(WorkspaceId workspaceId, RuleId ruleId) {
        return new Refusal(
                "RULE_DISABLED",
                "The binding of rule " + ruleId + " of workspace " + workspaceId
                        + " is disabled: its alerts page nobody, and neither does a test.",
                "Run bind-rule with enabled true, then send the test again.");
    }

    static Refusal underWay(LastTest test) {
        return underWay(test.episode()
                .flatMap(Episode::lease)
                .map(lease -> "another call is at it until " + lease.until() + " at the latest")
                .orElse("another call is at it"));
    }

    private static Refusal underWay(String since) {
        return new Refusal(
                "TEST_UNDER_WAY",
                "A test of this rule is under way: " + since + ".",
                "Send the test again in a minute: it answers with the incident of the one that is under way. "
                        + EXPLAIN);
    }

    /**
     * A test whose incident is not known.
     *
     * @param mayBeOpen whether PagerDuty may have opened one all the same
     * @param notifyResolves whether a message waits in the queue that will end it
     * @param now when that was so
     */
    record Failed(RuleBinding binding, NotifyOutcome outcome, boolean mayBeOpen, boolean notifyResolves, Instant now) {
        private Refusal refusal(String code, String message, String remedy) {
            return new Refusal(
                    code,
                    message + " " + opened(),
                    remedy + (mayBeOpen ? " It finds and resolves what was opened. " + EXPLAIN : ""));
        }

        private String opened() {
            return mayBeOpen
                    ? "An incident whose title begins with \"Test:\" may be open on service " + service()
                            + (notifyResolves ? "; notify resolves it in a few minutes." : ".")
                    : "Nothing was opened.";
        }

        private String service() {
            return binding.serviceName() + " (" + binding.serviceId() + ")";
        }

        private String detail() {
            return outcome.detail();
        }

        /** When it is of use to try again. */
        private String then() {
            return outcome.delay()
                    .map(now::plus)
                    .map(at -> "at " + at + " or later")
                    .orElse("in a minute");
        }
    }

    /**
     * @param account as it is now
     * @param findings about the service; empty if it could not be asked
     */
    static Refusal of(Failed test, Account account, Optional<ServiceFindings> findings) {
        return switch (test.outcome().reason()) {
            case PACED ->
                test.refusal(
                        "BUSY",
                        "More alerts are waiting to page than PagerDuty takes at once, and a test waits its turn like any of"
                                + " them: " + test.detail() + ".",
                        "Send the test again " + test.then() + ".");
            case RATE_LIMITED ->
                test.refusal(
                        "RATE_LIMITED",
                        "PagerDuty's rate limit for the token's user is used up (" + test.detail()
                                + "). Alerts wait likewise.",
                        "Send the test again " + test.then()
                                + ". If it goes on, install the token of a user of its own.");
            case NOT_PAGEABLE ->
                test.refusal(
                        "NOT_PAGEABLE",
                        "PagerDuty opened no incident: " + test.detail() + "." + found(findings)
                                + " Alerts of this rule wait until that is mended.",
                        "Mend it in PagerDuty, or bind another service; then send the test again.");
            case FORBIDDEN ->
                test.refusal(
                        "TOKEN_FORBIDDEN",
                        "PagerDuty refused it: " + test.detail() + ".",
                        "Give that user the role Responder or higher on this service, or install a token of a user who has"
                                + " it; then send the test again.");
            case TOKEN, NOT_INSTALLED, AWS ->
                account instanceof Account.Active
                        ? unavailable(test)
                        : withoutToken(
                                test, AccountQuestions.refusal(test.binding().workspaceId(), account));
            case BAD_REQUEST, NOT_FOUND, TOO_LARGE ->
                findings.flatMap(ServiceFindings::notThere)
                        .map(gone -> test.refusal(
                                "SERVICE_NOT_FOUND",
                                "PagerDuty opened no incident on service " + test.service() + ": " + test.detail()
                                        + ". " + gone.message(),
                                "Bind the rule again with bind-rule, then send the test again."))
                        .orElseGet(() -> test.refusal(
                                "PAGERDUTY_REFUSED",
                                "PagerDuty refused the test on service " + test.service() + ": " + test.detail()
                                        + ". It refuses alerts of this rule likewise.",
                                "Correct what it names, as a rule by binding the rule again with bind-rule; then send the"
                                        + " test again."));
            case IN_FLIGHT -> underWay(test.detail());
            case TIME ->
                test.refusal(
                        "NO_TIME_LEFT",
                        "The time of this call was up before PagerDuty could be asked.",
                        "Send the test again: the next call has its whole time.");
            case OUTAGE, LIST_LAG -> unavailable(test);
            case NONE, MUTED, BUG, FOLDED, SUPPRESSED, NO_DATA ->
                throw new IllegalStateException("a test cannot end "
                        + test.outcome().outcome() + ", " + test.outcome().reason());
        };
    }

    private static Refusal withoutToken(Failed test, Refusal refusal) {
        return test.refusal(refusal.code(), refusal.message(), refusal.remedy() + " Then send the test again.");
    }

    private static Refusal unavailable(Failed test) {
        return test.refusal(
                "PAGERDUTY_UNAVAILABLE",
                "PagerDuty did not answer as it should: " + test.detail() + ".",
                "Send the test again in a minute. If it goes on, look at status.pagerduty.com.");
    }

    /** The incident was opened, and PagerDuty has not resolved it. */
    static Warning notResolved(KnownIncident incident, NotifyOutcome outcome, boolean notifyResolves) {
        return new Warning(
                "NOT_RESOLVED",
                "Incident #" + incident.number() + " of this test is not resolved yet: " + outcome.detail() + ". "
                        + (notifyResolves
                                ? "notify resolves it in a few minutes; sending the test again, or resolving it by hand in"
                                        + " PagerDuty, is sooner. "
                                : "Send the test again, or resolve it by hand in PagerDuty. ")
                        + EXPLAIN);
    }

    /** What keeps the service from opening incidents. Who would be paged first does not, and is nothing for a log. */
    private static String found(Optional<ServiceFindings> findings) {
        return findings.map(found -> found.warnings().stream()
                        .filter(warning -> !warning.code().equals("SELF_ON_CALL"))
                        .map(Warning::message)
                        .collect(Collectors.joining(" ", " ", "")))
                .filter(words -> !words.isBlank())
                .orElse("");
    }
}
