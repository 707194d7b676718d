package io.middleware.paging.bench;

import java.util.List;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** How long a single method takes on the JVM, in microseconds. */
record MethodTime(String method, double median, double p95) {

    /** Runs all benchmarks of JMH on the class path, each in a process of its own. */
    static List<MethodTime> measure() {
        try {
            return new Runner(new OptionsBuilder()
                            .include("io\\.middleware\\.paging\\..*")
                            .verbosity(VerboseMode.SILENT)
                            .shouldFailOnError(true)
                            .build())
                    .run().stream().map(MethodTime::of).toList();
        } catch (RunnerException e) {
            throw new IllegalStateException("JMH: " + e.getMessage(), e);
        }
    }

    private static MethodTime of(RunResult result) {
        Statistics statistics = result.getPrimaryResult().getStatistics();
        return new MethodTime(
                result.getPrimaryResult().getLabel(), statistics.getPercentile(50), statistics.getPercentile(95));
    }
}
