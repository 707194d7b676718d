package io.middleware.paging.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/** {@code samconfig.toml}: after a build, {@code sam deploy} alone deploys. Its values are also those of JSON. */
class SamConfigTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void eachPackageHasAnEnvironmentThatDeploysIt() throws IOException {
        Map<String, Map<String, JsonNode>> config = config();

        assertThat(config).containsOnlyKeys("", "default.deploy.parameters", "jvm.deploy.parameters");
        assertThat(runtime(config.get("default.deploy.parameters"))).isEqualTo("provided.al2023");
        assertThat(runtime(config.get("jvm.deploy.parameters"))).startsWith("java");
    }

    @Test
    void nothingIsLeftToAsk() throws IOException {
        config().forEach((environment, options) -> {
            if (!environment.isEmpty()) {
                assertThat(options.get("template_file").asText()).isEqualTo("template.yaml");
                assertThat(options.get("stack_name").asText()).isEqualTo("paging");
                assertThat(options.get("resolve_s3").asBoolean()).isTrue();
                assertThat(options.get("capabilities").asText()).isEqualTo("CAPABILITY_IAM");
                assertThatCode(() -> SamTemplate.read(Path.of("template.yaml"), "paging", overrides(options)))
                        .doesNotThrowAnyException();
            }
        });
    }

    /** By section, "" for what stands before the first. */
    private static Map<String, Map<String, JsonNode>> config() throws IOException {
        Map<String, Map<String, JsonNode>> config = new LinkedHashMap<>();
        String section = "";
        for (String line : Files.readAllLines(Path.of("samconfig.toml"))) {
            if (line.startsWith("[")) {
                section = line.substring(1, line.indexOf(']'));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                String[] option = line.split(" = ", 2);
                config.computeIfAbsent(section, key -> new LinkedHashMap<>()).put(option[0], JSON.readTree(option[1]));
            }
        }
        return config;
    }

    private static String runtime(Map<String, JsonNode> options) {
        return SamTemplate.read(Path.of("template.yaml"), "paging", overrides(options))
                .parameters()
                .get("Runtime");
    }

    private static Map<String, String> overrides(Map<String, JsonNode> options) {
        Map<String, String> overrides = new LinkedHashMap<>();
        if (options.containsKey("parameter_overrides")) {
            Stream.of(options.get("parameter_overrides").asText().split(" "))
                    .map(override -> override.split("=", 2))
                    .forEach(override -> overrides.put(override[0], override[1]));
        }
        return overrides;
    }
}
