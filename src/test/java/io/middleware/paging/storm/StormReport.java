package io.middleware.paging.storm;

import java.time.Duration;
import java.util.Locale;

/**
 * What came of a storm.
 *
 * @param incidents opened in PagerDuty, of these alerts
 * @param pagedTwice alerts that have more than one
 * @param posts calls that asked for an incident, refused ones included
 * @param tooMany those answered 429
 * @param firstPage since the storm's start, as is {@code lastPage}
 * @param ideal when the last page would be, were every second used
 */
record StormReport(
        String name,
        int alerts,
        int incidents,
        int pagedTwice,
        int posts,
        int tooMany,
        int invocations,
        double meanReceives,
        int mostReceives,
        Duration firstPage,
        Duration lastPage,
        Duration ideal) {

    double ratio() {
        return (double) lastPage.toMillis() / ideal.toMillis();
    }

    double tooManyShare() {
        return posts == 0 ? 0 : (double) tooMany / posts;
    }

    /** A table of two columns. */
    String table() {
        return String.format(
                Locale.ROOT,
                "%n%s%n"
                        + "  alerts            %10d%n"
                        + "  incidents         %10d%n"
                        + "  paged twice       %10d%n"
                        + "  POST /incidents   %10d%n"
                        + "  429               %10d  (%.2f %%)%n"
                        + "  invocations       %10d%n"
                        + "  receives, mean    %10.2f%n"
                        + "  receives, most    %10d%n"
                        + "  first page        %10.1f s%n"
                        + "  last page         %10.1f s%n"
                        + "  ideal             %10.1f s%n"
                        + "  last : ideal      %10.3f%n",
                name,
                alerts,
                incidents,
                pagedTwice,
                posts,
                tooMany,
                100 * tooManyShare(),
                invocations,
                meanReceives,
                mostReceives,
                seconds(firstPage),
                seconds(lastPage),
                seconds(ideal),
                ratio());
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1_000.0;
    }
}
