package io.middleware.paging.alert;

import java.util.List;

/**
 * What was found in a message.
 *
 * @param alerts one, or the several of an Alertmanager notification; none when there is nothing to page or to resolve
 * @param malformed a reason for each part that is no alert: it names the field, what was found and what is expected, and
 *     repeats no more of the payload than that field's start
 * @param ignored why something that was understood asks for nothing; empty when everything asks for something
 */
record ParsedMessage(List<Alert> alerts, List<String> malformed, String ignored) {
    ParsedMessage {
        alerts = List.copyOf(alerts);
        malformed = List.copyOf(malformed);
    }

    static ParsedMessage alert(Alert alert) {
        return new ParsedMessage(List.of(alert), List.of(), "");
    }

    static ParsedMessage malformed(String reason) {
        return new ParsedMessage(List.of(), List.of(reason), "");
    }

    static ParsedMessage nothingToDo(String reason) {
        return new ParsedMessage(List.of(), List.of(), reason);
    }
}
