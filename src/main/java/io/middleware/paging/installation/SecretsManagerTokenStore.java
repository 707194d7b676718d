package io.middleware.paging.installation;

import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

import io.middleware.paging.pagerduty.ApiToken;

/**
 * Tokens in Secrets Manager: the secret's text is the token and nothing else.
 *
 * <p>A secret is written only if its tag {@value #STACK_TAG} names this stack: another one's, or somebody's own, may lie
 * under the same prefix. The template's policies hold the functions to the same rule.
 */
@ApplicationScoped
public class SecretsManagerTokenStore implements TokenStore {
    /** Names the stack whose secret it is. The policies in template.yaml name it too. */
    static final String STACK_TAG = "paging-stack";

    private final SecretsManagerClient secrets;
    private final InstallationConfig config;

    public SecretsManagerTokenStore(SecretsManagerClient secrets, InstallationConfig config) {
        this.secrets = secrets;
        this.config = config;
    }

    @Override
    public Optional<StoredToken> find(WorkspaceId workspaceId) {
        String name = name(workspaceId);
        try {
            GetSecretValueResponse secret = read(name);
            return text(secret)
                    .filter(ApiToken::isValid)
                    .map(text -> new StoredToken(new ApiToken(text), secret.versionId()));
        } catch (ResourceNotFoundException | InvalidRequestException absentOrWaitingForDeletion) {
            return Optional.empty();
        } catch (SecretsManagerException failure) {
            if (SecretsManagerErrors.isOfKms(failure)
                    || SecretsManagerErrors.isDenied(failure) && whyDenied(name).isPresent()) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    @Override
    public String whyThereIsNone(WorkspaceId workspaceId) {
        String name = name(workspaceId);
        try {
            return "the secret " + name + " "
                    + text(read(name))
                            .map(SecretsManagerTokenStore::describe)
                            .orElse("holds bytes, not the bare token");
        } catch (ResourceNotFoundException absent) {
            return "there is no secret " + name;
        } catch (InvalidRequestException waitsForDeletion) {
            return "the secret " + name + " waits for its deletion";
        } catch (SecretsManagerException failure) {
            if (SecretsManagerErrors.isOfKms(failure)) {
                return whyNotDecrypted(name, failure);
            }
            return (SecretsManagerErrors.isDenied(failure) ? whyDenied(name) : Optional.<String>empty())
                    .orElseThrow(() -> failure);
        }
    }

    /**
     * The policy lets us read what has our tag. So AWS also denies the reading of a secret that does not exist, since that
     * has no tag.
     *
     * @return empty when the secret is ours, and so it should not have been denied
     */
    private Optional<String> whyDenied(String name) {
        try {
            return whyNotOurs(secrets.describeSecret(request -> request.secretId(name)))
                    .map(why -> "the secret " + name + " " + why);
        } catch (ResourceNotFoundException absent) {
            return Optional.of("there is no secret " + name);
        }
    }

    /** Until somebody makes the key usable again, or gives the secret this stack's. */
    private String whyNotDecrypted(String name, SecretsManagerException failure) {
        KmsKey key = KmsKey.ofSecret(
                secrets.describeSecret(request -> request.secretId(name)).kmsKeyId());
        return "the secret " + name + " cannot be decrypted (" + SecretsManagerErrors.words(failure)
                + "); its KMS key is " + key.name()
                + ": enable that key or cancel its deletion if it is disabled or to be deleted; if it is another key than this"
                + " stack's, encrypt the secret under this stack's key, or deploy with TokenKeyArn of that key";
    }

    private static String describe(String text) {
        if (text.isEmpty()) {
            return "is empty";
        }
        return ApiToken.isJson(text) ? "holds JSON, not the bare token" : "holds other text than a token";
    }

    private GetSecretValueResponse read(String name) {
        return secrets.getSecretValue(request -> request.secretId(name));
    }

    /** A value that is binary has no text. One that was edited by hand may end with a line break. */
    private static Optional<String> text(GetSecretValueResponse secret) {
        return Optional.ofNullable(secret.secretString()).map(String::strip);
    }

    @Override
    public Saved save(WorkspaceId workspaceId, ApiToken token) {
        String name = name(workspaceId);
        try {
            return replace(name, token);
        } catch (ResourceNotFoundException firstInstallation) {
            return create(name, workspaceId, token);
        }
    }

    @Override
    public Removed remove(WorkspaceId workspaceId) {
        String name = name(workspaceId);
        try {
            Optional<String> whyNotOurs = whyNotOurs(secrets.describeSecret(request -> request.secretId(name)));
            if (whyNotOurs.isPresent()) {
                return new Removed.NotOurs(name, whyNotOurs.get());
            }
            // Also where the description says that it waits for its deletion: that may be from before it was brought
            // back.
            return new Removed.Scheduled(
                    name,
                    secrets.deleteSecret(request -> request.secretId(name).recoveryWindowInDays((long) RECOVERY_DAYS))
                            .deletionDate(),
                    false);
        } catch (ResourceNotFoundException absent) {
            return new Removed.None(name);
        } catch (InvalidRequestException scheduledBefore) {
            // Or something else is in its way, such as a replica in another region.
            return Optional.ofNullable(secrets.describeSecret(request -> request.secretId(name))
                            .deletedDate())
                    .map(at -> new Removed.Scheduled(name, at, true))
                    .orElseThrow(() -> scheduledBefore);
        }
    }

    private Saved create(String name, WorkspaceId workspaceId, ApiToken token) {
        CreateSecretRequest.Builder request = CreateSecretRequest.builder()
                .name(name)
                .description("PagerDuty user API token of workspace " + workspaceId)
                .secretString(token.reveal())
                .tags(tag(STACK_TAG, config.stack()), tag("workspaceId", workspaceId.value()));
        config.secretKmsKey().ifPresent(request::kmsKeyId);
        try {
            return new Saved.As(secrets.createSecret(request.build()).versionId());
        } catch (ResourceExistsException anotherInstallWasFaster) {
            return replace(name, token);
        } catch (SecretsManagerException failure) {
            return keyUnusable(name, ownKey().orElse(KmsKey.OF_THE_ACCOUNT), failure);
        }
    }

    private Saved replace(String name, ApiToken token) {
        DescribeSecretResponse secret = secrets.describeSecret(request -> request.secretId(name));
        Optional<String> whyNotOurs = whyNotOurs(secret);
        if (whyNotOurs.isPresent()) {
            return new Saved.NotOurs(name, whyNotOurs.get(), STACK_TAG + "=" + config.stack());
        }
        KmsKey key = KmsKey.ofSecret(secret.kmsKeyId());
        boolean waitsForDeletion = secret.deletedDate() != null;
        Optional<KmsKey> otherKey =
                ownKey().filter(own -> waitsForDeletion ? !own.isSameAs(key) : own.isOtherThan(key));
        if (otherKey.isPresent()) {
            return new Saved.UnderOtherKey(name, key, otherKey.get(), waitsForDeletion);
        }
        if (waitsForDeletion) {
            // Deleted with a recovery window it keeps its name for 7 to 30 days, and takes no value meanwhile.
            secrets.restoreSecret(request -> request.secretId(name));
        }
        try {
            return new Saved.As(
                    secrets.putSecretValue(request -> request.secretId(name).secretString(token.reveal()))
                            .versionId());
        } catch (SecretsManagerException failure) {
            // An alias did not tell which key it is: KMS did.
            return SecretsManagerErrors.isOfKms(failure)
                            && ownKey().filter(own -> !own.isSameAs(key)).isPresent()
                    ? new Saved.UnderOtherKey(name, key, ownKey().get(), false)
                    : keyUnusable(name, key, failure);
        }
    }

    private static Saved keyUnusable(String name, KmsKey key, SecretsManagerException failure) {
        if (!SecretsManagerErrors.isOfKms(failure)) {
            throw failure;
        }
        return new Saved.KeyUnusable(name, key, SecretsManagerErrors.words(failure));
    }

    /** Under which new secrets are encrypted; empty for the account's own. */
    private Optional<KmsKey> ownKey() {
        return config.secretKmsKey().map(KmsKey::new);
    }

    /** Empty when its tag names this stack. */
    private Optional<String> whyNotOurs(DescribeSecretResponse secret) {
        Optional<String> owner = secret.tags().stream()
                .filter(tag -> tag.key().equals(STACK_TAG))
                .map(Tag::value)
                .findFirst();
        return owner.filter(config.stack()::equals).isPresent()
                ? Optional.empty()
                : Optional.of(
                        owner.map(stack -> "belongs to the stack " + stack).orElse("has no tag " + STACK_TAG));
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    private String name(WorkspaceId workspaceId) {
        return config.secretPrefix() + workspaceId.value();
    }
}
