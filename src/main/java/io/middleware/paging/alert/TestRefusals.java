package io.middleware.paging.alert;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.ServiceFindings;
import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Reason;
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
     * Nothing was opened.
     *
     * @param now when that was so
     */
    static Refusal of(
            RuleBinding binding,
            NotifyOutcome outcome,
            Account account,
            Optional<ServiceFindings> findings,
            Instant now) {
        String service = binding.serviceName() + " (" + binding.serviceId() + ")";
        return switch (outcome.reason()) {
            case PACED ->
                new Refusal(
                        "BUSY",
                        "More alerts are waiting to page than PagerDuty takes at once, and a test waits its turn like any of"
                                + " them: " + outcome.detail() + ". Nothing was opened.",
                        "Send the test again " + then(outcome, now) + ". Alerts that wait page by themselves.");
            case RATE_LIMITED ->
                new Refusal(
                        "RATE_LIMITED",
                        "PagerDuty's rate limit for the token's user is used up (" + outcome.detail()
                                + "). Nothing was opened. Alerts wait likewise.",
                        "Send the test again " + then(outcome, now)
                                + ". If it goes on, install the token of a user of its own.");
            case NOT_PAGEABLE ->
                new Refusal(
                        "NOT_PAGEABLE",
                        "PagerDuty opened no incident: " + outcome.detail() + ". " + found(findings),
                        "Mend that in PagerDuty, or bind another service; then send the test again.");
            case FORBIDDEN ->
                new Refusal(
                        "TOKEN_FORBIDDEN",
                        "PagerDuty opened no incident: " + outcome.detail() + ".",
                        "Give that user the role Responder or higher on this service, or install a token of a user who has"
                                + " it; then send the test again.");
            case TOKEN, NOT_INSTALLED, AWS ->
                account instanceof Account.Active
                        ? unavailable(outcome, "Nothing was opened.")
                        : AccountQuestions.refusal(binding.workspaceId(), account);
            case BAD_REQUEST, NOT_FOUND, TOO_LARGE ->
                findings.flatMap(ServiceFindings::notThere)
                        .map(gone -> new Refusal(
                                "SERVICE_NOT_FOUND",
                                "PagerDuty opened no incident on service " + service + ": " + outcome.detail() + ". "
                                        + gone.message(),
                                "Bind the rule again with bind-rule, then send the test again."))
                        .orElseGet(() -> new Refusal(
                                "PAGERDUTY_REFUSED",
                                "PagerDuty opened no incident on service " + service + ": " + outcome.detail() + ".",
                                "Correct what PagerDuty names, as a rule by binding the rule again with bind-rule; then"
                                        + " send the test again. Alerts of this rule are refused likewise."));
            case IN_FLIGHT -> underWay(outcome.detail());
            case OUTAGE, LIST_LAG, TIME -> unavailable(outcome, "Nothing was opened.");
            case NONE, MUTED, BUG, FOLDED, SUPPRESSED, NO_DATA ->
                throw new IllegalStateException("a test cannot end " + outcome.outcome() + ", " + outcome.reason());
        };
    }

    /** The answer to its POST was lost, or nobody knows yet what it has opened. */
    static Refusal mayBeOpen(RuleBinding binding, NotifyOutcome outcome, boolean notifyResolves, Account account) {
        if (outcome.reason() == Reason.IN_FLIGHT) {
            return underWay(outcome.detail());
        }
        String mayBeOpen =
                "An incident whose title begins with \"Test:\" may be open on service " + binding.serviceName() + " ("
                        + binding.serviceId() + ")" + (notifyResolves ? "; notify resolves it in a few minutes." : ".");
        if (!(account instanceof Account.Active)) {
            Refusal refusal = AccountQuestions.refusal(binding.workspaceId(), account);
            return new Refusal(
                    refusal.code(),
                    refusal.message() + " " + mayBeOpen,
                    refusal.remedy() + " Then send the test again: it finds and resolves what was opened.");
        }
        return unavailable(outcome, mayBeOpen);
    }

    private static Refusal unavailable(NotifyOutcome outcome, String opened) {
        return new Refusal(
                "PAGERDUTY_UNAVAILABLE",
                "PagerDuty did not answer as it should: " + outcome.detail() + ". " + opened,
                "Send the test again in a minute: it finds and resolves what was opened, and opens no second incident"
                        + " beside it. " + EXPLAIN + " If it goes on, look at status.pagerduty.com.");
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

    private static String then(NotifyOutcome outcome, Instant now) {
        return outcome.delay()
                .map(now::plus)
                .map(at -> "at " + at + " or later")
                .orElse("in a minute");
    }

    private static String found(Optional<ServiceFindings> findings) {
        return findings.map(found ->
                                found.warnings().stream().map(Warning::message).collect(Collectors.joining(" ")))
                        .filter(words -> !words.isEmpty())
                        .map(words -> words + " ")
                        .orElse("")
                + "Alerts of this rule wait until then.";
    }
}
