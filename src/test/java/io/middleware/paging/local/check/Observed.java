package io.middleware.paging.local.check;

import java.util.List;
import java.util.Set;

/**
 * What the stores held when they were read.
 *
 * @param ledger every item of the table of deliveries
 * @param deadLetterQueue before its messages were read: those that are hidden or delayed are not among {@code deadLetters}
 * @param deadLetters what can be read of the dead-letter queue
 * @param incidents of PagerDuty: all that are open, and those that the ledger holds to be open. More do no harm
 * @param resolvingRules {@code workspace/rule} of the bindings with {@code notifyOnResolve}; empty if nobody knows
 */
public record Observed(
        List<LedgerEntry> ledger,
        QueueCounts alertQueue,
        QueueCounts deadLetterQueue,
        List<DeadLetter> deadLetters,
        List<PagedIncident> incidents,
        Set<String> resolvingRules) {

    public Observed {
        ledger = List.copyOf(ledger);
        deadLetters = List.copyOf(deadLetters);
        incidents = List.copyOf(incidents);
        resolvingRules = Set.copyOf(resolvingRules);
    }

    /** How many messages the alert queue has: visible, hidden, delayed. */
    int alertMessages() {
        return alertQueue.total();
    }
}
