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
 * What the functions are meant to be kept from. That each may do what it does, and no more, is what the stories judge
 * ({@code WhatRolesAllowIT}): here is what no story may change.
 */
class PermissionsTest {
    /** Secrets of the user's own: they have no tag of ours. */
    private static final String HANDED_OVER =
            "arn:aws:secretsmanager:us-east-1:000000000000:secret:pagerduty-handover/paging/*";

    private static final String READING = ".*:(Get|BatchGet|Describe|List|Query|Decrypt).*";

    @ParameterizedTest
    @MethodSource("functions")
    void everyRightNamesItsActionAndItsResource(String function) {
        permissions(function).forEach((resource, actions) -> {
            assertThat(actions).noneMatch(action -> action.contains("*"));
            // Of secrets the name is known when a workspace installs.
            assertThat(resource.contains("*")).as(resource).isEqualTo(resource.contains(":secret:"));
        });
    }

    @ParameterizedTest
    @MethodSource("functions")
    void onlyInstallMayWriteTokensAndSendDeadLettersBack(String function) {
        assertThat(actions(function).stream()
                        .anyMatch(Set.of(
                                "secretsmanager:CreateSecret",
                                "secretsmanager:PutSecretValue",
                                "secretsmanager:RestoreSecret",
                                "kms:GenerateDataKey",
                                "sqs:StartMessageMoveTask")::contains))
                .isEqualTo(function.equals("Install"));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void onlyUninstallMayDeleteTokensAndManyBindings(String function) {
        assertThat(actions(function).stream()
                        .anyMatch(Set.of("secretsmanager:DeleteSecret", "dynamodb:BatchWriteItem")::contains))
                .isEqualTo(function.equals("Uninstall"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Uninstall", "UnbindRule"})
    void whoRemovesReadsNoToken(String function) {
        assertThat(actions(function)).doesNotContain("secretsmanager:GetSecretValue", "kms:Decrypt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Status", "ListServices", "ListBindings"})
    void whoOnlyLooksChangesNothingButWhatATokenIsWorth(String function) {
        Map<String, Set<String>> permissions = permissions(function);

        permissions.get("Installations.Arn").remove("dynamodb:UpdateItem");
        assertThat(permissions.values().stream().flatMap(Set::stream)).allMatch(action -> action.matches(READING));
    }

    @Test
    void explainMayOnlyRead() {
        assertThat(actions("Explain"))
                .allMatch(action -> action.matches(READING))
                .doesNotContain("sqs:ReceiveMessage");
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

    private static Set<String> actions(String function) {
        Set<String> actions = new TreeSet<>();
        permissions(function).values().forEach(actions::addAll);
        return actions;
    }

    private static List<Map<String, Object>> statements(String function) {
        return SamTemplate.read(Path.of("template.yaml"), "paging", Map.of()).statements(function, ByName.REFERENCES);
    }

    private static List<?> list(Object oneOrMore) {
        return oneOrMore instanceof List<?> list ? list : List.of(oneOrMore);
    }
}
