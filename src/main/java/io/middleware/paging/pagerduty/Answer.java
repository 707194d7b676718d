package io.middleware.paging.pagerduty;

import java.util.function.Function;

/** What PagerDuty said: a value, or why not. */
public sealed interface Answer<T> {
    record Success<T>(T value) implements Answer<T> {}

    record Failed<T>(Failure failure) implements Answer<T> {}

    static <T> Answer<T> of(T value) {
        return new Success<>(value);
    }

    static <T> Answer<T> failed(Failure failure) {
        return new Failed<>(failure);
    }

    /** {@code success} of the value, or {@code failed} of the failure. */
    default <R> R fold(Function<? super T, R> success, Function<Failure, R> failed) {
        if (this instanceof Success<T> s) {
            return success.apply(s.value());
        }
        return failed.apply(((Failed<T>) this).failure());
    }

    default <R> Answer<R> map(Function<? super T, R> mapper) {
        return fold(value -> of(mapper.apply(value)), Answer::failed);
    }
}
