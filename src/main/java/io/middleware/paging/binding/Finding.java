package io.middleware.paging.binding;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import io.middleware.paging.pagerduty.Answer;
import io.middleware.paging.pagerduty.Failure;

/** The answer to one question about a service, or why it is unknown. One that is unknown says nothing about the others. */
public sealed interface Finding<T> {
    record Known<T>(T value) implements Finding<T> {
        public Known {
            Objects.requireNonNull(value, "value is null");
        }
    }

    /**
     * @param because for people, to follow "unknown because"
     * @param failure what PagerDuty answered to the question; empty when it was not asked
     */
    record Unknown<T>(String because, Optional<Failure> failure) implements Finding<T> {
        public Unknown {
            Objects.requireNonNull(because, "because is null");
            Objects.requireNonNull(failure, "failure is null");
        }
    }

    static <T> Finding<T> known(T value) {
        return new Known<>(value);
    }

    static <T> Finding<T> unknown(String because) {
        return new Unknown<>(because, Optional.empty());
    }

    static <T> Finding<T> of(Answer<T> answer) {
        return answer.fold(Finding::known, Finding::unknown);
    }

    /** Where "there is no such thing" is an answer too: {@code NOT_FOUND} is known to be empty. */
    static <T> Finding<Optional<T>> ofOptional(Answer<T> answer) {
        return answer.fold(
                value -> known(Optional.of(value)),
                failure -> failure.kind() == Failure.Kind.NOT_FOUND ? known(Optional.empty()) : unknown(failure));
    }

    private static <T> Finding<T> unknown(Failure failure) {
        return new Unknown<>("PagerDuty did not tell: " + failure.describe(), Optional.of(failure));
    }

    /** {@code known} of the value, or {@code unknown} of the reason. */
    default <R> R fold(Function<? super T, R> known, Function<Unknown<T>, R> unknown) {
        if (this instanceof Known<T> it) {
            return known.apply(it.value());
        }
        return unknown.apply((Unknown<T>) this);
    }

    default <R> Finding<R> map(Function<? super T, R> mapper) {
        return flatMap(value -> known(mapper.apply(value)));
    }

    default <R> Finding<R> flatMap(Function<? super T, Finding<R>> mapper) {
        return fold(mapper::apply, unknown -> new Unknown<>(unknown.because(), unknown.failure()));
    }

    /** The value; empty when it is unknown. */
    default Optional<T> knownValue() {
        return fold(Optional::of, unknown -> Optional.empty());
    }

    /** Why it is unknown; empty when it is known. */
    default Optional<String> unknownBecause() {
        return fold(value -> Optional.empty(), unknown -> Optional.of(unknown.because()));
    }
}
