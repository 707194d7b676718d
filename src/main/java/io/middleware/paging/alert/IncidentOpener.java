package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.delivery.Claim.UnsettledTry;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.installation.Accounts;
import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.installation.Accounts.AfterRefusal;
import io.middleware.paging.pacing.Pacer;
import io.middleware.paging.pacing.Turn;
import io.middleware.paging.pagerduty.Answer;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.pagerduty.Incident;
import io.middleware.paging.pagerduty.IncidentResult;
import io.middleware.paging.pagerduty.NewIncident;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.User;

/** Opens the incident of a claimed trigger, or adopts the one that is there. */
@ApplicationScoped
public class IncidentOpener {
    /**
     * For how long a page waits for PagerDuty to say what became of a lost POST, from the first time on that it fails to. A
     * page that comes twice is better than none while PagerDuty lists nothing and would open incidents.
     */
    private static final Duration LOOK_UP_PATIENCE = Duration.ofMinutes(5);

    private final Accounts accounts;
    private final RuleBindings bindings;
    private final PagerDuty pagerDuty;
    private final DeliveryLedger ledger;
    private final HandBack handBack;
    private final Pacer pacer;
    private final UnpageableServices unpageable;
    private final Clock clock;

    public IncidentOpener(
            Accounts accounts,
            RuleBindings bindings,
            PagerDuty pagerDuty,
            DeliveryLedger ledger,
            HandBack handBack,
            Pacer pacer,
            UnpageableServices unpageable,
            Clock clock) {
        this.accounts = accounts;
        this.bindings = bindings;
        this.pagerDuty = pagerDuty;
        this.ledger = ledger;
        this.handBack = handBack;
        this.pacer = pacer;
        this.unpageable = unpageable;
        this.clock = clock;
    }

    NotifyOutcome open(Attempt attempt) {
        Account account;
        try {
            account = accounts.find(attempt.alert().workspaceId(), attempt.deadline());
        } catch (RuntimeException awsFailed) {
            throw handBack.afterException(attempt, awsFailed, false);
        }
        if (!(account instanceof Account.Active active)) {
            return handBack.parked(attempt, account, false);
        }
        try {
            return open(attempt, active, true, false);
        } catch (RuntimeException awsFailed) {
            throw handBack.afterException(attempt, awsFailed, true);
        }
    }

    /** @param mayHaveActed whether an incident may exist after what this attempt has done so far */
    private NotifyOutcome open(Attempt attempt, Account.Active account, boolean mayRereadToken, boolean mayHaveActed) {
        Answer<Optional<KnownIncident>> elsewhere = openOnAnotherService(attempt, account);
        if (elsewhere instanceof Answer.Failed<Optional<KnownIncident>> failed) {
            return failed(attempt, account, failed.failure(), mayRereadToken, mayHaveActed);
        }
        Optional<KnownIncident> there = ((Answer.Success<Optional<KnownIncident>>) elsewhere).value();
        if (there.isPresent()) {
            return adopt(attempt, there.get());
        }
        if (!otherServices(attempt).isEmpty()
                && attempt.claim().unsettled().get().isYoungerThan(PagerDuty.LIST_LAG, clock)) {
            return handBack.again(
                    attempt,
                    Reason.LIST_LAG,
                    "waiting to see whether a lost POST opened an incident elsewhere",
                    mayHaveActed);
        }
        Optional<Failure> hindrance = pagerDuty.hindrance(account.access(), attempt.deadline());
        if (hindrance.isPresent()) {
            return handBack.failed(attempt, account, hindrance.get(), mayHaveActed);
        }
        Object target = target(attempt, account);
        Optional<UnpageableServices.ReasonNotToCall> reason = unpageable.enter(target);
        if (reason.isPresent()) {
            return handBack.notPageable(attempt, reason.get(), mayHaveActed);
        }
        try {
            return inItsTurn(attempt, account, mayRereadToken, mayHaveActed);
        } finally {
            unpageable.leave(target);
        }
    }

    private NotifyOutcome inItsTurn(
            Attempt attempt, Account.Active account, boolean mayRereadToken, boolean mayHaveActed) {
        Turn turn;
        try {
            turn = pacer.turn(
                    account.budget(), attempt.urgency(), attempt.claim().slot());
        } catch (RuntimeException budgetFailed) {
            throw handBack.afterException(attempt, budgetFailed, mayHaveActed);
        }
        if (turn instanceof Turn.Later later) {
            return handBack.paced(attempt, later, mayHaveActed);
        }
        Answer<Optional<Incident>> lost = openedByLostPost(attempt, account);
        Attempt asked = attempt.withLookUpFailingSince(lost.fold(
                answered -> Optional.empty(),
                failure -> Optional.of(attempt.lookUpFailingSince().orElseGet(clock::instant))));
        if (lost instanceof Answer.Failed<Optional<Incident>> failed && keepsFromPosting(asked, failed.failure())) {
            pacer.notCalled((Turn.Now) turn);
            return failed(asked, account, failed.failure(), mayRereadToken, mayHaveActed);
        }
        Optional<Incident> paged = lost.fold(found -> found, unknown -> Optional.empty());
        if (paged.isPresent()) {
            pacer.notCalled((Turn.Now) turn);
            String named = paged.get().serviceId();
            KnownIncident incident =
                    known(paged.get(), named.isEmpty() ? attempt.binding().serviceId() : named, account);
            return paged.get().isResolved() ? settleClosed(attempt, incident) : adopt(attempt, incident);
        }
        return post(asked, account, mayRereadToken, mayHaveActed);
    }

    private NotifyOutcome post(Attempt attempt, Account.Active account, boolean mayRereadToken, boolean mayHaveActed) {
        IncidentResult result = pagerDuty.open(account.access(), account.from(), incident(attempt), attempt.deadline());
        if (result instanceof IncidentResult.Opened opened) {
            unpageable.pages(target(attempt, account));
            KnownIncident incident = KnownIncident.of(
                    opened.incident(),
                    attempt.binding().serviceId(),
                    opened.incident().isAcknowledged());
            NotifyOutcome settled = settle(attempt, incident, incident.outcome(Outcome.OPENED));
            handBack.learn(account, opened.headers());
            return settled.requestedAs(opened.headers().requestId());
        }
        if (result instanceof IncidentResult.AlreadyOpen alreadyOpen) {
            return findAndAdopt(attempt, account, mayRereadToken)
                    .requestedAs(alreadyOpen.headers().requestId());
        }
        if (result instanceof IncidentResult.NotPageable notPageable) {
            return notPaging(
                            attempt,
                            account,
                            Reason.NOT_PAGEABLE,
                            "nobody could be paged on service " + service(attempt) + ": "
                                    + notPageable.failure().describe(),
                            mayHaveActed)
                    .requestedAs(notPageable.failure().headers().requestId());
        }
        Failure failure = ((IncidentResult.Failed) result).failure();
        return failed(
                attempt,
                account,
                failure,
                mayRereadToken,
                mayHaveActed || failure.kind().mayHaveActed());
    }

    private NewIncident incident(Attempt attempt) {
        Alert alert = attempt.alert();
        List<String> remarks = new ArrayList<>();
        Lateness.remark(
                        clock.instant(),
                        alert.occurredAt(),
                        alert.firingSince().isPresent() ? "was sent" : "fired",
                        attempt.receive().queuedAt(),
                        attempt.claim().waited())
                .ifPresent(remarks::add);
        if (attempt.isOfRule()) {
            remarks.add(IncidentText.SHARED);
        }
        return alert.toIncident(attempt.binding(), attempt.incidentKey(), remarks);
    }

    /**
     * The incident key protects within one service only. If the rule was bound to another service since this episode's
     * incident was opened, or may have been, that incident is looked for there first.
     */
    private Answer<Optional<KnownIncident>> openOnAnotherService(Attempt attempt, Account.Active account) {
        Optional<KnownIncident> known = attempt.claim()
                .open()
                .filter(incident ->
                        !incident.serviceId().equals(attempt.binding().serviceId()));
        if (known.isPresent()) {
            Answer<Optional<KnownIncident>> answer = pagerDuty
                    .incident(account.access(), known.get().id(), attempt.deadline())
                    .map(incident -> known.filter(k -> !incident.isResolved()));
            if (!isEmpty(answer)) {
                return answer;
            }
        }
        for (String serviceId : otherServices(attempt)) {
            Answer<Optional<KnownIncident>> answer = find(attempt, account, serviceId);
            if (!isEmpty(answer)) {
                return answer;
            }
        }
        return Answer.of(Optional.empty());
    }

    /**
     * The incident key protects only while the incident is open. If a POST for this very trigger was lost, and somebody
     * closed its incident before now, another POST would page once more.
     *
     * @return rather one that is open
     */
    private Answer<Optional<Incident>> openedByLostPost(Attempt attempt, Account.Active account) {
        Optional<Instant> since = lostSince(attempt);
        if (since.isEmpty()) {
            return Answer.of(Optional.empty());
        }
        List<Incident> created = new ArrayList<>();
        for (String serviceId : attempt.claim().unsettled().get().serviceIds()) {
            Answer<List<Incident>> answer = pagerDuty.createdSince(
                    account.access(), attempt.incidentKey(), serviceId, since.get(), attempt.deadline());
            if (answer instanceof Answer.Failed<List<Incident>> failed
                    && failed.failure().kind().leavesItOpenWhetherThereIsOne()) {
                return Answer.failed(failed.failure());
            }
            created.addAll(answer.fold(list -> list, outOfSight -> List.of()));
        }
        attempt.claim()
                .last()
                .ifPresent(known -> created.removeIf(
                        incident -> incident.isResolved() && incident.id().equals(known.id())));
        return Answer.of(created.stream()
                .filter(incident -> !incident.isResolved())
                .findFirst()
                .or(() -> created.stream().findFirst()));
    }

    /** Since when a POST for this very trigger may have been sent; empty if none was. */
    private static Optional<Instant> lostSince(Attempt attempt) {
        return attempt.claim().unsettled().flatMap(UnsettledTry::sameSince);
    }

    private boolean keepsFromPosting(Attempt attempt, Failure failure) {
        return switch (failure.kind()) {
            case SERVER_ERROR, TIMEOUT, CONNECTION_BROKEN ->
                attempt.lookUpFailingSince()
                        .filter(since -> clock.instant().isBefore(since.plus(LOOK_UP_PATIENCE)))
                        .isPresent();
            case UNAUTHORIZED,
                    FORBIDDEN,
                    NOT_FOUND,
                    TOO_LARGE,
                    REFUSED,
                    RATE_LIMITED,
                    UNREACHABLE,
                    CIRCUIT_OPEN,
                    NO_TIME_LEFT -> true;
        };
    }

    private NotifyOutcome settleClosed(Attempt attempt, KnownIncident incident) {
        return ledger.settleClosed(
                        attempt.key(),
                        attempt.claim().leaseId(),
                        attempt.alert().occurredAt(),
                        incident)
                ? NotifyOutcome.done(Outcome.ADOPTED, incident)
                : handBack.leaseLost(attempt.receive());
    }

    /** What the token can no longer see must not keep the alert from paging where its rule is bound now. */
    private static boolean isEmpty(Answer<Optional<KnownIncident>> answer) {
        return answer.fold(Optional::isEmpty, failure -> !failure.kind().leavesItOpenWhetherThereIsOne());
    }

    private static List<String> otherServices(Attempt attempt) {
        return attempt.claim()
                .unsettled()
                .map(unsettled -> unsettled.serviceIds().stream()
                        .filter(id -> !id.equals(attempt.binding().serviceId()))
                        .sorted()
                        .toList())
                .orElse(List.of());
    }

    private NotifyOutcome findAndAdopt(Attempt attempt, Account.Active account, boolean mayRereadToken) {
        Answer<Optional<KnownIncident>> answer =
                find(attempt, account, attempt.binding().serviceId());
        if (answer instanceof Answer.Failed<Optional<KnownIncident>> failed) {
            return failed(attempt, account, failed.failure(), mayRereadToken, true);
        }
        Optional<KnownIncident> found = ((Answer.Success<Optional<KnownIncident>>) answer).value();
        return found.isPresent()
                ? adopt(attempt, found.get())
                // Either the list lags behind, or somebody closed it this moment: posting again tells which.
                : handBack.again(
                        attempt,
                        Reason.LIST_LAG,
                        "PagerDuty says that the incident is open, and does not list it yet",
                        true);
    }

    private Answer<Optional<KnownIncident>> find(Attempt attempt, Account.Active account, String serviceId) {
        return pagerDuty
                .findOpen(account.access(), attempt.incidentKey(), serviceId, attempt.deadline())
                .map(found -> found.map(incident -> known(incident, serviceId, account)));
    }

    private static KnownIncident known(Incident incident, String serviceId, Account.Active account) {
        return KnownIncident.of(
                incident,
                serviceId,
                incident.isAcknowledgedByItsAuthorAlone(
                        account.installation().user().id()));
    }

    private NotifyOutcome adopt(Attempt attempt, KnownIncident found) {
        // Of one that the ledger knows it also knows whom it paged: by now somebody may have acknowledged it.
        Optional<KnownIncident> ours =
                attempt.claim().open().filter(known -> known.id().equals(found.id()));
        KnownIncident incident = ours.orElse(found);
        return settle(attempt, incident, incident.outcome(ours.isPresent() ? Outcome.REPEATED : Outcome.ADOPTED));
    }

    private NotifyOutcome settle(Attempt attempt, KnownIncident incident, Outcome outcome) {
        return ledger.settleOpen(
                        attempt.key(),
                        attempt.claim().leaseId(),
                        attempt.alert().occurredAt(),
                        incident,
                        outcome)
                ? NotifyOutcome.done(outcome, incident)
                : handBack.leaseLost(attempt.receive());
    }

    private NotifyOutcome failed(
            Attempt attempt, Account.Active account, Failure failure, boolean mayRereadToken, boolean mayHaveActed) {
        return switch (failure.kind()) {
            case UNAUTHORIZED, FORBIDDEN ->
                tokenRefused(attempt, account, failure, mayRereadToken, mayHaveActed)
                        .requestedAs(failure.headers().requestId());
            case NOT_FOUND, TOO_LARGE, REFUSED, RATE_LIMITED, SERVER_ERROR ->
                handBack.failed(attempt, account, failure, mayHaveActed);
            case TIMEOUT, CONNECTION_BROKEN, UNREACHABLE, CIRCUIT_OPEN, NO_TIME_LEFT ->
                handBack.failed(attempt, account, failure, mayHaveActed);
        };
    }

    private NotifyOutcome tokenRefused(
            Attempt attempt, Account.Active account, Failure refusal, boolean mayRereadToken, boolean mayHaveActed) {
        AfterRefusal after = accounts.afterRefusal(account, refusal, attempt.deadline());
        if (mayRereadToken && after instanceof AfterRefusal.TryWith other) {
            return open(attempt, other.newer(), false, mayHaveActed);
        }
        return refusal.kind() == Failure.Kind.FORBIDDEN && after instanceof AfterRefusal.TokenWorks works
                ? forbidden(attempt, account, works.user(), refusal, mayHaveActed)
                : handBack.tokenRefused(attempt, account, refusal, after, mayHaveActed);
    }

    /** The token is good, and its user's role is too weak for this service: that marks the binding. */
    private NotifyOutcome forbidden(
            Attempt attempt, Account.Active account, User user, Failure refusal, boolean mayHaveActed) {
        bindings.markBroken(attempt.binding(), refusal.describe(), clock.instant());
        return notPaging(
                attempt,
                account,
                Reason.FORBIDDEN,
                "PagerDuty user " + user.id() + " may not open incidents on service " + service(attempt) + ": "
                        + refusal.describe(),
                mayHaveActed);
    }

    private NotifyOutcome notPaging(
            Attempt attempt, Account.Active account, Reason reason, String detail, boolean mayHaveActed) {
        unpageable.refused(target(attempt, account), reason, detail);
        return handBack.slowly(attempt, reason, detail, mayHaveActed);
    }

    private static String service(Attempt attempt) {
        return attempt.binding().serviceName() + " (" + attempt.binding().serviceId() + ")";
    }

    /** Whom a page of this attempt would go to, and by which token. */
    private static Object target(Attempt attempt, Account.Active account) {
        return List.of(
                attempt.alert().workspaceId(),
                account.stored().version(),
                attempt.binding().serviceId(),
                attempt.binding().escalationPolicyId());
    }
}
