package io.middleware.paging.local.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;

/** The dashboard shows what is written, in SAM's stack and in Terraform's alike. */
class DashboardTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WIDTH = 24;
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)}");
    private static final Pattern SEARCH =
            Pattern.compile("SEARCH\\('\\{\"([^\"]+)\",([\\w,]+)} MetricName=\"(\\w+)\".*', 'Sum', 300\\)");

    /** What AWS itself writes of a queue and a function. Source: its lists of "Available CloudWatch metrics". */
    private static final Set<String> OF_AWS = Set.of(
            "AWS/SQS ApproximateAgeOfOldestMessage [QueueName]",
            "AWS/SQS ApproximateNumberOfMessagesDelayed [QueueName]",
            "AWS/SQS ApproximateNumberOfMessagesNotVisible [QueueName]",
            "AWS/SQS ApproximateNumberOfMessagesVisible [QueueName]",
            "AWS/SQS NumberOfMessagesSent [QueueName]",
            "AWS/Lambda ConcurrentExecutions [FunctionName]",
            "AWS/Lambda Duration [FunctionName]",
            "AWS/Lambda Errors [FunctionName]",
            "AWS/Lambda Invocations [FunctionName]",
            "AWS/Lambda Throttles [FunctionName]");

    @Test
    void everyMetricIsOneThatIsWritten() throws IOException {
        Set<String> written = Stream.concat(
                        OF_AWS.stream(),
                        WrittenMetrics.withNamesOfDimensions().stream()
                                .map(metric -> WrittenMetrics.NAMESPACE + " " + metric))
                .collect(Collectors.toSet());

        assertThat(written).containsAll(shown());
    }

    @Test
    void everyMetricThatIsWrittenIsShown() throws IOException {
        assertThat(shown())
                .containsAll(OF_AWS)
                .contains(
                        "PagerDutyIntegration AlertToPage []",
                        "PagerDutyIntegration Alerts [outcome]",
                        "PagerDutyIntegration Alerts [outcome, reason]",
                        "PagerDutyIntegration NeedsAction [reason]",
                        "PagerDutyIntegration FirstNeedsAction []",
                        "PagerDutyIntegration ReauthRequired []",
                        "PagerDutyIntegration ReauthCleared []",
                        "PagerDutyIntegration WaitingTime []");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void everyAlarmOfTheStackStandsOnTop(String cloudWatchAlarms) throws IOException {
        SamTemplate template = template(Map.of("CloudWatchAlarms", cloudWatchAlarms));
        List<String> alarms = template.logicalIds(SamTemplate.ALARM).stream()
                .map(id -> "arn:aws:cloudwatch:us-east-1:000000000000:alarm:"
                        + template.properties(id, ByName.REFERENCES).get("AlarmName"))
                .toList();

        JsonNode top = body(template).path("widgets").path(0);

        assertThat(top.path("type").asText()).isEqualTo("alarm");
        assertThat(top.at("/properties/alarms").valueStream().map(JsonNode::asText))
                .containsExactlyInAnyOrderElementsOf(alarms);
    }

    @Test
    void theTextIsThatOfTheTerraformModule() throws IOException {
        Map<String, String> values = Map.of(
                "stack", "paging",
                "region", "us-east-1",
                "alarm", "arn:aws:cloudwatch:us-east-1:000000000000:alarm:paging-",
                "event_alarm", "",
                "namespace", "PagerDutyIntegration",
                "queue", "AlertQueue.QueueName",
                "dead", "DeadLetterQueue.QueueName",
                "rate", "240",
                "alert_to_page", "300000",
                "oldest_alert", "3600");

        String ofTheModule = PLACEHOLDER
                .matcher(Files.readString(Path.of("infra", "dashboard.json.tftpl")))
                .replaceAll(match -> Matcher.quoteReplacement(values.get(match.group(1))));

        assertThat(text(template(Map.of()))).isEqualTo(ofTheModule);
    }

    @Test
    void noWidgetCoversAnother() throws IOException {
        Map<String, String> taken = new HashMap<>();

        body(template(Map.of())).path("widgets").forEach(widget -> {
            String title = widget.at("/properties/title").asText();
            int x = widget.path("x").asInt();
            int y = widget.path("y").asInt();
            assertThat(x + widget.path("width").asInt()).as(title).isLessThanOrEqualTo(WIDTH);
            IntStream.range(x, x + widget.path("width").asInt())
                    .forEach(column -> IntStream.range(
                                    y, y + widget.path("height").asInt())
                            .forEach(row -> assertThat(taken.put(column + "," + row, title))
                                    .as(title)
                                    .isNull()));
        });
    }

    @Test
    void thereIsNoneIfItIsNotWanted() {
        assertThat(template(Map.of()).logicalIds("AWS::CloudWatch::Dashboard")).hasSize(1);
        assertThat(template(Map.of("Dashboard", "false")).logicalIds("AWS::CloudWatch::Dashboard"))
                .isEmpty();
    }

    /** Namespace, name and names of the dimensions of all that the widgets draw. */
    private static Set<String> shown() throws IOException {
        List<String> shown = new ArrayList<>();
        for (JsonNode widget : body(template(Map.of())).path("widgets")) {
            List<String> before = List.of();
            for (JsonNode metric : widget.at("/properties/metrics")) {
                if (metric.path(0).has("expression")) {
                    shown.add(searched(metric.path(0).path("expression").asText()));
                } else {
                    before = written((ArrayNode) metric, before);
                    shown.add(before.get(0) + " " + before.get(1) + " " + namesOfDimensions(before));
                    existing(before);
                }
            }
        }
        return Set.copyOf(shown);
    }

    private static String searched(String expression) {
        Matcher search = SEARCH.matcher(expression);
        assertThat(search.matches()).as(expression).isTrue();
        return search.group(1) + " " + search.group(3) + " "
                + List.of(search.group(2).split(","));
    }

    /**
     * Namespace, name, and name and value of each dimension, without the short forms: {@code .} is what stands there in the line
     * before, {@code ...} all of it but for the values that follow. Source: CloudWatch API Reference, "Dashboard Body Structure
     * and Syntax".
     */
    private static List<String> written(ArrayNode metric, List<String> before) {
        List<String> words = metric.valueStream()
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .toList();
        if (words.get(0).equals("...")) {
            List<String> last = words.subList(1, words.size());
            return Stream.concat(before.subList(0, before.size() - last.size()).stream(), last.stream())
                    .toList();
        }
        return IntStream.range(0, words.size())
                .mapToObj(i -> words.get(i).equals(".") ? before.get(i) : words.get(i))
                .toList();
    }

    /** An outcome or a reason that nobody writes draws nothing, and nobody sees that. */
    private static void existing(List<String> metric) {
        IntStream.range(2, metric.size() - 1).forEach(i -> {
            switch (metric.get(i)) {
                case "outcome" -> Outcome.valueOf(metric.get(i + 1));
                case "reason" -> Reason.valueOf(metric.get(i + 1));
                default -> {}
            }
        });
    }

    private static List<String> namesOfDimensions(List<String> metric) {
        return IntStream.range(2, metric.size())
                .filter(i -> i % 2 == 0)
                .mapToObj(metric::get)
                .toList();
    }

    private static SamTemplate template(Map<String, String> parameters) {
        return SamTemplate.read(Path.of("template.yaml"), "paging", parameters);
    }

    private static String text(SamTemplate template) {
        return template.properties("Overview", ByName.REFERENCES)
                .get("DashboardBody")
                .toString();
    }

    private static JsonNode body(SamTemplate template) throws IOException {
        return JSON.readTree(text(template));
    }
}
