package io.middleware.paging;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import jakarta.enterprise.context.ApplicationScoped;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import io.quarkus.funqy.Funq;

import io.middleware.paging.alert.AlertMessage;
import io.middleware.paging.alert.BatchNotifier;
import io.middleware.paging.metrics.Metrics;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.PagerDutyConfig;

/** {@code notify}: a batch of messages in, those that must come again out. It makes no other decision. */
@ApplicationScoped
public class NotifyFunction {
    private final BatchNotifier notifier;
    private final PagerDutyConfig config;
    private final Metrics metrics;
    private final Clock clock;

    public NotifyFunction(BatchNotifier notifier, PagerDutyConfig config, Metrics metrics, Clock clock) {
        this.notifier = notifier;
        this.config = config;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** @throws IllegalArgumentException if the event is not SQS's: Lambda then reports the function as failed */
    @Funq("notify")
    public SQSBatchResponse notify(SQSEvent event) {
        if (event == null || event.getRecords() == null) {
            throw new IllegalArgumentException("notify takes SQS events, and this one has no Records");
        }
        Deadline deadline = Deadline.after(config.timeout(), clock);
        List<AlertMessage> batch =
                event.getRecords().stream().map(NotifyFunction::message).toList();
        try {
            return new SQSBatchResponse(notifier.notify(batch, deadline).stream()
                    .map(BatchItemFailure::new)
                    .toList());
        } finally {
            // Lambda may freeze or end the process once this returns.
            metrics.flush();
        }
    }

    private static AlertMessage message(SQSEvent.SQSMessage record) {
        if (record.getMessageId() == null || !"aws:sqs".equals(record.getEventSource())) {
            throw new IllegalArgumentException(
                    "notify takes SQS events, and this one has a record of " + record.getEventSource());
        }
        Map<String, String> system = record.getAttributes() == null ? Map.of() : record.getAttributes();
        return new AlertMessage(
                record.getMessageId(),
                record.getEventSourceArn(),
                record.getReceiptHandle(),
                (int) number(system.get("ApproximateReceiveCount")).orElse(1),
                number(system.get("SentTimestamp")).stream()
                        .mapToObj(Instant::ofEpochMilli)
                        .findFirst(),
                Optional.ofNullable(system.get("MessageGroupId"))
                        // Standard queues may carry a group too, for fairness; only FIFO queues keep its order.
                        .filter(group ->
                                String.valueOf(record.getEventSourceArn()).endsWith(".fifo")),
                textAttributes(record),
                record.getBody());
    }

    private static OptionalLong number(String text) {
        return text != null && text.matches("\\d{1,15}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    private static Map<String, String> textAttributes(SQSEvent.SQSMessage record) {
        Map<String, String> attributes = new HashMap<>();
        if (record.getMessageAttributes() != null) {
            record.getMessageAttributes().forEach((name, attribute) -> {
                if (attribute.getStringValue() != null) {
                    attributes.put(name, attribute.getStringValue());
                }
            });
        }
        return attributes;
    }
}
