package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.delivery.Claim.UnsettledTry;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.installation.Accounts;
import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.installation.Accounts.AfterRefusal;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pacing.Pacer;
import io.middleware.paging.pacing.Slot;
import io.middleware.paging.pacing.Turn;
import io.middleware.paging.pagerduty.Answer;
import io.middleware.paging.pagerduty.AnswerHeaders;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.pagerduty.Incident;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.Resolution;
import io.middleware.paging.pagerduty.Urgency;

/**
 * Resolves the incidents of claimed resolves: each is looked up by itself, then all of one token go out in one call.
 *
 * <p>Thread-safe. Everything here may be repeated: what is resolved stays resolved.
 */
@ApplicationScoped
public class IncidentResolver {
    /** More than a write to the ledger takes as a rule. */
    private static final Duration SETTLING = Duration.ofMillis(20);

    private final Accounts accounts;
    private final RuleBindings bindings;
    private final PagerDuty pagerDuty;
    private final DeliveryLedger ledger;
    private final HandBack handBack;
    private final Pacer pacer;
    private final Clock clock;

    public IncidentResolver(
            Accounts accounts,
            RuleBindings bindings,
            PagerDuty pagerDuty,
            DeliveryLedger ledger,
            HandBack handBack,
            Pacer pacer,
            Clock clock) {
        this.accounts = accounts;
        this.bindings = bindings;
        this.pagerDuty = pagerDuty;
        this.ledger = ledger;
        this.handBack = handBack;
        this.pacer = pacer;
        this.clock = clock;
    }

    /** Finds what there is to resolve. Done when that is nothing, or when it cannot be told yet. */
    Step begin(Attempt attempt) {
        try {
            if (attempt.claim().open().isEmpty() && attempt.claim().unsettled().isEmpty()) {
                return new Step.Done(nothingOpen(attempt));
            }
            Account account = accounts.find(attempt.alert().workspaceId(), attempt.deadline());
            return account instanceof Account.Active active
                    ? begin(attempt, active, true)
                    : new Step.Done(handBack.parked(attempt, account, false));
        } catch (RuntimeException awsFailed) {
            throw handBack.afterException(attempt, awsFailed, false);
        }
    }

    private Step begin(Attempt attempt, Account.Active account, boolean mayRereadToken) {
        Map<String, KnownIncident> open = new LinkedHashMap<>();
        attempt.claim().open().ifPresent(incident -> open.put(incident.id(), incident));
        Optional<UnsettledTry> unsettled = attempt.claim().unsettled();
        if (unsettled.isPresent()) {
            // A POST whose answer was lost may have opened an incident that the ledger does not know.
            boolean found = false;
            for (String serviceId : unsettled.get().serviceIds()) {
                Answer<Optional<Incident>> answer =
                        pagerDuty.findOpen(account.access(), attempt.incidentKey(), serviceId, attempt.deadline());
                if (answer instanceof Answer.Failed<Optional<Incident>> failed
                        && failed.failure().kind().leavesItOpenWhetherThereIsOne()) {
                    return lookUpFailed(attempt, account, failed.failure(), mayRereadToken);
                }
                Optional<Incident> incident = answer.fold(i -> i, outOfSight -> Optional.empty());
                incident.ifPresent(i -> open.putIfAbsent(i.id(), KnownIncident.of(i, serviceId, false)));
                found |= incident.isPresent();
            }
            if (!found && unsettled.get().isYoungerThan(PagerDuty.LIST_LAG, clock)) {
                return new Step.Done(handBack.again(
                        attempt, Reason.LIST_LAG, "waiting to see whether a lost POST opened an incident", false));
            }
        }
        Optional<KnownIncident> known = attempt.claim().open().filter(incident -> open.size() > 1);
        if (known.isPresent()) {
            // There is a newer one, as a rule because somebody closed this: then PagerDuty would refuse to resolve
            // both.
            Answer<Incident> answer =
                    pagerDuty.incident(account.access(), known.get().id(), attempt.deadline());
            if (answer instanceof Answer.Failed<Incident> failed
                    && failed.failure().kind().leavesItOpenWhetherThereIsOne()) {
                return lookUpFailed(attempt, account, failed.failure(), mayRereadToken);
            }
            if (answer.fold(Incident::isResolved, gone -> gone.kind() == Failure.Kind.NOT_FOUND)) {
                open.remove(known.get().id());
            }
        }
        return open.isEmpty()
                ? new Step.Done(nothingOpen(attempt))
                : new Step.ToResolve(attempt, account, List.copyOf(open.values()), UnaryOperator.identity());
    }

    private NotifyOutcome nothingOpen(Attempt attempt) {
        return settle(attempt, Outcome.RESOLVE_SKIPPED, "no incident is open for this alert", Optional.empty());
    }

    private Step lookUpFailed(Attempt attempt, Account.Active account, Failure failure, boolean mayRereadToken) {
        if (failure.kind() != Failure.Kind.UNAUTHORIZED) {
            return new Step.Done(handBack.failed(attempt, account, failure, false));
        }
        AfterRefusal after = accounts.afterRefusal(account, failure, attempt.deadline());
        return mayRereadToken && after instanceof AfterRefusal.TryWith other
                ? begin(attempt, other.newer(), false)
                : new Step.Done(tokenRefused(attempt, account, failure, after));
    }

    /** What a 401 or 403 means that was not about one service. */
    private NotifyOutcome tokenRefused(Attempt attempt, Account.Active account, Failure refusal, AfterRefusal after) {
        if (after instanceof AfterRefusal.Unusable unusable) {
            return handBack.parked(attempt, unusable.account(), false)
                    .requestedAs(refusal.headers().requestId());
        }
        if (after instanceof AfterRefusal.TryWith) {
            // One token after the other: the next try begins with the last of them.
            return handBack.failed(attempt, account, refusal, false);
        }
        return after instanceof AfterRefusal.Undecided undecided
                ? handBack.afterUndecidedRefusal(attempt, account, refusal, undecided.failure(), false)
                : handBack.afterStrayRefusal(attempt, refusal, false);
    }

    /** What can go out in one call: of one token and one user, and no more than PagerDuty takes at once. */
    static List<List<Step.ToResolve>> together(List<Step.ToResolve> steps) {
        Map<Object, List<Step.ToResolve>> byCaller = new LinkedHashMap<>();
        for (Step.ToResolve step : steps) {
            Object caller = List.of(
                    step.account().access(),
                    step.account().from(),
                    step.account().budget());
            byCaller.computeIfAbsent(caller, key -> new ArrayList<>()).add(step);
        }
        List<List<Step.ToResolve>> calls = new ArrayList<>();
        for (List<Step.ToResolve> ofOne : byCaller.values()) {
            List<Step.ToResolve> call = new ArrayList<>();
            for (Step.ToResolve step : ofOne) {
                if (incidents(call) + step.incidents().size() > PagerDuty.MAX_RESOLVED_AT_ONCE) {
                    calls.add(call);
                    call = new ArrayList<>();
                }
                call.add(step);
            }
            calls.add(call);
        }
        return calls;
    }

    /**
     * Resolves the incidents of all {@code steps} in one call; if PagerDuty refuses them as a whole, one by one.
     *
     * @param steps of one call, see {@link #together}
     * @return what became of each, in the same order; never throws
     */
    List<NotifyOutcome> resolve(List<Step.ToResolve> steps) {
        try {
            return resolve(steps, steps.get(0).account(), true);
        } catch (RuntimeException awsFailed) {
            return each(steps, step -> {
                throw awsFailed;
            });
        }
    }

    private List<NotifyOutcome> resolve(List<Step.ToResolve> steps, Account.Active account, boolean mayRereadToken) {
        Deadline deadline = deadline(steps);
        Optional<Failure> hindrance = pagerDuty.hindrance(account.access(), deadline);
        if (hindrance.isPresent()) {
            return each(steps, step -> handBack.failed(step.attempt(), account, hindrance.get(), false));
        }
        Optional<Slot> held = slot(steps);
        Turn turn = pacer.turn(account.budget(), urgency(steps), held);
        if (turn instanceof Turn.Later later) {
            return waitTogether(steps, later);
        }
        List<Resolution> resolutions =
                steps.stream().flatMap(step -> resolutions(step).stream()).toList();
        Answer<AnswerHeaders> answer = pagerDuty.resolve(account.access(), account.from(), resolutions, deadline);
        if (answer instanceof Answer.Success<AnswerHeaders> success) {
            handBack.learn(account, success.value());
            return each(
                    steps,
                    step -> settle(step.attempt(), Outcome.RESOLVED, "", last(step))
                            .requestedAs(success.value().requestId()));
        }
        Failure failure = ((Answer.Failed<AnswerHeaders>) answer).failure();
        if (failure.kind() == Failure.Kind.UNAUTHORIZED || failure.kind() == Failure.Kind.FORBIDDEN) {
            return tokenRefused(steps, failure, mayRereadToken, held);
        }
        if (isRefusal(failure)) {
            return refusedTogether(steps, account, failure, held);
        }
        return switch (failure.kind()) {
            case RATE_LIMITED -> rateLimited(steps, account, failure);
            // The refusals among these stand above.
            case UNAUTHORIZED,
                    NOT_FOUND,
                    REFUSED,
                    TOO_LARGE,
                    FORBIDDEN,
                    SERVER_ERROR,
                    TIMEOUT,
                    CONNECTION_BROKEN,
                    UNREACHABLE,
                    CIRCUIT_OPEN,
                    NO_TIME_LEFT -> each(steps, step -> handBack.failed(step.attempt(), account, failure, false));
        };
    }

    /** PagerDuty judges all or nothing: one that is gone keeps the others from being resolved. */
    private List<NotifyOutcome> refusedTogether(
            List<Step.ToResolve> steps, Account.Active account, Failure failure, Optional<Slot> spent) {
        return incidents(steps) == 1
                ? each(steps, step -> refused(step, account, failure))
                : each(steps, step -> resolveAlone(step, account, spent));
    }

    /** What was forbidden the last time must not use up the turns of what pages. */
    private static Urgency urgency(List<Step.ToResolve> steps) {
        return steps.stream().allMatch(step -> step.attempt().hasWaitedFor(Reason.FORBIDDEN))
                ? Urgency.LOW
                : Urgency.HIGH;
    }

    /** What has to be recorded after the call takes its time too, one item after the other. */
    private static Deadline deadline(List<Step.ToResolve> steps) {
        Deadline deadline = steps.get(0).attempt().deadline();
        return new Deadline(deadline.at().minus(SETTLING.multipliedBy(steps.size())), deadline.clock());
    }

    /** Of the slots that they hold the last that is due: it is the least likely to have lapsed. If none is, the next. */
    private Optional<Slot> slot(List<Step.ToResolve> steps) {
        Instant now = clock.instant();
        List<Slot> held = steps.stream()
                .flatMap(step -> step.attempt().claim().slot().stream())
                .sorted(Comparator.comparing(Slot::at))
                .toList();
        return held.stream()
                .filter(slot -> !slot.at().isAfter(now))
                .reduce((earlier, later) -> later)
                .or(() -> held.stream().findFirst());
    }

    /** Whether asking again would be refused again. PagerDuty's words may be lost: its state will tell then. */
    private static boolean isRefusal(Failure failure) {
        return switch (failure.kind()) {
            case NOT_FOUND, REFUSED, TOO_LARGE, FORBIDDEN -> true;
            case SERVER_ERROR -> failure.status() == 400;
            case UNAUTHORIZED, RATE_LIMITED, TIMEOUT, CONNECTION_BROKEN, UNREACHABLE, CIRCUIT_OPEN, NO_TIME_LEFT ->
                false;
        };
    }

    /**
     * One slot is enough for all, and only one of them keeps it: those that come back with that one go out with it, those
     * that do not take a slot of their own.
     */
    private List<NotifyOutcome> waitTogether(List<Step.ToResolve> steps, Turn.Later later) {
        Step.ToResolve keeper = steps.stream()
                .filter(step -> step.attempt().claim().slot().equals(Optional.of(later.slot())))
                .findFirst()
                .orElse(steps.get(0));
        return each(
                steps,
                step -> step == keeper
                        ? handBack.paced(step.attempt(), later, false)
                        : handBack.pacedWith(step.attempt(), later));
    }

    /** Workspaces may share a token, and yet be mended each with another: each goes its own way. */
    private List<NotifyOutcome> tokenRefused(
            List<Step.ToResolve> steps, Failure refusal, boolean mayRereadToken, Optional<Slot> spent) {
        Map<WorkspaceId, List<Step.ToResolve>> byWorkspace = new LinkedHashMap<>();
        for (Step.ToResolve step : steps) {
            byWorkspace
                    .computeIfAbsent(step.attempt().alert().workspaceId(), key -> new ArrayList<>())
                    .add(step);
        }
        Map<Step.ToResolve, NotifyOutcome> outcomes = new IdentityHashMap<>();
        for (List<Step.ToResolve> ofOne : byWorkspace.values()) {
            List<NotifyOutcome> became = tokenRefusedToOne(ofOne, refusal, mayRereadToken, spent);
            for (int i = 0; i < ofOne.size(); i++) {
                outcomes.put(ofOne.get(i), became.get(i));
            }
        }
        return steps.stream().map(outcomes::get).toList();
    }

    private List<NotifyOutcome> tokenRefusedToOne(
            List<Step.ToResolve> steps, Failure refusal, boolean mayRereadToken, Optional<Slot> spent) {
        Account.Active used = steps.get(0).account();
        AfterRefusal after = accounts.afterRefusal(used, refusal, deadline(steps));
        if (mayRereadToken && after instanceof AfterRefusal.TryWith other) {
            return resolve(steps.stream().map(step -> step.with(other.newer())).toList(), other.newer(), false);
        }
        return after instanceof AfterRefusal.TokenWorks && refusal.kind() == Failure.Kind.FORBIDDEN
                ? refusedTogether(steps, used, refusal, spent)
                : each(steps, step -> tokenRefused(step.attempt(), used, refusal, after));
    }

    private List<NotifyOutcome> rateLimited(List<Step.ToResolve> steps, Account.Active account, Failure failure) {
        Turn turn = handBack.turnAfter(failure, account, urgency(steps));
        return each(
                steps,
                step -> handBack.rateLimited(step.attempt(), failure, turn, step == steps.get(0), false)
                        .requestedAs(failure.headers().requestId()));
    }

    /** @param spent the slot that the call for all of them has used up */
    private NotifyOutcome resolveAlone(Step.ToResolve step, Account.Active account, Optional<Slot> spent) {
        Optional<Slot> held = step.attempt().claim().slot().filter(slot -> !spent.equals(Optional.of(slot)));
        String detail = "";
        Optional<String> requestId = Optional.empty();
        for (KnownIncident incident : step.incidents()) {
            Turn turn = pacer.turn(account.budget(), urgency(List.of(step)), held);
            if (turn instanceof Turn.Later later) {
                return handBack.paced(step.attempt(), later, false);
            }
            held = Optional.empty();
            Answer<AnswerHeaders> answer = pagerDuty.resolve(
                    account.access(),
                    account.from(),
                    List.of(resolution(step, incident)),
                    step.attempt().deadline());
            if (answer instanceof Answer.Success<AnswerHeaders> success) {
                requestId = success.value().requestId();
            } else {
                Answer<String> done =
                        resolvedAlready(step, account, incident, ((Answer.Failed<AnswerHeaders>) answer).failure());
                if (done instanceof Answer.Failed<String> failed) {
                    return handBack.failed(step.attempt(), account, failed.failure(), false);
                }
                detail = ((Answer.Success<String>) done).value();
            }
        }
        return settle(step.attempt(), Outcome.RESOLVED, detail, last(step)).requestedAs(requestId);
    }

    private NotifyOutcome refused(Step.ToResolve step, Account.Active account, Failure refusal) {
        Answer<String> done = resolvedAlready(step, account, step.incidents().get(0), refusal);
        return done.fold(
                detail -> settle(step.attempt(), Outcome.RESOLVED, detail, last(step))
                        .requestedAs(refusal.headers().requestId()),
                failure -> handBack.failed(step.attempt(), account, failure, false));
    }

    /**
     * PagerDuty refuses to resolve what is resolved, merged or gone: for us that is done. Its state tells.
     *
     * @return why it counts as resolved
     */
    private Answer<String> resolvedAlready(
            Step.ToResolve step, Account.Active account, KnownIncident incident, Failure refusal) {
        if (refusal.kind() == Failure.Kind.FORBIDDEN) {
            RuleBinding binding = step.attempt().binding();
            if (incident.serviceId().equals(binding.serviceId())) {
                bindings.markBroken(binding, refusal.describe(), clock.instant());
            }
            return Answer.failed(refusal);
        }
        if (!isRefusal(refusal)) {
            return Answer.failed(refusal);
        }
        Answer<Incident> answer = pagerDuty.incident(
                account.access(), incident.id(), step.attempt().deadline());
        return answer.fold(
                found -> found.isResolved() ? Answer.of("it was resolved already") : Answer.failed(refusal),
                failure -> failure.kind() == Failure.Kind.NOT_FOUND
                        ? Answer.of("it is gone from PagerDuty")
                        : Answer.failed(failure));
    }

    private static List<Resolution> resolutions(Step.ToResolve step) {
        return step.incidents().stream()
                .map(incident -> resolution(step, incident))
                .toList();
    }

    private static Resolution resolution(Step.ToResolve step, KnownIncident incident) {
        Alert alert = step.attempt().alert();
        return new Resolution(
                incident.id(),
                alert.resolvedBecause().isEmpty()
                        ? "The alert resolved at " + alert.occurredAt() + "."
                        : "The alert counts as resolved since " + alert.occurredAt() + ": " + alert.resolvedBecause()
                                + ".");
    }

    private static int incidents(List<Step.ToResolve> steps) {
        return steps.stream().mapToInt(step -> step.incidents().size()).sum();
    }

    private static Optional<KnownIncident> last(Step.ToResolve step) {
        return Optional.of(step.incidents().get(step.incidents().size() - 1));
    }

    /** A store that fails under one must not keep the others from being recorded. */
    private List<NotifyOutcome> each(List<Step.ToResolve> steps, Function<Step.ToResolve, NotifyOutcome> outcome) {
        List<NotifyOutcome> outcomes = new ArrayList<>();
        for (Step.ToResolve step : steps) {
            NotifyOutcome became;
            try {
                became = outcome.apply(step);
            } catch (RuntimeException awsFailed) {
                became = handBack.outcomeAfter(step.attempt(), awsFailed, false);
            }
            outcomes.add(became);
        }
        return outcomes;
    }

    private NotifyOutcome settle(
            Attempt attempt, Outcome outcome, String detailOfCall, Optional<KnownIncident> incident) {
        String detail = attempt.alert().withResolvedBecause(detailOfCall);
        if (!ledger.settleResolved(attempt.key(), attempt.claim().leaseId(), outcome, detail, incident)) {
            return handBack.leaseLost(attempt.receive());
        }
        NotifyOutcome done = NotifyOutcome.done(outcome, detail);
        return incident.map(done::with).orElse(done);
    }
}
