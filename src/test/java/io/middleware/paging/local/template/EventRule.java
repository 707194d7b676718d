package io.middleware.paging.local.template;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A rule of EventBridge in a template: which events it takes, and what its only target is sent. Source: Amazon EventBridge User
 * Guide, "Amazon EventBridge input transformation".
 */
public final class EventRule {
    private static final Pattern PLACEHOLDER = Pattern.compile("<(\\w+)>");

    private final EventPattern pattern;
    private final Map<String, Object> target;

    /** @throws TemplateException if the template has no such rule, or the rule several targets */
    @SuppressWarnings("unchecked")
    public EventRule(Path template, String logicalId, Map<String, String> parameters) {
        Map<String, Object> rule =
                SamTemplate.read(template, "paging", parameters).properties(logicalId, ByName.REFERENCES);
        this.pattern = new EventPattern((Map<String, Object>) rule.get("EventPattern"));
        List<Map<String, Object>> targets = (List<Map<String, Object>>) rule.get("Targets");
        if (targets.size() != 1) {
            throw new TemplateException(logicalId + " must have one target, found " + targets.size());
        }
        this.target = targets.get(0);
    }

    public boolean takes(JsonNode event) {
        return pattern.matches(event);
    }

    /** The body of the message that the target gets: the event, or what the input transformer makes of it. */
    @SuppressWarnings("unchecked")
    public String messageOf(JsonNode event) {
        if (!(target.get("InputTransformer") instanceof Map<?, ?> transformer)) {
            return event.toString();
        }
        Map<String, String> paths = (Map<String, String>) transformer.get("InputPathsMap");
        String template = transformer.get("InputTemplate").toString();
        // Between quotes a text is inserted as it is, else as JSON.
        return PLACEHOLDER.matcher(template).replaceAll(placeholder -> {
            JsonNode value = value(event, paths, placeholder.group(1));
            boolean quoted = template.substring(0, placeholder.start())
                                    .chars()
                                    .filter(c -> c == '"')
                                    .count()
                            % 2
                    == 1;
            return Matcher.quoteReplacement(quoted ? value.asText() : value.toString());
        });
    }

    private static JsonNode value(JsonNode event, Map<String, String> paths, String name) {
        String path = paths.get(name);
        if (path == null || !path.startsWith("$.")) {
            throw new TemplateException("The placeholder <" + name + "> has no path, there are " + paths);
        }
        JsonNode value =
                event.at(path.substring(1).replaceAll("\\[(\\d+)]", ".$1").replace('.', '/'));
        if (value.isMissingNode()) {
            throw new TemplateException("The event has no " + path + ": " + event);
        }
        return value;
    }
}
