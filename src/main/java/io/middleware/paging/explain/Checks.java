package io.middleware.paging.explain;

import static io.middleware.paging.explain.Words.at;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.middleware.paging.binding.Finding;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings.Listed;
import io.middleware.paging.binding.ServiceFindings;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.explain.Check.Name;
import io.middleware.paging.explain.Judge.Judgement;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.pacing.RateBudgets;
import io.middleware.paging.pagerduty.IncidentDetail;
import io.middleware.paging.pagerduty.IncidentLog;
import io.middleware.paging.pagerduty.OnCall;

/** Goes through all that may keep a page from a person, in the order of {@link Check.Name}. Pure. */
final class Checks {
    private static final String NO_TOKEN = "There is no token to ask PagerDuty with.";

    private final Facts facts;

    private Checks(Facts facts) {
        this.facts = facts;
    }

    /** Of a rule that is bound to nothing those of its service are left out, without an incident those of the incident. */
    static List<Check> of(Facts facts) {
        Checks checks = new Checks(facts);
        List<Check> all = new ArrayList<>(List.of(
                checks.installation(),
                checks.token(),
                checks.binding(),
                checks.queue(),
                checks.delivery(),
                checks.deadLetterQueue(),
                checks.budget()));
        checks.addService(all);
        checks.addIncident(all);
        return all;
    }

    private Check installation() {
        return facts.installation()
                .fold(
                        found -> found.map(Checks::installation)
                                .orElseGet(() -> Check.problem(
                                        Name.INSTALLATION,
                                        "The workspace is not installed.",
                                        Verdict.NOT_INSTALLED.remedy())),
                        unknown -> Check.unknown(Name.INSTALLATION, unknown.because()));
    }

    private static Check installation(Installation it) {
        return it.status() == Installation.Status.ACTIVE
                ? Check.ok(
                        Name.INSTALLATION,
                        "ACTIVE since " + at(it.since()) + ", as PagerDuty user "
                                + it.user().name() + " ("
                                + it.user().id() + "), region "
                                + it.region().wireName() + ".")
                : Check.problem(
                        Name.INSTALLATION,
                        "REAUTH_REQUIRED since " + at(it.since()) + ": "
                                + it.reason().orElse("PagerDuty refused the token") + ". Its alerts wait."
                                + it.nextProbeAt()
                                        .map(next -> " PagerDuty is asked again from " + at(next)
                                                + " on, as soon as an alert waits.")
                                        .orElse(""),
                        Verdict.TOKEN_REFUSED.remedy());
    }

    private Check token() {
        if (facts.installation().knownValue().filter(Optional::isEmpty).isPresent()) {
            return Check.problem(
                    Name.TOKEN, "A workspace that is not installed has no token.", Verdict.NOT_INSTALLED.remedy());
        }
        return facts.token().fold(this::token, unknown -> Check.unknown(Name.TOKEN, unknown.because()));
    }

    private Check token(Facts.Token token) {
        Optional<String> wrong = facts.knownInstallation().flatMap(it -> Obstacles.wrong(it, token));
        if (wrong.isPresent()) {
            return Check.problem(Name.TOKEN, "It does not work: " + wrong.get() + ".", Verdict.TOKEN_REFUSED.remedy());
        }
        if (!(token instanceof Facts.Token.Accepted accepted)) {
            return Check.unknown(Name.TOKEN, "The installation could not be read.");
        }
        return Check.ok(
                Name.TOKEN,
                "PagerDuty accepts it. Its user has the role "
                        + accepted.owner().role()
                        + (accepted.owner().pagesOnlyServicesOfItsTeams()
                                ? ", and may page only the services of teams in which the user is a Responder."
                                : "."));
    }

    private Check binding() {
        return facts.binding()
                .fold(
                        found -> found.map(this::binding)
                                .orElseGet(() -> Check.problem(
                                        Name.BINDING,
                                        "Rule " + facts.ruleId() + " is bound to no service.",
                                        Verdict.RULE_NOT_BOUND.remedy())),
                        unknown -> Check.unknown(Name.BINDING, unknown.because()));
    }

    private Check binding(Listed marked) {
        Optional<Judgement> wrong = Obstacles.ofBinding(facts);
        RuleBinding it = marked.binding();
        String bound = "Bound to the service " + Obstacles.named(it) + " since " + at(it.boundAt());
        return wrong.map(found -> Check.problem(
                        Name.BINDING,
                        bound + ". But " + found.sentence(),
                        found.verdict().remedy()))
                .orElseGet(() -> Check.ok(
                        Name.BINDING,
                        bound + ", urgency " + it.urgency().wireName() + ", groupBy "
                                + it.groupBy().wireName() + ", notifyOnResolve " + it.notifyOnResolve() + "."));
    }

    private Check queue() {
        return facts.queue()
                .fold(
                        counts -> Check.ok(
                                Name.QUEUE,
                                "About " + counts.toReceive() + " messages are to be received, " + counts.hidden()
                                        + " are being handled or wait for their next try, " + counts.delayed()
                                        + " are delayed. Many to be received, and not fewer a minute later: notify does"
                                        + " not keep up, or is not running." + oldestWait()),
                        unknown -> Check.unknown(Name.QUEUE, unknown.because()));
    }

    /** SQS tells the age of its oldest message only to CloudWatch; the ledger knows since when this rule's alerts wait. */
    private String oldestWait() {
        List<Episode> waiting = facts.latestAlerts().stream()
                .filter(episode -> episode.outcome().equals(Optional.of(Outcome.WAITING)))
                .toList();
        return waiting.stream()
                .flatMap(episode -> episode.waiting().stream())
                .map(waited -> waited.since())
                .min(Comparator.naturalOrder())
                .map(since -> " Of this rule's latest alerts " + waiting.size() + " wait, the oldest since " + at(since)
                        + ".")
                .orElse("");
    }

    private Check delivery() {
        if (facts.episode() instanceof Finding.Unknown<Optional<Episode>> unknown) {
            return Check.unknown(Name.DELIVERY, unknown.because());
        }
        if (facts.knownEpisode().isEmpty() && facts.alertId().isEmpty()) {
            return Check.ok(Name.DELIVERY, "No alert of this rule has arrived within the last 30 days.");
        }
        Judgement judgement = Judge.ofEpisode(facts)
                .orElseGet(() -> new Judgement(
                        Verdict.NOT_ARRIVED, "The ledger does not know this alert: no message about it has arrived."));
        String about = facts.alertId().isEmpty() ? "The rule's last alert: " : "";
        String late = facts.knownEpisode()
                .flatMap(Episode::late)
                .map(last -> " " + last.count() + " messages came late, the last of " + at(last.occurredAt()) + ": "
                        + last.reason() + ".")
                .orElse("");
        return new Check(
                Name.DELIVERY,
                judgement.verdict().result(),
                about + judgement.sentence() + late,
                judgement.verdict().result() == Result.OK
                        ? null
                        : judgement.verdict().remedy());
    }

    /** By what the ledger recorded: only a receive could look into the queue, and would hide what it finds. */
    private Check deadLetterQueue() {
        String lie = facts.deadLetters()
                .fold(
                        counts -> counts.all() == 0
                                ? " The queue is empty."
                                : " About " + counts.all() + " messages lie there, of all workspaces.",
                        unknown -> " How many messages lie there is unknown: " + unknown.because() + ".");
        Optional<Episode> moved = facts.knownEpisode().filter(Checks::isMoved);
        if (moved.isPresent()) {
            return Check.problem(
                    Name.DEAD_LETTER_QUEUE,
                    "The message was moved there at "
                            + at(moved.get().updatedAt().orElse(facts.now())) + ", as "
                            + moved.get().outcome().orElseThrow()
                            + moved.get().detail().map(why -> ": " + why).orElse("") + "." + lie,
                    "Mend what is named, then send it back: docs/operations.md, \"The dead-letter queue\".");
        }
        long others = facts.latestAlerts().stream().filter(Checks::isMoved).count();
        if (others > 0) {
            return Check.problem(
                    Name.DEAD_LETTER_QUEUE,
                    "Of the rule's latest alerts " + others + " were moved there: see deliveries." + lie,
                    "Mend what is named, then send them back: docs/operations.md, \"The dead-letter queue\".");
        }
        boolean mayBeMalformed = facts.alertId().isPresent()
                && facts.knownEpisode().isEmpty()
                && facts.deadLetters()
                        .knownValue()
                        .filter(counts -> counts.all() == 0)
                        .isEmpty();
        return mayBeMalformed
                ? new Check(
                        Name.DEAD_LETTER_QUEUE,
                        Result.UNKNOWN,
                        "A message that could not be read as an alert would be there, and in no ledger." + lie,
                        "Look at the messages there, and for MALFORMED in the log of notify.")
                : Check.ok(Name.DEAD_LETTER_QUEUE, "No message was moved there, by what the ledger recorded." + lie);
    }

    private static boolean isMoved(Episode episode) {
        return episode.outcome()
                .filter(outcome -> outcome == Outcome.EXPIRED || outcome == Outcome.REFUSED)
                .isPresent();
    }

    private Check budget() {
        return facts.budget().fold(this::budget, unknown -> Check.unknown(Name.BUDGET, unknown.because()));
    }

    private Check budget(RateBudgets.Ahead ahead) {
        if (ahead.blockedUntil().filter(until -> until.isAfter(facts.now())).isPresent()) {
            return Check.problem(
                    Name.BUDGET,
                    "PagerDuty's rate limit is used up: no call for this PagerDuty user before "
                            + at(ahead.blockedUntil().get()) + ".",
                    Verdict.RATE_LIMIT_USED_UP.remedy());
        }
        Duration high = Duration.between(facts.now(), ahead.nextHigh());
        Duration low = Duration.between(facts.now(), ahead.nextLow());
        return high.toSeconds() < 1 && low.toSeconds() < 1
                ? Check.ok(Name.BUDGET, "Nothing queues ahead: PagerDuty may be called now.")
                : Check.ok(
                        Name.BUDGET,
                        "Other alerts queue ahead: a new one of high urgency would be posted in " + high.toSeconds()
                                + " s, one of low urgency in " + low.toSeconds() + " s.");
    }

    // ---- the service ----

    private void addService(List<Check> checks) {
        boolean bound = facts.knownBinding().isPresent();
        if (!bound && facts.binding().knownValue().isPresent()) {
            return;
        }
        if (facts.service().isEmpty()) {
            String why = bound ? NO_TOKEN : "The rule's binding could not be read.";
            for (Name name : List.of(Name.SERVICE, Name.MAINTENANCE, Name.ON_CALL, Name.URGENCY)) {
                checks.add(Check.unknown(name, why));
            }
            return;
        }
        ServiceFindings service = facts.service().get();
        checks.add(service(service));
        if (service.notThere().isEmpty()) {
            checks.add(maintenance(service));
            checks.add(onCall(service));
            checks.add(urgency(service));
        }
    }

    private Check service(ServiceFindings service) {
        return service.notThere()
                .map(told -> problem(Name.SERVICE, told, Verdict.SERVICE_NOT_FOUND))
                .or(() -> service.disabled().map(told -> problem(Name.SERVICE, told, Verdict.SERVICE_DISABLED)))
                .orElseGet(() -> service.isEnabled()
                        .fold(
                                enabled -> Check.ok(
                                        Name.SERVICE,
                                        "The service "
                                                + Obstacles.named(
                                                        facts.knownBinding().orElseThrow()) + " is there and enabled."),
                                unknown -> Check.unknown(Name.SERVICE, unknown.because())));
    }

    private static Check maintenance(ServiceFindings service) {
        return service.inMaintenance()
                .map(told -> problem(Name.MAINTENANCE, told, Verdict.SERVICE_IN_MAINTENANCE))
                .orElseGet(() -> service.maintenance()
                        .fold(
                                none -> Check.ok(Name.MAINTENANCE, "No maintenance window is under way."),
                                unknown -> Check.unknown(Name.MAINTENANCE, unknown.because())));
    }

    private static Check onCall(ServiceFindings service) {
        return service.policyNotThere()
                .map(told -> problem(Name.ON_CALL, told, Verdict.SERVICE_NOT_FOUND))
                .or(() -> service.nobodyOnCall().map(told -> problem(Name.ON_CALL, told, Verdict.NOBODY_ON_CALL)))
                .or(() -> service.selfOnCall().map(told -> problem(Name.ON_CALL, told, Verdict.SELF_ON_CALL)))
                .orElseGet(() -> service.pagedFirst()
                        .fold(
                                first -> Check.ok(
                                        Name.ON_CALL,
                                        "On call now, and paged first: "
                                                + first.stream()
                                                        .map(Checks::onCall)
                                                        .collect(Collectors.joining(", "))
                                                + "."),
                                unknown -> Check.unknown(Name.ON_CALL, unknown.because())));
    }

    private static String onCall(OnCall one) {
        return one.user().describe()
                + one.schedule().map(schedule -> " by the schedule " + schedule).orElse("")
                + one.until().map(until -> " until " + at(until)).orElse("");
    }

    private Check urgency(ServiceFindings service) {
        UrgencyRule rule = facts.knownBinding().orElseThrow().urgency();
        Optional<String> ofIncident = facts.knownIncident()
                .flatMap(IncidentDetail::urgency)
                .map(urgency -> " The incident has " + urgency + " urgency.");
        return service.lowUrgency(rule, facts.now())
                .map(told -> new Check(
                        Name.URGENCY,
                        Result.PROBLEM,
                        told.message() + ofIncident.orElse(""),
                        "Bind the rule with urgency high, if it is to wake somebody."))
                .orElseGet(() -> urgency(service, rule, ofIncident.orElse("")));
    }

    private Check urgency(ServiceFindings service, UrgencyRule rule, String ofIncident) {
        return switch (rule) {
            case HIGH, LOW -> Check.ok(Name.URGENCY, "The rule is bound with urgency high." + ofIncident);
            case SEVERITY ->
                Check.ok(
                        Name.URGENCY,
                        "The alert's severity decides: critical and error are of high urgency, warning and info of low."
                                + ofIncident);
            case SERVICE ->
                service.urgency(facts.now())
                        .fold(
                                high -> Check.ok(
                                        Name.URGENCY, "The service gives its incidents high urgency now." + ofIncident),
                                unknown -> Check.unknown(Name.URGENCY, unknown.because()));
        };
    }

    private static Check problem(Name name, Warning told, Verdict verdict) {
        return Check.problem(name, told.message(), verdict.remedy());
    }

    // ---- the incident ----

    private void addIncident(List<Check> checks) {
        Optional<KnownIncident> known = facts.knownEpisode().flatMap(Facts::incidentOf);
        if (known.isEmpty()) {
            return;
        }
        String named = "#" + known.get().number() + " " + known.get().htmlUrl();
        if (facts.incident().isEmpty() || facts.log().isEmpty()) {
            checks.add(Check.unknown(Name.INCIDENT, named + ": " + NO_TOKEN));
            checks.add(Check.unknown(Name.NOTIFICATIONS, NO_TOKEN));
            return;
        }
        checks.add(facts.incident()
                .get()
                .fold(
                        found -> found.map(detail -> incident(named, detail))
                                .orElseGet(() -> new Check(
                                        Name.INCIDENT,
                                        Result.UNKNOWN,
                                        named + ": PagerDuty shows it to this token no more.",
                                        Verdict.INCIDENT_OUT_OF_SIGHT.remedy())),
                        unknown -> Check.unknown(Name.INCIDENT, named + ": " + unknown.because())));
        checks.add(facts.log()
                .get()
                .fold(this::notifications, unknown -> Check.unknown(Name.NOTIFICATIONS, unknown.because())));
    }

    private static Check incident(String named, IncidentDetail detail) {
        StringBuilder text =
                new StringBuilder(named).append(": ").append(detail.incident().status());
        detail.statusChangedAt().ifPresent(when -> text.append(" since ").append(at(when)));
        detail.mergedInto().ifPresent(into -> text.append(", merged into ").append(into.describe()));
        if (!detail.acknowledgements().isEmpty()) {
            text.append(", acknowledged by ")
                    .append(Words.list(detail.acknowledgements().stream()
                            .map(IncidentDetail.Acknowledgement::by)
                            .toList()));
        }
        detail.triggersAgainAt()
                .ifPresent(when -> text.append(", triggered again at ").append(at(when)));
        detail.resolvesItselfAt()
                .ifPresent(when ->
                        text.append(", resolved by PagerDuty itself at ").append(at(when)));
        if (!detail.assignees().isEmpty()) {
            text.append(", assigned to ").append(Words.list(detail.assignees()));
        }
        detail.urgency().ifPresent(urgency -> text.append(", urgency ").append(urgency));
        return Check.ok(Name.INCIDENT, text.append('.').toString());
    }

    private Check notifications(IncidentLog log) {
        if (Judge.provesThatNobodyWasNotified(log)) {
            return Check.problem(
                    Name.NOTIFICATIONS,
                    "PagerDuty has notified nobody of this incident.",
                    "Look in PagerDuty at the notification rules of whoever it is assigned to.");
        }
        String exhausted = log.ofType("exhaust_escalation_path").isEmpty()
                ? ""
                : " Everybody on the escalation policy was tried, and nobody acknowledged.";
        return Words.firstNotification(log)
                .map(first -> Check.ok(Name.NOTIFICATIONS, "PagerDuty notified " + first + "." + exhausted))
                .orElseGet(() -> Check.unknown(
                        Name.NOTIFICATIONS, "Among its newest 100 log entries is no notification." + exhausted));
    }
}
