package io.middleware.paging.alert;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.middleware.paging.binding.PageText;
import io.middleware.paging.binding.TitleTemplate;

/**
 * What a responder reads on a phone: the title in the push message and the SMS, the details in the app and the e-mail.
 *
 * <p>The most telling comes first: an e-mail shows 500 characters of the details (PagerDuty, "Email Notifications").
 */
record IncidentText(String title, String details) {
    /**
     * PagerDuty documents no limit for an incident's title. Its Events API refuses more than 1,024, lists and phones cut
     * much earlier, and 255 is short enough for all.
     */
    static final int MAX_TITLE_CHARS = 255;

    /** Undocumented too. Long enough for an alert with many labels, far below the 512 KB of a request. */
    static final int MAX_DETAILS_CHARS = 8_192;

    /** Leaves room for what follows: a stack trace for a summary must not push the rule and the links out. */
    static final int MAX_SUMMARY_CHARS = 4_096;

    /** What an incident says that all alerts of its rule share. */
    static final String SHARED =
            "Shared: this incident stands for all alerts of the rule, and is resolved with the last of them.";

    /** As for the summary. */
    static final int MAX_LABELS_CHARS = 2_048;

    /** What tells an alert apart leaves most of the title to its words. */
    static final int MAX_DISTINCTION_CHARS = 120;

    /** How much of a cut title its note repeats. */
    private static final int MAX_REPEATED_TITLE_CHARS = 1_024;

    private static final String CUT = "…";
    private static final String QUOTE = "> ";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'");

    /** What a person sees as one character, with its marks, joiners and skin tone. */
    private static final Pattern CHARACTER = Pattern.compile("\\X");

    /**
     * What those who bound the rule wrote for the responder comes first, then the remarks, whatever else is cut.
     *
     * @param remarks ours, about this page
     */
    static IncidentText of(Alert alert, PageText page, List<String> remarks) {
        String ownTitle = oneLine(alert.title());
        Optional<String> ofRule = titleOfRule(alert, page);
        String wholeTitle = ofRule.orElse(ownTitle);
        String distinction = distinction(alert, wholeTitle);
        String title = cut(wholeTitle, MAX_TITLE_CHARS - distinction.length());
        StringBuilder cuts = new StringBuilder();
        if (!title.equals(wholeTitle)) {
            line(
                    cuts,
                    "Note",
                    wasCut("title", ofRule.orElse(alert.title())) + ": " + cut(wholeTitle, MAX_REPEATED_TITLE_CHARS));
        }
        StringBuilder details = new StringBuilder();
        page.runbookUrl()
                .ifPresent(
                        url -> details.append("Runbook: ").append(oneLine(url)).append("\n\n"));
        page.note().ifPresent(note -> details.append(lines(note)).append("\n\n"));
        remarks.forEach(remark -> details.append(remark).append("\n\n"));
        String summary = lines(alert.summary().orElse(""));
        if (!summary.isEmpty()) {
            details.append(quoted(summary, cuts)).append("\n\n");
        }
        if (!wholeTitle.contains(ownTitle)) {
            line(details, "Title", cut(ownTitle, MAX_REPEATED_TITLE_CHARS));
        }
        line(details, "Severity", alert.severity().wireName());
        line(details, "Rule", rule(alert));
        alert.source().ifPresent(source -> line(details, "Source", source));
        alert.firingSince().ifPresent(since -> line(details, "Firing since", time(since)));
        line(details, alert.firingSince().isPresent() ? "Sent" : "Time", time(alert.occurredAt()));
        if (!alert.labels().isEmpty()) {
            line(details, "Labels", cut("labels", oneLine(labels(alert.labels())), MAX_LABELS_CHARS, cuts));
        }
        for (Alert.Link link : alert.links()) {
            link(details, link);
        }
        line(details, "Alert", alert.alertId());
        for (String remark : alert.remarks()) {
            line(details, "Note", remark);
        }
        return new IncidentText(
                title + distinction, join(details.toString(), cuts.toString()).stripTrailing());
    }

    /** By the rule's own template; empty when it has none, or when nothing is left of it. */
    private static Optional<String> titleOfRule(Alert alert, PageText page) {
        return page.titleTemplate()
                .map(template -> oneLine(template.render(name -> value(alert, name))))
                .filter(title -> !JsonFields.isBlank(title));
    }

    /** What an alert has for a placeholder of {@link TitleTemplate}. */
    private static Optional<String> value(Alert alert, String name) {
        Optional<String> value =
                switch (name) {
                    case "title" -> Optional.of(alert.title());
                    case "rule" ->
                        Optional.of(alert.ruleName().orElse(alert.ruleId().value()));
                    case "severity" -> Optional.of(alert.severity().wireName());
                    case "source" -> alert.source();
                    default -> Optional.ofNullable(alert.labels().get(TitleTemplate.label(name)));
                };
        return value.map(text -> cut(oneLine(text), MAX_REPEATED_TITLE_CHARS))
                .filter(text -> !JsonFields.isBlank(text));
    }

    /**
     * What tells it from other alerts of its rule and is not in its title, or would be cut off: a lock screen shows nothing else.
     * What is least telling is left out first.
     */
    private static String distinction(Alert alert, String wholeTitle) {
        String missing = labelsMissingIn(wholeTitle, alert);
        return wholeTitle.length() + missing.length() <= MAX_TITLE_CHARS
                ? missing
                : labelsMissingIn(cut(wholeTitle, MAX_TITLE_CHARS - MAX_DISTINCTION_CHARS), alert);
    }

    private static String labelsMissingIn(String title, Alert alert) {
        StringJoiner labels = new StringJoiner(", ", " [", "]").setEmptyValue("");
        for (String name : alert.distinguishingLabels()) {
            String value = oneLine(alert.labels().getOrDefault(name, ""));
            if (JsonFields.isBlank(value) || holds(title, value)) {
                continue;
            }
            String label = oneLine(name) + ' ' + value;
            if (labels.length() == 0) {
                label = cut(label, MAX_DISTINCTION_CHARS - " []".length());
            } else if (labels.length() + ", ".length() + label.length() > MAX_DISTINCTION_CHARS) {
                break;
            }
            labels.add(label);
        }
        return labels.toString();
    }

    /** As a word of its own: the host web-1 is not in a title about web-12. */
    private static boolean holds(String title, String value) {
        return Pattern.compile(
                        "(?<![\\p{L}\\p{N}])" + Pattern.quote(value) + "(?![\\p{L}\\p{N}])",
                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                .matcher(title)
                .find();
    }

    /** Each line is marked as the message's: none can pass for a line of ours. */
    private static String quoted(String summary, StringBuilder cuts) {
        String quoted = QUOTE + summary.replace("\n", "\n" + QUOTE);
        String cut = cut(quoted, MAX_SUMMARY_CHARS);
        if (!cut.equals(quoted)) {
            line(cuts, "Note", wasCut("summary", summary));
        }
        return cut;
    }

    /** Only an address makes its text the name of a line: "Severity", say, is a name of ours. */
    private static void link(StringBuilder details, Alert.Link link) {
        boolean isAddress = link.href().strip().matches("(?is)https?://.*");
        if (isAddress && !JsonFields.isBlank(link.text())) {
            line(details, oneLine(link.text()), link.href());
        } else {
            line(details, "Link", link.text() + ' ' + link.href());
        }
    }

    /**
     * {@code text} with at most {@code maxChars} UTF-16 units, ending in an ellipsis when it was cut. Never ends inside
     * a surrogate pair, nor between a character and the marks that belong to it.
     */
    static String cut(String text, int maxChars) {
        if (text.length() <= maxChars) {
            return text;
        }
        int max = maxChars - CUT.length();
        int end = 0;
        Matcher character = CHARACTER.matcher(text);
        while (character.find() && character.end() <= max) {
            end = character.end();
        }
        if (end == 0) {
            // One character with more marks than fit: some of them are better than nothing.
            end = Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max;
        }
        return text.substring(0, end).stripTrailing() + CUT;
    }

    private static String cut(String field, String text, int maxChars, StringBuilder cuts) {
        String cut = cut(text, maxChars);
        if (!cut.equals(text)) {
            line(cuts, "Note", wasCut(field, text));
        }
        return cut;
    }

    /** The notes about what was cut stay, whatever else goes. */
    private static String join(String details, String cuts) {
        if (details.length() + cuts.length() <= MAX_DETAILS_CHARS) {
            return details + cuts;
        }
        String note = "\nNote: " + wasCut("details", details + cuts) + '\n' + cuts;
        return cut(details, MAX_DETAILS_CHARS - note.length()) + note;
    }

    private static String wasCut(String field, String text) {
        return field + (field.endsWith("s") ? " were cut; they have " : " was cut; it has ") + text.length()
                + " characters";
    }

    /** One line each, so that no value can pass for another field. */
    private static void line(StringBuilder details, String name, String value) {
        details.append(name).append(": ").append(oneLine(value)).append('\n');
    }

    /** By the name that people know, and the id that bind-rule takes. */
    private static String rule(Alert alert) {
        String id = alert.ruleId().value();
        return alert.ruleName().map(name -> name + ", bound as " + id).orElse(id);
    }

    private static String labels(Map<String, String> labels) {
        StringJoiner text = new StringJoiner(", ");
        labels.forEach((name, value) -> text.add(name + "=" + value));
        return text.toString();
    }

    /** A title with line breaks would show only its first line, or none. */
    static String oneLine(String text) {
        return wellFormed(text).replaceAll("[\\p{Z}\\p{Cc}]+", " ").strip();
    }

    /** The line breaks and tabs stay, other control characters go. */
    private static String lines(String text) {
        return wellFormed(text)
                .replaceAll("\\R", "\n")
                .replaceAll("[\\p{Cc}&&[^\\n\\t]]", "")
                .strip();
    }

    /** Half of a surrogate pair, left by a producer that cut inside a character, has no form in UTF-8: it is replaced. */
    private static String wellFormed(String text) {
        return text.replaceAll("\\p{Cs}", "\uFFFD");
    }

    static String time(Instant instant) {
        return TIME.format(instant.atOffset(ZoneOffset.UTC));
    }
}
