package io.middleware.paging.local.lambda;

/** All instances that a function may have were busy for too long. Nothing was invoked. */
public final class TooManyRequestsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooManyRequestsException(String message) {
        super(message);
    }
}
