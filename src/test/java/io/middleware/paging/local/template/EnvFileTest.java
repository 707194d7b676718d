package io.middleware.paging.local.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.junit.jupiter.api.Test;

/**
 * {@code events/env.json}, by which {@code sam local invoke} runs a function against the local cloud. SAM hands a container the
 * variables that the template declares, with the values of this file, else those of the template; what refers to a resource
 * has none there. Source: samcli/local/lambdafn/env_vars.py of aws-sam-cli.
 */
class EnvFileTest {
    private static final Path FILE = Path.of("events", "env.json");
    private static final String GATEWAY = "http://host.docker.internal:8080";

    /** Addresses: those of the template are on the internet. */
    private static final Map<String, String> PARAMETERS = Map.of(
            "AwsEndpointUrl",
            GATEWAY,
            "PagerDutyUrlUs",
            GATEWAY + "/_pagerduty/us",
            "PagerDutyUrlEu",
            GATEWAY + "/_pagerduty/eu");

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** As the local cloud names its resources, queues by the gateway's address. */
    private static final References LOCAL = new References() {
        @Override
        public String ref(String logicalId) {
            return logicalId.endsWith("Queue") ? GATEWAY + "/000000000000/" + name(logicalId) : "local-" + logicalId;
        }

        @Override
        public String attribute(String logicalId, String attribute) {
            return logicalId.endsWith("Queue")
                    ? "arn:aws:sqs:us-east-1:000000000000:" + name(logicalId)
                    : "arn:aws:kms:us-east-1:000000000000:key/local-" + logicalId;
        }

        private static String name(String queue) {
            return queue.equals("AlertQueue") ? "local-alerts" : "local-alerts-dead";
        }
    };

    /** To see what refers to a resource. */
    private static final References NONE = new References() {
        @Override
        public String ref(String logicalId) {
            return "";
        }

        @Override
        public String attribute(String logicalId, String attribute) {
            return "";
        }
    };

    @Test
    void itHasEachValueThatTheTemplateAloneDoesNotGive() throws IOException {
        SamTemplate local = SamTemplate.read(Path.of("template.yaml"), "local", PARAMETERS);
        SamTemplate plain = SamTemplate.read(Path.of("template.yaml"), "local", Map.of());
        Map<String, Map<String, String>> expected = new LinkedHashMap<>();
        for (String id : local.logicalIds(SamTemplate.FUNCTION)) {
            Map<String, String> values =
                    new LinkedHashMap<>(local.function(id, LOCAL).environment());
            plain.function(id, NONE).environment().forEach(values::remove);
            expected.put(id, values);
        }

        Map<String, Map<String, String>> found =
                JSON.readValue(Files.readString(FILE), new TypeReference<Map<String, Map<String, String>>>() {});

        assertThat(found)
                .as("%s must be%n%s", FILE, JSON.writeValueAsString(expected))
                .isEqualTo(expected);
    }
}
