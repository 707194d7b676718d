package io.middleware.paging.alert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a CloudWatch alarm watches: one metric, or several in an expression. EventBridge has it as {@code
 * configuration.metrics}, SNS as {@code Trigger}, with other names for the same.
 *
 * @param dimensions by name; several metrics may have several values for one
 * @param expressions those whose value the alarm watches
 */
record AlarmMetrics(
        Set<String> namespaces, Set<String> names, Map<String, Set<String>> dimensions, List<String> expressions) {
    static AlarmMetrics ofEventBridge(JsonNode configuration) {
        AlarmMetrics metrics = none();
        for (JsonNode query : configuration.path("metrics")) {
            JsonNode metric = query.at("/metricStat/metric");
            metrics.add(
                    new JsonFields(metric),
                    "namespace",
                    "name",
                    OwnAlerts.labels(metric.path("dimensions"), new ArrayList<>()));
            metrics.addExpression(new JsonFields(query), "expression", "returnData");
        }
        return metrics;
    }

    static AlarmMetrics ofSns(JsonNode trigger) {
        AlarmMetrics metrics = none();
        metrics.add(new JsonFields(trigger), "Namespace", "MetricName", pairs(trigger.path("Dimensions")));
        for (JsonNode query : trigger.path("Metrics")) {
            JsonNode metric = query.at("/MetricStat/Metric");
            metrics.add(new JsonFields(metric), "Namespace", "MetricName", pairs(metric.path("Dimensions")));
            metrics.addExpression(new JsonFields(query), "Expression", "ReturnData");
        }
        return metrics;
    }

    private static AlarmMetrics none() {
        return new AlarmMetrics(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashMap<>(), new ArrayList<>());
    }

    private void add(JsonFields metric, String namespace, String name, Map<String, String> itsDimensions) {
        metric.optional(namespace).ifPresent(namespaces::add);
        metric.optional(name).ifPresent(names::add);
        itsDimensions.forEach((dimension, value) -> dimensions
                .computeIfAbsent(dimension, key -> new LinkedHashSet<>())
                .add(value));
    }

    private void addExpression(JsonFields query, String expression, String returnData) {
        if (query.get(returnData).asBoolean(true)) {
            query.optional(expression).ifPresent(expressions::add);
        }
    }

    /** SNS has its dimensions as {@code {"name": …, "value": …}}. */
    private static Map<String, String> pairs(JsonNode list) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (JsonNode pair : list) {
            JsonFields fields = new JsonFields(pair);
            fields.optional("name")
                    .ifPresent(name -> fields.optional("value").ifPresent(value -> pairs.put(name, value)));
        }
        return pairs;
    }
}
