package io.middleware.paging.installation;

import java.util.regex.Pattern;

import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.EncryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/** What a refusal of Secrets Manager is about. */
final class SecretsManagerErrors {
    /** "Access to KMS is not allowed", or the name of KMS's own action. Not just "kms": a secret may be named so. */
    private static final Pattern OF_KMS = Pattern.compile("Access to KMS|\\bkms:[A-Z]");

    private SecretsManagerErrors() {}

    /** Whether the caller's rights do not suffice, for the secret or for its key. */
    static boolean isDenied(SecretsManagerException failure) {
        return failure.awsErrorDetails() != null
                && "AccessDeniedException".equals(failure.awsErrorDetails().errorCode());
    }

    /** Whether the secret's KMS key is what cannot be used: by anybody while it is disabled or to be deleted, or by the caller. */
    static boolean isOfKms(SecretsManagerException failure) {
        return failure instanceof DecryptionFailureException
                || failure instanceof EncryptionFailureException
                || isDenied(failure) && OF_KMS.matcher(words(failure)).find();
    }

    /** What AWS says, without the id of the request and without a full stop. Never a secret's value. */
    static String words(SecretsManagerException failure) {
        boolean told =
                failure.awsErrorDetails() != null && failure.awsErrorDetails().errorMessage() != null;
        String words = told ? failure.awsErrorDetails().errorMessage() : String.valueOf(failure.getMessage());
        return words.strip().replaceAll("\\.$", "");
    }
}
