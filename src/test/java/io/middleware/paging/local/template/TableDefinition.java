package io.middleware.paging.local.template;

import java.util.Optional;

import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;

/** A DynamoDB table of the template. */
public record TableDefinition(String logicalId, CreateTableRequest request, Optional<String> timeToLiveAttribute) {

    public String name() {
        return request.tableName();
    }
}
