package io.middleware.paging.explain;

import io.middleware.paging.delivery.Reason;

/** What can be said of an alert or a rule, and what to do about it. docs/explain.md lists all of them. */
public enum Verdict {
    // ---- An alert that paged ----
    NOTIFIED(Result.OK, "Nothing: it paged. The incident in PagerDuty shows who was told what, and when."),
    NOT_NOTIFIED_YET(
            Result.PROBLEM,
            "Take the incident now. Then look in PagerDuty at the notification rules of whoever it is assigned to, for its"
                    + " urgency: an incident of low urgency may notify later, or by e-mail alone."),
    ACKNOWLEDGED_AT_ONCE(
            Result.PROBLEM,
            "Take the incident now. Then run install with the token of a user who is on no schedule and no escalation"
                    + " policy."),
    ACKNOWLEDGED(
            Result.OK, "Ask whoever acknowledged it: until it is triggered again, PagerDuty notifies nobody else."),
    SNOOZED(Result.OK, "Ask whoever snoozed it, or end the snooze in PagerDuty."),
    MERGED(Result.OK, "Look at the incident that it was merged into: that one pages."),
    CLOSED_IN_PAGERDUTY(
            Result.OK,
            "Ask whoever closed it. A message about the alert that fires on opens a new incident once the repeat window"
                    + " (PAGING_REPEAT_WINDOW) is over."),
    INCIDENT_OUT_OF_SIGHT(
            Result.OK,
            "Open the incident's link as somebody who may see it, or give the token's user access to its team."),
    INCIDENT_NOT_READ(Result.OK, "Open the incident's link, or run explain again in a minute."),
    RESOLVE_NOT_SENT(
            Result.PROBLEM,
            "Resolve the incident by hand, or mend what is named and send the message back from the"
                    + " dead-letter queue."),
    ENDED(Result.OK, "Nothing: it is over."),
    ENDED_INCIDENT_OPEN(
            Result.OK,
            "Resolve the incident in PagerDuty. To have incidents resolved with their alerts, bind the rule with"
                    + " notifyOnResolve true."),

    // ---- An alert that did not page ----
    ENDED_BEFORE_PAGE(Result.OK, "Nothing: when its turn came, it had resolved."),
    UNBOUND(
            Result.PROBLEM,
            "Take this alert yourself. Run bind-rule with this ruleId: what is sent from then on pages."),
    DISABLED(Result.PROBLEM, "If the rule is to page, run bind-rule with enabled true."),
    SUPPRESSED(Result.PROBLEM, "If it is to page now, end the suppression in CloudWatch."),
    NO_DATA(Result.PROBLEM, "Find out why the metric has no data any more."),
    EXPIRED(
            Result.PROBLEM,
            "Take this alert yourself. Mend what it waited for; if it still matters, send its message back from the"
                    + " dead-letter queue."),
    REFUSED(
            Result.PROBLEM,
            "Take this alert yourself. Mend what PagerDuty refused, such as the rule's binding, then send the message back"
                    + " from the dead-letter queue."),
    BEING_HANDLED(Result.OK, "Wait a moment, and run explain again."),
    WAITING_PACED(
            Result.PROBLEM,
            "Nothing: its turn comes. If it happens often, send fewer alerts, or bind the rule with groupBy rule."),
    WAITING_RATE_LIMITED(
            Result.PROBLEM,
            "Nothing, unless it goes on: then install the token of a user who is used for nothing else, or lower"
                    + " RatePerMinute."),
    WAITING_OUTAGE(Result.PROBLEM, "Look at status.pagerduty.com. It pages by itself when PagerDuty answers again."),
    WAITING_TOKEN(Result.PROBLEM, "Run install with a fresh token: what waits then pages within a minute."),
    WAITING_NOT_INSTALLED(
            Result.PROBLEM, "Run install with a PagerDuty user token: what waits then pages within a minute."),
    WAITING_NOT_PAGEABLE(
            Result.PROBLEM,
            "Enable the service, end its maintenance or put somebody on call, or bind the rule to another service: what"
                    + " waits then pages within a minute."),
    WAITING_FORBIDDEN(
            Result.PROBLEM,
            "Give the token's user the role Responder or higher for this service, or bind the rule to another one: what"
                    + " waits then pages within a minute."),
    WAITING_IN_FLIGHT(
            Result.PROBLEM, "Nothing: another attempt at the same alert, or its rule's incident, ends first."),
    WAITING_LIST_LAG(
            Result.PROBLEM,
            "Nothing: an earlier attempt may have opened an incident, and PagerDuty lists it within a minute."),
    WAITING_MUTED(Result.OK, "Nothing; if it is to page now, end the mute in CloudWatch."),
    WAITING_AWS(Result.PROBLEM, "Nothing: it is tried again by itself. If it goes on, look at AWS's health dashboard."),
    WAITING_TIME(Result.PROBLEM, "Nothing, unless it goes on: give notify more time, or a smaller BatchSize."),
    WAITING_BUG(
            Result.PROBLEM,
            "Look for \"A bug\" in the log of notify, and report it or roll back. The message comes again by itself."),
    NOT_ARRIVED(
            Result.PROBLEM,
            "Compare workspaceId, ruleId and alertId with what was sent, letter by letter. Is the alert queue's check all"
                    + " right? Look in the log of notify and in the dead-letter queue for MALFORMED, then at the producer."),
    LEDGER_NOT_READ(Result.UNKNOWN, "Run explain again in a minute."),

    // ---- A rule ----
    RULE_READY(Result.OK, "Nothing."),
    RULE_NOT_CHECKED(Result.UNKNOWN, "Run explain again in a minute; the checks say what could not be found out."),
    NOT_INSTALLED(Result.PROBLEM, "Run install with a PagerDuty user token."),
    TOKEN_REFUSED(Result.PROBLEM, "Run install with a fresh token of a user who may open incidents."),
    RULE_NOT_BOUND(Result.PROBLEM, "Run bind-rule with this ruleId."),
    RULE_DISABLED(Result.PROBLEM, "If the rule is to page, run bind-rule with enabled true."),
    SERVICE_FORBIDDEN(
            Result.PROBLEM,
            "Give the token's user the role Responder or higher for this service, or bind the rule to another one."),
    SERVICE_NOT_FOUND(
            Result.PROBLEM, "Bind the rule to another service, or give the token's user access to the service's team."),
    SERVICE_DISABLED(Result.PROBLEM, "Enable the service in PagerDuty, or bind the rule to another one."),
    SERVICE_IN_MAINTENANCE(Result.PROBLEM, "End the maintenance window in PagerDuty to page sooner."),
    NOBODY_ON_CALL(Result.PROBLEM, "Put somebody on one of the policy's levels or schedules."),
    SELF_ON_CALL(
            Result.PROBLEM, "Run install with the token of a user who is on no schedule and no escalation policy."),
    RATE_LIMIT_USED_UP(
            Result.PROBLEM,
            "Nothing, unless it goes on: then install the token of a user who is used for nothing else, or lower"
                    + " RatePerMinute.");

    private final Result result;
    private final String remedy;

    Verdict(Result result, String remedy) {
        this.result = result;
        this.remedy = remedy;
    }

    /** Whether the alert went the way it should. */
    Result result() {
        return result;
    }

    /** What to do. */
    public String remedy() {
        return remedy;
    }

    /** @throws IllegalArgumentException for a reason that no alert waits for */
    static Verdict waitingFor(Reason reason) {
        return valueOf("WAITING_" + reason.name());
    }
}
