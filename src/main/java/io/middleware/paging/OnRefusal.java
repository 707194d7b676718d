package io.middleware.paging;

import java.util.Optional;
import java.util.stream.Stream;

import io.middleware.paging.installation.Refusal;

/** What becomes of a refusal, as the request's {@code onRefusal} says: an answer ({@code value}, default) or a function error. */
enum OnRefusal {
    VALUE,
    FAIL;

    static OnRefusal in(RequestFields fields) {
        return fields.oneOf(
                "onRefusal",
                OnRefusal::parse,
                VALUE,
                "value or fail",
                "Leave onRefusal out to get a refusal as an answer.");
    }

    private static Optional<OnRefusal> parse(String text) {
        return Stream.of(values())
                .filter(choice -> choice.name().equalsIgnoreCase(text))
                .findFirst();
    }

    /**
     * @param refusal null if nothing was refused
     * @throws RefusedException if something was, and it is to fail
     */
    void check(Refusal refusal) {
        if (refusal != null && this == FAIL) {
            throw new RefusedException(refusal);
        }
    }
}
