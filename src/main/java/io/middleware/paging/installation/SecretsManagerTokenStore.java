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
        try {
            GetSecretValueResponse secret = read(workspaceId);
            return text(secret)
                    .filter(ApiToken::isValid)
                    .map(text -> new StoredToken(new ApiToken(text), secret.versionId()));
        } catch (ResourceNotFoundException | InvalidRequestException absentOrWaitingForDeletion) {
            return Optional.empty();
        }
    }

    @Override
    public String whyThereIsNone(WorkspaceId workspaceId) {
        String name = name(workspaceId);
        try {
            return "the secret " + name + " "
                    + text(read(workspaceId))
                            .map(SecretsManagerTokenStore::describe)
                            .orElse("holds bytes, not the bare token");
        } catch (ResourceNotFoundException absent) {
            return "there is no secret " + name;
        } catch (InvalidRequestException waitsForDeletion) {
            return "the secret " + name + " waits for its deletion";
        }
    }

    private static String describe(String text) {
        if (text.isEmpty()) {
            return "is empty";
        }
        return ApiToken.isJson(text) ? "holds JSON, not the bare token" : "holds other text than a token";
    }

    private GetSecretValueResponse read(WorkspaceId workspaceId) {
        return secrets.getSecretValue(request -> request.secretId(name(workspaceId)));
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
        }
    }

    private Saved replace(String name, ApiToken token) {
        DescribeSecretResponse secret = secrets.describeSecret(request -> request.secretId(name));
        Optional<String> owner = secret.tags().stream()
                .filter(tag -> tag.key().equals(STACK_TAG))
                .map(Tag::value)
                .findFirst();
        if (!owner.equals(Optional.of(config.stack()))) {
            return new Saved.NotOurs(
                    name,
                    owner.map(stack -> "belongs to the stack " + stack).orElse("has no tag " + STACK_TAG),
                    STACK_TAG + "=" + config.stack());
        }
        if (secret.deletedDate() != null) {
            // Deleted with a recovery window it keeps its name for 7 to 30 days, and takes no value meanwhile.
            secrets.restoreSecret(request -> request.secretId(name));
        }
        return new Saved.As(
                secrets.putSecretValue(request -> request.secretId(name).secretString(token.reveal()))
                        .versionId());
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    private String name(WorkspaceId workspaceId) {
        return config.secretPrefix() + workspaceId.value();
    }
}
