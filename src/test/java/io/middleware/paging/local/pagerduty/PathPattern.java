package io.middleware.paging.local.pagerduty;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A path in which the segment {@code *} stands for any one segment, and {@code **} at the end for all that follows. */
final class PathPattern {
    private final String text;
    private final Pattern pattern;

    PathPattern(String text) {
        this.text = text;
        this.pattern = Pattern.compile(
                List.of(text.split("/")).stream().map(PathPattern::segment).collect(Collectors.joining("/")));
    }

    private static String segment(String segment) {
        if (segment.equals("**")) {
            return ".*";
        }
        return segment.equals("*") ? "[^/]+" : Pattern.quote(segment);
    }

    boolean matches(String path) {
        return pattern.matcher(path).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
