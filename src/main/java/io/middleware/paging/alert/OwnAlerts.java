package io.middleware.paging.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.WorkspaceId;

/**
 * The product's own alert message. Required fields are strict; what cannot be read of the others is told to the
 * responder instead: an odd label must not keep a page from going out.
 */
final class OwnAlerts {
    private OwnAlerts() {}

    static ParsedMessage parse(JsonNode node) {
        JsonFields fields = new JsonFields(node);
        String workspaceId = fields.required("workspaceId");
        if (!workspaceId.isEmpty() && !WorkspaceId.isValid(workspaceId)) {
            fields.problem("workspaceId must be " + WorkspaceId.RULE + ", found "
                    + JsonFields.offence(workspaceId, WorkspaceId::isValid));
        }
        String ruleId = fields.required("ruleId");
        if (!ruleId.isEmpty() && !RuleId.isValid(ruleId)) {
            fields.problem("ruleId must be " + RuleId.RULE + ", found " + JsonFields.offence(ruleId, RuleId::isValid));
        }
        String alertId = fields.alertId("alertId");
        Optional<Alert.Status> status = status(fields);
        String title = fields.required("title");
        Instant occurredAt = fields.time("occurredAt");
        if (fields.problems().isPresent()) {
            return ParsedMessage.malformed(fields.problems().get());
        }
        List<String> remarks = new ArrayList<>();
        return ParsedMessage.alert(new Alert(
                new WorkspaceId(workspaceId),
                new RuleId(ruleId),
                alertId,
                status.orElseThrow(),
                title,
                fields.optional("summary", remarks),
                Severity.of(fields.optional("severity", remarks), remarks),
                occurredAt,
                fields.optional("source", remarks),
                labels(fields.get("labels"), remarks),
                links(fields.get("links"), remarks),
                remarks,
                List.of(),
                Optional.empty(),
                ""));
    }

    private static Optional<Alert.Status> status(JsonFields fields) {
        String text = fields.required("status");
        switch (text) {
            case "triggered":
                return Optional.of(Alert.Status.TRIGGERED);
            case "resolved":
                return Optional.of(Alert.Status.RESOLVED);
            case "":
                return Optional.empty();
            default:
                fields.problem("status must be triggered or resolved, found " + JsonFields.found(text));
                return Optional.empty();
        }
    }

    static Map<String, String> labels(JsonNode node, List<String> remarks) {
        Map<String, String> labels = new LinkedHashMap<>();
        if (node.isObject()) {
            node.fields().forEachRemaining(label -> {
                JsonNode value = label.getValue();
                if (!value.isNull()) {
                    labels.put(label.getKey(), value.isValueNode() ? value.asText() : value.toString());
                }
            });
        } else if (!node.isMissingNode() && !node.isNull()) {
            remarks.add("labels must be an object, found " + JsonFields.kind(node) + "; left out");
        }
        return labels;
    }

    private static List<Alert.Link> links(JsonNode node, List<String> remarks) {
        List<Alert.Link> links = new ArrayList<>();
        if (node.isMissingNode() || node.isNull()) {
            return links;
        }
        if (!node.isArray()) {
            remarks.add("links must be a list, found " + JsonFields.kind(node) + "; left out");
            return links;
        }
        int withoutHref = 0;
        for (JsonNode link : node) {
            Optional<String> href = new JsonFields(link).optional("href");
            if (href.isPresent()) {
                links.add(new Alert.Link(new JsonFields(link).optional("text").orElse(""), href.get()));
            } else {
                withoutHref++;
            }
        }
        if (withoutHref > 0) {
            remarks.add(
                    withoutHref == 1
                            ? "a link without href was left out"
                            : withoutHref + " links without href were left out");
        }
        return links;
    }
}
