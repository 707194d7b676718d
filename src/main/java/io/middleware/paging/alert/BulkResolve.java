package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
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
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.pagerduty.Incident;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.Resolution;
import io.middleware.paging.pagerduty.Resolved;
import io.middleware.paging.pagerduty.Urgency;

/**
 * Resolves the incidents of several alerts in as few calls as it takes: one, if PagerDuty takes them all. If it refuses
 * them, the state of each is read, and those that are open go out in one more call. Calls to resolve have the share of low
 * urgency: no page waits for them. What PagerDuty does not show as resolved is never recorded so.
 *
 * <p>Thread-safe.
 */
@ApplicationScoped
class BulkResolve {
    /** More than a write to the ledger takes as a rule. */
    private static final Duration SETTLING = Duration.ofMillis(20);

    /** More than the reading of a state takes as a rule. After the last one there should be time for another call. */
    private static final Duration READING = Duration.ofSeconds(1);

    private final Accounts accounts;
    private final RuleBindings bindings;
    private final PagerDuty pagerDuty;
    private final DeliveryLedger ledger;
    private final HandBack handBack;
    private final Pacer pacer;
    private final Clock clock;

    BulkResolve(
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

    /** What becomes of one alert. */
    private static final class Part {
        private final Step.ToResolve step;
        private Optional<OutOfSight> outOfSight;
        private String detail = "";
        private Optional<String> requestId = Optional.empty();
        private NotifyOutcome outcome;

        Part(Step.ToResolve step) {
            this.step = step;
            this.outOfSight = step.outOfSight();
        }

        boolean isUnderWay() {
            return outcome == null;
        }

        WorkspaceId workspace() {
            return step.attempt().alert().workspaceId();
        }
    }

    /** One incident of an alert that is still to be resolved. */
    private record Piece(Part part, KnownIncident incident) {
        Resolution resolution() {
            Alert alert = part.step.attempt().alert();
            return new Resolution(
                    incident.id(),
                    alert.resolvedBecause().isEmpty()
                            ? "The alert resolved at " + alert.occurredAt() + "."
                            : "The alert counts as resolved since " + alert.occurredAt() + ": "
                                    + alert.resolvedBecause() + ".");
        }
    }

    /** By which account the calls go out, and what they have used up. */
    private record Caller(Account.Active account, boolean mayRereadToken, Set<Slot> spent) {}

    /**
     * @param steps of one token and one user
     * @return what became of each, in the same order; never throws
     */
    List<NotifyOutcome> resolve(List<Step.ToResolve> steps) {
        List<Part> parts = steps.stream().map(Part::new).toList();
        List<Piece> pieces = parts.stream()
                .flatMap(part -> part.step.incidents().stream().map(incident -> new Piece(part, incident)))
                .toList();
        try {
            send(pieces, new Caller(steps.get(0).account(), true, new HashSet<>()));
        } catch (RuntimeException awsFailed) {
            end(parts, part -> {
                throw awsFailed;
            });
        }
        end(parts, this::conclude);
        return parts.stream().map(part -> part.outcome).toList();
    }

    /** Those that end with nothing left to be resolved. */
    private NotifyOutcome conclude(Part part) {
        Step.ToResolve step = part.step;
        if (part.outOfSight.isPresent()) {
            return handBack.outOfSight(step.attempt(), part.outOfSight.get());
        }
        KnownIncident last = step.incidents().get(step.incidents().size() - 1);
        String detail = step.attempt().alert().withResolvedBecause(part.detail);
        boolean settled = ledger.settleResolved(
                step.attempt().key(), step.attempt().claim().leaseId(), Outcome.RESOLVED, detail, Optional.of(last));
        return settled
                ? NotifyOutcome.done(Outcome.RESOLVED, detail).with(last).requestedAs(part.requestId)
                : handBack.leaseLost(step.attempt().receive());
    }

    private void send(List<Piece> all, Caller caller) {
        List<Piece> pieces =
                all.stream().filter(piece -> piece.part().isUnderWay()).toList();
        if (pieces.isEmpty()) {
            return;
        }
        Account.Active account = caller.account();
        Deadline deadline = deadline(pieces);
        Optional<Failure> hindrance = pagerDuty.hindrance(account.access(), deadline);
        if (hindrance.isPresent()) {
            failed(pieces, account, hindrance.get());
            return;
        }
        Turn turn = pacer.turn(account.budget(), Urgency.LOW, slot(pieces, caller));
        if (turn instanceof Turn.Later later) {
            waitTogether(pieces, later);
            return;
        }
        caller.spent().add(((Turn.Now) turn).slot());
        Answer<Resolved> answer = pagerDuty.resolve(
                account.access(),
                account.from(),
                pieces.stream().map(Piece::resolution).toList(),
                deadline);
        if (answer instanceof Answer.Success<Resolved> success) {
            accepted(pieces, caller, success.value(), deadline);
        } else {
            refused(pieces, caller, ((Answer.Failed<Resolved>) answer).failure(), deadline);
        }
    }

    /** What PagerDuty's yes leaves out is read; if it is open all the same, it is tried again later. */
    private void accepted(List<Piece> pieces, Caller caller, Resolved resolved, Deadline deadline) {
        handBack.learn(caller.account(), resolved.headers());
        pieces.forEach(piece -> piece.part().requestId = resolved.headers().requestId());
        List<Piece> unclear = pieces.stream()
                .filter(piece ->
                        !resolved.incidentIds().contains(piece.incident().id()))
                .toList();
        for (Piece open : stillOpen(unclear, caller, deadline)) {
            end(
                    open,
                    part -> handBack.again(
                            part.step.attempt(),
                            Reason.OUTAGE,
                            "PagerDuty said yes to resolving incident #"
                                    + open.incident().number() + " and does not show it as resolved",
                            false));
        }
    }

    private void refused(List<Piece> pieces, Caller caller, Failure failure, Deadline deadline) {
        Account.Active account = caller.account();
        if (failure.kind() == Failure.Kind.FORBIDDEN) {
            tokenRefused(pieces, caller, failure);
            return;
        }
        if (!isRefusal(failure)) {
            failedForAll(pieces, caller, failure);
            return;
        }
        pieces.forEach(piece -> piece.part().requestId = failure.headers().requestId());
        // PagerDuty judges all or nothing: one that is resolved keeps the others from being resolved.
        List<Piece> open = stillOpen(pieces, caller, deadline);
        if (ids(pieces).size() == 1) {
            open.forEach(piece -> end(piece, part -> handBack.failed(part.step.attempt(), account, failure, false)));
        } else if (open.size() < pieces.size()) {
            send(open, caller);
        } else {
            // All are open: one of them keeps PagerDuty from resolving any. By itself each shows whether it is that
            // one.
            byKey(open, piece -> piece.incident().id()).forEach(alone -> send(alone, caller));
        }
    }

    /** The token works: a role that is too weak for a service says nothing of the others. */
    private void forbidden(List<Piece> pieces, Caller caller, Failure failure) {
        Account.Active account = caller.account();
        Collection<List<Piece>> byService =
                byKey(pieces, piece -> piece.incident().serviceId());
        if (byService.size() > 1) {
            byService.forEach(ofOne -> send(ofOne, caller));
            return;
        }
        for (Piece piece : pieces) {
            RuleBinding binding = piece.part().step.attempt().binding();
            end(piece, part -> {
                if (piece.incident().serviceId().equals(binding.serviceId())) {
                    bindings.markBroken(binding, failure.describe(), clock.instant());
                }
                return handBack.failed(part.step.attempt(), account, failure, false);
            });
        }
    }

    /** Whether asking again would be refused again. PagerDuty's words may be lost: its state will tell then. */
    private static boolean isRefusal(Failure failure) {
        return switch (failure.kind()) {
            case NOT_FOUND, REFUSED, TOO_LARGE -> true;
            case SERVER_ERROR -> failure.status() == 400;
            case UNAUTHORIZED,
                    FORBIDDEN,
                    RATE_LIMITED,
                    TIMEOUT,
                    CONNECTION_BROKEN,
                    UNREACHABLE,
                    CIRCUIT_OPEN,
                    NO_TIME_LEFT -> false;
        };
    }

    /** After what holds for all of them alike. */
    private void failedForAll(List<Piece> pieces, Caller caller, Failure failure) {
        switch (failure.kind()) {
            case UNAUTHORIZED -> tokenRefused(pieces, caller, failure);
            case RATE_LIMITED -> rateLimited(pieces, caller.account(), failure);
            case FORBIDDEN, NOT_FOUND, REFUSED, TOO_LARGE -> failed(pieces, caller.account(), failure);
            case SERVER_ERROR, TIMEOUT, CONNECTION_BROKEN, UNREACHABLE, CIRCUIT_OPEN, NO_TIME_LEFT ->
                failed(pieces, caller.account(), failure);
        }
    }

    /**
     * Reads the state of each. What is resolved, or merged into another, is done; what PagerDuty does not find is out of
     * sight; what could not be read, be it for lack of time, comes again.
     *
     * @return the others
     */
    private List<Piece> stillOpen(List<Piece> pieces, Caller caller, Deadline deadline) {
        Deadline reading = new Deadline(deadline.at().minus(READING), deadline.clock());
        Map<String, Answer<Incident>> states = new HashMap<>();
        List<Piece> open = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            Answer<Incident> state = states.computeIfAbsent(
                    piece.incident().id(),
                    id -> pagerDuty.incident(caller.account().access(), id, reading));
            if (state instanceof Answer.Success<Incident> success) {
                if (success.value().isResolved()) {
                    piece.part().detail = "it was resolved already";
                } else {
                    open.add(piece);
                }
                continue;
            }
            Failure failure = ((Answer.Failed<Incident>) state).failure();
            if (failure.kind() == Failure.Kind.NOT_FOUND) {
                piece.part().outOfSight = Optional.of(OutOfSight.of(piece.incident(), caller.account(), failure));
            } else if (failure.kind() == Failure.Kind.UNAUTHORIZED || failure.kind() == Failure.Kind.RATE_LIMITED) {
                // It would be the same for each that is still to be read.
                failedForAll(pieces.subList(i, pieces.size()), caller, failure);
                break;
            } else {
                end(piece, part -> handBack.failed(part.step.attempt(), caller.account(), failure, false));
            }
        }
        return open;
    }

    /** What has to be recorded after the call takes its time too, one item after the other. */
    private static Deadline deadline(List<Piece> pieces) {
        Deadline deadline = pieces.get(0).part().step.attempt().deadline();
        return new Deadline(
                deadline.at().minus(SETTLING.multipliedBy(parts(pieces).size())), deadline.clock());
    }

    /** Of the slots that they hold the last that is due: it is the least likely to have lapsed. If none is, the next. */
    private Optional<Slot> slot(List<Piece> pieces, Caller caller) {
        Instant now = clock.instant();
        List<Slot> held = parts(pieces).stream()
                .flatMap(part -> part.step.attempt().claim().slot().stream())
                .filter(slot -> !caller.spent().contains(slot))
                .sorted(Comparator.comparing(Slot::at))
                .toList();
        return held.stream()
                .filter(slot -> !slot.at().isAfter(now))
                .reduce((earlier, later) -> later)
                .or(() -> held.stream().findFirst());
    }

    /**
     * One slot is enough for all, and only one of them keeps it: those that come back with that one go out with it, those
     * that do not take a slot of their own.
     */
    private void waitTogether(List<Piece> pieces, Turn.Later later) {
        Set<Part> parts = parts(pieces);
        Part keeper = parts.stream()
                .filter(part -> part.step.attempt().claim().slot().equals(Optional.of(later.slot())))
                .findFirst()
                .orElseGet(() -> parts.iterator().next());
        end(
                parts,
                part -> part == keeper
                        ? handBack.paced(part.step.attempt(), later, false)
                        : handBack.pacedWith(part.step.attempt(), later));
    }

    private void rateLimited(List<Piece> pieces, Account.Active account, Failure failure) {
        Set<Part> parts = parts(pieces);
        if (parts.isEmpty()) {
            return;
        }
        Turn turn = handBack.turnAfter(failure, account, Urgency.LOW);
        Part keeper = parts.iterator().next();
        end(
                parts,
                part -> handBack.rateLimited(part.step.attempt(), failure, turn, part == keeper, false)
                        .requestedAs(failure.headers().requestId()));
    }

    /** Workspaces may share a token, and yet be mended each with another: each goes its own way. */
    private void tokenRefused(List<Piece> pieces, Caller caller, Failure refusal) {
        for (List<Piece> ofOne : byKey(pieces, piece -> piece.part().workspace())) {
            Account.Active used =
                    caller.mayRereadToken() ? ofOne.get(0).part().step.account() : caller.account();
            AfterRefusal after = accounts.afterRefusal(used, refusal, deadline(ofOne));
            if (caller.mayRereadToken() && after instanceof AfterRefusal.TryWith other) {
                send(ofOne, new Caller(other.newer(), false, caller.spent()));
            } else if (refusal.kind() == Failure.Kind.FORBIDDEN && after instanceof AfterRefusal.TokenWorks) {
                forbidden(ofOne, caller, refusal);
            } else {
                end(parts(ofOne), part -> handBack.tokenRefused(part.step.attempt(), used, refusal, after, false));
            }
        }
    }

    private void failed(List<Piece> pieces, Account.Active account, Failure failure) {
        end(parts(pieces), part -> handBack.failed(part.step.attempt(), account, failure, false));
    }

    private void end(Piece piece, Function<Part, NotifyOutcome> outcome) {
        end(List.of(piece.part()), outcome);
    }

    /** Those that have not ended yet. A store that fails under one must not keep the others from being recorded. */
    private void end(Collection<Part> parts, Function<Part, NotifyOutcome> outcome) {
        for (Part part : parts) {
            if (part.isUnderWay()) {
                try {
                    part.outcome = outcome.apply(part);
                } catch (RuntimeException awsFailed) {
                    part.outcome = handBack.outcomeAfter(part.step.attempt(), awsFailed, false);
                }
            }
        }
    }

    private static Set<Part> parts(List<Piece> pieces) {
        return pieces.stream()
                .map(Piece::part)
                .filter(Part::isUnderWay)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Set<String> ids(List<Piece> pieces) {
        return pieces.stream().map(piece -> piece.incident().id()).collect(Collectors.toSet());
    }

    private static <K> Collection<List<Piece>> byKey(List<Piece> pieces, Function<Piece, K> key) {
        return pieces.stream()
                .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()))
                .values();
    }
}
