package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.middleware.paging.local.LocalCloud;

/**
 * A newcomer who has docs/local.md and nothing else: from the first token to the uninstall, each item of the troubleshooting list
 * included. What the page says that an answer shows ({@code # →}) is shown, in that order.
 */
class SetUpPageIT {
    private static final Pattern SHOWN = Pattern.compile("(?m)^# → (.*)$");

    @TempDir
    static Path directory;

    private static LocalCloud cloud;

    @BeforeAll
    static void start() throws Exception {
        DocumentedCommands.assumeTools("bash", "aws", "jq", "curl");
        cloud = LocalCloud.builder()
                .workDirectory(Path.of("target", "set-up-page"))
                .impatient()
                .start();
        new ObjectMapper()
                .writeValue(
                        directory.resolve("endpoints.json").toFile(),
                        Map.of(
                                "lambda", cloud.endpoints().lambda(),
                                "queueUrl", cloud.endpoints().queueUrl(),
                                "pagerduty", cloud.endpoints().pagerduty()));
    }

    @AfterAll
    static void end() {
        if (cloud != null) {
            cloud.close();
        }
    }

    @Test
    void theCommandsOfThePageShowWhatItSays() throws Exception {
        String page = Files.readString(Path.of("docs", "local.md"));
        String commands = DocumentedCommands.blocksOf(page.substring(0, page.indexOf("\n## See what happens")))
                .collect(Collectors.joining("\n"));

        String printed = DocumentedCommands.run(
                "set -euo pipefail\n" + here(commands), cloud.endpoints().lambda(), 0);

        assertThat(cloud.takeDenied()).as("calls that a role does not allow").isEmpty();
        int at = 0;
        for (String shown : shown(commands)) {
            int found = printed.indexOf(shown, at);
            assertThat(found)
                    .as("\"%s\" after%n%s%nin%n%s", shown, printed.substring(0, at), printed.substring(at))
                    .isNotNegative();
            at = found + shown.length();
        }
    }

    private static List<String> shown(String commands) {
        return SHOWN.matcher(commands)
                .results()
                .map((MatchResult match) -> match.group(1).strip())
                .toList();
    }

    /** With this cloud's addresses, and files of its own: a local cloud that runs beside this test keeps its. */
    private static String here(String commands) throws IOException {
        return commands.replace(
                        "http://localhost:8080", cloud.endpoints().lambda().toString())
                .replace("target/local/", directory.toRealPath() + "/")
                .replace("target/", directory.toRealPath() + "/");
    }
}
