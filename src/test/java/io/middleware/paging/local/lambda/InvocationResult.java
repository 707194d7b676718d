package io.middleware.paging.local.lambda;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What became of an invocation.
 *
 * @param functionError whether the payload tells an error, as {@code X-Amz-Function-Error} does
 * @param payload the function's answer, may be empty; of an error, JSON with {@code errorType} and {@code errorMessage}
 * @param logTail the last lines that the function wrote meanwhile
 */
public record InvocationResult(boolean functionError, byte[] payload, String logTail) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static InvocationResult error(String type, String message, String logTail) {
        try {
            byte[] payload = JSON.writeValueAsBytes(
                    JSON.createObjectNode().put("errorType", type).put("errorMessage", message));
            return new InvocationResult(true, payload, logTail);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public String payloadText() {
        return new String(payload, StandardCharsets.UTF_8);
    }
}
