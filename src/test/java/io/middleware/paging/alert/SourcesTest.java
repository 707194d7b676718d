package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.template.EventRule;

/** What docs/sources.md has a person wire, from the event to the page. */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class SourcesTest {
    private static final Path EVENTS = Path.of("events", "sources", "aws-events.yaml");
    private static final Path SAMPLES = Path.of("src", "test", "resources", "sources");

    @Inject
    Scene scene;

    private QueuedAlerts alerts;

    @BeforeEach
    void start() {
        alerts = new QueuedAlerts(scene);
    }

    @AfterEach
    void stop() {
        alerts.close();
    }

    @Test
    void aCloudWatchAlarmPages() {
        EventRule rule =
                new EventRule(Path.of("template.yaml"), "CloudWatchAlarmRule", Map.of("CloudWatchAlarms", "true"));
        ObjectNode event = Samples.message("cloudwatch-eventbridge");
        event.withObject("detail")
                .withObject("state")
                .put("timestamp", alerts.now().toString());

        assertThat(rule.takes(event)).isTrue();
        alerts.send(rule.messageOf(event), Map.of("workspaceId", scene.workspace()));
        alerts.handle();

        assertThat(alerts.incidents())
                .extracting(IncidentView::title)
                .containsExactly("cpu-high [InstanceId i-0123456789abcdef0, account 000000000000, region us-east-1]");
    }

    @Test
    void anEcsTaskThatDiesPagesOnceForItsService() {
        scene.bind("ecs-task-died", true);
        JsonNode event = event("ecs-task-stopped", Duration.ZERO);

        send("EcsTaskDied", event);
        send("EcsTaskDied", event("ecs-task-stopped", Duration.ofSeconds(30)));

        assertThat(alerts.incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.title()).isEqualTo("ECS task of service:checkout died");
            // With its quotes, which a transformer that puts it between quotes would not escape.
            assertThat(incident.details()).contains("> Essential container \"app\" in task exited");
        });
    }

    @Test
    void anIssueOfAwsHealthPagesAndResolves() {
        scene.bind("aws-health", true);

        send("HealthIssueBegan", event("health-open", Duration.ZERO));
        send("HealthIssueEnded", event("health-closed", Duration.ofHours(1)));

        assertThat(alerts.incidents())
                .extracting(IncidentView::title, IncidentView::isOpen)
                .containsExactly(tuple("AWS LAMBDA: AWS_LAMBDA_OPERATIONAL_ISSUE", false));
    }

    @Test
    void oneEventOfAwsHealthIsTakenByOneRule() {
        JsonNode open = event("health-open", Duration.ZERO);
        JsonNode closed = event("health-closed", Duration.ZERO);

        assertThat(rule("HealthIssueBegan").takes(closed)).isFalse();
        assertThat(rule("HealthIssueEnded").takes(open)).isFalse();
        assertThat(rule("EcsTaskDied").takes(open)).isFalse();
    }

    /** Alertmanager and Grafana render it; their engine is not here, and the sample is what it makes. */
    @Test
    void theTemplateOfAlertmanagerIsThatOfManagedPrometheus() throws IOException {
        String template = Files.readString(Path.of("events", "sources", "sns.tmpl"));
        String ofManagedPrometheus = Files.readString(Path.of("docs", "alerts.md"));

        assertThat(Pattern.compile("^ {4}", Pattern.MULTILINE)
                        .matcher(ofManagedPrometheus)
                        .replaceAll(""))
                .contains(template.replace("paging.message", "sns.default.message"));
        assertThat(Files.readString(Path.of("events", "sources", "alertmanager.yml")))
                .contains("{{ template \"paging.message\" . }}", "templates: [sns.tmpl]");
    }

    private void send(String rule, JsonNode event) {
        assertThat(rule(rule).takes(event)).as(rule).isTrue();
        alerts.send(rule(rule).messageOf(event), Map.of());
        alerts.handle();
    }

    private EventRule rule(String logicalId) {
        return new EventRule(
                EVENTS,
                logicalId,
                Map.of(
                        "AlertQueueArn",
                        "arn:aws:sqs:us-east-1:000000000000:paging-alerts",
                        "Workspace",
                        scene.workspace()));
    }

    private JsonNode event(String name, Duration later) {
        ObjectNode event = (ObjectNode) Samples.json(SAMPLES.resolve(name + ".json"));
        return event.put("time", alerts.now().plus(later).toString());
    }
}
