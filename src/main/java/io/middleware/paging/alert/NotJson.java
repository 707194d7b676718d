package io.middleware.paging.alert;

import java.util.Map;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;

/**
 * Why a text could not be read as JSON, and what to do about it. Never in Jackson's words: they repeat a piece of the
 * payload.
 *
 * @param attributes of the message, by which a sender says that it cut the text
 */
record NotJson(String text, JsonProcessingException failure, Map<String, String> attributes) {
    private static final String SEE_TEMPLATE = "see docs/alerts.md#amazon-managed-prometheus";

    /**
     * The end of a sentence that begins with what the text is called.
     *
     * @param json the reader that failed
     */
    String reason(ObjectReader json) {
        if (AlertmanagerWebhooks.isPlainText(text)) {
            return "is the plain text of Alertmanager's SNS receiver; give that receiver a JSON template for"
                    + " sns.default.message, " + SEE_TEMPLATE;
        }
        if (failure instanceof StreamConstraintsException) {
            return "is nested too deeply or holds a number that is too long";
        }
        if (failure instanceof MismatchedInputException) {
            return "holds more than one JSON value; send each alert as a message";
        }
        String notJson = "is not JSON" + place();
        if (Boolean.parseBoolean(attributes.get("truncated"))) {
            // AWS, "Understanding Amazon SNS message validation rules" of Amazon Managed Service for Prometheus.
            return notJson
                    + ": it was cut by its sender (attribute truncated); let the template write less, or group fewer"
                    + " alerts";
        }
        if (hasUnescapedControlCharacter(json)) {
            return notJson + ": the producer's template leaves " + unescaped() + " unescaped inside a text; "
                    + SEE_TEMPLATE + " for one that escapes each value";
        }
        return notJson + "; send the alert as a JSON object";
    }

    private String place() {
        JsonLocation at = failure.getLocation();
        return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    /** Whether a reader that lets them stand gets past the place. */
    private boolean hasUnescapedControlCharacter(ObjectReader json) {
        try {
            json.with(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS).readTree(text);
            return true;
        } catch (JsonProcessingException other) {
            return offset(other) > offset(failure);
        }
    }

    private String unescaped() {
        int column = (int) offset(failure);
        char found = column >= 0 && column < text.length() ? text.charAt(column) : 0;
        return switch (found) {
            case '\n', '\r' -> "a line break";
            case '\t' -> "a tab";
            default -> "a control character";
        };
    }

    private static long offset(JsonProcessingException failure) {
        return failure.getLocation() == null ? -1 : failure.getLocation().getCharOffset();
    }
}
