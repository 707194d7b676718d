package io.middleware.paging.pagerduty;

import java.util.Objects;

/**
 * A user, service or other thing that an answer of PagerDuty names.
 *
 * @param type such as {@code user}, {@code service} or {@code incident}; empty when PagerDuty does not say
 * @param id empty when it is masked for the token's owner
 * @param name of a user the name, of an incident number and title; empty when it is masked
 */
public record Reference(String type, String id, String name) {
    public Reference {
        Objects.requireNonNull(type, "type is null");
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(name, "name is null");
    }

    public boolean isUser() {
        return type.equals("user");
    }

    /** For people: the name, else the id, else words that say that neither is shown. */
    public String describe() {
        if (!name.isBlank()) {
            return name;
        }
        String thing = type.isEmpty() ? "somebody" : type.replace('_', ' ');
        return id.isEmpty() ? thing + " whose name PagerDuty does not show" : thing + " " + id;
    }
}
