package io.middleware.paging.metrics;

/**
 * Where lines of metrics go: on Lambda the standard output, which CloudWatch Logs reads. Not the log itself, which would
 * wrap a line in an object of its own, and then CloudWatch finds no metric in it.
 */
@FunctionalInterface
public interface MetricLines {
    /** @param line one JSON object, without a line break */
    void write(String line);
}
