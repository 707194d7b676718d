package io.middleware.paging.local;

import io.middleware.paging.local.pagerduty.Sample;

/** What a person is told about a running local cloud. */
final class Page {

    private Page() {}

    /** Where everything is, and commands to try: install, bind a rule, fire it, look. */
    static String of(LocalCloud cloud) {
        StringBuilder text = new StringBuilder("PagerDuty integration, local cloud\n\n");
        cloud.endpoints().byName().forEach((name, value) -> text.append(String.format("  %-18s  %s%n", name, value)));
        text.append(String.format("  %-18s  %s%n", "function logs", cloud.logs().directory()));
        text.append("\nTry (any credentials will do):\n\n");
        commands(cloud).lines().forEach(line -> text.append("  ").append(line).append('\n'));
        return text.toString();
    }

    private static String commands(LocalCloud cloud) {
        String aws = "aws --endpoint-url " + cloud.endpoints().lambda();
        // From a file, the AWS CLI 1 and 2 read the payload alike.
        return """
                export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1
                echo '{"workspaceId":"acme","accessToken":"%s"}' > target/in.json; \
                %s lambda invoke --function-name install --payload fileb://target/in.json target/out.json; \
                cat target/out.json
                echo '{"workspaceId":"acme","ruleId":"cpu-high","serviceName":"Payments","notifyOnResolve":true}' \
                > target/in.json; \
                %s lambda invoke --function-name bind-rule --payload fileb://target/in.json target/out.json; \
                cat target/out.json
                %s sqs send-message --queue-url %s --message-body '{"workspaceId":"acme","ruleId":"cpu-high",\
                "alertId":"web-1","status":"triggered","title":"CPU above 90 %%",\
                "occurredAt":"'"$(date -u +%%FT%%TZ)"'"}'
                %s dynamodb scan --table-name %s""".formatted(
                Sample.MANAGER_TOKEN, aws, aws, aws, cloud.endpoints().queueUrl(), aws, cloud.tableName("Deliveries"));
    }
}
