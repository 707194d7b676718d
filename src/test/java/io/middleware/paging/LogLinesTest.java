package io.middleware.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.json.runtime.JsonFormatter;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.jboss.logging.MDC;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.TestCloud;

/** What a line of the deployed functions' log holds, with the formatter and the settings that they have. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class LogLinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @AfterEach
    void clear() {
        MDC.clear();
    }

    @Test
    void whatIsKnownOfAnAlertIsUnderMdcWhereLogsInsightsFindsIt() {
        MDC.put("workspace", "acme");
        MDC.put("rule", "cpu-high");
        MDC.put("alert", "a \"quoted\" id");

        JsonNode line = line("OPENED");

        assertThat(line.path("message").asText()).isEqualTo("OPENED");
        assertThat(line.path("mdc")).isEqualTo(json("""
                {"workspace":"acme","rule":"cpu-high","alert":"a \\"quoted\\" id"}"""));
    }

    @Test
    void aLineHasWhatIsSearchedForAndNothingThatOnlyCosts() {
        JsonNode line = line("Nothing to do");

        assertThat(line.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("timestamp", "loggerName", "level", "message", "threadName", "mdc");
    }

    private static JsonNode line(String message) {
        JsonFormatter formatter = new JsonFormatter();
        formatter.setExcludedKeys(
                Set.of(setting("%prod.quarkus.log.console.json.excluded-keys").split(",")));
        return json(formatter.format(new ExtLogRecord(Level.INFO, message, LogLinesTest.class.getName())));
    }

    private static String setting(String name) {
        Properties settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            settings.load(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return settings.getProperty(name);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
