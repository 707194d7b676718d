package io.middleware.paging.metrics;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where CloudWatch keeps the metrics. Environment: {@code PAGING_METRICS_NAMESPACE}. */
@ConfigMapping(prefix = "paging")
public interface MetricsConfig {
    /** CloudWatch namespace of all metrics; {@code none} writes none. */
    @WithDefault("PagerDutyIntegration")
    String metricsNamespace();
}
