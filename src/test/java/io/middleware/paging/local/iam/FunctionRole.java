package io.middleware.paging.local.iam;

import java.util.List;
import java.util.Map;

import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.template.FunctionDefinition;

/**
 * The role that a function runs with.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
final class FunctionRole {

    private final String name;
    private final FunctionDefinition function;
    private final List<Statement> statements;

    /** What the policy says to what is asked for. */
    sealed interface Verdict {

        /** @param rights by which it is allowed, one or more */
        record Allowed(List<Right> rights) implements Verdict {}

        /**
         * @param onlyByCondition whether the role has the right, for another state of the resource: such as the right to read a
         *     secret that has a tag
         */
        record Denied(Access access, boolean onlyByCondition) implements Verdict {}
    }

    /** @param statements of its policy, references resolved */
    FunctionRole(String stackName, FunctionDefinition function, List<Map<String, Object>> statements) {
        this.name = stackName + "-" + function.logicalId() + "Role";
        this.function = function;
        this.statements = statements.stream().map(Statement::of).toList();
    }

    FunctionDefinition function() {
        return function;
    }

    /** Real ones are as long, and begin so. Letters and digits only: DynamoDB Local takes no others. */
    static String accessKeyId(FunctionDefinition function) {
        return "ASIA" + function.logicalId();
    }

    List<Right> rights() {
        return statements.stream()
                .filter(Statement::allows)
                .flatMap(statement -> statement.rights().stream())
                .toList();
    }

    Verdict judge(Access access) {
        List<Statement> concerned = statements.stream()
                .filter(statement -> statement.concerns(access))
                .toList();
        List<Statement> inForce = concerned.stream()
                .filter(statement -> statement.conditionsHold(access))
                .toList();
        boolean denied = inForce.stream().anyMatch(statement -> !statement.allows());
        if (denied || inForce.isEmpty()) {
            return new Verdict.Denied(access, !denied && concerned.stream().anyMatch(Statement::allows));
        }
        return new Verdict.Allowed(inForce.stream()
                .flatMap(statement -> statement.rightsTo(access).stream())
                .toList());
    }

    /** As AWS names who makes a call: the role's session, which is the function. */
    String session() {
        return "arn:aws:sts::" + AwsClients.ACCOUNT_ID + ":assumed-role/" + name + "/" + function.name();
    }
}
