package io.middleware.paging.local.aws;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;

/**
 * A request in one of AWS's JSON protocols: who asks which service for what.
 *
 * @param service as IAM calls it: {@code dynamodb}, {@code sqs} or {@code secretsmanager}
 * @param operation such as {@code PutItem}
 * @param accessKeyId of who signed it; empty if nobody did
 */
public record AwsRequest(String service, String operation, Optional<String> accessKeyId, JsonNode body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, String> SERVICES =
            Map.of("DynamoDB_20120810", "dynamodb", "AmazonSQS", "sqs", "secretsmanager", "secretsmanager");

    /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, "Add the signature" */
    private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/]+)/");

    /** Empty if it is none for a service that is known here, or its body is no JSON. */
    public static Optional<AwsRequest> of(HttpExchange exchange, byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            return service(exchange)
                    .map(service -> new AwsRequest(service, operation(exchange), accessKeyId(exchange), json));
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    /** The service that a request is for, as IAM calls it. Empty if that is not known here. */
    public static Optional<String> service(HttpExchange exchange) {
        String target = target(exchange);
        return Optional.ofNullable(SERVICES.get(target.substring(0, Math.max(0, target.lastIndexOf('.')))));
    }

    /** Empty if nobody signed the request. */
    public static Optional<String> accessKeyId(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .map(CREDENTIAL::matcher)
                .filter(Matcher::find)
                .map(credential -> credential.group(1));
    }

    private static String operation(HttpExchange exchange) {
        String target = target(exchange);
        return target.substring(target.lastIndexOf('.') + 1);
    }

    private static String target(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Target"))
                .orElse("");
    }
}
