package io.middleware.paging.alert;

import java.time.Duration;
import java.util.Optional;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How messages are handled. Environment: {@code PAGING_CONCURRENCY} and so on. */
@ConfigMapping(prefix = "paging")
public interface AlertConfig {
    /** How many messages of a batch are handled at once. */
    @WithDefault("16")
    int concurrency();

    /** Where malformed and refused messages go. Absent, they go back to the queue, whose redrive policy ends them. */
    Optional<String> deadLetterQueueUrl();

    /** The same queue for {@code install}, whose redrive wants ARNs. Absent, nothing is sent back. */
    Optional<String> deadLetterQueueArn();

    /** Where a redrive sends to. */
    Optional<String> alertQueueArn();

    /** The queue of alerts for {@code send-test}, which leaves there what ends its test. Absent, nothing is left there. */
    Optional<String> alertQueueUrl();

    /** The workspace of CloudWatch and Alertmanager alerts that name none. */
    Optional<String> defaultWorkspace();

    /** What an alarm means that fired and has no data any more. */
    @WithDefault("keep")
    InsufficientData insufficientData();

    /** The first back-off is at most this long; each later one at most twice the one before. */
    @WithDefault("2S")
    Duration backoffBase();

    /** No back-off after an outage is longer: how late a page can be once PagerDuty is back. */
    @WithDefault("5M")
    Duration backoffCap();

    /**
     * The longest wait for what only a person can fix (a token, a disabled service, an empty schedule), in the first hours: what
     * was mended pages after at most this. {@link Backoff} makes it longer for what waits for days.
     */
    @WithDefault("55S")
    Duration slowRetry();

    /** For how long the queue keeps a message. The template sets it from the same value. */
    @WithDefault("P4D")
    Duration queueRetention();

    /** How often a message may be received before SQS itself moves it. The template sets it from the same value. */
    @WithDefault("1000")
    int maxReceives();
}
