package io.middleware.paging.local.check;

import java.util.Optional;

/**
 * A message in the dead-letter queue.
 *
 * @param outcome why {@code notify} moved it there; empty if SQS did
 */
public record DeadLetter(String messageId, String body, Optional<String> outcome, Optional<String> reason) {}
