package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;

import io.middleware.paging.local.pagerduty.Sample;

/** {@code POST /_control/reset}: whoever plays with the local cloud begins anew, with nothing left that hides the next page. */
class LocalResetIT extends Story {

    @Test
    void afterAResetTheSameAlertPagesAsForTheFirstTime() throws Exception {
        installAndBind();
        fires(0);
        await().untilAsserted(() -> assertThat(incidents()).hasSize(1));
        cloud.send("no alert");
        handled();

        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(cloud.endpoints().pagerduty() + "/_control/reset"))
                                .POST(BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(pagerDuty.incidents()).isEmpty();
        assertThat(deadLetters()).isEmpty();
        try (DynamoDbClient dynamo = cloud.dynamoDb();
                SecretsManagerClient secrets = cloud.secretsManager()) {
            cloud.tableNames()
                    .values()
                    .forEach(table -> assertThat(dynamo.scan(request -> request.tableName(table))
                                    .items())
                            .as(table)
                            .isEmpty());
            // A token that is to be handed over is a person's secret, and stays.
            assertThat(secrets.listSecretsPaginator().stream()
                            .flatMap(page -> page.secretList().stream())
                            .map(SecretListEntry::name))
                    .noneMatch(name -> name.startsWith(cloud.secretName("")));
        }

        assertThat(install(Sample.MANAGER_TOKEN).path("reinstalled").asBoolean())
                .isFalse();
        bind("Payments");
        fires(0);
        handled();
        assertThat(incidents()).hasSize(1);
        assertThat(ledger("outcome")).isEqualTo("OPENED");
    }
}
