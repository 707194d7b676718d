package io.middleware.paging.local.secrets;

/** What a call gets instead of its answer; see {@link FakeSecretsManager#failNext(int, Fault)}. */
public sealed interface Fault {

    /** The call is not carried out and answers this error. */
    record Answered(String errorType, int status, String message) implements Fault {}

    /** The call is not carried out; the connection is closed without an answer. */
    record Dropped() implements Fault {}

    /** The call is carried out, but the connection is closed before its answer. */
    record AnswerLost() implements Fault {}

    static Fault answer(String errorType, int status) {
        return new Answered(errorType, status, "This call was told to fail.");
    }

    static Fault throttling() {
        return new Answered("ThrottlingException", 400, "Rate exceeded");
    }

    static Fault internalServiceError() {
        return new Answered("InternalServiceError", 500, "An error occurred on the server side.");
    }

    static Fault dropped() {
        return new Dropped();
    }

    static Fault answerLost() {
        return new AnswerLost();
    }
}
