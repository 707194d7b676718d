package io.middleware.paging.alert;

/** Carries the reason from the field that is wrong up to {@link AlertParser}, and no further. */
class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String reason) {
        super(reason);
    }
}
