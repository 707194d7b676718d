package io.middleware.paging.bench;

import java.time.Instant;

/**
 * A call of the function, as it was seen on the wire.
 *
 * @param what the action and, for DynamoDB, its table; for PagerDuty method and path
 */
record WireCall(String service, String what, Instant arrivedAt, Instant answeredAt) {

    static final String DYNAMO_DB = "DynamoDB";
    static final String SQS = "SQS";
    static final String SECRETS_MANAGER = "Secrets Manager";
    static final String PAGER_DUTY = "PagerDuty";

    String name() {
        return service + " " + what;
    }
}
