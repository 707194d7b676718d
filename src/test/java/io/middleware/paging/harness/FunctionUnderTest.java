package io.middleware.paging.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTestProfile;
import org.eclipse.microprofile.config.ConfigProvider;

/** The exported function, called over HTTP as Lambda's event: JSON in, JSON out. */
public final class FunctionUnderTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();

    /** @throws AssertionError if the function failed, with its error */
    public JsonNode call(String event) {
        HttpResponse<String> response = send(event);
        if (response.statusCode() != 200) {
            throw new AssertionError("the function failed: " + response.statusCode() + " " + response.body());
        }
        return read(response.body());
    }

    /** The answer's bytes; empty if the function failed. What an event source needs. */
    public Optional<byte[]> invoke(byte[] event) {
        HttpResponse<String> response = send(new String(event, StandardCharsets.UTF_8));
        return response.statusCode() == 200
                ? Optional.of(response.body().getBytes(StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /** The error of an invocation that must fail. */
    public JsonNode callToFail(String event) {
        HttpResponse<String> response = send(event);
        if (response.statusCode() != 500) {
            throw new AssertionError("the function did not fail: " + response.body());
        }
        return read(response.body());
    }

    /** The field of each object of a list, not of the objects inside those. */
    public static List<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(element -> element.path(field).asText())
                .toList();
    }

    private HttpResponse<String> send(String event) {
        String runtimeApi = ConfigProvider.getConfig().getValue("quarkus-internal.aws-lambda.test-api", String.class);
        URI server = URI.create("http://" + runtimeApi.substring(0, runtimeApi.indexOf('/')) + "/");
        try {
            return http.send(
                    HttpRequest.newBuilder(server)
                            .POST(HttpRequest.BodyPublishers.ofString(event))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode read(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A deployment that exports {@code install}. */
    public static final class Install implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return export("install");
        }
    }

    /** As {@link Install}, with a key of the stack and a place for tokens to be handed over, as the template sets them. */
    public static final class InstallWithKey implements QuarkusTestProfile {
        public static final String KEY = "arn:aws:kms:us-east-1:000000000000:key/1111aaaa-2222-3333-4444-555555555555";

        public static final String HAND_OVER = "pagerduty-handover/paging/";

        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> overrides = new HashMap<>(export("install"));
            overrides.put("paging.secret-kms-key", KEY);
            overrides.put("paging.handover-prefix", HAND_OVER);
            return overrides;
        }
    }

    /** A deployment that exports {@code list-services}. */
    public static final class ListServices implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return export("list-services");
        }
    }

    /** A deployment that exports {@code bind-rule}. */
    public static final class BindRule implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return export("bind-rule");
        }
    }

    /** A deployment that exports {@code status}. */
    public static final class Status implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return export("status");
        }
    }

    /** A deployment that exports {@code unbind-rule}. */
    public static final class UnbindRule implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return export("unbind-rule");
        }
    }

    /** A deployment that exports {@code list-bindings}. */
    public static final class ListBindings implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            // As in the template: what is verified stops well before.
            return Map.of("quarkus.funqy.export", "list-bindings", "paging.timeout", "60S");
        }
    }

    /** A deployment that exports {@code uninstall}. */
    public static final class Uninstall implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return export("uninstall");
        }
    }

    /** A deployment that exports {@code send-test}. */
    public static final class SendTest implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> overrides = new HashMap<>(export("send-test"));
            // Its calls take at most 20 s here, and there must be time for one to open and one to resolve.
            overrides.put("paging.timeout", "2M");
            return overrides;
        }
    }

    private static Map<String, String> export(String function) {
        return Map.of("quarkus.funqy.export", function);
    }
}
