package io.middleware.paging.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * A line as CloudWatch would read it, or an assertion error that names the rule it breaks. Rules and numbers:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
public record EmfLine(JsonNode root) {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private static final Set<String> UNITS = Set.of("Seconds", "Milliseconds", "Count", "None");

    public static EmfLine read(String text) {
        assertThat(text).doesNotContain("\n", "\r");
        assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(256 * 1024);
        EmfLine line = new EmfLine(parse(text));
        line.check();
        return line;
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException noJson) {
            throw new AssertionError("Not one JSON object: " + text, noJson);
        }
    }

    private void check() {
        assertThat(root.isObject()).isTrue();
        assertThat(root.path("_aws").path("Timestamp").isIntegralNumber()).isTrue();
        assertThat(root.path("_aws").path("CloudWatchMetrics").isArray()).isTrue();
        assertThat(root.path("_aws").path("CloudWatchMetrics")).isNotEmpty().allSatisfy(this::checkDirective);
    }

    private void checkDirective(JsonNode directive) {
        assertThat(directive.fieldNames()).toIterable().containsExactlyInAnyOrder("Namespace", "Dimensions", "Metrics");
        assertThat(directive.path("Namespace").isTextual()).isTrue();
        assertThat(directive.path("Namespace").textValue()).isNotBlank().hasSizeLessThanOrEqualTo(1024);
        assertThat(directive.path("Dimensions").isArray()).isTrue();
        assertThat(directive.path("Dimensions")).isNotEmpty().allSatisfy(this::checkDimensionSet);
        assertThat(directive.path("Metrics").isArray()).isTrue();
        assertThat(directive.path("Metrics"))
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(100)
                .allSatisfy(this::checkMetric);
    }

    private void checkDimensionSet(JsonNode names) {
        assertThat(names.isArray()).isTrue();
        assertThat(names).hasSizeLessThanOrEqualTo(30).allSatisfy(name -> {
            assertThat(name.textValue()).isNotBlank().hasSizeLessThanOrEqualTo(250);
            assertThat(root.path(name.textValue()).isTextual()).isTrue();
            assertThat(root.path(name.textValue()).textValue())
                    .isNotBlank()
                    .hasSizeLessThanOrEqualTo(1024)
                    .matches("\\p{Print}*");
        });
    }

    private void checkMetric(JsonNode metric) {
        assertThat(metric.path("Name").textValue()).isNotBlank().hasSizeLessThanOrEqualTo(1024);
        assertThat(metric.path("Unit").textValue()).isIn(UNITS);
        JsonNode values = root.path(metric.path("Name").textValue());
        if (values.isArray()) {
            assertThat(values).isNotEmpty().hasSizeLessThanOrEqualTo(100).allMatch(JsonNode::isNumber);
        } else {
            assertThat(values.isNumber()).isTrue();
        }
    }

    public Instant at() {
        return Instant.ofEpochMilli(root.path("_aws").path("Timestamp").longValue());
    }

    public String namespace() {
        return directive().path("Namespace").textValue();
    }

    /** The name of the line's only metric. */
    public String metric() {
        assertThat(directive().path("Metrics")).hasSize(1);
        return directive().path("Metrics").path(0).path("Name").textValue();
    }

    public String unit() {
        return directive().path("Metrics").path(0).path("Unit").textValue();
    }

    public List<Long> values() {
        JsonNode values = root.path(metric());
        List<Long> result = new ArrayList<>();
        if (values.isArray()) {
            values.forEach(value -> result.add(value.longValue()));
        } else {
            result.add(values.longValue());
        }
        return result;
    }

    public List<List<String>> dimensionSets() {
        List<List<String>> sets = new ArrayList<>();
        directive().path("Dimensions").forEach(names -> {
            List<String> set = new ArrayList<>();
            names.forEach(name -> set.add(name.textValue()));
            sets.add(set);
        });
        return sets;
    }

    /** A root field's text, null if there is none. */
    public String field(String name) {
        return root.path(name).textValue();
    }

    private JsonNode directive() {
        assertThat(root.path("_aws").path("CloudWatchMetrics")).hasSize(1);
        return root.path("_aws").path("CloudWatchMetrics").path(0);
    }
}
