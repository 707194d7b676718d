package io.middleware.paging.explain;

import java.util.Optional;

import io.smallrye.config.ConfigMapping;

/** What explain looks at besides the tables. Environment: {@code PAGING_ALERT_QUEUE_URL} and so on. */
@ConfigMapping(prefix = "paging")
public interface ExplainConfig {
    /** Absent, the queue's check is unknown. */
    Optional<String> alertQueueUrl();

    /** Absent, nobody can tell how many messages lie there. */
    Optional<String> deadLetterQueueUrl();
}
