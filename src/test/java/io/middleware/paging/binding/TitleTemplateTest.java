package io.middleware.paging.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TitleTemplateTest {
    private static final Map<String, String> ALL = Map.of(
            "title",
            "CPU high",
            "rule",
            "cpu-high",
            "severity",
            "critical",
            "source",
            "web-1",
            "labels.env",
            "prod",
            "labels.k8s.io/app",
            "shop");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{title}|CPU high",
                "[{severity}] {rule}: {title}|[critical] cpu-high: CPU high",
                "{labels.env}/{labels.k8s.io/app} {title} ({source})|prod/shop CPU high (web-1)",
                "Checkout is down|Checkout is down",
                "{title}{source}|CPU highweb-1",
                "{title}!|CPU high!",
                "\uD83D\uDD25 {title}|\uD83D\uDD25 CPU high",
                "{{{source}}} {{}} {title}|{web-1} {} CPU high",
                "{title} (|CPU high (",
                "a) {title} ]>|a) CPU high ]>",
                "{title} <- {source} -> {rule}|CPU high <- web-1 -> cpu-high",
            })
    void placeholdersBecomeWhatTheAlertHas(String template, String title) {
        assertThat(rendered(template, ALL)).isEqualTo(title);
    }

    /** {source} and the labels are missing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{title} - {source}|CPU high",
                "{source}: {title}|CPU high",
                "{title} - {source} - {rule}|CPU high - cpu-high",
                "{severity} {source}: {title}|critical: CPU high",
                "{labels.env}/{labels.app} {title}|CPU high",
                "{rule}, {source}, {labels.app}, {title}|cpu-high, CPU high",
                "{title} ({source})|CPU high",
                "{title} [{source}] now|CPU high now",
                "({source}) {title}|CPU high",
                "{title} \"{source}\" now|CPU high now",
                "{title} <{source}> now|CPU high now",
                "{title} [{source}/{rule}]|CPU high [cpu-high]",
                "{title} [{rule}/{source}]|CPU high [cpu-high]",
                "{title} [{source}/{labels.app}]|CPU high",
                "{title} ([{source}] {labels.app})|CPU high",
                "{title} (on {source})|CPU high",
                "{title} ({source}, rule {rule})|CPU high (rule cpu-high)",
                "{title} (see the wiki)|CPU high (see the wiki)",
                "{title} on {source}|CPU high on",
                "Disk of {source} is full|Disk of is full",
                "{title}{source}|CPU high",
                "{title} #{labels.id}|CPU high",
                "{title} {{{source}}}|CPU high",
                "\uD83D\uDD25 {source} {title}|\uD83D\uDD25 CPU high",
                "{title} <- {source} -> {rule}|CPU high -> cpu-high",
                "- {source} -|''",
                "{source}|''",
            })
    void whatTheAlertLacksLeavesNoSeparatorsBehind(String template, String title) {
        Map<String, String> some = new HashMap<>(ALL);
        some.keySet().removeIf(name -> name.equals("source") || name.startsWith("labels."));

        assertThat(rendered(template, some)).isEqualTo(title);
    }

    @Test
    void aValueIsNeverReadAsATemplate() {
        assertThat(rendered("{title} - {source}", Map.of("title", "{source} {{ }} {", "source", "[] - {title}")))
                .isEqualTo("{source} {{ }} { - [] - {title}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CPU of {host}|{host}, which is no placeholder",
                "{summary}|{summary}, which is no placeholder",
                "{Title}|{Title}, which is no placeholder",
                "{ title }|{ title }, which is no placeholder",
                "{}|{}, which is no placeholder",
                "{labels.}|{labels.}, which names no label",
                "{labels. env}|{labels. env}, which names no label",
                "{labels}|{labels}, which is no placeholder",
                "{title} {source|a { at character 9 that no } closes",
                "{title {source}|a { at character 1 that no } closes",
                "title} high|a } at character 6 that no { opens",
                "{title}}|a } at character 8 that no { opens",
                "{{ $labels.instance }} down|{{ $labels.instance }}, as templates of other products have it",
                "{{ .Labels.instance }}|{{ .Labels.instance }}, as templates of other products have it",
                "{{title}}|{{title}}, as templates of other products have it",
                "{{- Labels.env -}}|{{- Labels.env -}}, as templates of other products have it",
            })
    void whatCannotBeATemplateIsToldWithWhatWasFound(String template, String problem) {
        assertThat(problem(template)).contains(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "\u0000", "\u200B\u202E"})
    void aTemplateThatShowsNothingIsNone(String template) {
        assertThat(problem(template)).startsWith("shows nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "}", "{{}", "{}}", "{{{", "}}}", "{labels.{env}}", "{title}{"})
    void unbalancedBracesAreNoTemplate(String template) {
        assertThat(problem(template)).isNotEmpty();
    }

    @Test
    void manyBracketsTakeNoTimeToRead() {
        assertThat(rendered("(".repeat(126) + "{source}" + ")".repeat(126), Map.of()))
                .isEmpty();
        assertThat(rendered("(\"".repeat(120) + "{source}", ALL)).endsWith("web-1");
    }

    @Test
    void itKnowsTheLabelsThatItNames() {
        assertThat(template("{labels.env} {title} {labels.k8s.io/app} {labels.env}")
                        .labels())
                .containsExactly("env", "k8s.io/app");
    }

    private static String rendered(String template, Map<String, String> values) {
        return template(template).render(name -> Optional.ofNullable(values.get(name)));
    }

    private static TitleTemplate template(String text) {
        return ((TitleTemplate.Parsed.Of) TitleTemplate.parse(text)).template();
    }

    private static String problem(String text) {
        return TitleTemplate.parse(text) instanceof TitleTemplate.Parsed.Broken broken ? broken.problem() : "";
    }
}
