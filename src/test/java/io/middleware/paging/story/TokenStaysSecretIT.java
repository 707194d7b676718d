package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import io.middleware.paging.local.pagerduty.Account;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Sample;

/** The token is in Secrets Manager and nowhere else, whatever goes wrong, even if PagerDuty repeats it to us. */
class TokenStaysSecretIT extends Story {
    private static final String SHORT_LIVED = "u+sample-leaks-never";

    @Test
    void nothingThatIsWrittenAnywhereHoldsAToken() throws Exception {
        List<String> written = new ArrayList<>();
        deadLetters();
        for (String token : List.of(
                Sample.REVOKED_TOKEN,
                Sample.ACCOUNT_KEY,
                Sample.STAKEHOLDER_TOKEN,
                SHORT_LIVED,
                "u+has a blank inside")) {
            written.add(install(token).toString());
        }
        Account acme = pagerDuty.us().account(Sample.US_SUBDOMAIN);
        acme.addUserToken(SHORT_LIVED, acme.user("PUSR001").orElseThrow());
        written.add(install(SHORT_LIVED).toString());
        written.add(bind("Payments").toString());
        written.add(installFromASecret(SHORT_LIVED).toString());
        // Errors that repeat what they were sent, as proxies do.
        String echo = "{\"error\":{\"code\":2001,\"message\":\"Authorization was Token token=" + SHORT_LIVED + "\"}}";
        pagerDuty.faults().add(Fault.on("POST", "/incidents").answering(503, echo));
        pagerDuty
                .faults()
                .add(Fault.on("POST", "/incidents").answering(400, echo).times(2));
        fires(0);
        cloud.send("{\"workspaceId\":\"" + workspace + "\",\"status\":42}");
        cloud.send("no JSON at all");
        handled();
        pagerDuty.faults().add(Fault.on("GET", "/services").answering(500, echo).times(2));
        written.add(cloud.invoke("list-services", object().put("workspaceId", workspace))
                .toString());
        pagerDuty.us().revoke(SHORT_LIVED);
        written.add(cloud.invoke("list-services", object().put("workspaceId", workspace))
                .toString());
        written.add(cloud.tryInvoke("notify", "{\"Records\":7}").payloadText());
        written.add(cloud.tryInvoke("install", "{\"accessToken\":\"" + SHORT_LIVED + "\",")
                .payloadText());

        deadLetters().forEach(dead -> written.add(dead.body() + dead.messageAttributes()));
        written.addAll(tables());
        written.addAll(secretsWithoutTheirValues());
        // A function's output takes another way than its answer, and these two lines come last.
        await().until(() -> isLogged("list-services", "needs a fresh PagerDuty token"));
        await().until(() -> isLogged("notify", "REFUSED"));
        written.addAll(cloud.logs().allLines());

        assertThat(written).hasSizeGreaterThan(20);
        for (String token : List.of(
                SHORT_LIVED,
                Sample.MANAGER_TOKEN,
                Sample.RESPONDER_TOKEN,
                Sample.EU_TOKEN,
                Sample.REVOKED_TOKEN,
                Sample.ACCOUNT_KEY,
                Sample.STAKEHOLDER_TOKEN,
                "u+has a blank inside")) {
            assertThat(written).noneMatch(text -> text.contains(token), "holds " + token);
        }
    }

    /** Of the user's, whose metadata is looked at below as that of all secrets. */
    private JsonNode installFromASecret(String token) {
        String name = "pagerduty-handover/" + stack() + "/" + workspace;
        try (SecretsManagerClient secrets = cloud.secretsManager()) {
            secrets.createSecret(request -> request.name(name).secretString(token));
        }
        return cloud.invoke("install", object().put("workspaceId", workspace).put("accessTokenSecretId", name));
    }

    private boolean isLogged(String function, String text) {
        return cloud.logs().lines(function).stream().anyMatch(line -> line.contains(workspace) && line.contains(text));
    }

    private List<String> tables() {
        List<String> items = new ArrayList<>();
        try (DynamoDbClient dynamo = cloud.dynamoDb()) {
            for (String table : cloud.tableNames().values()) {
                dynamo.scanPaginator(request -> request.tableName(table))
                        .items()
                        .forEach(item -> items.add(item.toString()));
            }
        }
        return items;
    }

    private List<String> secretsWithoutTheirValues() {
        try (SecretsManagerClient secrets = cloud.secretsManager()) {
            return secrets.listSecretsPaginator().stream()
                    .flatMap(page -> page.secretList().stream())
                    .map(Object::toString)
                    .toList();
        }
    }
}
