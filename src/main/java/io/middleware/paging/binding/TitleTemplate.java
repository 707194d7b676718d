package io.middleware.paging.binding;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The title of a rule's incidents: text with placeholders for what an alert has. A brace of its own is {@code {{} or
 * {@code }}}.
 *
 * <p>A value that the alert lacks is left out, with the blanks and punctuation before it, or after it where nothing is before
 * it. Brackets and double quotes whose placeholders all lack a value go with all that is in them. Other words stay.
 *
 * <p>Immutable. A template that was parsed renders for every alert: values are text and nothing else.
 */
public final class TitleTemplate {
    /** For a person who has to choose one. */
    public static final String PLACEHOLDERS = "{title}, {rule}, {severity}, {source} and {labels.NAME}";

    /** As incidents' titles. Values come on top of it. */
    public static final int MAX_CHARS = 255;

    private static final Set<String> NAMES = Set.of("title", "rule", "severity", "source");
    private static final String LABEL = "labels.";

    private static final Map<String, String> CLOSING =
            Map.of("(", ")", "[", "]", "{", "}", "<", ">", "\"", "\"", "“", "”", "«", "»");

    /** Blanks, punctuation and signs such as | and +. Emojis are words: nobody means to separate by them. */
    private static final Pattern SEPARATOR = Pattern.compile("[\\p{Z}\\p{Cc}\\p{P}\\p{Sm}&&[^%]]");

    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Z}\\p{Cc}\\p{Cf}]*");

    /** Alertmanager's, Grafana's and PagerDuty's placeholders: here they would show as they are. */
    private static final Pattern OF_OTHER_PRODUCTS = Pattern.compile(
            "\\{\\{-?\\s*(?:[.$][^{}]*|title|rule|severity|source|labels\\.[^{}]*)\\s*-?}}", Pattern.CASE_INSENSITIVE);

    private final List<Node> nodes;
    private final Set<String> labels;

    /** What a text is as a template. */
    public sealed interface Parsed {
        record Of(TitleTemplate template) implements Parsed {}

        /** @param problem continues a sentence that begins with the field's name: {@code has {host}, which is …} */
        record Broken(String problem) implements Parsed {}
    }

    /** A piece of a template. */
    private sealed interface Node {
        record Word(String text) implements Node {}

        record Separator(String text) implements Node {}

        record Placeholder(String name) implements Node {}

        /** Brackets or quotes, and what is between them. */
        record Group(String open, List<Node> nodes, String close) implements Node {}
    }

    private TitleTemplate(List<Node> flat) {
        Set<String> named = new LinkedHashSet<>();
        flat.forEach(node -> {
            if (node instanceof Node.Placeholder placeholder
                    && !label(placeholder.name()).isEmpty()) {
                named.add(label(placeholder.name()));
            }
        });
        this.labels = named;
        this.nodes = grouped(flat, partners(flat), 0, flat.size());
    }

    public static Parsed parse(String text) {
        if (INVISIBLE.matcher(text).matches()) {
            return new Parsed.Broken("shows nothing: it has only characters that nobody can see");
        }
        List<Node> flat = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end;
            if (text.startsWith("{{", at) || text.startsWith("}}", at)) {
                Matcher foreign = OF_OTHER_PRODUCTS.matcher(text).region(at, text.length());
                if (foreign.lookingAt()) {
                    return new Parsed.Broken("has " + foreign.group()
                            + ", as templates of other products have it; here a placeholder has single braces");
                }
                end = at + 2;
                flat.add(literal(text.substring(at, at + 1)));
            } else if (text.charAt(at) == '{') {
                end = text.indexOf('}', at) + 1;
                int nextOpen = text.indexOf('{', at + 1);
                if (end == 0 || nextOpen >= 0 && nextOpen < end) {
                    return new Parsed.Broken("has a { at character " + (at + 1) + " that no } closes");
                }
                String name = text.substring(at + 1, end - 1);
                Optional<String> problem = problemOfPlaceholder(name);
                if (problem.isPresent()) {
                    return new Parsed.Broken("has {" + name + "}, which " + problem.get());
                }
                flat.add(new Node.Placeholder(name));
            } else if (text.charAt(at) == '}') {
                return new Parsed.Broken("has a } at character " + (at + 1) + " that no { opens");
            } else {
                end = at + Character.charCount(text.codePointAt(at));
                flat.add(literal(text.substring(at, end)));
            }
            at = end;
        }
        return new Parsed.Of(new TitleTemplate(flat));
    }

    private static Optional<String> problemOfPlaceholder(String name) {
        if (name.startsWith(LABEL)) {
            String label = label(name);
            return label.isBlank() || !label.equals(label.strip()) ? Optional.of("names no label") : Optional.empty();
        }
        return NAMES.contains(name) ? Optional.empty() : Optional.of("is no placeholder");
    }

    private static Node literal(String character) {
        return SEPARATOR.matcher(character).matches() ? new Node.Separator(character) : new Node.Word(character);
    }

    /** For each opening bracket the index of the one that closes it; -1 for everything else. */
    private static int[] partners(List<Node> flat) {
        int[] partners = new int[flat.size()];
        Arrays.fill(partners, -1);
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < flat.size(); i++) {
            String character = flat.get(i) instanceof Node.Separator separator ? separator.text() : "";
            Optional<Integer> opened = open.stream()
                    .filter(index -> CLOSING.get(text(flat.get(index))).equals(character))
                    .findFirst();
            if (opened.isPresent()) {
                while (!open.peek().equals(opened.get())) {
                    open.pop();
                }
                partners[open.pop()] = i;
            } else if (CLOSING.containsKey(character) && beginsSomething(flat, i + 1)) {
                open.push(i);
            }
        }
        return partners;
    }

    /** An arrow's < opens nothing: after a bracket stands a word, a placeholder or another bracket. */
    private static boolean beginsSomething(List<Node> flat, int index) {
        return index < flat.size()
                && !(flat.get(index) instanceof Node.Separator separator && !CLOSING.containsKey(separator.text()));
    }

    private static List<Node> grouped(List<Node> flat, int[] partners, int from, int to) {
        List<Node> nodes = new ArrayList<>();
        int at = from;
        while (at < to) {
            Node node = flat.get(at);
            if (partners[at] >= 0) {
                int close = partners[at];
                nodes.add(new Node.Group(text(node), grouped(flat, partners, at + 1, close), text(flat.get(close))));
                at = close;
            } else {
                nodes.add(node);
            }
            at++;
        }
        return nodes;
    }

    private static String text(Node node) {
        return node instanceof Node.Separator separator ? separator.text() : "";
    }

    /** The name of the label that a placeholder is for; empty when it is for something else. */
    public static String label(String placeholder) {
        return placeholder.startsWith(LABEL) ? placeholder.substring(LABEL.length()) : "";
    }

    /** The names of the labels that it has placeholders for. */
    public Set<String> labels() {
        return labels;
    }

    /**
     * The title; empty if all it has is missing.
     *
     * @param values by the placeholder's name, {@code title} or {@code labels.env}; empty for what the alert lacks
     */
    public String render(Function<String, Optional<String>> values) {
        return rendered(nodes, values);
    }

    private static String rendered(List<Node> nodes, Function<String, Optional<String>> values) {
        StringBuilder text = new StringBuilder();
        StringBuilder separators = new StringBuilder();
        boolean isMissing = false;
        for (Node node : nodes) {
            if (node instanceof Node.Separator separator) {
                separators.append(separator.text());
                continue;
            }
            Optional<String> value = value(node, values);
            if (value.isEmpty()) {
                separators.setLength(0);
                isMissing = true;
            } else {
                // What separates the first value from one that is missing separates nothing.
                text.append(isMissing && text.length() == 0 ? "" : separators).append(value.get());
                separators.setLength(0);
                isMissing = false;
            }
        }
        return isMissing ? text.toString() : text.append(separators).toString();
    }

    /** Empty when it has placeholders, and none of them a value. */
    private static Optional<String> value(Node node, Function<String, Optional<String>> values) {
        if (node instanceof Node.Word word) {
            return Optional.of(word.text());
        }
        if (node instanceof Node.Placeholder placeholder) {
            return values.apply(placeholder.name());
        }
        if (node instanceof Node.Group group) {
            return isPlain(group) || hasValue(group.nodes(), values)
                    ? Optional.of(group.open() + rendered(group.nodes(), values) + group.close())
                    : Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean isPlain(Node.Group group) {
        return group.nodes().stream()
                .noneMatch(node ->
                        node instanceof Node.Placeholder || node instanceof Node.Group inner && !isPlain(inner));
    }

    private static boolean hasValue(List<Node> nodes, Function<String, Optional<String>> values) {
        return nodes.stream()
                .anyMatch(node -> node instanceof Node.Placeholder placeholder
                                && values.apply(placeholder.name()).isPresent()
                        || node instanceof Node.Group group && hasValue(group.nodes(), values));
    }
}
