package io.middleware.paging.installation;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;

import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

import io.middleware.paging.pagerduty.ApiToken;

/**
 * Tokens that somebody hands over in a secret of their own, so that the token is in no request: who deploys by Terraform keeps
 * requests in its state. Only a secret under the stack's prefix is read, once; none is written, tagged or deleted.
 */
@ApplicationScoped
public class SecretsManagerHandOver {
    /** Source: AWS, "CreateSecret", Name. An ARN adds a hyphen and six characters. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@-]{1,519}");

    private static final Pattern ARN = Pattern.compile("arn:[^:]*:secretsmanager:([^:]*):([^:]*):secret:([^:]*)");

    /** Of the stack's queue: region and account. */
    private static final Pattern QUEUE_ARN = Pattern.compile("arn:[^:]*:sqs:([^:]+):([^:]+):.*");

    private static final int MAX_SHOWN_CHARS = 200;

    private final SecretsManagerClient secrets;
    private final InstallationConfig config;

    public SecretsManagerHandOver(SecretsManagerClient secrets, InstallationConfig config) {
        this.secrets = secrets;
        this.config = config;
    }

    /** What came of reading. */
    public sealed interface HandOver {
        /** What the secret holds, which may be no token. */
        record Read(GivenToken token) implements HandOver {}

        record Refused(Refusal refusal) implements HandOver {}
    }

    /**
     * Reads the secret's current value.
     *
     * @param secretId its name or its ARN, as the request has it
     * @throws SecretsManagerException if Secrets Manager fails
     */
    public HandOver read(String secretId) {
        Optional<Refusal> unfit = whyNotRead(secretId);
        if (unfit.isPresent()) {
            return new HandOver.Refused(unfit.get());
        }
        String shown = shown(secretId);
        try {
            GetSecretValueResponse secret = secrets.getSecretValue(request -> request.secretId(secretId));
            return secret.secretString() == null
                    ? refused(
                            "TOKEN_INVALID",
                            "the secret " + shown + " holds bytes (SecretBinary), not text.",
                            "Store the token alone as the secret's text (SecretString).")
                    : new HandOver.Read(GivenToken.inSecret(shown(secret.name()), secret.secretString()));
        } catch (ResourceNotFoundException absent) {
            return refused(
                    "there is no secret " + shown + ", or it has no value yet (" + SecretsManagerErrors.words(absent)
                            + ").",
                    "Create it in this account and region with the token alone as its text: aws secretsmanager create-secret"
                            + " --name <name> --secret-string file://<file>.");
        } catch (InvalidRequestException notReadable) {
            return refused(
                    "the secret " + shown + " cannot be read now (" + SecretsManagerErrors.words(notReadable) + ").",
                    "If it waits for its deletion, bring it back (aws secretsmanager restore-secret --secret-id <name>), or"
                            + " store the token in another secret under "
                            + config.handoverPrefix().get() + ".");
        } catch (SecretsManagerException failure) {
            return ofFailure(shown, failure);
        }
    }

    private HandOver ofFailure(String shown, SecretsManagerException failure) {
        String words = " (" + shown(SecretsManagerErrors.words(failure)) + ").";
        if (SecretsManagerErrors.isOfKms(failure)) {
            return refused(
                    "the secret " + shown
                            + " cannot be decrypted: install may not use its KMS key, or the key is disabled" + words,
                    "Encrypt it under the account's own key for Secrets Manager (aws/secretsmanager: name no key)"
                            + config.secretKmsKey()
                                    .map(own -> " or under this stack's, " + own)
                                    .orElse("")
                            + ".");
        }
        if (SecretsManagerErrors.isDenied(failure)) {
            return refused(
                    "install may not read the secret " + shown + words,
                    "The stack lets install read what begins with "
                            + config.handoverPrefix().get()
                            + ": look whether the secret's own policy, a permissions boundary or a policy of the organisation"
                            + " denies it.");
        }
        throw failure;
    }

    private Optional<Refusal> whyNotRead(String secretId) {
        if (config.handoverPrefix().isEmpty()) {
            return refusal(
                    "this function reads no secrets of others: PAGING_HANDOVER_PREFIX is not set.",
                    "Deploy the stack's template or module as it is, which sets PAGING_HANDOVER_PREFIX, or send the token as"
                            + " accessToken.");
        }
        Matcher arn = ARN.matcher(secretId);
        boolean isArn = arn.matches();
        String name = isArn ? arn.group(3) : secretId;
        String prefix = config.handoverPrefix().get();
        if (!NAME.matcher(name).matches()) {
            return refusal(
                    "must be the name or the ARN of a secret in Secrets Manager, found \"" + shown(secretId) + "\".",
                    "Copy the ARN from the answer of create-secret, or send the name, which begins with " + prefix
                            + ".");
        }
        Optional<Refusal> elsewhere = isArn ? whyElsewhere(secretId, arn.group(1), arn.group(2)) : Optional.empty();
        if (elsewhere.isPresent()) {
            return elsewhere;
        }
        return name.startsWith(prefix) && name.length() > prefix.length()
                ? Optional.empty()
                : refusal(
                        "must name a secret under " + prefix + ", found \"" + shown(name) + "\".",
                        "Store the token in a secret whose name begins with " + prefix + ": install reads no other.");
    }

    private Optional<Refusal> whyElsewhere(String secretId, String region, String account) {
        Matcher queue = QUEUE_ARN.matcher(config.alertQueueArn().orElse(""));
        if (!queue.matches()) {
            return Optional.empty();
        }
        if (!queue.group(1).equals(region)) {
            return refusal(
                    "is in the region " + shown(region) + ", and this stack in " + queue.group(1) + ": "
                            + shown(secretId) + ".",
                    "Store the token in a secret of " + queue.group(1) + ".");
        }
        return queue.group(2).equals(account)
                ? Optional.empty()
                : refusal(
                        "is in the account " + shown(account) + ", and this stack in " + queue.group(2) + ": "
                                + shown(secretId) + ".",
                        "Store the token in a secret of the account " + queue.group(2) + ".");
    }

    private static HandOver refused(String found, String remedy) {
        return refused("INVALID_REQUEST", found, remedy);
    }

    private static HandOver refused(String code, String found, String remedy) {
        return new HandOver.Refused(new Refusal(code, "accessTokenSecretId: " + found, remedy));
    }

    private static Optional<Refusal> refusal(String found, String remedy) {
        return Optional.of(Refusal.invalidRequest("accessTokenSecretId: " + found, remedy));
    }

    /** The beginning, without what may be a token that was pasted into the wrong field. */
    private static String shown(String text) {
        String harmless = ApiToken.maskedIn(text);
        return harmless.length() > MAX_SHOWN_CHARS ? harmless.substring(0, MAX_SHOWN_CHARS) + "…" : harmless;
    }
}
