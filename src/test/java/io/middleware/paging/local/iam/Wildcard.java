package io.middleware.paging.local.iam;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text of a policy in which {@code *} stands for any characters and {@code ?} for one. */
final class Wildcard {

    private static final Pattern PART = Pattern.compile("[*?]|[^*?]+");

    private final String text;
    private final Pattern pattern;

    /** @param flags of {@link Pattern} */
    Wildcard(String text, int flags) {
        this.text = text;
        this.pattern = Pattern.compile(
                PART.matcher(text)
                        .replaceAll(part -> Matcher.quoteReplacement(
                                switch (part.group()) {
                                    case "*" -> ".*";
                                    case "?" -> ".";
                                    default -> Pattern.quote(part.group());
                                })),
                flags);
    }

    boolean matches(String value) {
        return pattern.matcher(value).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
