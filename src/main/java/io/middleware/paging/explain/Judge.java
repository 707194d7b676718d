package io.middleware.paging.explain;

import static io.middleware.paging.explain.Words.at;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.middleware.paging.binding.Finding;
import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.pagerduty.IncidentDetail;
import io.middleware.paging.pagerduty.IncidentLog;
import io.middleware.paging.pagerduty.Reference;

/** Finds the verdict of an alert or a rule. Pure: the same facts have the same verdict. */
final class Judge {
    /** PagerDuty's clock and ours may differ, and an incident is created before its episode is settled. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

    private final Facts facts;

    private Judge(Facts facts) {
        this.facts = facts;
    }

    /** @param sentence the verdict, for a person */
    record Judgement(Verdict verdict, String sentence) {}

    static Judgement of(Facts facts) {
        Judge judge = new Judge(facts);
        return facts.alertId().isPresent() ? judge.ofAlert() : judge.ofRule();
    }

    /** Of the alert that was asked about; of a rule: of its latest one, if it has any. */
    static Optional<Judgement> ofEpisode(Facts facts) {
        return facts.knownEpisode().map(new Judge(facts)::ofEpisode);
    }

    private Judgement ofAlert() {
        return facts.episode()
                .fold(
                        found -> found.map(this::ofEpisode).orElseGet(this::notArrived),
                        unknown -> new Judgement(
                                Verdict.LEDGER_NOT_READ,
                                "What became of this alert could not be read: " + unknown.because() + "."));
    }

    private Judgement notArrived() {
        String waiting = facts.queue()
                .knownValue()
                .filter(counts -> counts.toReceive() > 0)
                .map(counts -> "; about " + counts.toReceive() + " messages are still to be received")
                .orElse("");
        return new Judgement(
                Verdict.NOT_ARRIVED,
                "No message about this alert has arrived, or the alert ended more than 30 days ago and its record was swept"
                        + waiting + ".");
    }

    private Judgement ofRule() {
        String lastAlert = lastAlert();
        Optional<Judgement> obstacle = Obstacles.first(facts);
        if (obstacle.isPresent()) {
            return new Judgement(
                    obstacle.get().verdict(),
                    "New alerts of rule " + facts.ruleId() + " page nobody now: "
                            + obstacle.get().sentence() + lastAlert);
        }
        Optional<String> unknown = Obstacles.unknown(facts);
        return unknown.isPresent()
                ? new Judgement(
                        Verdict.RULE_NOT_CHECKED,
                        "Whether new alerts of rule " + facts.ruleId() + " page could not be found out: "
                                + unknown.get() + "." + lastAlert)
                : new Judgement(
                        Verdict.RULE_READY,
                        "Nothing is wrong now: new alerts of rule " + facts.ruleId() + " page." + lastAlert);
    }

    private String lastAlert() {
        return facts.latest()
                .fold(
                        latest -> facts.knownEpisode()
                                .map(episode ->
                                        " Its last alert, \"" + episode.key().alertId() + "\": "
                                                + ofEpisode(episode).sentence())
                                .orElse(" No alert of it has arrived within the last 30 days."),
                        unknown -> " Its last alerts could not be read: " + unknown.because() + ".");
    }

    private Judgement ofEpisode(Episode episode) {
        if (episode.isOpen()) {
            return ofOpen(episode, episode.incident().orElseThrow());
        }
        if (isLeased(episode)) {
            return new Judgement(
                    Verdict.BEING_HANDLED,
                    "It is being handled right now, by an attempt that began a moment ago" + waitedSince(episode)
                            + ".");
        }
        if (endedWithoutRecord(episode)) {
            return new Judgement(
                    Verdict.BEING_HANDLED,
                    "An attempt"
                            + episode.unsettled()
                                    .map(lost -> " at " + at(lost.since()))
                                    .orElse("") + " ended without a record, such as a crash. The message comes again.");
        }
        Optional<KnownIncident> ended = endedIncident(episode);
        return switch (episode.outcome().orElseThrow()) {
            case WAITING -> waiting(episode);
            case EXPIRED ->
                new Judgement(
                        Verdict.EXPIRED,
                        "It did not page: it waited until shortly before the queue would have deleted it, at last for "
                                + waitedFor(episode) + because(episode) + ". Its message was moved to the dead-letter"
                                + " queue" + since(episode.updatedAt()) + ".");
            case REFUSED ->
                new Judgement(
                        Verdict.REFUSED,
                        "It did not page: PagerDuty refused it for good" + because(episode)
                                + ". Its message was moved to the dead-letter queue" + since(episode.updatedAt())
                                + ".");
            case UNBOUND, DISABLED ->
                ended.map(incident -> ofEnded(episode, incident)).orElseGet(() -> unsent(episode));
            case OPENED, ADOPTED, REPEATED, NOBODY_PAGED, RESOLVED, RESOLVE_SKIPPED, STALE ->
                ended.map(incident -> ofEnded(episode, incident)).orElseGet(() -> endedBeforePage(episode));
            // It has no item in the ledger.
            case MALFORMED -> notArrived();
        };
    }

    private boolean isLeased(Episode episode) {
        return episode.lease()
                .filter(lease -> lease.until().isAfter(facts.now()))
                .isPresent();
    }

    /**
     * Whether an attempt began, and nothing was recorded of its end. The outcome is then absent, or left of the episode before:
     * these leave nothing unsettled.
     */
    private static boolean endedWithoutRecord(Episode episode) {
        return episode.outcome()
                .map(outcome -> switch (outcome) {
                    case OPENED, ADOPTED, REPEATED, NOBODY_PAGED, RESOLVED, RESOLVE_SKIPPED, STALE ->
                        episode.unsettled().isPresent();
                    case WAITING, EXPIRED, REFUSED, UNBOUND, DISABLED, MALFORMED -> false;
                })
                .orElse(true);
    }

    private Judgement unsent(Episode episode) {
        if (episode.outcome().equals(Optional.of(Outcome.UNBOUND))) {
            return new Judgement(Verdict.UNBOUND, "It paged nobody: the rule was bound to no service when it came.");
        }
        return switch (episode.reason().orElse(Reason.NONE)) {
            case SUPPRESSED ->
                new Judgement(
                        Verdict.SUPPRESSED,
                        "It paged nobody: CloudWatch suppressed the alarm when it came" + because(episode) + ".");
            case NO_DATA ->
                new Judgement(
                        Verdict.NO_DATA,
                        "It paged nobody anew: CloudWatch has no data for this alarm, which says nothing about what it"
                                + " watches" + because(episode) + ".");
            default ->
                new Judgement(Verdict.DISABLED, "It paged nobody: the rule's binding was disabled when it came.");
        };
    }

    private Judgement endedBeforePage(Episode episode) {
        return new Judgement(
                Verdict.ENDED_BEFORE_PAGE,
                "It paged nobody: the alert had resolved" + since(episode.resolvedAt()) + " before it could page"
                        + because(episode) + ".");
    }

    // ---- waiting ----

    private Judgement waiting(Episode episode) {
        Reason reason = episode.reason().orElse(Reason.BUG);
        String what = episode.pendingResolve()
                .map(resolved -> "The alert has resolved at " + at(resolved) + ". Its resolve waits")
                .orElse("It has not paged yet: it waits");
        String lost = episode.unsettled().isPresent()
                ? " An earlier attempt may have opened an incident that PagerDuty did not confirm."
                : "";
        return new Judgement(
                Verdict.waitingFor(reason),
                what + waitedSince(episode) + " for " + waitedFor(episode)
                        + mended(reason).map(now -> "; " + now).orElseGet(() -> because(episode)) + "." + lost + " "
                        + nextAttempt(episode));
    }

    private static String waitedFor(Episode episode) {
        return episode.reason()
                .map(Reason::waitedFor)
                .filter(text -> !text.isEmpty())
                .orElse("something that this version does not know");
    }

    /** The ledger has what the last try found. A person may have mended it since. */
    private Optional<String> mended(Reason reason) {
        return switch (reason) {
            case TOKEN, NOT_INSTALLED ->
                Obstacles.ofToken(facts).isEmpty() && facts.token().knownValue().isPresent()
                        ? Optional.of("PagerDuty accepts the workspace's token by now")
                        : Optional.empty();
            case NOT_PAGEABLE, FORBIDDEN ->
                facts.service()
                        .filter(service -> reason == Reason.NOT_PAGEABLE)
                        .filter(service -> service.notChecked().isEmpty()
                                && Obstacles.ofService(facts).isEmpty())
                        .map(service -> "that is mended by now");
            default -> Optional.empty();
        };
    }

    private String nextAttempt(Episode episode) {
        return episode.nextAttemptAt()
                .map(next -> next.isAfter(facts.now())
                        ? "The next attempt is due at " + at(next) + "."
                        : "The next attempt was due at " + at(next) + ": its message is about to be received.")
                .orElse("Its message comes again by itself.");
    }

    private static String waitedSince(Episode episode) {
        return episode.waiting().map(waited -> " since " + at(waited.since())).orElse("");
    }

    // ---- open ----

    private Judgement ofOpen(Episode episode, KnownIncident incident) {
        if (episode.pendingResolve().isPresent() && isUndeliverable(episode)) {
            return new Judgement(
                    Verdict.RESOLVE_NOT_SENT,
                    "The alert has resolved" + since(episode.pendingResolve()) + ", and " + named(incident)
                            + " could not be resolved" + because(episode)
                            + ". Its message was moved to the dead-letter queue.");
        }
        Judgement judgement = ofOpenIncident(episode, incident);
        return new Judgement(judgement.verdict(), judgement.sentence() + later(episode));
    }

    private static boolean isUndeliverable(Episode episode) {
        return episode.outcome()
                .filter(outcome -> outcome == Outcome.REFUSED || outcome == Outcome.EXPIRED)
                .isPresent();
    }

    /** What became of later messages about the same alert. */
    private String later(Episode episode) {
        String what = episode.pendingResolve().isPresent() ? "Its resolve" : "A later message about it";
        return switch (episode.outcome().orElse(Outcome.OPENED)) {
            case WAITING -> " " + what + " waits for " + waitedFor(episode) + ". " + nextAttempt(episode);
            case UNBOUND -> " A later message about it paged nobody: the rule was bound to no service.";
            case DISABLED ->
                " A later message about it paged nobody"
                        + episode.detail().map(why -> ": " + why).orElse("") + ".";
            case EXPIRED, REFUSED ->
                " A later message about it was moved to the dead-letter queue" + because(episode) + ".";
            default -> "";
        };
    }

    private Judgement ofOpenIncident(Episode episode, KnownIncident incident) {
        Finding<Optional<IncidentDetail>> read =
                facts.incident().orElseGet(() -> Finding.unknown("there is no token to ask PagerDuty with"));
        if (read instanceof Finding.Unknown<Optional<IncidentDetail>> unknown) {
            return incident.pagedNobody()
                    ? acknowledgedAtOnce(incident)
                    : new Judgement(
                            Verdict.INCIDENT_NOT_READ,
                            "It paged: " + named(incident) + " was open" + since(episode.confirmedAt())
                                    + ". What became of it could not be read: " + unknown.because() + ".");
        }
        if (facts.knownIncident().isEmpty()) {
            return new Judgement(
                    Verdict.INCIDENT_OUT_OF_SIGHT,
                    "It paged: " + named(incident) + " was open" + since(episode.confirmedAt())
                            + ". By now PagerDuty shows it to this token no more.");
        }
        IncidentDetail detail = facts.knownIncident().get();
        return switch (detail.incident().status()) {
            case "resolved" -> closed(incident, detail);
            case "acknowledged" -> acknowledged(incident, detail);
            default -> triggered(incident, detail);
        };
    }

    private Judgement closed(KnownIncident incident, IncidentDetail detail) {
        if (detail.mergedInto().isPresent()) {
            return new Judgement(
                    Verdict.MERGED,
                    "It paged: " + opened(incident, detail) + ", and was merged into "
                            + detail.mergedInto().get().describe() + since(detail.statusChangedAt())
                            + by(detail.statusChangedBy()) + ".");
        }
        return new Judgement(
                Verdict.CLOSED_IN_PAGERDUTY,
                "It paged: " + opened(incident, detail) + notifiedClause() + ". It was resolved in PagerDuty"
                        + since(detail.statusChangedAt()) + by(detail.statusChangedBy())
                        + ", while the alert still fires as far as we know.");
    }

    private Judgement acknowledged(KnownIncident incident, IncidentDetail detail) {
        Optional<IncidentLog> log = facts.knownLog();
        boolean snoozed =
                log.filter(entries -> !entries.ofType("snooze").isEmpty()).isPresent();
        if (snoozed && detail.triggersAgainAt().isPresent()) {
            IncidentLog.Entry snooze = log.get().ofType("snooze").get(0);
            return new Judgement(
                    Verdict.SNOOZED,
                    "It paged: " + opened(incident, detail) + notifiedClause() + ". It was snoozed" + since(snooze.at())
                            + by(snooze.agent()) + " and notifies nobody until "
                            + at(detail.triggersAgainAt().get()) + ".");
        }
        boolean nobodyNotified = log.filter(Judge::provesThatNobodyWasNotified).isPresent();
        if (incident.pagedNobody() && (nobodyNotified || log.isEmpty())) {
            return acknowledgedAtOnce(incident);
        }
        Optional<IncidentDetail.Acknowledgement> first =
                detail.acknowledgements().stream().findFirst();
        return new Judgement(
                Verdict.ACKNOWLEDGED,
                "It paged: " + opened(incident, detail) + notifiedClause() + ". It was acknowledged"
                        + since(first.flatMap(IncidentDetail.Acknowledgement::at))
                        + by(first.map(IncidentDetail.Acknowledgement::by)) + ": PagerDuty notifies nobody else"
                        + detail.triggersAgainAt()
                                .map(until -> " until " + at(until))
                                .orElse("") + ".");
    }

    private Judgement acknowledgedAtOnce(KnownIncident incident) {
        String owner = facts.knownInstallation()
                .map(installation -> installation.user().name())
                .orElse("its user");
        return new Judgement(
                Verdict.ACKNOWLEDGED_AT_ONCE,
                "Nobody was notified: PagerDuty acknowledged " + named(incident) + " as soon as it was opened, because "
                        + owner + ", whose token opens the incidents, is the one on call.");
    }

    private Judgement triggered(KnownIncident incident, IncidentDetail detail) {
        String opened = opened(incident, detail);
        Optional<IncidentLog> log = facts.knownLog();
        if (log.isEmpty()) {
            return new Judgement(
                    Verdict.INCIDENT_NOT_READ,
                    "It paged: " + opened + " and is triggered. Whom PagerDuty notified could not be read: "
                            + facts.log().flatMap(Finding::unknownBecause).orElse("there was no token to ask with")
                            + ".");
        }
        if (provesThatNobodyWasNotified(log.get())) {
            String low = detail.urgency().filter("low"::equals).isPresent() ? " It has low urgency." : "";
            String assigned = detail.assignees().isEmpty()
                    ? " It is assigned to nobody."
                    : " It is assigned to " + Words.list(detail.assignees()) + ".";
            return new Judgement(
                    Verdict.NOT_NOTIFIED_YET,
                    "It opened an incident, but PagerDuty has notified nobody so far: " + opened + "." + low
                            + assigned);
        }
        return new Judgement(
                Verdict.NOTIFIED, "It paged: " + opened + notifiedClause() + ". Nobody has acknowledged it.");
    }

    static boolean provesThatNobodyWasNotified(IncidentLog log) {
        return log.notifications().isEmpty() && !log.more();
    }

    // ---- over ----

    /** The incident of an episode that is over, unless PagerDuty knows better: then it is an earlier episode's. */
    private Optional<KnownIncident> endedIncident(Episode episode) {
        boolean ofThisOne = episode.outcome()
                .filter(outcome -> outcome == Outcome.RESOLVED || outcome == Outcome.ADOPTED)
                .isPresent();
        boolean isEarlier = facts.knownIncident()
                .flatMap(IncidentDetail::createdAt)
                .flatMap(created -> episode.beganAt().map(began -> created.isBefore(began.minus(CLOCKS_APART))))
                .orElse(false);
        return Facts.incidentOf(episode).filter(incident -> ofThisOne || !isEarlier);
    }

    private Judgement ofEnded(Episode episode, KnownIncident incident) {
        Optional<IncidentDetail> read = facts.knownIncident();
        String resolved = episode.resolvedAt().isPresent() ? "The alert resolved" + since(episode.resolvedAt()) : "";
        if (read.isEmpty()) {
            return endedUnread(episode, incident, resolved);
        }
        IncidentDetail detail = read.get();
        if (episode.outcome().equals(Optional.of(Outcome.ADOPTED))
                && detail.incident().isResolved()) {
            // Found closed after a lost answer: nobody has heard of the alert's end.
            return closed(incident, detail);
        }
        String opened = opened(incident, detail) + notifiedClause();
        return detail.incident().isResolved()
                ? new Judgement(
                        Verdict.ENDED,
                        "It paged, and is over: " + opened + ". " + resolved + ", the incident"
                                + since(detail.statusChangedAt()) + byOrByUs(detail.statusChangedBy()) + ".")
                : new Judgement(
                        Verdict.ENDED_INCIDENT_OPEN,
                        "It paged: " + opened + ". " + resolved + "; the incident is still open" + because(episode)
                                + ".");
    }

    private Judgement endedUnread(Episode episode, KnownIncident incident, String resolved) {
        if (episode.outcome().equals(Optional.of(Outcome.RESOLVED))) {
            return new Judgement(
                    Verdict.ENDED,
                    "It paged, and is over: " + named(incident) + ". " + resolved + ", and the incident with it.");
        }
        String why = facts.incident()
                .map(read -> read.unknownBecause().orElse("PagerDuty shows it to this token no more"))
                .orElse("there is no token to ask PagerDuty with");
        return new Judgement(
                Verdict.INCIDENT_NOT_READ,
                resolved + (resolved.isEmpty() ? "The" : ". The") + " last incident that is known of it is #"
                        + incident.number() + ". What became of that could not be read: " + why + ".");
    }

    // ---- words ----

    private static String named(KnownIncident incident) {
        return "incident #" + incident.number();
    }

    private static String opened(KnownIncident incident, IncidentDetail detail) {
        return named(incident) + " was opened" + since(detail.createdAt());
    }

    /** Who was notified first, and how often anybody was. */
    private String notifiedClause() {
        return facts.knownLog()
                .map(log -> provesThatNobodyWasNotified(log)
                        ? ", and PagerDuty notified nobody"
                        : Words.firstNotification(log)
                                .map(first -> ", and PagerDuty notified " + first)
                                .orElse(""))
                .orElse("");
    }

    private String byOrByUs(Optional<Reference> who) {
        boolean ours = who.flatMap(one -> facts.knownInstallation()
                        .map(installation -> installation.user().id().equals(one.id())))
                .orElse(false);
        return ours ? " by this integration" : by(who);
    }

    private static String by(Optional<Reference> who) {
        return who.map(one -> one.isUser() ? " by " + one.describe() : " by PagerDuty itself (" + one.describe() + ")")
                .orElse("");
    }

    private static String since(Optional<Instant> when) {
        return when.map(moment -> " at " + at(moment)).orElse("");
    }

    private static String because(Episode episode) {
        return episode.detail().map(why -> " (" + why + ")").orElse("");
    }
}
