package io.middleware.paging.local.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the functions may do. No engine of the tests checks it: what a function does and may not works everywhere but on AWS.
 */
class PermissionsTest {
    /** Secrets of the user's own: they have no tag of ours. */
    private static final String HANDED_OVER =
            "arn:aws:secretsmanager:us-east-1:000000000000:secret:pagerduty-handover/paging/*";

    private static final Set<String> READ_AND_UPDATE = Set.of("dynamodb:GetItem", "dynamodb:UpdateItem");

    @Test
    void notifyMayDoWhatItDoesAndNoMore() {
        Map<String, Set<String>> permissions = permissions("Notify");

        assertThat(permissions)
                .containsEntry("Installations.Arn", READ_AND_UPDATE)
                .containsEntry("RuleBindings.Arn", READ_AND_UPDATE)
                .containsEntry("Deliveries.Arn", Set.of("dynamodb:UpdateItem"))
                .containsEntry("RateBudgets.Arn", READ_AND_UPDATE)
                .containsEntry("DeadLetterQueue.Arn", Set.of("sqs:SendMessage"))
                .containsEntry("TokenKey.Arn", Set.of("kms:Decrypt"));
        assertThat(permissions.get("AlertQueue.Arn"))
                .contains("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:SendMessage");
        assertThat(permissions.values().stream().flatMap(Set::stream)).noneMatch(action -> action.contains("*"));
    }

    @Test
    void sendTestMayDoWhatItDoesAndNoMore() {
        assertThat(permissions("SendTest"))
                .containsEntry("Installations.Arn", READ_AND_UPDATE)
                .containsEntry("RuleBindings.Arn", READ_AND_UPDATE)
                .containsEntry("Deliveries.Arn", READ_AND_UPDATE)
                .containsEntry("RateBudgets.Arn", READ_AND_UPDATE)
                .containsEntry("AlertQueue.Arn", Set.of("sqs:SendMessage"))
                .containsEntry("TokenKey.Arn", Set.of("kms:Decrypt"))
                .hasSize(7);
    }

    @Test
    void onlyInstallMayWriteTokensAndSendDeadLettersBack() {
        assertThat(permissions("Install").get("DeadLetterQueue.Arn")).contains("sqs:StartMessageMoveTask");
        assertThat(permissions("Notify").values().stream().flatMap(Set::stream))
                .contains("secretsmanager:GetSecretValue")
                .doesNotContain("secretsmanager:PutSecretValue", "sqs:StartMessageMoveTask");
    }

    @Test
    void onlyUninstallMayDeleteTokensAndManyBindings() {
        assertThat(permissions("Uninstall"))
                .containsEntry("RuleBindings.Arn", Set.of("dynamodb:Query", "dynamodb:BatchWriteItem"))
                .containsEntry(
                        "Installations.Arn",
                        Set.of("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"))
                .as("it reads and decrypts no token")
                .doesNotContainKey("TokenKey.Arn");
        assertThat(permissions("Uninstall").values().stream().flatMap(Set::stream))
                .contains("secretsmanager:DeleteSecret")
                .doesNotContain("secretsmanager:GetSecretValue");
        for (String other : List.of(
                "Install",
                "Status",
                "ListServices",
                "BindRule",
                "UnbindRule",
                "ListBindings",
                "SendTest",
                "Explain",
                "Notify")) {
            assertThat(permissions(other).values().stream().flatMap(Set::stream))
                    .as(other)
                    .doesNotContain("secretsmanager:DeleteSecret", "dynamodb:BatchWriteItem");
        }
    }

    @Test
    void whoOnlyLooksChangesNothingButWhatATokenIsWorth() {
        assertThat(permissions("ListBindings"))
                .containsEntry("RuleBindings.Arn", Set.of("dynamodb:Query"))
                .containsEntry("Installations.Arn", READ_AND_UPDATE);
        assertThat(permissions("Status"))
                .containsEntry("Installations.Arn", READ_AND_UPDATE)
                .doesNotContainKey("RuleBindings.Arn");
    }

    @Test
    void unbindRuleHasNoWayToAToken() {
        Map<String, Set<String>> permissions = permissions("UnbindRule");

        assertThat(permissions)
                .containsEntry("RuleBindings.Arn", Set.of("dynamodb:DeleteItem"))
                .containsEntry("Deliveries.Arn", Set.of("dynamodb:BatchGetItem"))
                .containsEntry("Deliveries.Arn/index/byRule", Set.of("dynamodb:Query"))
                .hasSize(3);
    }

    @Test
    void explainMayOnlyRead() {
        assertThat(permissions("Explain"))
                .containsEntry("Installations.Arn", Set.of("dynamodb:GetItem"))
                .containsEntry("RuleBindings.Arn", Set.of("dynamodb:GetItem"))
                .containsEntry("RateBudgets.Arn", Set.of("dynamodb:GetItem"))
                .containsEntry("Deliveries.Arn", Set.of("dynamodb:BatchGetItem", "dynamodb:GetItem"))
                .containsEntry("Deliveries.Arn/index/byRule", Set.of("dynamodb:Query"))
                .containsEntry("AlertQueue.Arn", Set.of("sqs:GetQueueAttributes"))
                .containsEntry("DeadLetterQueue.Arn", Set.of("sqs:GetQueueAttributes"))
                .containsEntry("TokenKey.Arn", Set.of("kms:Decrypt"));
        assertThat(permissions("Explain").values().stream().flatMap(Set::stream))
                .allMatch(action -> action.matches(".*:(Get|BatchGet|Describe|Query|Decrypt).*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Install",
                "Status",
                "ListServices",
                "BindRule",
                "ListBindings",
                "SendTest",
                "Uninstall",
                "Explain",
                "Notify"
            })
    void secretsAreReadAndWrittenOnlyWithTheTagOfThisStack(String function) {
        Set<String> seen = new TreeSet<>();
        for (Map<?, ?> statement : statements(function)) {
            for (Object action : list(statement.get("Action"))) {
                if (action.toString().startsWith("secretsmanager:") && !HANDED_OVER.equals(statement.get("Resource"))) {
                    seen.add(action.toString());
                    assertThat(statement.get("Condition"))
                            .as(action.toString())
                            .isEqualTo(
                                    switch (action.toString().substring("secretsmanager:".length())) {
                                        // Says whose it is, and shows no value.
                                        case "DescribeSecret" -> null;
                                        case "CreateSecret", "TagResource" -> only("aws:RequestTag/paging-stack");
                                        default -> only("secretsmanager:ResourceTag/paging-stack");
                                    });
                }
            }
        }
        assertThat(seen).isNotEmpty();
    }

    @Test
    void installReadsATokenThatWasWrittenForThisStack() {
        assertThat(permissions("Install"))
                .containsEntry(HANDED_OVER, Set.of("secretsmanager:GetSecretValue"))
                .containsEntry("TokenKey.Arn", Set.of("kms:Decrypt", "kms:GenerateDataKey"));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void eachFunctionWritesItsOwnLogAndNoOther(String function) {
        assertThat(statements(function))
                .filteredOn(statement -> statement.get("Action").toString().contains("logs:"))
                .containsExactly(Map.of(
                        "Effect",
                        "Allow",
                        "Action",
                        List.of("logs:CreateLogStream", "logs:PutLogEvents"),
                        "Resource",
                        function + "Logs.Arn"));
    }

    private static List<String> functions() {
        return SamTemplate.read(Path.of("template.yaml"), "paging", Map.of()).logicalIds(SamTemplate.FUNCTION);
    }

    private static Map<String, Object> only(String key) {
        return Map.of("StringEquals", Map.of(key, "paging"));
    }

    /** Action by resource, but for its own log. */
    private static Map<String, Set<String>> permissions(String function) {
        Map<String, Set<String>> permissions = new LinkedHashMap<>();
        for (Map<?, ?> allowed : statements(function)) {
            assertThat(allowed.get("Effect")).isEqualTo("Allow");
            for (Object resource : list(allowed.get("Resource"))) {
                list(allowed.get("Action"))
                        .forEach(action -> permissions
                                .computeIfAbsent(resource.toString(), key -> new TreeSet<>())
                                .add(action.toString()));
            }
        }
        permissions.remove(function + "Logs.Arn");
        return permissions;
    }

    private static List<Map<String, Object>> statements(String function) {
        return SamTemplate.read(Path.of("template.yaml"), "paging", Map.of()).statements(function, ByName.REFERENCES);
    }

    private static List<?> list(Object oneOrMore) {
        return oneOrMore instanceof List<?> list ? list : List.of(oneOrMore);
    }
}
