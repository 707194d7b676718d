package io.middleware.paging.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What docs/operations.md says that it costs follows from what it says of calls and prices. */
class CostTest {
    private static final double A_CENT = 0.0051;

    private static List<Row> perAlert;
    private static List<Row> perMonth;

    private record Row(String what, double count, double price, double cost) {}

    private static double together(List<Row> rows) {
        return rows.stream().mapToDouble(Row::cost).sum();
    }

    @BeforeAll
    static void readTheTables() throws IOException {
        String page = Files.readString(Path.of("docs", "operations.md"));
        String tables = page.substring(page.indexOf("<!-- cost:begin -->"), page.indexOf("<!-- cost:end -->"));
        String[] both = tables.split("And whatever comes");
        perAlert = rows(both[0]);
        perMonth = rows(both[1]);
    }

    @Test
    void eachLineIsItsCountTimesItsPrice() {
        assertThat(perAlert).hasSizeGreaterThan(5).allSatisfy(CostTest::multiplies);
        assertThat(perMonth).hasSizeGreaterThan(5).allSatisfy(CostTest::multiplies);
    }

    @Test
    void theSumsAreThoseOfTheLines() throws IOException {
        assertThat(sums()).hasSize(2);
        assertThat(sums().get(0)).isCloseTo(together(perAlert), within(A_CENT));
        assertThat(sums().get(1)).isCloseTo(together(perMonth), within(A_CENT));
    }

    @Test
    void theAlarmsAreThoseOfTheTemplate() {
        SamTemplate template = SamTemplate.read(Path.of("template.yaml"), "paging", Map.of());

        assertThat(row(perMonth, "alarms").count())
                .isEqualTo(template.logicalIds(SamTemplate.ALARM).size());
    }

    @Test
    void theDurationIsTheMeasuredOne() throws IOException {
        String benchmark = Files.readString(Path.of("docs", "benchmark.md"));

        assertThat(benchmark)
                .contains("| batch of 10 alerts, PagerDuty takes 200 ms, ms               |          235.8 |");
        assertThat(row(perAlert, "Lambda: GB-seconds").count()).isCloseTo(2 * 0.2358 * 256 / 1024, within(0.001));
    }

    @Test
    void theEmptyReceivesFollowFromTheLongPolls() {
        double secondsOfAMonth = 365 * 86_400 / 12.0;

        assertThat(row(perMonth, "SQS: empty receives").count() * 1e6)
                .isCloseTo(5 * secondsOfAMonth / 20, within(1_000.0));
    }

    private static void multiplies(Row row) {
        assertThat(row.cost()).as(row.what()).isCloseTo(row.count() * row.price(), within(A_CENT));
    }

    private static Row row(List<Row> rows, String beginning) {
        return rows.stream()
                .filter(row -> row.what().startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }

    private static List<Row> rows(String table) {
        List<Row> rows = new ArrayList<>();
        for (String line : table.split("\n")) {
            String[] cells = cells(line);
            if (cells.length == 5 && !cells[1].startsWith("**") && cells[2].matches("[0-9.]+")) {
                rows.add(new Row(
                        cells[1],
                        Double.parseDouble(cells[2]),
                        Double.parseDouble(cells[3]),
                        Double.parseDouble(cells[4])));
            }
        }
        return rows;
    }

    private static List<Double> sums() throws IOException {
        return Files.readAllLines(Path.of("docs", "operations.md")).stream()
                .filter(line -> line.startsWith("| **together**"))
                .map(line -> Double.parseDouble(cells(line)[4].replace("*", "")))
                .toList();
    }

    private static String[] cells(String line) {
        return line.trim().split("\\s*\\|\\s*");
    }
}
