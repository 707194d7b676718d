package io.middleware.paging.local.lambda;

import java.time.Duration;

/**
 * Limits of the emulated service.
 *
 * @param concurrency most instances of one function at a time
 * @param init how long an instance may take until it asks for its first invocation. Lambda gives 10 s; a laptop that
 *     starts everything at once may need more
 * @param idle after which an instance without work is ended
 * @param admission how long an invocation may wait for a free instance before it is refused
 */
public record LambdaLimits(int concurrency, Duration init, Duration idle, Duration admission) {

    public static final LambdaLimits DEFAULT =
            new LambdaLimits(2, Duration.ofSeconds(60), Duration.ofMinutes(10), Duration.ofMinutes(1));

    public LambdaLimits withConcurrency(int instances) {
        return new LambdaLimits(instances, init, idle, admission);
    }

    public LambdaLimits withIdle(Duration duration) {
        return new LambdaLimits(concurrency, init, duration, admission);
    }
}
