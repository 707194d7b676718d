package io.middleware.paging;

import java.util.Optional;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.WorkspaceId;

/**
 * Reads the fields of a request. The first that cannot be used is remembered as the refusal; later reads then return
 * harmless values that are never used.
 *
 * <p>Values are repeated in a refusal only where they cannot be the token.
 */
final class RequestFields {
    private static final int MAX_QUOTED_CHARS = 60;

    private final JsonNode request;
    private Refusal refusal;

    RequestFields(JsonNode request) {
        boolean isObject = request != null && request.isObject();
        this.request = isObject ? request : MissingNode.getInstance();
        if (!isObject) {
            refuse("The request must be a JSON object.", "See events/ for one example of each function.");
        }
    }

    /** What is wrong; empty when every field read so far can be used. */
    Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    WorkspaceId workspaceId() {
        String value = required("workspaceId");
        if (refusal == null && !WorkspaceId.isValid(value)) {
            refuse(
                    "workspaceId must be " + WorkspaceId.RULE + ", found " + quoted(value) + ".",
                    "Correct workspaceId.");
        }
        return refusal == null ? new WorkspaceId(value) : null;
    }

    /** The text of a required field; numbers count as text. */
    String required(String field) {
        Optional<String> value = optional(field);
        if (value.isEmpty()) {
            refuse(field + " is missing or empty.", "Set " + field + ".");
        }
        return value.orElse("");
    }

    /** Empty when the field is absent, null or blank. */
    Optional<String> optional(String field) {
        JsonNode value = request.path(field);
        if (value.isContainerNode()) {
            refuse(field + " must be text, found " + (value.isArray() ? "a list" : "an object") + ".", "Send text.");
            return Optional.empty();
        }
        return value.isMissingNode() || value.isNull() || value.asText().isBlank()
                ? Optional.empty()
                : Optional.of(value.asText());
    }

    /**
     * One of a few words.
     *
     * @param words as a person reads them: "high or low"
     */
    <T> T oneOf(String field, Function<String, Optional<T>> parse, T ifAbsent, String words, String remedy) {
        Optional<String> text = optional(field);
        Optional<T> choice = text.map(parse).orElse(Optional.of(ifAbsent));
        if (choice.isEmpty()) {
            refuse(field + " must be " + words + ", found " + quoted(text.get()) + ".", remedy);
        }
        return choice.orElse(ifAbsent);
    }

    /** {@code true}, {@code false}, or either as text; {@code otherwise} when absent or null. */
    boolean flag(String field, boolean otherwise) {
        JsonNode value = request.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        if (value.isTextual() && value.asText().matches("(?i)true|false")) {
            return Boolean.parseBoolean(value.asText());
        }
        refuse(field + " must be true or false, found " + quoted(value.toString()) + ".", "Correct " + field + ".");
        return otherwise;
    }

    void refuse(String message, String remedy) {
        if (refusal == null) {
            refusal = Refusal.invalidRequest(message, remedy);
        }
    }

    static String quoted(String text) {
        return '"' + (text.length() > MAX_QUOTED_CHARS ? text.substring(0, MAX_QUOTED_CHARS) + "…" : text) + '"';
    }
}
