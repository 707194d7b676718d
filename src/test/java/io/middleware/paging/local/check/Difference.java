package io.middleware.paging.local.check;

/**
 * Something that does not fit.
 *
 * @param sentence names the alert, incident or message, and what each store says of it
 */
public record Difference(Kind kind, String sentence) {

    /** What is wrong. */
    public enum Kind {
        /** The ledger says open, and PagerDuty has it resolved, not at all, or under another key. */
        OPEN_ONLY_IN_LEDGER,
        /** PagerDuty has an open incident of an alert that the ledger does not hold to be open. */
        OPEN_ONLY_IN_PAGERDUTY,
        /** PagerDuty has an open incident with a key like ours of no alert that the ledger knows. */
        UNKNOWN_KEY,
        /** Two incidents of one alert are open. */
        TWO_OPEN,
        /** A delivery waits for a message that the queue does not have. */
        LOST,
        /** A delivery should have been tried again long ago. */
        OVERDUE,
        /** A claim lapsed long ago and nothing is left that would try again. */
        CLAIM_LEFT,
        /** A POST whose end is unknown, and nothing is left that would find out. */
        UNSETTLED_LEFT,
        /** A resolve was claimed and not sent, and nothing is left that would send it. */
        RESOLVE_LEFT,
        /** A folded alert is open, and does not hold its rule's incident open: that ends with the others. */
        OPEN_NOT_FIRING,
        /** An alert that is over holds its rule's incident open, and nothing is left that would take it out. */
        FIRING_NOT_OPEN,
        /** A rule's incident is open, no alert holds it open, and the rule resolves its incidents. */
        HELD_BY_NONE,
        /** Alerts of one rule that folds are open with several incidents. */
        FOLDED_APART,
        /** A dead letter that SQS moved, or with an outcome that does not belong there. */
        DEAD_LETTER,
        /** An alert was sent and nothing is on record about it. */
        SILENT,
        /** An alert that fires has neither an open incident nor a reason. */
        NOT_PAGED,
        /** More incidents than the alert, or all alerts of a rule that folds, had firings. */
        PAGED_TWICE,
        /** An alert resolved, its rule resolves incidents, and one is open. */
        NOT_RESOLVED,
        /** A rule that is bound to nothing has an incident. */
        PAGED_UNBOUND,
        /** A malformed message that is not in the dead-letter queue as such. */
        MALFORMED_LOST
    }

    @Override
    public String toString() {
        return kind + ": " + sentence;
    }
}
