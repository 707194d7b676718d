package io.middleware.paging.explain;

import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * One thing that may keep a page from a person.
 *
 * @param detail what was found
 * @param remedy what to do; absent when there is nothing to do
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Check(Name name, Result result, String detail, String remedy) {
    public Check {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(result, "result is null");
        Objects.requireNonNull(detail, "detail is null");
    }

    /** All checks, in the order in which an answer has them: the way of an alert from its arrival to a person. */
    public enum Name {
        INSTALLATION("installation"),
        TOKEN("token"),
        BINDING("binding"),
        QUEUE("queue"),
        DELIVERY("delivery"),
        DEAD_LETTER_QUEUE("deadLetterQueue"),
        BUDGET("budget"),
        SERVICE("service"),
        MAINTENANCE("maintenance"),
        ON_CALL("onCall"),
        URGENCY("urgency"),
        INCIDENT("incident"),
        NOTIFICATIONS("notifications");

        private final String wireName;

        Name(String wireName) {
            this.wireName = wireName;
        }

        @JsonValue
        public String wireName() {
            return wireName;
        }
    }

    static Check ok(Name name, String detail) {
        return new Check(name, Result.OK, detail, null);
    }

    static Check problem(Name name, String detail, String remedy) {
        return new Check(name, Result.PROBLEM, detail, remedy);
    }

    static Check unknown(Name name, String because) {
        return new Check(name, Result.UNKNOWN, because, "Run explain again in a minute.");
    }
}
