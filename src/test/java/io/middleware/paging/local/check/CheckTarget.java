package io.middleware.paging.local.check;

import java.net.URI;
import java.util.Optional;

/**
 * Where the stores are.
 *
 * @param deliveriesTable the ledger
 * @param bindingsTable tells which rules resolve their incidents; empty: then an open incident of an alert that resolved is
 *     taken for one that its rule leaves open
 * @param workspace only its alerts are compared, since one token sees one account; empty: all
 */
public record CheckTarget(
        String deliveriesTable,
        Optional<String> bindingsTable,
        String queueUrl,
        String deadLetterQueueUrl,
        URI pagerDuty,
        Optional<String> workspace) {}
