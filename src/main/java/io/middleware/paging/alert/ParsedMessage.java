package io.middleware.paging.alert;

import java.util.List;

/** What was found in a message. */
sealed interface ParsedMessage {
    /** One alert, or the several of an Alertmanager notification. */
    record Alerts(List<Alert> alerts) implements ParsedMessage {
        public Alerts {
            alerts = List.copyOf(alerts);
        }
    }

    /** Understood, and no reason to page or to resolve anything. */
    record NothingToDo(String reason) implements ParsedMessage {}

    /** Names the field, what was found and what to do; repeats nothing of the payload beyond that field's start. */
    record Malformed(String reason) implements ParsedMessage {}
}
