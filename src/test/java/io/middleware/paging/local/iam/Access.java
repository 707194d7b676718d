package io.middleware.paging.local.iam;

import java.util.Map;

/**
 * What one call asks for.
 *
 * @param action such as {@code dynamodb:PutItem}
 * @param resource an ARN
 * @param context values of IAM's condition keys, such as {@code aws:RequestTag/paging-stack}
 */
record Access(String action, String resource, Map<String, String> context) {

    Access(String action, String resource) {
        this(action, resource, Map.of());
    }
}
