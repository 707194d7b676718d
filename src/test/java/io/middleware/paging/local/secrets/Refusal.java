package io.middleware.paging.local.secrets;

import io.middleware.paging.local.aws.AwsError;

/** An answer of Secrets Manager that is an error. The message never holds a secret's value. */
final class Refusal extends AwsError {

    Refusal(String type, String message) {
        super(type, message);
    }

    static Refusal notFound() {
        return new Refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }

    static Refusal valueNotFound(String by, String value) {
        return new Refusal(
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for " + by + ": " + value);
    }

    static Refusal markedForDeletion() {
        return invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
    }

    static Refusal accessDenied(String action) {
        return new Refusal(
                "AccessDeniedException",
                "User: arn:aws:sts::000000000000:assumed-role/function is not authorized to perform: secretsmanager:"
                        + action + " because no identity-based policy allows the secretsmanager:" + action
                        + " action");
    }

    /** As Secrets Manager words it: its own code, and nothing of which key it was. */
    static Refusal kmsDenied() {
        return new Refusal("AccessDeniedException", "Access to KMS is not allowed");
    }

    /** API reference, errors of CreateSecret and PutSecretValue. */
    static Refusal encryptionFailure() {
        return new Refusal(
                "EncryptionFailure",
                "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key"
                        + " is available, enabled, and not in an invalid state.");
    }

    /** API reference, errors of GetSecretValue. */
    static Refusal decryptionFailure() {
        return new Refusal(
                "DecryptionFailure",
                "Secrets Manager can't decrypt the protected secret text using the provided KMS key.");
    }

    static Refusal exists(String message) {
        return new Refusal("ResourceExistsException", message);
    }

    static Refusal invalidRequest(String message) {
        return new Refusal("InvalidRequestException", message);
    }

    static Refusal invalidParameter(String message) {
        return new Refusal("InvalidParameterException", message);
    }

    static Refusal validation(String message) {
        return new Refusal("ValidationException", message);
    }

    static Refusal unreadable(String message) {
        return new Refusal("SerializationException", message);
    }
}
