package io.middleware.paging.chaos;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.middleware.paging.local.check.Difference;
import io.middleware.paging.local.check.Difference.Kind;

/** What a run was and what became of it, as a Markdown table. */
final class ChaosReport {

    private final Map<String, Object> rows = new LinkedHashMap<>();
    private final List<Difference> differences;

    ChaosReport(List<Difference> differences) {
        this.differences = List.copyOf(differences);
    }

    ChaosReport row(String name, Object value) {
        rows.put(name, value);
        return this;
    }

    ChaosReport faults(Map<Trouble, Integer> struck) {
        struck.forEach((trouble, count) -> row(trouble.name().toLowerCase().replace('_', ' '), count));
        return this;
    }

    ChaosReport duration(String name, Duration duration) {
        return row(name, duration.toSeconds() + " s");
    }

    /** @param doublePages incidents that were open beside another of their key, as the fake PagerDuty counts them */
    ChaosReport verdict(int doublePages) {
        return row("pages twice", doublePages + count(Kind.PAGED_TWICE, Kind.TWO_OPEN))
                .row("lost", count(Kind.LOST, Kind.NOT_PAGED, Kind.SILENT, Kind.MALFORMED_LOST))
                .row("differences", differences.size());
    }

    private long count(Kind... kinds) {
        return differences.stream()
                .filter(difference -> List.of(kinds).contains(difference.kind()))
                .count();
    }

    @Override
    public String toString() {
        int widest = rows.keySet().stream().mapToInt(String::length).max().orElse(1);
        String table = rows.entrySet().stream()
                .map(row -> String.format("| %-" + widest + "s | %18s |", row.getKey(), row.getValue()))
                .collect(Collectors.joining("\n"));
        String sentences =
                differences.stream().map(difference -> "\n- " + difference).collect(Collectors.joining());
        return String.format("| %-" + widest + "s | %18s |%n", "chaos", "") + "|" + "-".repeat(widest + 2) + "|"
                + "-".repeat(19) + ":|\n" + table + "\n" + sentences;
    }
}
