package io.middleware.paging.local.template;

import java.util.Map;

import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A queue of the template. Its attributes hold the redrive policy, so the dead-letter queue exists by then. */
public record QueueDefinition(String logicalId, String name, Map<QueueAttributeName, String> attributes) {

    public QueueDefinition {
        attributes = Map.copyOf(attributes);
    }
}
