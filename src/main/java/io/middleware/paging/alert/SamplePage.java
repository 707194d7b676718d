package io.middleware.paging.alert;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.TitleTemplate;

/**
 * What a page of a rule would say.
 *
 * @param about that it is made up
 * @param titleWithoutValues the title for an alert that has no source and no labels
 */
public record SamplePage(String about, String title, String titleWithoutValues, String details) {
    private static final String ABOUT =
            "A sample: the alert is made up, and pages nobody. What a page of this rule looks like.";

    public static SamplePage of(RuleBinding binding) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("env", "prod");
        binding.pageText()
                .titleTemplate()
                .map(TitleTemplate::labels)
                .ifPresent(names -> names.forEach(name -> labels.putIfAbsent(name, "<" + name + ">")));
        List<String> remarks = binding.groupBy() == GroupBy.RULE ? List.of(IncidentText.SHARED) : List.of();
        IncidentText text = IncidentText.of(alert(binding, Optional.of("web-1"), labels), binding.pageText(), remarks);
        IncidentText bare = IncidentText.of(alert(binding, Optional.empty(), Map.of()), binding.pageText(), remarks);
        return new SamplePage(ABOUT, text.title(), bare.title(), text.details());
    }

    private static Alert alert(RuleBinding binding, Optional<String> source, Map<String, String> labels) {
        return new Alert(
                binding.workspaceId(),
                binding.ruleId(),
                "sample",
                Alert.Status.TRIGGERED,
                "CPU above 90 % on web-1",
                Optional.of("93.4 % for 5 minutes"),
                Severity.CRITICAL,
                Instant.parse("2026-11-23T03:00:00Z"),
                source,
                labels,
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                "");
    }
}
