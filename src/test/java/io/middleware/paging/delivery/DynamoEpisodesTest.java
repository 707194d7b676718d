package io.middleware.paging.delivery;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.engine.DynamoDbEngine;
import io.middleware.paging.local.template.DeployedTemplate;
import io.middleware.paging.local.template.SamTemplate;

/** The reader on the table and the index that the template deploys. */
class DynamoEpisodesTest extends EpisodesContract {
    private static DynamoDbClient dynamo;
    private static DeliveryConfig config;

    private final DeliveryLedger ledger =
            new DynamoDeliveryLedger(dynamo, config, clock, new Random(20261128), slot -> {});

    @BeforeAll
    static void createTables() {
        dynamo = AwsClients.dynamoDb(DynamoDbEngine.shared().endpoint());
        SamTemplate template = SamTemplate.read(Path.of("template.yaml"), "episodes-" + System.nanoTime(), Map.of());
        config = new FixedDeliveryConfig(
                DeployedTemplate.createUnsweptTables(template, dynamo).get("Deliveries"));
    }

    @AfterAll
    static void close() {
        dynamo.close();
    }

    @Override
    DeliveryLedger ledger() {
        return ledger;
    }

    @Override
    Episodes episodes() {
        return new DynamoEpisodes(dynamo, config);
    }

    @Override
    Duration lease() {
        return config.lease();
    }
}
