package io.middleware.paging.alert;

/** What becomes of a CloudWatch alarm that goes from {@code ALARM} to {@code INSUFFICIENT_DATA}. */
public enum InsufficientData {
    /** Nothing: it neither fires nor has it resolved. */
    KEEP,
    /** It counts as resolved. */
    RESOLVE,
    /** Nothing but a line in the log and the reason in the ledger. */
    NOTE
}
