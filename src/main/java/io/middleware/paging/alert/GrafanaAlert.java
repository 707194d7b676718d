package io.middleware.paging.alert;

import java.util.Optional;
import java.util.StringJoiner;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What Grafana's alerts have beyond those of Alertmanager: values, links, and alerts that are not about a threshold.
 *
 * <p>Source: Grafana, "Configure webhook notifications" and "No Data and Error states". Those kinds of alerts are known by
 * their labels, which they keep on their way through another Alertmanager.
 */
enum GrafanaAlert {
    /** Of a rule whose condition holds, like Alertmanager's own. */
    OF_A_CONDITION,
    /** Its rule's query returned nothing. */
    NO_DATA,
    /** Its rule's query failed. */
    FAILED,
    /** Somebody pressed the Test button of a contact point. */
    TEST;

    private static final String ALERT_NAME = "alertname";

    static GrafanaAlert of(JsonFields labels) {
        String name = labels.optional(ALERT_NAME).orElse("");
        if (name.equals("TestAlert") && labels.optional("instance").orElse("").equals("Grafana")) {
            return TEST;
        }
        boolean namesItsRule = labels.optional("rulename").isPresent();
        return switch (name) {
            case "DatasourceNoData" -> namesItsRule ? NO_DATA : OF_A_CONDITION;
            case "DatasourceError" -> namesItsRule ? FAILED : OF_A_CONDITION;
            default -> OF_A_CONDITION;
        };
    }

    /** Whether a whole body, with its group of alerts, is Grafana's. */
    static boolean sent(JsonNode body) {
        return body.has("orgId");
    }

    /** The label that names the rule: Grafana replaces {@code alertname} where there is no data. */
    String ruleLabel() {
        return switch (this) {
            case NO_DATA, FAILED -> "rulename";
            case OF_A_CONDITION, TEST -> ALERT_NAME;
        };
    }

    /** @param summary what the annotations say, written for a condition that holds */
    String title(String rule, Optional<String> summary) {
        return switch (this) {
            case OF_A_CONDITION -> summary.orElse(rule);
            case NO_DATA -> "No data: " + rule;
            case FAILED -> "Evaluation failed: " + rule;
            case TEST -> "[Test] " + summary.orElse(rule);
        };
    }

    /** For the responder; empty where the alert says enough. */
    Optional<String> remark() {
        return switch (this) {
            case OF_A_CONDITION -> Optional.empty();
            case NO_DATA ->
                Optional.of("the rule's query returned no data, so nobody knows whether its condition holds");
            case FAILED -> Optional.of("the rule's query failed, so nobody knows whether its condition holds");
            case TEST -> Optional.of("sent by the Test button of a Grafana contact point");
        };
    }

    /** {@code Values: B=6.705, C=1}; empty when there are none. */
    static Optional<String> values(JsonNode alert) {
        StringJoiner values = new StringJoiner(", ", "Values: ", "").setEmptyValue("");
        alert.path("values")
                .fields()
                .forEachRemaining(value ->
                        values.add(value.getKey() + '=' + value.getValue().asText()));
        return Optional.of(values.toString()).filter(text -> !text.isEmpty());
    }
}
