package io.middleware.paging.local.template;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.middleware.paging.local.engine.AwsClients;

/**
 * A function of the template.
 *
 * @param exportName what the package calls it ({@code QUARKUS_FUNQY_EXPORT}), else its name
 * @param environment exactly what the template gives it, globals merged
 */
public record FunctionDefinition(
        String logicalId,
        String name,
        String exportName,
        Duration timeout,
        int memoryMegabytes,
        Map<String, String> environment,
        List<EventSourceDefinition> eventSources) {

    public FunctionDefinition {
        environment = Map.copyOf(environment);
        eventSources = List.copyOf(eventSources);
    }

    public String arn() {
        return "arn:aws:lambda:" + AwsClients.REGION + ":" + AwsClients.ACCOUNT_ID + ":function:" + name;
    }
}
