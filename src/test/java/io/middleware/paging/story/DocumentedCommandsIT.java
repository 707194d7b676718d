package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;

/**
 * What docs/operations.md has a person type at 3 a.m., typed as it stands there, with the AWS CLI against the local cloud.
 * Skipped, and reported so, where there is no bash, AWS CLI or jq.
 */
class DocumentedCommandsIT extends Story {

    /** The shell function that docs/local.md has a person define, so that all services are asked here. */
    private static final String LOCAL = """
            set -euo pipefail
            aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
            """;

    @BeforeAll
    static void needsTheTools() throws Exception {
        DocumentedCommands.assumeTools("bash", "aws", "jq");
    }

    @Test
    void theCommandsOfTheOperationsPageRunAsTheyStandThere() throws Exception {
        installAndBind("Legacy");
        fires(0);
        await().untilAsserted(() -> assertThat(ledger("reasonCode")).isEqualTo("NOT_PAGEABLE"));

        String printed = run(script(), 0);

        assertThat(printed)
                .as("what waits, by rule, alert and reason")
                .contains("NOT_PAGEABLE\t" + RULE + "\t" + ALERT + "\tnobody could be paged on service Legacy (")
                .as("explain")
                .contains("It has not paged yet: it waits since ")
                .contains("problem: service: ")
                .as("both queues")
                .contains("\"ApproximateNumberOfMessagesDelayed\": \"0\"")
                .as("the event source")
                .contains("\tEnabled\t");
        healed();
    }

    @Test
    void oneCommandShowsWhatNeedsAPerson() throws Exception {
        installAndBind("Legacy");
        fires(0);
        await().untilAsserted(() -> assertThat(ledger("reasonCode")).isEqualTo("NOT_PAGEABLE"));

        String printed = run("exec docs/at-3-am.sh " + stack() + " " + workspace, 1);

        assertThat(printed)
                .contains("! 1 NOT_PAGEABLE, workspace " + workspace + ", since ")
                .contains("such as " + RULE + " " + ALERT + ": nobody could be paged on service Legacy (")
                .contains("event source Enabled")
                .contains("Something needs a person (!).");
        healed();
    }

    @Test
    void itShowsAnIncidentThatPagedNobody() throws Exception {
        installAndBind("Bots");
        fires(0);
        await().untilAsserted(() -> assertThat(ledger("outcome")).isEqualTo("NOBODY_PAGED"));

        assertThat(run("exec docs/at-3-am.sh " + stack(), 1))
                .contains("! " + ledger("incidentUrl") + "  " + workspace + " " + RULE + " " + ALERT);
        resolves(60);
        await().untilAsserted(() -> assertThat(ledger("outcome")).isEqualTo("RESOLVED"));
    }

    @Test
    void theFirstPageOfTheReadmeIsSetUpAsItStandsThere() throws Exception {
        String setUp = DocumentedCommands.blocksOf(Files.readString(Path.of("README.md")))
                .filter(block -> block.startsWith("call()"))
                .findFirst()
                .orElseThrow();

        // A pipe, as in a terminal the answers follow each other.
        String printed = run(
                LOCAL + "{\n"
                        + setUp.replace("paging-$1", stack() + "-$1")
                                .replaceFirst("read -rs token.*", "token=" + Sample.MANAGER_TOKEN)
                                .replace("acme", workspace)
                        + "} | cat",
                0);

        assertThat(printed)
                .as("install")
                .contains("\"status\":\"ACTIVE\"")
                .as("bind-rule")
                .contains("\"serviceName\":\"Payments\"")
                .as("send-test")
                .contains("\"status\":\"resolved\"")
                .doesNotContain(Sample.MANAGER_TOKEN);
    }

    @Test
    void anOwnProducerSendsAsTheSourcesPageHasIt() throws Exception {
        installAndBind();
        String page = Files.readString(Path.of("docs", "sources.md"));
        String send = DocumentedCommands.blocksOf(page)
                .filter(block -> block.startsWith("queue="))
                .findFirst()
                .orElseThrow();

        run(
                LOCAL
                        + send.replace("--stack-name paging", "--stack-name " + stack())
                                .replace("acme", workspace),
                0);

        await().untilAsserted(
                        () -> assertThat(incidentsOf("CPU above 90 % on web-7")).hasSize(1));
    }

    @Test
    void anOwnProducerInPythonSendsAsTheSourcesPageHasIt() throws Exception {
        DocumentedCommands.assumePythonModule("boto3");
        installAndBind();
        String page = Files.readString(Path.of("docs", "sources.md"));
        String python = page.substring(page.indexOf("```python\n") + "```python\n".length());
        python = python.substring(0, python.indexOf("```")).replace("acme", workspace);

        run(
                LOCAL + "queue=$(aws cloudformation describe-stack-resource --stack-name " + stack()
                        + " --logical-resource-id AlertQueue --query StackResourceDetail.PhysicalResourceId --output text)\n"
                        + "export queue\npython3 - <<'PYTHON'\n" + python
                        + "\nimport os\nalert(os.environ[\"queue\"], \"cpu-high\", \"cpu-high/web-8\", \"triggered\","
                        + " \"CPU above 90 % on web-8\", severity=\"critical\")\nPYTHON",
                0);

        await().untilAsserted(
                        () -> assertThat(incidentsOf("CPU above 90 % on web-8")).hasSize(1));
    }

    private List<IncidentView> incidentsOf(String title) {
        return pagerDuty.incidents().stream()
                .filter(incident -> incident.title().equals(title))
                .toList();
    }

    private void installAndBind(String serviceName) {
        installAndBind();
        bind(serviceName);
    }

    /** What waits pages now: the next story begins with an empty queue. */
    private void healed() {
        bind("Payments");
        await().untilAsserted(() -> assertThat(incidents()).hasSize(1));
    }

    /** Every block of the page that asks AWS something, but for those that need a handle from the answer before, or a token. */
    private String script() throws IOException {
        String page = Files.readString(Path.of("docs", "operations.md"));
        String blocks = DocumentedCommands.blocksOf(page)
                .filter(block -> !block.contains("mvn ") && !block.contains("docs/at-3-am.sh"))
                .filter(block -> !block.contains("$receipt") && !block.contains("$handle"))
                .filter(block -> !block.contains("read -rs token"))
                .map(block -> "echo '##########'\n" + block)
                .collect(Collectors.joining("\n"));
        return LOCAL
                + blocks.replace("stack=paging", "stack=" + stack())
                        .replace("acme", workspace)
                        .replace(
                                "aws lambda update-event-source-mapping",
                                "uuid=$(aws lambda list-event-source-mappings --function-name \"$stack-notify\""
                                        + " --query 'EventSourceMappings[0].UUID' --output text)\n"
                                        + "aws lambda update-event-source-mapping");
    }

    private String run(String script, int expectedExitCode) throws Exception {
        return DocumentedCommands.run(script, cloud.endpoints().lambda(), expectedExitCode);
    }
}
