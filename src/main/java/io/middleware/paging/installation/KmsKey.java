package io.middleware.paging.installation;

import java.util.Objects;

/**
 * A KMS key as somebody named it: by its id, its ARN, or an alias in either form. Two names may mean one key.
 *
 * @param name never blank
 */
public record KmsKey(String name) {
    private static final String ALIAS = "alias/";

    /** The account's own key for Secrets Manager, which AWS manages and everybody in the account may use. */
    static final KmsKey OF_THE_ACCOUNT = new KmsKey(ALIAS + "aws/secretsmanager");

    public KmsKey {
        Objects.requireNonNull(name, "name is null");
    }

    /** @param kmsKeyId as {@code DescribeSecret} tells it: of the account's own key nothing (AWS, "DescribeSecret") */
    static KmsKey ofSecret(String kmsKeyId) {
        return kmsKeyId == null || kmsKeyId.isBlank() ? OF_THE_ACCOUNT : new KmsKey(kmsKeyId);
    }

    /** Whether that is surely the same key. */
    boolean isSameAs(KmsKey that) {
        return resource().equals(that.resource());
    }

    /** Whether that is surely another key. Which key an alias of the account stands for, only KMS knows. */
    boolean isOtherThan(KmsKey that) {
        boolean bothAreTold = !isAliasOfTheAccount() && !that.isAliasOfTheAccount();
        return bothAreTold && !isSameAs(that);
    }

    boolean isOfTheAccount() {
        return isSameAs(OF_THE_ACCOUNT);
    }

    private boolean isAliasOfTheAccount() {
        return resource().startsWith(ALIAS) && !isOfTheAccount();
    }

    /** Without what an ARN begins with. A secret's key is in the secret's region, and an id is given once. */
    private String resource() {
        String resource = name.substring(name.lastIndexOf(':') + 1);
        return resource.contains("/") ? resource : "key/" + resource;
    }
}
