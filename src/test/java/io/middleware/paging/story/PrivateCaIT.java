package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.middleware.paging.local.LocalCloud;
import io.middleware.paging.local.pagerduty.FakePagerDuty;
import io.middleware.paging.local.pagerduty.Sample;

/** PagerDuty behind a proxy with a certificate of the company's own: trusted when told to, refused otherwise. */
class PrivateCaIT {
    private static final String PASSWORD = "not-a-secret";

    @TempDir
    static Path folder;

    private static FakePagerDuty pagerDuty;
    private static TlsProxy proxy;

    @BeforeAll
    static void start() throws Exception {
        Path keys = folder.resolve("server.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-validity",
                "2",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-keystore",
                keys.toString());
        keytool(
                "-exportcert",
                "-alias",
                "server",
                "-keystore",
                keys.toString(),
                "-file",
                certificate().toString());
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                "ca",
                "-file",
                certificate().toString(),
                "-keystore",
                trustStore().toString());
        pagerDuty = FakePagerDuty.start(Clock.systemUTC());
        proxy = TlsProxy.start(keys, PASSWORD, pagerDuty.us().url());
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
                trustStore().toString(),
                "QUARKUS_TLS_TRUST_STORE_P12_PASSWORD",
                PASSWORD));

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

    private static Path certificate() {
        return folder.resolve("ca.crt");
    }

    private static Path trustStore() {
        return folder.resolve("trust.p12");
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        Path output = Files.createTempFile(folder, "keytool", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }
}
