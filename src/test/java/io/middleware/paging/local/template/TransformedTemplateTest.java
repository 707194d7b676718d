package io.middleware.paging.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What CloudFormation gets once SAM has transformed the template: what the other tests read in {@code template.yaml} is still so
 * there, and the transform adds nothing. Needs the library of the transform (samtranslator, Python).
 */
class TransformedTemplateTest {
    /**
     * By type, the property of a name, and how long the service lets it be. Sources: CreateFunction, CreateQueue and CreateRole in
     * the API references of Lambda, SQS and IAM, PutRule of EventBridge, CreateLogGroup of CloudWatch Logs, PutMetricAlarm and
     * PutDashboard of CloudWatch.
     */
    private static final Map<String, Map.Entry<String, Integer>> NAMES = Map.of(
            "AWS::Lambda::Function", Map.entry("FunctionName", 64),
            "AWS::SQS::Queue", Map.entry("QueueName", 80),
            "AWS::IAM::Role", Map.entry("RoleName", 64),
            "AWS::Events::Rule", Map.entry("Name", 64),
            "AWS::Logs::LogGroup", Map.entry("LogGroupName", 512),
            "AWS::CloudWatch::Alarm", Map.entry("AlarmName", 255),
            "AWS::CloudWatch::Dashboard", Map.entry("DashboardName", 255));

    /** The longest name of a stack; docs/deploy.md says so. */
    private static final int LONGEST = 50;

    @TempDir
    static Path folder;

    private static Path transformed;

    @BeforeAll
    static void transform() throws IOException, InterruptedException {
        assumeTrue(
                python("-c", "import samtranslator").waitFor() == 0,
                "python3 cannot import samtranslator (pip install aws-sam-translator): the SAM transform was not tested");
        transformed = folder.resolve("transformed.json");
        Process transform = python(".ci/sam_template.py", "transform");
        assertThat(transform.waitFor()).as("%s", folder.resolve("err")).isZero();
    }

    @Test
    void itHasNoOtherRoleThanTheTemplatesOwn() {
        SamTemplate after = after("paging", Map.of());

        assertThat(after.logicalIds(SamTemplate.ROLE))
                .containsExactlyInAnyOrderElementsOf(before().logicalIds(SamTemplate.ROLE));
        for (String function : before().logicalIds(SamTemplate.FUNCTION)) {
            assertThat(after.properties(function, ByName.REFERENCES).get("Role"))
                    .isEqualTo(function + "Role.Arn");
            assertThat(after.statements(function, ByName.REFERENCES))
                    .isEqualTo(before().statements(function, ByName.REFERENCES));
        }
    }

    @Test
    void noRoleReachesMoreThanItsStack() {
        SamTemplate after = after("paging", Map.of());

        for (String role : after.logicalIds(SamTemplate.ROLE)) {
            assertThat(after.properties(role, ByName.REFERENCES)).doesNotContainKey("ManagedPolicyArns");
        }
        for (String function : after.logicalIds("AWS::Lambda::Function")) {
            for (Map<String, Object> statement : after.statements(function, ByName.REFERENCES)) {
                assertThat(list(statement.get("Action"))).as(function).noneMatch(action -> action.contains("*"));
                assertThat(list(statement.get("Resource")))
                        .as(function)
                        .allSatisfy(resource -> assertThat(resource)
                                .matches(
                                        "[A-Z]\\w+\\.Arn(/index/byRule)?|arn:aws:secretsmanager:us-east-1:000000000000:secret:"
                                                + "pagerduty(-handover)?/paging/\\*"));
            }
        }
    }

    @Test
    void itAddsNoResourceToTheTemplates() {
        assertThat(after("paging", Map.of()).resources()).containsExactlyInAnyOrderElementsOf(before().resources());
    }

    @Test
    void notifyIsCalledByTheAlertQueueAlone() {
        SamTemplate after = after("paging", Map.of());

        assertThat(after.logicalIds("AWS::Lambda::EventSourceMapping")).containsExactly("AlertsToNotify");
        assertThat(after.properties("AlertsToNotify", ByName.REFERENCES))
                .containsEntry("EventSourceArn", "AlertQueue.Arn")
                .containsEntry("FunctionName", "Notify");
        assertThat(after.logicalIds("AWS::Lambda::Permission")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void everyNameOfTheLongestStackFitsItsService(String fifo) {
        Map<String, String> parameters = Map.of("Fifo", fifo, "CloudWatchAlarms", "true");

        assertThat(tooLong(after("s".repeat(LONGEST), parameters))).isEmpty();
        assertThat(tooLong(after("s".repeat(LONGEST + 1), parameters)))
                .as("a longer one, which Lambda refuses")
                .containsExactlyInAnyOrder("ListServices", "ListBindings");
    }

    private static List<String> tooLong(SamTemplate template) {
        List<String> tooLong = new ArrayList<>();
        NAMES.forEach((type, name) -> template.logicalIds(type).forEach(id -> {
            Object found = template.properties(id, ByName.REFERENCES).get(name.getKey());
            if (found != null && found.toString().length() > name.getValue()) {
                tooLong.add(id);
            }
        }));
        return tooLong;
    }

    private static SamTemplate before() {
        return SamTemplate.read(Path.of("template.yaml"), "paging", Map.of());
    }

    private static SamTemplate after(String stackName, Map<String, String> parameters) {
        return SamTemplate.read(transformed, stackName, parameters);
    }

    private static List<String> list(Object oneOrMore) {
        return (oneOrMore instanceof List<?> list ? list : List.of(oneOrMore))
                .stream().map(String::valueOf).toList();
    }

    private static Process python(String... arguments) throws IOException {
        List<String> command =
                Stream.concat(Stream.of("python3"), Stream.of(arguments)).toList();
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(folder.resolve("transformed.json").toFile())
                    .redirectError(folder.resolve("err").toFile())
                    .start();
        } catch (IOException missing) {
            assumeTrue(false, "There is no python3: the SAM transform was not tested");
            throw missing;
        }
    }
}
