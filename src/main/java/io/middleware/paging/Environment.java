package io.middleware.paging;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.random.RandomGenerator;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import io.quarkus.amazon.lambda.runtime.FunctionError;
import io.quarkus.runtime.annotations.RegisterForReflection;

import io.middleware.paging.metrics.MetricLines;
import io.middleware.paging.pacing.Pause;

/**
 * What the packages below must not reach for themselves: time, randomness, waiting, and the standard output.
 *
 * <p>{@code FunctionError} is how Quarkus reports a function's exception to Lambda. Without its registration the native
 * function ends at the first exception instead of reporting it.
 */
@Singleton
@RegisterForReflection(targets = FunctionError.class)
class Environment {
    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    RandomGenerator random() {
        return new SecureRandom();
    }

    @Produces
    @Singleton
    MetricLines metricLines() {
        return System.out::println;
    }

    @Produces
    @Singleton
    Pause pause() {
        return time -> {
            try {
                Thread.sleep(Math.max(0, time.toMillis()));
            } catch (InterruptedException endOfTheProcess) {
                Thread.currentThread().interrupt();
            }
        };
    }
}
