package io.middleware.paging.alert;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What was found in a message.
 *
 * @param alerts one, or the several of an Alertmanager notification; none when there is nothing to page or to resolve
 * @param malformed a reason for each entry that is no alert, ten at most and then how many more there are: it names the field,
 *     what was found and what is expected, and repeats no more of the payload than that field's start
 * @param ignored why something that was understood asks for nothing; empty when everything asks for something
 * @param parts the alerts as messages of their own; empty when the message tells of one alert, or of none
 */
record ParsedMessage(List<Alert> alerts, List<String> malformed, String ignored, Optional<Parts> parts) {
    ParsedMessage {
        alerts = List.copyOf(alerts);
        malformed = List.copyOf(malformed);
        Objects.requireNonNull(parts, "parts is null");
    }

    ParsedMessage(List<Alert> alerts, List<String> malformed, String ignored) {
        this(alerts, malformed, ignored, Optional.empty());
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
