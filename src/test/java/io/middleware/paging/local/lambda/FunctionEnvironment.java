package io.middleware.paging.local.lambda;

import java.util.LinkedHashMap;
import java.util.Map;

import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.template.FunctionDefinition;

/**
 * The environment of a function's process: what Lambda sets, what the template sets.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
final class FunctionEnvironment {

    private FunctionEnvironment() {}

    /** @param extra wins over what the template and Lambda set */
    static Map<String, String> of(
            FunctionDefinition definition,
            Program program,
            String instanceId,
            String apiAddress,
            Map<String, String> extra) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("AWS_LAMBDA_RUNTIME_API", apiAddress);
        environment.put("AWS_LAMBDA_FUNCTION_NAME", definition.name());
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(definition.memoryMegabytes()));
        environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + definition.name());
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "[$LATEST]" + instanceId.replace("-", ""));
        environment.put("_HANDLER", "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest");
        environment.put("LAMBDA_TASK_ROOT", program.taskRoot().toString());
        environment.put("AWS_REGION", AwsClients.REGION);
        environment.put("AWS_DEFAULT_REGION", AwsClients.REGION);
        environment.put("AWS_ACCESS_KEY_ID", AwsClients.ACCESS_KEY_ID);
        environment.put("AWS_SECRET_ACCESS_KEY", AwsClients.SECRET_ACCESS_KEY);
        environment.put("TZ", ":UTC");
        environment.put("LANG", "en_US.UTF-8");
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        // Not the user's own: the AWS profiles there are none of a function's business.
        environment.put("HOME", program.taskRoot().toString());
        environment.putAll(definition.environment());
        environment.putAll(extra);
        if (!program.javaToolOptions().isEmpty()) {
            environment.merge("JAVA_TOOL_OPTIONS", program.javaToolOptions(), (own, added) -> own + " " + added);
        }
        return environment;
    }
}
