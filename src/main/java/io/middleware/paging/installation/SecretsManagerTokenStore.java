package io.middleware.paging.installation;

import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

import io.middleware.paging.pagerduty.ApiToken;

/** Tokens in Secrets Manager: the secret's text is the token and nothing else. */
@ApplicationScoped
public class SecretsManagerTokenStore implements TokenStore {
    private final SecretsManagerClient secrets;
    private final InstallationConfig config;

    public SecretsManagerTokenStore(SecretsManagerClient secrets, InstallationConfig config) {
        this.secrets = secrets;
        this.config = config;
    }

    @Override
    public Optional<StoredToken> find(WorkspaceId workspaceId) {
        try {
            GetSecretValueResponse secret = secrets.getSecretValue(request -> request.secretId(name(workspaceId)));
            // A value that is binary has no text. One that was edited by hand may end with a line break.
            return Optional.ofNullable(secret.secretString())
                    .map(String::strip)
                    .filter(ApiToken::isValid)
                    .map(text -> new StoredToken(new ApiToken(text), secret.versionId()));
        } catch (ResourceNotFoundException | InvalidRequestException absentOrWaitingForDeletion) {
            return Optional.empty();
        }
    }

    @Override
    public String save(WorkspaceId workspaceId, ApiToken token) {
        String name = name(workspaceId);
        try {
            return replace(name, token);
        } catch (ResourceNotFoundException firstInstallation) {
            return create(name, workspaceId, token);
        } catch (InvalidRequestException waitsForDeletion) {
            return restore(name, token);
        }
    }

    private String create(String name, WorkspaceId workspaceId, ApiToken token) {
        CreateSecretRequest.Builder request = CreateSecretRequest.builder()
                .name(name)
                .description("PagerDuty user API token of workspace " + workspaceId)
                .secretString(token.reveal())
                .tags(Tag.builder()
                        .key("workspaceId")
                        .value(workspaceId.value())
                        .build());
        config.secretKmsKey().ifPresent(request::kmsKeyId);
        try {
            return secrets.createSecret(request.build()).versionId();
        } catch (ResourceExistsException anotherInstallWasFaster) {
            return replace(name, token);
        } catch (InvalidRequestException waitsForDeletion) {
            return restore(name, token);
        }
    }

    /** A secret deleted with a recovery window keeps its name for 7 to 30 days and takes no value meanwhile. */
    private String restore(String name, ApiToken token) {
        secrets.restoreSecret(request -> request.secretId(name));
        return replace(name, token);
    }

    private String replace(String name, ApiToken token) {
        return secrets.putSecretValue(request -> request.secretId(name).secretString(token.reveal()))
                .versionId();
    }

    private String name(WorkspaceId workspaceId) {
        return config.secretPrefix() + workspaceId.value();
    }
}
