package io.middleware.paging.alert;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.StringJoiner;

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

    private static final String CUT = "…";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'");

    static IncidentText of(Alert alert) {
        String title = cut(oneLine(alert.title()), MAX_TITLE_CHARS);
        StringBuilder details = new StringBuilder();
        alert.summary()
                .filter(summary -> !summary.isBlank())
                .ifPresent(summary -> details.append(summary.strip()).append("\n\n"));
        line(details, "Severity", alert.severity().wireName());
        line(details, "Rule", alert.ruleId().value());
        alert.source().filter(source -> !source.isBlank()).ifPresent(source -> line(details, "Source", source));
        line(details, "Time", time(alert.occurredAt()));
        if (!alert.labels().isEmpty()) {
            line(details, "Labels", labels(alert.labels()));
        }
        for (Alert.Link link : alert.links()) {
            line(details, link.text().isBlank() ? "Link" : oneLine(link.text()), link.href());
        }
        line(details, "Alert", alert.alertId());
        for (String remark : alert.remarks()) {
            line(details, "Note", remark);
        }
        if (title.endsWith(CUT) && alert.title().length() > MAX_TITLE_CHARS) {
            line(
                    details,
                    "Note",
                    "title was cut; it has " + alert.title().length() + " characters: " + oneLine(alert.title()));
        }
        return new IncidentText(title, cutDetails(details.toString().stripTrailing()));
    }

    /**
     * {@code text} with at most {@code maxChars} UTF-16 units, ending in an ellipsis when it was cut. Never ends inside
     * a surrogate pair, nor between a character and the marks that belong to it.
     */
    static String cut(String text, int maxChars) {
        if (text.length() <= maxChars) {
            return text;
        }
        int end = maxChars - CUT.length();
        while (end > 0 && belongsToTheCharacterBefore(text, end)) {
            end--;
        }
        return text.substring(0, end).stripTrailing() + CUT;
    }

    private static boolean belongsToTheCharacterBefore(String text, int index) {
        if (Character.isLowSurrogate(text.charAt(index)) && Character.isHighSurrogate(text.charAt(index - 1))) {
            return true;
        }
        int codePoint = text.codePointAt(index);
        int type = Character.getType(codePoint);
        boolean mark = type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK;
        boolean skinTone = codePoint >= 0x1F3FB && codePoint <= 0x1F3FF;
        return mark || skinTone || codePoint == ZERO_WIDTH_JOINER || text.charAt(index - 1) == ZERO_WIDTH_JOINER;
    }

    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private static String cutDetails(String details) {
        if (details.length() <= MAX_DETAILS_CHARS) {
            return details;
        }
        String note = "\nNote: details were cut; they have " + details.length() + " characters";
        return cut(details, MAX_DETAILS_CHARS - note.length()) + note;
    }

    private static void line(StringBuilder details, String name, String value) {
        details.append(name).append(": ").append(value).append('\n');
    }

    private static String labels(Map<String, String> labels) {
        StringJoiner text = new StringJoiner(", ");
        labels.forEach((name, value) -> text.add(name + "=" + value));
        return text.toString();
    }

    /** A title with line breaks would show only its first line, or none. */
    private static String oneLine(String text) {
        return text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }

    private static String time(Instant instant) {
        return TIME.format(instant.atOffset(ZoneOffset.UTC));
    }
}
