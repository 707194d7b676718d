package io.middleware.paging.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the template's parameters may be: CloudFormation refuses anything else before it makes the first resource. */
class ParametersTest {

    @ParameterizedTest
    @MethodSource("parameters")
    void everyParameterSaysWhatItMayBe(String name) {
        Map<String, Object> declaration = template(Map.of()).declarations().get(name);

        if (declaration.get("Type").equals("Number") && !declaration.containsKey("AllowedValues")) {
            assertThat(declaration).containsKeys("MinValue", "MaxValue", "Description");
        } else if (declaration.containsKey("AllowedPattern")) {
            assertThat(declaration).containsKeys("ConstraintDescription", "Description");
        } else {
            assertThat(declaration).containsKeys("AllowedValues", "Description");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                "MemorySize | 127",
                "MemorySize | 10241",
                "MemorySize | 300",
                "MemorySize | big",
                "NotifyTimeoutSeconds | 9",
                "NotifyTimeoutSeconds | 901",
                "NotifyTimeoutSeconds | 31",
                "VisibilityTimeoutSeconds | 9",
                "VisibilityTimeoutSeconds | 43201",
                "MaxReceiveCount | 0",
                "MaxReceiveCount | 1001",
                "BatchSize | 0",
                "BatchSize | 251",
                "BatchingWindowSeconds | -1",
                "BatchingWindowSeconds | 11",
                "MaximumConcurrency | 1",
                "MaximumConcurrency | 1001",
                "RepeatWindow | five minutes",
                "RepeatWindow | P",
                "RepeatWindow | PT",
                "RatePerMinute | 961",
                "LowUrgencyShare | 0",
                "LowUrgencyShare | 1.1",
                "Burst | -1",
                "DefaultWorkspace | a workspace",
                "SecretPrefix | pagerduty",
                "TokenKeyArn | alias/tokens",
                "TokenKeyArn | arn:aws:kms:eu-west-1:123456789012:alias/tokens",
                "PagerDutyUrlUs | api.pagerduty.com",
                "PagerDutyUrlEu | https://api.eu.pagerduty.com/",
                "AwsEndpointUrl | localhost:4566",
                "MetricsNamespace | AWS/Paging",
                "MetricsNamespace | `a b`",
                "AlarmTopicArn | people",
                "OldestAlertAlarmSeconds | 0",
                "AlertToPageAlarmMilliseconds | 5",
                "LogRetentionDays | 31",
                "LogLevel | FINE",
                "PermissionsBoundaryArn | boundary",
                "ProducerAccountIds | 12345",
                "ProducerAccountIds | `123456789012,*`",
                "ProducerTopicArns | *",
                "ProducerTopicArns | arn:aws:events:eu-west-1:123456789012:rule/alarms",
                "ProducerRuleArns | arn:aws:sns:eu-west-1:123456789012:alerts",
                "ProducerRuleArns | `arn:aws:events:eu-west-1:123456789012:rule/a,arn:aws:events:*:*:rule/b`",
            })
    void aWrongValueIsRefusedByName(String name, String value) {
        assertThatThrownBy(() -> template(Map.of(name, value)))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("parameter " + name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "MemorySize | 1769",
                "VisibilityTimeoutSeconds | 45",
                "VisibilityTimeoutSeconds | 43200",
                "RepeatWindow | P1DT2H3M4S",
                "RepeatWindow | PT30S",
                "LowUrgencyShare | 1",
                "SecretPrefix | team/pagerduty/",
                "TokenKeyArn | arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1234abcd",
                "PagerDutyUrlUs | http://localhost:8080/_pagerduty/us",
                "MetricsNamespace | none",
                "MetricsNamespace | Team/Paging",
                "PermissionsBoundaryArn | arn:aws:iam::123456789012:policy/team/boundary",
                "ProducerAccountIds | `123456789012, 210987654321`",
                "ProducerTopicArns | arn:aws:sns:eu-west-1:123456789012:*",
                "ProducerTopicArns | arn:aws:sns:eu-west-1:123456789012:alerts.fifo",
                "ProducerRuleArns | arn:aws:events:eu-west-1:123456789012:rule/bus/alarms",
            })
    void aRightOneIsTaken(String name, String value) {
        assertThatCode(() -> template(Map.of(name, value))).doesNotThrowAnyException();
    }

    @Test
    void memoryGoesByTheRuntimeUnlessItIsGiven() {
        assertThat(memory(Map.of())).isEqualTo(256);
        assertThat(memory(Map.of("Runtime", "java21"))).isEqualTo(512);
        assertThat(memory(Map.of("Runtime", "java25"))).isEqualTo(512);
        assertThat(memory(Map.of("MemorySize", "1024"))).isEqualTo(1024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"128", "256", "448"})
    void tooLittleMemoryForTheJvmIsRefused(String memory) {
        assertThatThrownBy(() -> template(Map.of("Runtime", "java21", "MemorySize", memory)))
                .hasMessageContaining("512");
    }

    @Test
    void aLargeBatchNeedsAWindow() {
        Map<String, String> large = Map.of("BatchSize", "11", "BatchingWindowSeconds", "0");

        assertThatThrownBy(() -> template(large)).hasMessageContaining("BatchingWindowSeconds");

        assertThatCode(() -> template(Map.of("BatchSize", "10", "BatchingWindowSeconds", "0")))
                .doesNotThrowAnyException();
        assertThatCode(() -> template(Map.of("BatchSize", "11", "BatchingWindowSeconds", "1")))
                .doesNotThrowAnyException();
    }

    @Test
    void aFifoQueueTakesNeitherLargeBatchesNorAWindow() {
        assertThatThrownBy(() -> template(Map.of("Fifo", "true", "BatchSize", "11")))
                .hasMessageContaining("BatchSize");
        assertThatThrownBy(() -> template(Map.of("Fifo", "true", "BatchingWindowSeconds", "1")))
                .hasMessageContaining("BatchingWindowSeconds");
    }

    private static int memory(Map<String, String> parameters) {
        return template(parameters).function("Notify", ByName.REFERENCES).memoryMegabytes();
    }

    private static Stream<String> parameters() {
        return template(Map.of()).declarations().keySet().stream();
    }

    private static Map<String, String> with(Map<String, String> parameters, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(parameters);
        more.put(name, value);
        return more;
    }

    private static SamTemplate template(Map<String, String> parameters) {
        return SamTemplate.read(Path.of("template.yaml"), "paging", parameters);
    }
}
