package io.middleware.paging.alert;

import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectReader;

/**
 * What the template of a sender did to a text that is no JSON, where that can be told.
 *
 * @param attributes of the message, by which a sender says that it cut the text
 */
record BrokenTemplate(String text, JsonProcessingException failure, Map<String, String> attributes) {
    private static final String SEE_TEMPLATE = "see docs/alerts.md#amazon-managed-prometheus";

    /**
     * The end of a sentence that begins with what the text is called; empty if the template is not to blame.
     *
     * @param json the reader that failed
     */
    Optional<String> reason(ObjectReader json) {
        if (AlertmanagerWebhooks.isPlainText(text)) {
            return Optional.of(
                    "is the plain text of Alertmanager's SNS receiver; give that receiver a JSON template for"
                            + " sns.default.message, " + SEE_TEMPLATE);
        }
        if (Boolean.parseBoolean(attributes.get("truncated"))) {
            // AWS, "Understanding Amazon SNS message validation rules" of Amazon Managed Service for Prometheus.
            return Optional.of("is not JSON" + place() + ": it was cut by its sender (attribute truncated); let the"
                    + " template write less, or group fewer alerts");
        }
        return hasUnescapedControlCharacter(json)
                ? Optional.of("is not JSON" + place() + ": the producer's template leaves " + unescaped()
                        + " unescaped inside a text; " + SEE_TEMPLATE + " for one that escapes each value")
                : Optional.empty();
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
