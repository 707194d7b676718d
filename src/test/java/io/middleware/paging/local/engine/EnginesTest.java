package io.middleware.paging.local.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

class EnginesTest {

    @Test
    void dynamoDbAnswersOnceStarted() {
        try (DynamoDbClient dynamoDb = DynamoDbEngine.shared().client()) {

            assertThat(dynamoDb.listTables().tableNames()).doesNotContain("no-such-table");
        }
    }

    @Test
    void queueUrlsOfTheSqsEngineLeadToIt() {
        try (SqsEngine engine = SqsEngine.start();
                SqsClient sqs = engine.client()) {

            String url = sqs.createQueue(queue -> queue.queueName("alerts")).queueUrl();

            assertThat(url).isEqualTo(engine.endpoint() + "/" + AwsClients.ACCOUNT_ID + "/alerts");
        }
    }

    @Test
    void dynamoDbThatCannotStartSaysWhy() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {

            assertThatThrownBy(() -> DynamoDbEngine.start(taken.getLocalPort()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ended while starting")
                    .hasMessageContaining("Address already in use");
        }
    }
}
