package io.middleware.paging.chaos;

/** What may go wrong, and where. */
enum Trouble {
    /** 5xx, nothing was done. */
    PAGERDUTY_5XX,
    /** The connection ends before PagerDuty acts. */
    PAGERDUTY_DROPS_BEFORE,
    /** PagerDuty acts, and its answer is lost. */
    PAGERDUTY_DROPS_AFTER,
    /** PagerDuty acts, and its answer, whatever it was, is a 200 that cannot be read. */
    PAGERDUTY_GARBLED,
    /** 429 that says how long to wait. */
    PAGERDUTY_429,
    /** 429 without any header. */
    PAGERDUTY_429_BARE,
    /** PagerDuty acts at once, and answers later than the call may take. */
    PAGERDUTY_LATE,
    /** PagerDuty acts on a POST only after the caller has given up. */
    PAGERDUTY_STALLS,
    /** Nobody listens. */
    PAGERDUTY_GONE,

    DYNAMODB_500,
    DYNAMODB_THROTTLES,
    DYNAMODB_DROPS_BEFORE,
    DYNAMODB_DROPS_AFTER,
    SQS_500,
    SQS_THROTTLES,
    SQS_DROPS_BEFORE,
    SQS_DROPS_AFTER,
    SECRETS_500,
    SECRETS_THROTTLES,
    SECRETS_DROPS_BEFORE,
    SECRETS_DROPS_AFTER,

    /** SIGKILL at a moment of its own. */
    KILL,
    /** SIGKILL right after PagerDuty has acted on a POST and before it has answered. */
    KILL_AFTER_POST
}
