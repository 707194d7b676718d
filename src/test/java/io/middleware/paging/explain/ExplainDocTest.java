package io.middleware.paging.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.middleware.paging.delivery.Reason;

/** docs/explain.md lists what the code says. */
class ExplainDocTest {
    @Test
    void everyVerdictIsListedWithItsRemedy() throws IOException {
        List<String> listed = rows("## Verdicts").stream()
                .map(cells -> cells.get(0) + " " + cells.get(2))
                .toList();

        assertThat(listed)
                .containsExactlyElementsOf(Stream.of(Verdict.values())
                        .map(verdict -> '`' + verdict.name() + "` " + verdict.remedy())
                        .toList());
    }

    @Test
    void everyCheckIsListedInItsOrder() throws IOException {
        assertThat(rows("## Checks").stream().map(cells -> cells.get(0)))
                .containsExactlyElementsOf(Stream.of(Check.Name.values())
                        .map(name -> '`' + name.wireName() + '`')
                        .toList());
    }

    @Test
    void everyReasonToWaitHasAVerdict() {
        assertThat(Stream.of(Reason.values())
                        .filter(reason -> !reason.waitedFor().isEmpty()))
                .isNotEmpty()
                .allSatisfy(reason -> assertThat(Verdict.waitingFor(reason)).isNotNull());
    }

    /** The cells of the tables' rows below this heading, up to the next one. */
    private static List<List<String>> rows(String heading) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        boolean below = false;
        for (String line : Files.readAllLines(Path.of("docs", "explain.md"))) {
            below = line.startsWith("## ") ? line.equals(heading) : below;
            if (below && line.startsWith("| `") && !line.startsWith("| `code`") && !line.startsWith("| `name`")) {
                rows.add(Stream.of(line.substring(2, line.length() - 2).split(" \\| "))
                        .toList());
            }
        }
        return rows;
    }
}
