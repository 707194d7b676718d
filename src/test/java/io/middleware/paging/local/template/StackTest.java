package io.middleware.paging.local.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

/** What the stack is made of, beside its functions' rights ({@link PermissionsTest}) and parameters ({@link ParametersTest}). */
class StackTest {
    private static final Map<String, String> FIFO = Map.of("Fifo", "true", "CloudWatchAlarms", "true");
    private static final Set<String> STATEFUL = Set.of(SamTemplate.TABLE, SamTemplate.QUEUE, "AWS::KMS::Key");

    @Test
    void aFirstDeploymentThatFailsLeavesNothingBehind() {
        SamTemplate template = template(Map.of());

        for (String id : template.resources()) {
            Map<String, Object> resource = template.resource(id);
            boolean kept = STATEFUL.contains(template.type(id)) && !id.equals("RateBudgets");
            assertThat(resource.get("DeletionPolicy"))
                    .as(id)
                    .isEqualTo(kept ? "RetainExceptOnCreate" : id.equals("RateBudgets") ? "Delete" : null);
            assertThat(resource.get("UpdateReplacePolicy"))
                    .as(id)
                    .isEqualTo(kept ? "Retain" : id.equals("RateBudgets") ? "Delete" : null);
        }
    }

    @Test
    void onlyTheAlertQueueHasTheDeadLetterQueueAsItsOwn() {
        for (Map<String, String> parameters : List.of(Map.<String, String>of(), FIFO)) {
            SamTemplate template = template(parameters);
            Object name = template.properties("AlertQueue", ByName.REFERENCES).get("QueueName");

            assertThat(template.properties("DeadLetterQueue", ByName.REFERENCES).get("RedriveAllowPolicy"))
                    .isEqualTo(Map.of(
                            "redrivePermission",
                            "byQueue",
                            "sourceQueueArns",
                            List.of("arn:aws:sqs:us-east-1:000000000000:" + name)));
        }
    }

    @Test
    void everyQueueTakesNothingThatCameWithoutTls() {
        SamTemplate template = template(FIFO);

        for (String queue : template.logicalIds(SamTemplate.QUEUE)) {
            assertThat(queueStatements(template, queue))
                    .as(queue)
                    .contains(Map.of(
                            "Effect",
                            "Deny",
                            "Principal",
                            "*",
                            "Action",
                            "sqs:*",
                            "Resource",
                            queue + ".Arn",
                            "Condition",
                            Map.of("Bool", Map.of("aws:SecureTransport", "false"))));
        }
    }

    @Test
    void nobodyElseMaySendUnlessNamed() {
        assertThat(producers(Map.of())).isEmpty();
    }

    @Test
    void aProducerMaySendByWhatItsServiceSaysOfIt() {
        String topic = "arn:aws:sns:us-east-1:111122223333:alerts";
        String rule = "arn:aws:events:us-east-1:111122223333:rule/alarms";

        List<Map<?, ?>> producers = producers(Map.of(
                "ProducerTopicArns",
                topic + ", " + topic + "-2",
                "ProducerRuleArns",
                rule,
                "ProducerAccountIds",
                "111122223333,444455556666"));

        assertThat(producers)
                .allSatisfy(statement -> assertThat(statement.get("Action")).isEqualTo("sqs:SendMessage"))
                .allSatisfy(statement -> assertThat(statement.get("Resource")).isEqualTo("AlertQueue.Arn"))
                .extracting(statement -> statement.get("Principal") + " " + statement.get("Condition"))
                .containsExactly(
                        Map.of("Service", "sns.amazonaws.com") + " "
                                + Map.of("ArnLike", Map.of("aws:SourceArn", List.of(topic, topic + "-2"))),
                        Map.of("Service", "events.amazonaws.com") + " "
                                + Map.of("ArnLike", Map.of("aws:SourceArn", List.of(rule))),
                        Map.of("AWS", List.of("111122223333", "444455556666")) + " null");
    }

    @Test
    void aFifoQueueTakesWhatHasNoDeduplicationId() {
        assertThat(template(FIFO).properties("AlertQueue", ByName.REFERENCES))
                .containsEntry("ContentBasedDeduplication", true);
        assertThat(template(Map.of()).properties("AlertQueue", ByName.REFERENCES))
                .doesNotContainKey("ContentBasedDeduplication");
    }

    @Test
    void eachFunctionLogsIntoAGroupOfItsOwnThatIsThereBeforeIt() {
        SamTemplate template = template(Map.of("LogRetentionDays", "90"));

        for (String function : template.logicalIds(SamTemplate.FUNCTION)) {
            assertThat(template.properties(function, ByName.REFERENCES).get("LoggingConfig"))
                    .isEqualTo(Map.of("LogGroup", function + "Logs"));
            assertThat(template.properties(function + "Logs", ByName.REFERENCES))
                    .containsEntry("LogGroupName", "/aws/lambda/" + template.functionName(function))
                    .containsEntry("RetentionInDays", "90");
        }
    }

    @Test
    void theLogLevelIsWhatTheFunctionsAreTold() {
        SamTemplate template = template(Map.of("LogLevel", "DEBUG"));

        for (String function : template.logicalIds(SamTemplate.FUNCTION)) {
            assertThat(template.function(function, ByName.REFERENCES).environment())
                    .containsEntry("QUARKUS_LOG_LEVEL", "DEBUG");
        }
    }

    @Test
    void whatAScriptNeedsIsAnOutput() {
        SamTemplate template = template(FIFO);
        Set<String> named = new TreeSet<>(template.outputs(ByName.REFERENCES).values());

        for (String type : List.of(SamTemplate.TABLE, SamTemplate.QUEUE, SamTemplate.FUNCTION, SamTemplate.LOG_GROUP)) {
            assertThat(named).containsAll(template.logicalIds(type));
        }
        assertThat(named)
                .contains("AlertQueue.Arn", "DeadLetterQueue.Arn", "TokenKey.Arn")
                .contains("pagerduty/paging/", "pagerduty-handover/paging/");
    }

    @Test
    void twoStacksOfOneAccountShareNoSecretAndNoKey() {
        Map<String, String> one =
                template(Map.of()).function("Install", ByName.REFERENCES).environment();
        Map<String, String> other = SamTemplate.read(Path.of("template.yaml"), "paging-2", Map.of())
                .function("Install", ByName.REFERENCES)
                .environment();

        assertThat(one).containsEntry("PAGING_SECRET_PREFIX", "pagerduty/paging/");
        assertThat(other).containsEntry("PAGING_SECRET_PREFIX", "pagerduty/paging-2/");
        assertThat(other.get("PAGING_HANDOVER_PREFIX"))
                .isEqualTo("pagerduty-handover/paging-2/")
                .doesNotStartWith(one.get("PAGING_HANDOVER_PREFIX"));
    }

    @Test
    void aKeyOfOnesOwnIsUsedInPlaceOfTheStacks() {
        String key = "arn:aws:kms:us-east-1:111122223333:key/11112222-3333-4444-5555-666677778888";
        SamTemplate template = template(Map.of("TokenKeyArn", key));

        assertThat(template.logicalIds("AWS::KMS::Key")).isEmpty();
        assertThat(template.function("Install", ByName.REFERENCES).environment())
                .containsEntry("PAGING_SECRET_KMS_KEY", key);
        for (String function : template.logicalIds(SamTemplate.FUNCTION)) {
            assertThat(template.statements(function, ByName.REFERENCES))
                    .filteredOn(statement -> statement.get("Action").toString().contains("kms:"))
                    .allSatisfy(
                            statement -> assertThat(statement.get("Resource")).isEqualTo(key));
        }
    }

    @Test
    void theRolesHaveTheBoundaryThatTheAccountAsksFor() {
        String boundary = "arn:aws:iam::111122223333:policy/boundary";
        SamTemplate bounded = template(Map.of("PermissionsBoundaryArn", boundary));

        assertThat(bounded.logicalIds(SamTemplate.ROLE))
                .hasSize(10)
                .allSatisfy(role -> assertThat(bounded.properties(role, ByName.REFERENCES))
                        .containsEntry("PermissionsBoundary", boundary));
        assertThat(template(Map.of()).properties("NotifyRole", ByName.REFERENCES))
                .doesNotContainKey("PermissionsBoundary");
    }

    /** Allowed to send to the alert queue, but for the event sources of the stack itself, which are allowed by ArnEquals. */
    private static List<Map<?, ?>> producers(Map<String, String> parameters) {
        return queueStatements(template(parameters), "AlertQueue").stream()
                .filter(statement -> statement.get("Effect").equals("Allow"))
                .toList();
    }

    private static List<Map<?, ?>> queueStatements(SamTemplate template, String queue) {
        List<Map<?, ?>> statements = new ArrayList<>();
        for (String id : template.logicalIds("AWS::SQS::QueuePolicy")) {
            Map<String, Object> policy = template.properties(id, ByName.REFERENCES);
            if (policy.get("Queues").equals(List.of(queue))) {
                ((List<?>) ((Map<?, ?>) policy.get("PolicyDocument")).get("Statement"))
                        .forEach(statement -> statements.add((Map<?, ?>) statement));
            }
        }
        return statements;
    }

    private static SamTemplate template(Map<String, String> parameters) {
        return SamTemplate.read(Path.of("template.yaml"), "paging", parameters);
    }
}
