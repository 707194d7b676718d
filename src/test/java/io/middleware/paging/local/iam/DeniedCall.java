package io.middleware.paging.local.iam;

/**
 * A call that a function's role does not allow.
 *
 * @param function its logical id
 * @param action such as {@code dynamodb:PutItem}
 * @param resource an ARN
 */
public record DeniedCall(String function, String action, String resource) {

    @Override
    public String toString() {
        return function + "Role does not allow " + action + " on " + resource;
    }
}
