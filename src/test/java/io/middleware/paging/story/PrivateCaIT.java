package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.middleware.paging.local.LocalCloud;
import io.middleware.paging.local.pagerduty.FakePagerDuty;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.tls.PrivateCa;

/** PagerDuty behind a proxy with a certificate of the company's own: trusted when told to, refused otherwise. */
class PrivateCaIT {
    @TempDir
    static Path folder;

    private static PrivateCa ca;
    private static FakePagerDuty pagerDuty;
    private static TlsProxy proxy;

    @BeforeAll
    static void start() throws Exception {
        ca = PrivateCa.in(folder);
        pagerDuty = FakePagerDuty.start(Clock.systemUTC());
        proxy = TlsProxy.start(ca, pagerDuty.us().url());
    }

    @AfterAll
    static void stop() {
        proxy.close();
        pagerDuty.close();
    }

    @Test
    void isTrustedWhereItsStoreIsGiven() {
        JsonNode reply = install(Map.of(
                "QUARKUS_TLS_TRUST_STORE_P12_PATH",
                ca.trustStore().toString(),
                "QUARKUS_TLS_TRUST_STORE_P12_PASSWORD",
                PrivateCa.PASSWORD));

        assertThat(reply.path("status").asText()).as(reply.toString()).isEqualTo("ACTIVE");
    }

    @Test
    void isRefusedWhereItIsNot() {
        JsonNode reply = install(Map.of());

        assertThat(reply.path("error").path("code").asText()).isEqualTo("PAGERDUTY_UNAVAILABLE");
        assertThat(reply.path("error").path("message").asText()).contains("UNREACHABLE");
    }

    private static JsonNode install(Map<String, String> environment) {
        LocalCloud.Builder builder = LocalCloud.builder()
                .stackName("tls-" + Long.toString(System.nanoTime(), Character.MAX_RADIX))
                .workDirectory(Path.of("target", "stories-tls"))
                // A first handshake takes its time on a machine that is busy.
                .environment("install", "PAGING_CALL_TIMEOUT", "PT25S")
                .pagerDuty(proxy.endpoint(), proxy.endpoint());
        environment.forEach((name, value) -> builder.environment("install", name, value));
        try (LocalCloud cloud = builder.start()) {
            JsonNode reply = cloud.invoke(
                    "install",
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("workspaceId", "behind-tls")
                            .put("accessToken", Sample.MANAGER_TOKEN));
            assertThat(cloud.takeDenied())
                    .as("calls that a role does not allow")
                    .isEmpty();
            return reply;
        }
    }
}
