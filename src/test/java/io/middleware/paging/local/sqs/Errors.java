package io.middleware.paging.local.sqs;

import io.middleware.paging.local.aws.AwsError;

/** The errors of SQS, with the names that they have in both of its protocols. */
final class Errors {

    private static final String NAMESPACE = "com.amazonaws.sqs#";
    private static final String QUERY_NAMESPACE = "AWS.SimpleQueueService.";

    private Errors() {}

    static AwsError noSuchQueue() {
        return new AwsError(
                NAMESPACE + "QueueDoesNotExist",
                QUERY_NAMESPACE + "NonExistentQueue",
                "The specified queue does not exist.");
    }

    static AwsError queueExists(String name, String attribute) {
        return new AwsError(
                NAMESPACE + "QueueNameExists",
                "QueueAlreadyExists",
                "A queue already exists with the same name and a different value for attribute " + attribute + ": "
                        + name);
    }

    static AwsError invalidHandle() {
        return new AwsError(
                NAMESPACE + "ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
    }

    static AwsError notInFlight() {
        return named("MessageNotInflight", "The specified message isn't in flight.");
    }

    static AwsError invalid(String parameter, Object value, String reason) {
        return invalid("Value " + value + " for parameter " + parameter + " is invalid. Reason: " + reason);
    }

    static AwsError invalid(String message) {
        return new AwsError(
                "com.amazon.coral.service#InvalidParameterValueException", "InvalidParameterValue", message);
    }

    static AwsError missing(String parameter) {
        return new AwsError(
                "com.amazon.coral.service#MissingRequiredParameterException",
                "MissingParameter",
                "The request must contain the parameter " + parameter + ".");
    }

    static AwsError invalidAttribute(String name) {
        return new AwsError(
                NAMESPACE + "InvalidAttributeName", "InvalidAttributeName", "Unknown Attribute " + name + ".");
    }

    static AwsError unsupported(String message) {
        return named("UnsupportedOperation", message);
    }

    static AwsError noSuchResource(String message) {
        return new AwsError(NAMESPACE + "ResourceNotFoundException", "ResourceNotFoundException", message);
    }

    /** One whose names in the two protocols differ in their namespace only. */
    static AwsError named(String name, String message) {
        return new AwsError(NAMESPACE + name, QUERY_NAMESPACE + name, message);
    }
}
