package io.middleware.paging.local.secrets;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads the fields of one request and refuses, by the field's name, what Secrets Manager would refuse. */
final class Parameters {

    /** "Secret value: 65,536 bytes", reference_limits.html of the user guide. */
    private static final int MAX_VALUE_BYTES = 65_536;

    private final JsonNode json;

    Parameters(JsonNode json) {
        this.json = json;
    }

    /** Whether the field is there, whatever it holds. */
    boolean has(String field) {
        return field(field).isPresent();
    }

    String required(String field, int minChars, int maxChars) {
        return text(field, minChars, maxChars).orElseThrow(() -> missing(field));
    }

    Optional<String> text(String field, int minChars, int maxChars) {
        return field(field).map(node -> checkedText(field, node, minChars, maxChars));
    }

    Optional<Integer> integer(String field) {
        return field(field).map(node -> {
            if (!node.isIntegralNumber()) {
                throw Refusal.unreadable(field + " must be a whole number.");
            }
            return node.intValue();
        });
    }

    /** False when absent. */
    boolean flag(String field) {
        return field(field)
                .map(node -> {
                    if (!node.isBoolean()) {
                        throw Refusal.unreadable(field + " must be true or false.");
                    }
                    return node.booleanValue();
                })
                .orElse(false);
    }

    /** Empty when absent, as is an empty list. */
    List<String> texts(String field, int minChars, int maxChars) {
        List<String> texts = new ArrayList<>();
        list(field).forEach(node -> texts.add(checkedText(field, node, minChars, maxChars)));
        return texts;
    }

    /** Empty when absent, as is an empty list. */
    List<Parameters> structures(String field) {
        List<Parameters> structures = new ArrayList<>();
        list(field).forEach(node -> {
            if (!node.isObject()) {
                throw Refusal.unreadable(field + " must be a list of structures.");
            }
            structures.add(new Parameters(node));
        });
        return structures;
    }

    /** Of SecretString and SecretBinary the one that is there. */
    Optional<SecretValue> secretValue() {
        Optional<String> text = field("SecretString").map(node -> secretText("SecretString", node));
        Optional<String> base64 = field("SecretBinary").map(node -> secretText("SecretBinary", node));
        if (text.isPresent() && base64.isPresent()) {
            throw Refusal.invalidParameter(
                    "You can't specify both a binary secret value and a string secret value in the same secret.");
        }
        text.ifPresent(value -> checkSize("SecretString", value.getBytes(StandardCharsets.UTF_8).length));
        base64.ifPresent(value -> checkSize("SecretBinary", decoded(value).length));
        return text.isPresent() || base64.isPresent()
                ? Optional.of(new SecretValue(text.orElse(null), base64.orElse(null)))
                : Optional.empty();
    }

    private static String secretText(String field, JsonNode node) {
        if (!node.isTextual()) {
            throw Refusal.unreadable(field + " must be a string.");
        }
        return node.textValue();
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            throw Refusal.unreadable("SecretBinary must be base64.");
        }
    }

    private static void checkSize(String field, int bytes) {
        if (bytes < 1) {
            throw broken(field, null, "have length greater than or equal to 1");
        }
        if (bytes > MAX_VALUE_BYTES) {
            throw broken(field, null, "have length less than or equal to " + MAX_VALUE_BYTES);
        }
    }

    /** How AWS words a broken constraint; with null for a received value that must not be repeated. */
    static Refusal broken(String field, String received, String constraint) {
        return Refusal.validation(
                "1 validation error detected: Value %sat '%s' failed to satisfy constraint: Member must %s"
                        .formatted(received == null ? "" : "'" + received + "' ", lowerCamel(field), constraint));
    }

    private static Refusal missing(String field) {
        return Refusal.validation(
                "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
                        .formatted(lowerCamel(field)));
    }

    private static String lowerCamel(String field) {
        return Character.toLowerCase(field.charAt(0)) + field.substring(1);
    }

    private static String checkedText(String field, JsonNode node, int minChars, int maxChars) {
        if (!node.isTextual()) {
            throw Refusal.unreadable(field + " must be a string.");
        }
        String text = node.textValue();
        if (text.length() < minChars) {
            throw broken(field, text, "have length greater than or equal to " + minChars);
        }
        if (text.length() > maxChars) {
            throw broken(field, text, "have length less than or equal to " + maxChars);
        }
        return text;
    }

    private Iterable<JsonNode> list(String field) {
        return field(field)
                .map(node -> {
                    if (!node.isArray()) {
                        throw Refusal.unreadable(field + " must be a list.");
                    }
                    return (Iterable<JsonNode>) node;
                })
                .orElse(List.of());
    }

    private Optional<JsonNode> field(String field) {
        return Optional.ofNullable(json.get(field)).filter(node -> !node.isNull());
    }
}
