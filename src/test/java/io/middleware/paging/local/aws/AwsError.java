package io.middleware.paging.local.aws;

import java.util.Optional;

/** An answer of an AWS service that is an error. Its message goes to the caller: it must not hold a secret. */
public class AwsError extends RuntimeException {

    private final String type;
    private final String queryCode;

    public AwsError(String type, String message) {
        this(type, null, message);
    }

    /**
     * @param type the shape's name, with its namespace where the service sends one
     * @param queryCode what the error was called in the service's older Query protocol; null if it never had one
     */
    public AwsError(String type, String queryCode, String message) {
        super(message, null, false, false);
        this.type = type;
        this.queryCode = queryCode;
    }

    public final String type() {
        return type;
    }

    /** By this name the SDKs report errors of services that once spoke Query: {@code x-amzn-query-error}. */
    public final Optional<String> queryCode() {
        return Optional.ofNullable(queryCode);
    }
}
