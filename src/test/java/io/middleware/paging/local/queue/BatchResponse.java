package io.middleware.paging.local.queue;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Reads a function's answer as Lambda does: nothing named means that all went well, anything that cannot be understood
 * means that all failed. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
public final class BatchResponse {

    private static final ObjectMapper JSON = new ObjectMapper();

    private BatchResponse() {}

    /** Which of the messages failed. */
    public static Set<String> failed(byte[] answer, Set<String> messageIds) {
        try {
            JsonNode response = JSON.readTree(answer);
            if (response.isMissingNode() || response.isNull()) {
                return Set.of();
            }
            JsonNode failures = response.get("batchItemFailures");
            if (response.isObject() && (failures == null || failures.isNull())) {
                return Set.of();
            }
            return failures != null && failures.isArray() ? named(failures, messageIds) : messageIds;
        } catch (IOException noJson) {
            return messageIds;
        }
    }

    private static Set<String> named(JsonNode failures, Set<String> messageIds) {
        Set<String> failed = new HashSet<>();
        for (JsonNode failure : failures) {
            JsonNode id = failure.get("itemIdentifier");
            if (id == null || !id.isTextual() || !messageIds.contains(id.textValue())) {
                return messageIds;
            }
            failed.add(id.textValue());
        }
        return failed;
    }
}
