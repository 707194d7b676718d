package io.middleware.paging.local.template;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Which events a pattern of EventBridge matches: every field of the pattern is there with one of its values. Texts, {@code
 * prefix} and {@code anything-but} a text, a list or a prefix; whatever else a pattern may hold is refused. Source: Amazon
 * EventBridge User Guide, "Comparison operators for use in event patterns".
 */
public final class EventPattern {
    private final JsonNode pattern;

    public EventPattern(Map<String, Object> pattern) {
        this(new ObjectMapper().<JsonNode>valueToTree(pattern));
    }

    public EventPattern(JsonNode pattern) {
        if (!pattern.isObject() || pattern.isEmpty()) {
            throw new TemplateException("An event pattern is an object with at least one field, found " + pattern);
        }
        this.pattern = pattern;
    }

    public boolean matches(JsonNode event) {
        return matches(pattern, event);
    }

    private static boolean matches(JsonNode pattern, JsonNode event) {
        return pattern.properties().stream().allMatch(field -> {
            JsonNode value = event.path(field.getKey());
            if (field.getValue().isObject()) {
                return value.isObject() && matches(field.getValue(), value);
            }
            if (!field.getValue().isArray() || field.getValue().isEmpty()) {
                throw new TemplateException(field.getKey() + " must be a list of values, found " + field.getValue());
            }
            List<JsonNode> values =
                    value.isArray() ? value.valueStream().toList() : value.isMissingNode() ? List.of() : List.of(value);
            return values.stream()
                    .anyMatch(one -> field.getValue().valueStream().anyMatch(rule -> allows(rule, one)));
        });
    }

    private static boolean allows(JsonNode rule, JsonNode value) {
        if (rule.isValueNode()) {
            return rule.equals(value);
        }
        if (rule.size() == 1 && rule.has("prefix")) {
            return value.isTextual()
                    && value.textValue().startsWith(rule.get("prefix").textValue());
        }
        if (rule.size() == 1 && rule.has("anything-but")) {
            JsonNode but = rule.get("anything-but");
            return but.isArray() ? but.valueStream().noneMatch(one -> allows(one, value)) : !allows(but, value);
        }
        throw new TemplateException("The operator " + rule + " is not understood here");
    }
}
