package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

import io.middleware.paging.local.lambda.InvocationResult;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.template.FunctionDefinition;

/**
 * Whoever asks for one workspace sees nothing of another, and never a token: every function is called for the first, each in
 * several ways, and no answer and no line of the log about it holds what belongs to the second.
 */
class TwoWorkspacesIT extends Story {
    private static final String OTHER_RULE = "secret-project-alarm";

    /** A call of each function; a function that the template has and this list has not fails the story. In this order. */
    private static final List<Map.Entry<String, Function<ObjectNode, ObjectNode>>> CALLS = List.of(
            Map.entry("install", call -> call.put("accessToken", Sample.MANAGER_TOKEN)),
            Map.entry("install", call -> call.put("accessToken", Sample.REVOKED_TOKEN)),
            Map.entry("status", call -> call),
            Map.entry("status", call -> call.put("verify", true)),
            Map.entry("list-services", call -> call),
            Map.entry("bind-rule", call -> call.put("ruleId", RULE).put("serviceName", "Payments")),
            // The other workspace's service, in another account.
            Map.entry("bind-rule", call -> call.put("ruleId", RULE).put("serviceId", Sample.OTHER_PAYMENTS)),
            Map.entry("list-bindings", call -> call),
            Map.entry("list-bindings", call -> call.put("verify", true)),
            Map.entry("list-bindings", call -> call.put("serviceId", Sample.OTHER_PAYMENTS)),
            Map.entry("send-test", call -> call.put("ruleId", RULE)),
            Map.entry("send-test", call -> call.put("ruleId", OTHER_RULE)),
            Map.entry("explain", call -> call.put("ruleId", RULE)),
            Map.entry("explain", call -> call.put("ruleId", RULE).put("alertId", ALERT)),
            Map.entry("explain", call -> call.put("ruleId", OTHER_RULE)),
            Map.entry("unbind-rule", call -> call.put("ruleId", OTHER_RULE)),
            Map.entry("unbind-rule", call -> call.put("ruleId", RULE)),
            Map.entry("uninstall", call -> call),
            Map.entry("uninstall", call -> call));

    @Test
    void noAnswerHoldsAnythingOfAnotherWorkspaceOrAToken() throws Exception {
        String other = workspace + "-b";
        assertThat(ok(cloud.invoke("install", of(other).put("accessToken", Sample.OTHER_ACCOUNT_TOKEN)))
                        .path("status")
                        .asText())
                .isEqualTo("ACTIVE");
        ok(cloud.invoke(
                "bind-rule",
                of(other)
                        .put("ruleId", OTHER_RULE)
                        .put("serviceId", Sample.OTHER_PAYMENTS)
                        .put("notifyOnResolve", true)));
        installAndBind();
        fires(0);
        cloud.send(message("triggered", "their-alert", 0)
                .replace(workspace + "\"", other + "\"")
                .replace("\"" + RULE + "\"", "\"" + OTHER_RULE + "\""));
        handled();
        assertThat(pagerDuty.incidents())
                .anyMatch(incident -> incident.serviceId().equals(Sample.OTHER_PAYMENTS));

        List<String> answers = new ArrayList<>();
        for (Map.Entry<String, Function<ObjectNode, ObjectNode>> call : CALLS) {
            InvocationResult answer = cloud.tryInvoke(
                    call.getKey(), call.getValue().apply(of(workspace)).toString());
            assertThat(answer.functionError()).as(answer.payloadText()).isFalse();
            // What was asked for may be repeated.
            answers.add(answer.payloadText().replace(OTHER_RULE, "").replace(Sample.OTHER_PAYMENTS, ""));
        }

        assertThat(answers)
                .hasSize(CALLS.size())
                .noneMatch(answer -> answer.contains(other))
                .noneMatch(answer -> answer.contains("globex"))
                .noneMatch(answer -> answer.contains(Sample.OTHER_ACCOUNT_EMAIL))
                .noneMatch(answer -> answer.contains("their-alert"))
                .noneMatch(answer -> answer.contains("u+sample") || answer.contains("y_sample"));
        assertThat(CALLS.stream().map(Map.Entry::getKey).collect(Collectors.toSet()))
                .as("every function but notify")
                .containsExactlyInAnyOrderElementsOf(cloud.functions().stream()
                        .map(FunctionDefinition::exportName)
                        .filter(name -> !name.equals("notify"))
                        .toList());
        assertThat(cloud.invoke("status", of(workspace)).path("status").asText())
                .isEqualTo("NOT_INSTALLED");
        assertThat(cloud.invoke("status", of(other)).path("status").asText()).isEqualTo("ACTIVE");
        assertThat(cloud.invoke("list-bindings", of(other)).path("bindings")).hasSize(1);
    }

    private static ObjectNode of(String workspaceId) {
        return object().put("workspaceId", workspaceId);
    }

    private static JsonNode ok(JsonNode reply) {
        assertThat(reply.has("error")).as(reply.toString()).isFalse();
        return reply;
    }
}
