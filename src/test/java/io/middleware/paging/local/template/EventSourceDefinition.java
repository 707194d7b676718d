package io.middleware.paging.local.template;

import java.time.Duration;

/**
 * A mapping from a queue to a function.
 *
 * @param batchSize 1 to 10,000, default 10
 * @param batchingWindow how long a batch may wait to be filled, default none
 * @param reportsBatchItemFailures whether the function's answer is read for the messages that failed
 */
public record EventSourceDefinition(
        String logicalId, String queueArn, int batchSize, Duration batchingWindow, boolean reportsBatchItemFailures) {}
