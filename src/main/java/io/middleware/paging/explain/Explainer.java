package io.middleware.paging.explain;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.binding.Finding;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleBindings.Listed;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.ServiceCheck;
import io.middleware.paging.binding.ServiceFindings;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.Episodes;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.Installations;
import io.middleware.paging.installation.TokenStore;
import io.middleware.paging.installation.TokenStore.StoredToken;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pacing.BudgetId;
import io.middleware.paging.pacing.RateBudgets;
import io.middleware.paging.pagerduty.Access;
import io.middleware.paging.pagerduty.Answer;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.pagerduty.IncidentDetail;
import io.middleware.paging.pagerduty.IncidentLog;
import io.middleware.paging.pagerduty.IncidentReads;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.SideBySide;
import io.middleware.paging.pagerduty.User;

/**
 * Explains why an alert or a rule paged or did not.
 *
 * <p>Thread-safe. Reads only: it writes nothing, receives no message, and judges no token. Questions that need not wait for
 * each other are asked at the same time. The longest way is one of our tables and the token's secret at once, then the
 * service in PagerDuty, then who is on call for it; of a rule without an alert, its latest alerts and then the incident of the
 * newest. Of an alert it takes six calls to DynamoDB, of a rule five.
 */
@ApplicationScoped
public class Explainer {
    /** How many of a rule's latest alerts an answer lists. */
    static final int LISTED = 20;

    private final Installations installations;
    private final TokenStore tokens;
    private final RuleBindings bindings;
    private final Episodes episodes;
    private final RateBudgets budgets;
    private final SqsQueueCounts queues;
    private final ExplainConfig config;
    private final PagerDuty pagerDuty;
    private final ServiceCheck serviceCheck;
    private final IncidentReads incidents;
    private final SideBySide sideBySide;
    private final Clock clock;

    public Explainer(
            Installations installations,
            TokenStore tokens,
            RuleBindings bindings,
            Episodes episodes,
            RateBudgets budgets,
            SqsQueueCounts queues,
            ExplainConfig config,
            PagerDuty pagerDuty,
            ServiceCheck serviceCheck,
            IncidentReads incidents,
            SideBySide sideBySide,
            Clock clock) {
        this.installations = installations;
        this.tokens = tokens;
        this.bindings = bindings;
        this.episodes = episodes;
        this.budgets = budgets;
        this.queues = queues;
        this.config = config;
        this.pagerDuty = pagerDuty;
        this.serviceCheck = serviceCheck;
        this.incidents = incidents;
        this.sideBySide = sideBySide;
        this.clock = clock;
    }

    /** @param alertId empty to explain the rule and the latest of its alerts */
    public Explanation explain(WorkspaceId workspaceId, RuleId ruleId, Optional<String> alertId, Deadline deadline) {
        Facts facts = gather(workspaceId, ruleId, alertId, deadline);
        Judge.Judgement judgement = Judge.of(facts);
        return new Explanation(judgement.verdict(), judgement.sentence(), Checks.of(facts), deliveries(facts));
    }

    private Facts gather(WorkspaceId workspaceId, RuleId ruleId, Optional<String> alertId, Deadline deadline) {
        Supplier<Finding<Optional<Installation>>> installation = ask(
                "DynamoDB", () -> Finding.known(installations.find(workspaceId).filter(Explainer::isInstalled)));
        Supplier<Finding<StoredOrNot>> stored =
                ask("Secrets Manager", () -> Finding.known(StoredOrNot.of(tokens, workspaceId)));
        Supplier<Finding<Optional<Listed>>> binding =
                ask("DynamoDB", () -> Finding.known(bindings.findMarked(workspaceId, ruleId)));
        Supplier<Finding<Episodes.OfRule>> latest =
                ask("DynamoDB", () -> Finding.known(episodes.latest(workspaceId, ruleId.value(), LISTED)));
        Supplier<Finding<Optional<Episode>>> asked = alertId.map(id -> ask(
                        "DynamoDB",
                        () -> Finding.known(episodes.find(new DeliveryKey(workspaceId, ruleId.value(), id)))))
                .orElse(() -> latest.get().map(found -> found.alerts().stream().findFirst()));
        Supplier<Finding<QueueCounts>> queue = count(config.alertQueueUrl(), "PAGING_ALERT_QUEUE_URL");
        Supplier<Finding<QueueCounts>> deadLetters = count(config.deadLetterQueueUrl(), "PAGING_DEAD_LETTER_QUEUE_URL");

        Finding<Optional<Installation>> installed = installation.get();
        Optional<Installation> known = installed.knownValue().flatMap(found -> found);
        Supplier<Finding<RateBudgets.Ahead>> budget = known.map(it -> ask(
                        "DynamoDB",
                        () -> Finding.known(budgets.ahead(
                                new BudgetId(it.region(), it.user().id())))))
                .orElse(() -> Finding.unknown("without an installation there is no PagerDuty user whose calls count"));
        Finding<StoredOrNot> secret = stored.get();
        Optional<Access> access = known.flatMap(it ->
                secret.knownValue().flatMap(StoredOrNot::token).map(token -> new Access(it.region(), token.token())));

        Supplier<Finding<Facts.Token>> token = access.map(
                        it -> ask("PagerDuty", () -> verdictOn(pagerDuty.me(it, deadline))))
                .orElse(() -> withoutAccess(installed, secret));
        Optional<Supplier<ServiceFindings>> service = access.flatMap(it -> binding.get()
                .knownValue()
                .flatMap(found -> found.map(Listed::binding))
                .map(bound -> look(it, known.orElseThrow(), bound, deadline)));
        Finding<Optional<Episode>> episode = asked.get();
        Optional<String> incidentId = episode.knownValue()
                .flatMap(found -> found)
                .flatMap(Facts::incidentOf)
                .map(KnownIncident::id)
                .filter(PagerDuty::isId);
        Optional<Supplier<Finding<Optional<IncidentDetail>>>> incident = access.flatMap(it ->
                incidentId.map(id -> ask("PagerDuty", () -> Finding.ofOptional(incidents.incident(it, id, deadline)))));
        Optional<Supplier<Finding<IncidentLog>>> log = access.flatMap(it ->
                incidentId.map(id -> ask("PagerDuty", () -> Finding.of(incidents.log(it, id, deadline)))));
        return new Facts(
                clock.instant(),
                workspaceId,
                ruleId,
                alertId,
                installed,
                token.get(),
                binding.get(),
                episode,
                latest.get(),
                budget.get(),
                queue.get(),
                deadLetters.get(),
                service.map(Supplier::get),
                incident.map(Supplier::get),
                log.map(Supplier::get));
    }

    private static boolean isInstalled(Installation installation) {
        return installation.status() != Installation.Status.UNINSTALLING;
    }

    private Supplier<ServiceFindings> look(
            Access access, Installation installation, RuleBinding binding, Deadline deadline) {
        return sideBySide.start(
                () -> serviceCheck.look(access, installation.user().id(), ServiceCheck.Target.of(binding), deadline));
    }

    private Supplier<Finding<QueueCounts>> count(Optional<String> url, String setting) {
        return url.map(it -> ask("SQS", () -> Finding.known(queues.count(it))))
                .orElse(() -> Finding.unknown(setting + " is not set"));
    }

    /** Starts the question now; whatever it throws makes this one thing unknown. */
    private <T> Supplier<Finding<T>> ask(String whom, Supplier<Finding<T>> question) {
        return sideBySide.start(() -> {
            try {
                return question.get();
            } catch (RuntimeException failed) {
                return Finding.unknown(whom + " did not tell: "
                        + failed.getClass().getSimpleName() + " " + String.valueOf(failed.getMessage()));
            }
        });
    }

    /** @param why there is none, if there is none */
    private record StoredOrNot(Optional<StoredToken> token, String why) {
        static StoredOrNot of(TokenStore tokens, WorkspaceId workspaceId) {
            Optional<StoredToken> found = tokens.find(workspaceId);
            return new StoredOrNot(found, found.isPresent() ? "" : tokens.whyThereIsNone(workspaceId));
        }
    }

    private static Finding<Facts.Token> withoutAccess(
            Finding<Optional<Installation>> installed, Finding<StoredOrNot> secret) {
        if (secret instanceof Finding.Unknown<StoredOrNot> unknown) {
            return Finding.unknown(unknown.because());
        }
        StoredOrNot stored = secret.knownValue().orElseThrow();
        if (stored.token().isEmpty()) {
            return Finding.known(new Facts.Token.Missing(stored.why()));
        }
        return Finding.unknown(
                installed.unknownBecause().orElse("a workspace that is not installed has no region to ask in"));
    }

    private static Finding<Facts.Token> verdictOn(Answer<User> me) {
        return me.fold(
                user -> Finding.known(new Facts.Token.Accepted(user)),
                failure -> failure.kind() == Failure.Kind.UNAUTHORIZED
                                || failure.kind() == Failure.Kind.FORBIDDEN
                                || PagerDuty.isAccountToken(failure)
                        ? Finding.known(new Facts.Token.Refused(failure.describe()))
                        : Finding.unknown("PagerDuty did not tell: " + failure.describe()));
    }

    private static Optional<List<Explanation.Delivery>> deliveries(Facts facts) {
        return facts.latest()
                .knownValue()
                .map(latest -> latest.alerts().stream()
                        .map(episode -> delivery(facts, episode))
                        .toList());
    }

    private static Explanation.Delivery delivery(Facts facts, Episode episode) {
        return new Explanation.Delivery(
                episode.key().alertId(),
                episode.beganAt().orElse(null),
                episode.outcome().map(Outcome::name).orElse(null),
                episode.reason().map(Enum::name).orElse(null),
                episode.detail().orElse(null),
                Facts.incidentOf(episode)
                        .map(incident -> incident(facts, episode, incident))
                        .orElse(null),
                episode.nextAttemptAt().orElse(null),
                episode.attempts());
    }

    private static Explanation.Incident incident(Facts facts, Episode episode, KnownIncident incident) {
        String byLedger = episode.isOpen()
                ? "open"
                : episode.outcome().equals(Optional.of(Outcome.RESOLVED)) ? "resolved" : "unknown";
        return new Explanation.Incident(
                incident.number(),
                incident.htmlUrl(),
                facts.knownIncident()
                        .filter(seen -> seen.incident().id().equals(incident.id()))
                        .map(seen -> seen.incident().status())
                        .orElse(byLedger));
    }
}
