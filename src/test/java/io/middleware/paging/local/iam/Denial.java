package io.middleware.paging.local.iam;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

import com.sun.net.httpserver.HttpExchange;

import io.middleware.paging.local.aws.AwsJsonServer;
import io.middleware.paging.local.aws.AwsJsonServer.Reply;
import io.middleware.paging.local.aws.AwsRequest;

/** How each service says that a role does not allow a call. */
final class Denial {

    private Denial() {}

    static void send(HttpExchange exchange, AwsRequest request, FunctionRole role, Access access) throws IOException {
        switch (request.service()) {
            case "dynamodb" ->
                AwsJsonServer.send(
                        exchange,
                        Reply.error(400, "com.amazon.coral.service#AccessDeniedException", message(role, access)),
                        "1.0");
            // SQS alone writes the action in lower case, and has another name for the error in its older protocol, by
            // which
            // the SDKs report it.
            case "sqs" ->
                AwsJsonServer.send(
                        exchange,
                        new Reply(
                                403,
                                Reply.error(
                                                403,
                                                "com.amazon.coral.service#AccessDeniedException",
                                                message(
                                                        role,
                                                        new Access(
                                                                access.action().toLowerCase(Locale.ROOT),
                                                                access.resource())))
                                        .body(),
                                Optional.of("AccessDenied")),
                        "1.0");
            default ->
                AwsJsonServer.send(
                        exchange,
                        Reply.error(400, "AccessDeniedException", ofSecretsManager(request, role, access)),
                        "1.1");
        }
    }

    /** It names the secret as the caller did, and says no more about a key than that it may not be used. */
    private static String ofSecretsManager(AwsRequest request, FunctionRole role, Access access) {
        if (access.action().startsWith("kms:")) {
            return "Access to KMS is not allowed";
        }
        String id = request.body()
                .path("SecretId")
                .asText(request.body().path("Name").asText());
        return message(role, new Access(access.action(), id));
    }

    private static String message(FunctionRole role, Access access) {
        return "User: " + role.session() + " is not authorized to perform: " + access.action() + " on resource: "
                + access.resource() + " because no identity-based policy allows the " + access.action() + " action";
    }
}
