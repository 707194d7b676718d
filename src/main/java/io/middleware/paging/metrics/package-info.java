/**
 * What is counted for CloudWatch: lines in the Embedded Metric Format, written beside the log.
 *
 * <p>Read {@link io.middleware.paging.metrics.Metrics} first: what is counted. Then
 * {@code EmbeddedMetricFormat}: how a line looks. The promise of this room: counting never fails an alert, each line is
 * one that CloudWatch reads, and no dimension has more values than there are words for it in the code.
 */
package io.middleware.paging.metrics;
