package io.middleware.paging.metrics;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/**
 * Lines of CloudWatch's Embedded Metric Format: one JSON object, whose {@code _aws} says which of its other fields are
 * metrics and which are dimensions. Source: "Specification: Embedded metric format" in the CloudWatch User Guide,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * <p>Written with Jackson's generator alone: nothing of it needs reflection, which AWS's own library needs to write its
 * objects, and a native image refuses.
 */
final class EmbeddedMetricFormat {
    /** Most values of one metric in one line. */
    static final int MAX_VALUES = 100;

    private static final JsonFactory JSON = new JsonFactory();

    private final String namespace;

    EmbeddedMetricFormat(String namespace) {
        this.namespace = namespace;
    }

    enum Unit {
        COUNT("Count"),
        SECONDS("Seconds"),
        MILLISECONDS("Milliseconds");

        private final String name;

        Unit(String name) {
            this.name = name;
        }
    }

    /**
     * One metric of one line.
     *
     * @param values 1 to {@link #MAX_VALUES}
     */
    record Metric(String name, Unit unit, List<Long> values) {
        Metric {
            if (values.isEmpty() || values.size() > MAX_VALUES) {
                throw new IllegalArgumentException(name + " has " + values.size() + " values in one line");
            }
        }
    }

    /**
     * @param dimensionSets the metric is kept once for each: names of {@code fields}; an empty set keeps it without
     *     dimensions
     * @param fields the values of all dimensions, none of them empty, and whatever else is to be found in the log
     */
    String line(Instant at, Metric metric, List<List<String>> dimensionSets, Map<String, String> fields) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeObjectFieldStart("_aws");
            json.writeNumberField("Timestamp", at.toEpochMilli());
            json.writeArrayFieldStart("CloudWatchMetrics");
            writeDirective(json, metric, dimensionSets);
            json.writeEndArray();
            json.writeEndObject();
            for (Map.Entry<String, String> field : fields.entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            writeValues(json, metric);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("A text in memory could not be written", impossible);
        }
        return line.toString();
    }

    private void writeDirective(JsonGenerator json, Metric metric, List<List<String>> dimensionSets)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("Namespace", namespace);
        json.writeArrayFieldStart("Dimensions");
        for (List<String> dimensions : dimensionSets) {
            json.writeStartArray();
            for (String dimension : dimensions) {
                json.writeString(dimension);
            }
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("Metrics");
        json.writeStartObject();
        json.writeStringField("Name", metric.name());
        json.writeStringField("Unit", metric.unit().name);
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeValues(JsonGenerator json, Metric metric) throws IOException {
        json.writeFieldName(metric.name());
        if (metric.values().size() == 1) {
            json.writeNumber(metric.values().get(0));
            return;
        }
        json.writeStartArray();
        for (long value : metric.values()) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }
}
