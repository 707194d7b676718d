package io.middleware.paging.local.sqs;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The producer's own attributes of a message, in the form in which they came. Immutable.
 *
 * @param all by name, in the order of the names
 */
record MessageAttributes(Map<String, JsonNode> all) {

    /** Amazon SQS message quotas. */
    private static final int MAX_ATTRIBUTES = 10;

    static final MessageAttributes NONE = new MessageAttributes(Map.of());

    static MessageAttributes of(JsonNode node) {
        Map<String, JsonNode> all = new TreeMap<>();
        node.fields().forEachRemaining(field -> all.put(field.getKey(), checked(field.getKey(), field.getValue())));
        if (all.size() > MAX_ATTRIBUTES) {
            throw Errors.invalid("Number of message attributes [" + all.size() + "] exceeds the allowed maximum [10].");
        }
        return new MessageAttributes(all);
    }

    private static JsonNode checked(String name, JsonNode attribute) {
        String type = attribute.path("DataType").asText();
        if (!type.matches("(String|Number|Binary)(\\..+)?")) {
            throw Errors.invalid("The type of message attribute '" + name + "' is invalid. You must use only the"
                    + " following supported type prefixes: Binary, Number, String.");
        }
        String value = attribute
                .path(isBinary(attribute) ? "BinaryValue" : "StringValue")
                .asText();
        if (value.isEmpty()) {
            throw Errors.invalid("The message attribute '" + name + "' with type '" + type + "' must use field '"
                    + (isBinary(attribute) ? "Binary" : "String") + "'.");
        }
        return attribute.deepCopy();
    }

    /** Those that a receive asks for: by name, by {@code prefix.*}, or {@code All}. */
    MessageAttributes only(Set<String> wanted) {
        Map<String, JsonNode> some = new TreeMap<>(all);
        some.keySet().removeIf(name -> wanted.stream().noneMatch(pattern -> matches(pattern, name)));
        return new MessageAttributes(some);
    }

    private static boolean matches(String pattern, String name) {
        return pattern.equals("All")
                || pattern.equals(name)
                || pattern.endsWith(".*") && name.startsWith(pattern.substring(0, pattern.length() - 2));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** What they count towards the size of their message. Source: AWS, "Amazon SQS message metadata". */
    int bytes() {
        int bytes = 0;
        for (Map.Entry<String, JsonNode> attribute : all.entrySet()) {
            bytes += attribute.getKey().getBytes(StandardCharsets.UTF_8).length
                    + attribute.getValue().path("DataType").asText().length()
                    + value(attribute.getValue()).length;
        }
        return bytes;
    }

    ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.setAll(all);
        return node;
    }

    /** As the "Amazon SQS message metadata" page of the developer guide lays the bytes out; the SDK checks it. */
    String md5() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Map.Entry<String, JsonNode> attribute : all.entrySet()) {
                write(out, attribute.getKey().getBytes(StandardCharsets.UTF_8));
                write(out, attribute.getValue().path("DataType").asText().getBytes(StandardCharsets.UTF_8));
                out.writeByte(isBinary(attribute.getValue()) ? 2 : 1);
                write(out, value(attribute.getValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return md5(bytes.toByteArray());
    }

    static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] value(JsonNode attribute) {
        return isBinary(attribute)
                ? Base64.getDecoder().decode(attribute.path("BinaryValue").asText())
                : attribute.path("StringValue").asText().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isBinary(JsonNode attribute) {
        return attribute.path("DataType").asText().startsWith("Binary");
    }
}
