package io.middleware.paging.delivery;

/** What became of an alert: written into the ledger, logged and counted. */
public enum Outcome {
    /** PagerDuty opened an incident. */
    OPENED,
    /** An incident of this alert was open in PagerDuty already, and is ours now. */
    ADOPTED,
    /** A repeat of an incident that is known to be open. */
    REPEATED,
    /** The incident is resolved in PagerDuty. */
    RESOLVED,
    /** The alert resolved; the rule does not ask for more, or there was no incident to resolve. */
    RESOLVE_SKIPPED,
    /** The rule is bound to no service. */
    UNBOUND,
    /** The rule's binding is disabled, or whoever sent the alert has silenced it. */
    DISABLED,
    /** Older than what was handled before. */
    STALE,
    /** No alert that we can read. */
    MALFORMED,
    /** Waited until shortly before the queue would have deleted it. */
    EXPIRED,
    /** PagerDuty refused it for good: a person must look. */
    REFUSED,
    /** Still to be delivered: a later try may succeed. */
    WAITING,
    /** PagerDuty opened an incident that starts acknowledged: nobody was paged. */
    NOBODY_PAGED
}
