package io.middleware.paging.alert;

import java.time.Duration;
import java.util.Optional;

/** Settings without a container: the defaults, except where a test says otherwise. */
record FixedAlertConfig(
        Optional<String> defaultWorkspace,
        Optional<String> deadLetterQueueUrl,
        Optional<String> alertQueueUrl,
        Duration backoffBase,
        Duration backoffCap,
        Duration slowRetry,
        Duration queueRetention,
        int maxReceives,
        InsufficientData insufficientData)
        implements AlertConfig {
    static FixedAlertConfig defaults() {
        return new FixedAlertConfig(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(2),
                Duration.ofMinutes(5),
                Duration.ofSeconds(55),
                Duration.ofDays(4),
                1_000,
                InsufficientData.KEEP);
    }

    FixedAlertConfig withDefaultWorkspace(String workspace) {
        return new FixedAlertConfig(
                Optional.of(workspace),
                deadLetterQueueUrl,
                alertQueueUrl,
                backoffBase,
                backoffCap,
                slowRetry,
                queueRetention,
                maxReceives,
                insufficientData);
    }

    FixedAlertConfig withBackoff(Duration base, Duration cap) {
        return new FixedAlertConfig(
                defaultWorkspace,
                deadLetterQueueUrl,
                alertQueueUrl,
                base,
                cap,
                slowRetry,
                queueRetention,
                maxReceives,
                insufficientData);
    }

    FixedAlertConfig withQueue(Duration slow, Duration retention, int receives) {
        return new FixedAlertConfig(
                defaultWorkspace,
                deadLetterQueueUrl,
                alertQueueUrl,
                backoffBase,
                backoffCap,
                slow,
                retention,
                receives,
                insufficientData);
    }

    FixedAlertConfig withDeadLetterQueue(String url) {
        return new FixedAlertConfig(
                defaultWorkspace,
                Optional.of(url),
                alertQueueUrl,
                backoffBase,
                backoffCap,
                slowRetry,
                queueRetention,
                maxReceives,
                insufficientData);
    }

    FixedAlertConfig withAlertQueue(String url) {
        return new FixedAlertConfig(
                defaultWorkspace,
                deadLetterQueueUrl,
                Optional.of(url),
                backoffBase,
                backoffCap,
                slowRetry,
                queueRetention,
                maxReceives,
                insufficientData);
    }

    FixedAlertConfig withInsufficientData(InsufficientData meaning) {
        return new FixedAlertConfig(
                defaultWorkspace,
                deadLetterQueueUrl,
                alertQueueUrl,
                backoffBase,
                backoffCap,
                slowRetry,
                queueRetention,
                maxReceives,
                meaning);
    }

    @Override
    public int concurrency() {
        return 16;
    }

    @Override
    public Optional<String> deadLetterQueueArn() {
        return Optional.empty();
    }

    @Override
    public Optional<String> alertQueueArn() {
        return Optional.empty();
    }
}
