package io.middleware.paging.delivery;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why an outcome is what it is, in one word that can be counted; the ledger and the log have the whole sentence beside it.
 */
public enum Reason {
    /** The outcome says it all. */
    NONE(""),

    // ---- WAITING ----
    /** Its turn to call PagerDuty has not come. */
    PACED("its turn: so many alerts fired at once that they page one after the other, below PagerDuty's rate limit"),
    /** PagerDuty answered 429. */
    RATE_LIMITED("PagerDuty's rate limit (429)"),
    /** PagerDuty did not answer, or with 408 or 5xx. */
    OUTAGE("PagerDuty to answer again"),
    /** PagerDuty refuses the workspace's token. */
    TOKEN("a fresh PagerDuty token of this workspace"),
    NOT_INSTALLED("a PagerDuty token of this workspace"),
    /** Nobody on call, a disabled service, a maintenance window. */
    NOT_PAGEABLE("PagerDuty to accept incidents on this service (disabled, in maintenance, or nobody on call)"),
    /** The token's user may not open incidents on this service. */
    FORBIDDEN("the right to open incidents on this service"),
    /** Somebody else is handling the same alert. */
    IN_FLIGHT("another attempt at the same alert"),
    /** PagerDuty may have opened an incident that it does not list yet. */
    LIST_LAG("PagerDuty to list what an earlier attempt may have opened"),
    /** CloudWatch mutes the alarm until a known time. */
    MUTED("the end of the time for which CloudWatch mutes its alarm"),
    /** DynamoDB, Secrets Manager or SQS failed. */
    AWS("AWS to answer again"),
    /** The invocation would have ended before the answer. */
    TIME("a free moment of the function"),
    BUG("a bug in this integration"),

    // ---- REFUSED ----
    BAD_REQUEST(""),
    NOT_FOUND(""),
    TOO_LARGE(""),

    // ---- others ----
    /** It shares the incident of its rule. */
    FOLDED(""),
    /** CloudWatch suppresses the alarm's actions until a later event says otherwise. */
    SUPPRESSED(""),
    /** CloudWatch has no data for an alarm that fired. */
    NO_DATA("");

    private final String waitedFor;

    Reason(String waitedFor) {
        this.waitedFor = waitedFor;
    }

    /** Empty for a word of another version of this function. */
    public static Optional<Reason> named(String name) {
        return Stream.of(values()).filter(reason -> reason.name().equals(name)).findFirst();
    }

    /** For the responder: what an alert has waited for; empty when this is no reason to wait. */
    public String waitedFor() {
        return waitedFor;
    }

    /** Whether an alert that waits holds a slot: it knows to the second when it is due. */
    public boolean hasTurn() {
        return this == PACED || this == RATE_LIMITED;
    }

    /** Whether an alert waits until a person does something; otherwise time alone may help. */
    public boolean needsAction() {
        return isTriedSlowly() || this == BUG;
    }

    /** Whether trying it again soon is of no use. */
    public boolean isTriedSlowly() {
        return switch (this) {
            case TOKEN, NOT_INSTALLED, NOT_PAGEABLE, FORBIDDEN -> true;
            case NONE, PACED, RATE_LIMITED, OUTAGE, IN_FLIGHT, LIST_LAG, MUTED, AWS, TIME, BUG -> false;
            case BAD_REQUEST, NOT_FOUND, TOO_LARGE, FOLDED, SUPPRESSED, NO_DATA -> false;
        };
    }
}
