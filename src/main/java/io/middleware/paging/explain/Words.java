package io.middleware.paging.explain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.middleware.paging.pagerduty.IncidentLog;
import io.middleware.paging.pagerduty.Reference;

/** Parts of sentences. */
final class Words {
    private Words() {}

    /** To the second: nobody asks for more at 3 a.m. */
    static String at(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String list(List<Reference> who) {
        return who.stream().map(Reference::describe).collect(Collectors.joining(", "));
    }

    /** Such as "Asha Rao by push at 2026-11-23T03:00:04Z (3 notifications in all)"; empty when there was none. */
    static Optional<String> firstNotification(IncidentLog log) {
        List<IncidentLog.Entry> all = log.notifications();
        return all.stream()
                .min(Comparator.comparing(entry -> entry.at().orElse(Instant.MAX)))
                .map(first -> notification(first)
                        + (all.size() > 1
                                ? " (" + all.size() + (log.more() ? " or more" : "") + " notifications in all)"
                                : ""));
    }

    static String notification(IncidentLog.Entry entry) {
        return entry.notification()
                        .map(sent -> sent.user().describe()
                                + sent.channel()
                                        .map(channel -> " by " + channel)
                                        .orElse("")
                                + sent.status()
                                        .filter(status -> !status.equals("success"))
                                        .map(status -> " (" + status + ")")
                                        .orElse(""))
                        .orElse("somebody")
                + entry.at().map(when -> " at " + at(when)).orElse("");
    }
}
