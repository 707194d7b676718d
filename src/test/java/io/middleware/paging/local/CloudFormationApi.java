package io.middleware.paging.local;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import io.middleware.paging.local.template.DeployedTemplate;

/**
 * What the documented commands ask CloudFormation: DescribeStackResource and DescribeStacks, answered from the template, in
 * the query protocol. So the same commands run on a laptop and on AWS.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
 */
final class CloudFormationApi {

    /** The version of its API, by which a request is known. */
    static final String VERSION = "2010-05-15";

    private static final String NAMESPACE = "http://cloudformation.amazonaws.com/doc/" + VERSION + "/";
    private static final String CREATED_AT = "2026-01-01T00:00:00Z";

    private final DeployedTemplate stack;

    CloudFormationApi(DeployedTemplate stack) {
        this.stack = stack;
    }

    record Reply(int status, String xml) {}

    /** @param form as it came in the request's body */
    Reply answer(String form) {
        Map<String, String> request = fields(form);
        String action = request.getOrDefault("Action", "");
        String name = request.getOrDefault("StackName", "");
        if (!name.isEmpty() && !name.equals(stackName()) && !name.equals(stackId())) {
            return refused("Stack with id " + name + " does not exist. The local cloud has one stack: " + stackName());
        }
        return switch (action) {
            case "DescribeStackResource" -> resource(request.getOrDefault("LogicalResourceId", ""));
            case "DescribeStacks" -> stacks();
            case "UpdateStack" ->
                refused("The local cloud cannot change the parameters of a stack that runs: it has the template's"
                        + " defaults");
            default ->
                error(
                        "InvalidAction",
                        "The local cloud has no " + action
                                + " of CloudFormation, only DescribeStackResource and DescribeStacks");
        };
    }

    static Map<String, String> fields(String form) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : form.split("&")) {
            String[] parts = pair.split("=", 2);
            fields.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
        }
        return fields;
    }

    private Reply resource(String logicalId) {
        if (stack.type(logicalId).isEmpty()) {
            return refused("Resource " + logicalId + " does not exist for stack " + stackName());
        }
        return success(
                "DescribeStackResource",
                element(
                        "StackResourceDetail",
                        element("StackName", text(stackName()))
                                + element("StackId", text(stackId()))
                                + element("LogicalResourceId", text(logicalId))
                                + element("PhysicalResourceId", text(stack.ref(logicalId)))
                                + element(
                                        "ResourceType",
                                        text(stack.type(logicalId).get()))
                                + element("LastUpdatedTimestamp", CREATED_AT)
                                + element("ResourceStatus", "CREATE_COMPLETE")));
    }

    private Reply stacks() {
        StringBuilder parameters = new StringBuilder();
        stack.parameters()
                .forEach((key, value) -> parameters.append(element(
                        "member", element("ParameterKey", text(key)) + element("ParameterValue", text(value)))));
        StringBuilder outputs = new StringBuilder();
        stack.outputs()
                .forEach((key, value) -> outputs.append(
                        element("member", element("OutputKey", text(key)) + element("OutputValue", text(value)))));
        return success(
                "DescribeStacks",
                element(
                        "Stacks",
                        element(
                                "member",
                                element("StackName", text(stackName()))
                                        + element("StackId", text(stackId()))
                                        + element("CreationTime", CREATED_AT)
                                        + element("StackStatus", "CREATE_COMPLETE")
                                        + element("Parameters", parameters.toString())
                                        + element("Outputs", outputs.toString()))));
    }

    private String stackName() {
        return stack.template().stackName();
    }

    private String stackId() {
        return stack.template().stackId();
    }

    private static Reply success(String action, String result) {
        return new Reply(
                200,
                "<" + action + "Response xmlns=\"" + NAMESPACE + "\">" + element(action + "Result", result)
                        + element("ResponseMetadata", element("RequestId", "local"))
                        + "</" + action + "Response>");
    }

    private static Reply refused(String message) {
        return error("ValidationError", message);
    }

    private static Reply error(String code, String message) {
        return new Reply(
                400,
                "<ErrorResponse xmlns=\"" + NAMESPACE + "\">"
                        + element(
                                "Error",
                                element("Type", "Sender") + element("Code", code) + element("Message", text(message)))
                        + element("RequestId", "local") + "</ErrorResponse>");
    }

    private static String element(String name, String content) {
        return "<" + name + ">" + content + "</" + name + ">";
    }

    private static String text(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
