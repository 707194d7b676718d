package io.middleware.paging;

import io.middleware.paging.installation.Refusal;

/**
 * A refusal as a Lambda function error, for a caller such as Terraform that takes every answer for a success. Its message
 * is code, message and remedy. It has no stack trace: nothing here is broken.
 */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(Refusal refusal) {
        super(refusal.code() + ": " + refusal.message() + " " + refusal.remedy(), null, false, false);
    }

    /** The message alone: Funqy wraps what a function throws, and reports this as the error's message. */
    @Override
    public String toString() {
        return getMessage();
    }
}
