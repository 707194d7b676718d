package io.middleware.paging.local.template;

import java.time.Duration;
import java.util.Optional;

/**
 * A mapping from a queue to a function.
 *
 * @param batchSize 1 to 10,000, default 10
 * @param batchingWindow how long a batch may wait to be filled, default none
 * @param reportsBatchItemFailures whether the function's answer is read for the messages that failed
 * @param maximumConcurrency how many batches the function is given at a time, 2 to 1,000; empty for as many as it takes
 */
public record EventSourceDefinition(
        String logicalId,
        String queueArn,
        int batchSize,
        Duration batchingWindow,
        boolean reportsBatchItemFailures,
        Optional<Integer> maximumConcurrency) {}
