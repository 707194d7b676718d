package io.middleware.paging.alert;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.delivery.Claim.UnsettledTry;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.installation.Accounts;
import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.installation.Accounts.AfterRefusal;
import io.middleware.paging.pagerduty.Answer;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.pagerduty.Incident;
import io.middleware.paging.pagerduty.PagerDuty;

/**
 * Resolves the incidents of claimed resolves: each is looked up by itself, then all of one token go out together ({@link
 * BulkResolve}).
 *
 * <p>Thread-safe. Everything here may be repeated: what is resolved stays resolved.
 */
@ApplicationScoped
public class IncidentResolver {
    private final Accounts accounts;
    private final PagerDuty pagerDuty;
    private final DeliveryLedger ledger;
    private final HandBack handBack;
    private final BulkResolve bulkResolve;
    private final Clock clock;

    public IncidentResolver(
            Accounts accounts,
            PagerDuty pagerDuty,
            DeliveryLedger ledger,
            HandBack handBack,
            BulkResolve bulkResolve,
            Clock clock) {
        this.accounts = accounts;
        this.pagerDuty = pagerDuty;
        this.ledger = ledger;
        this.handBack = handBack;
        this.bulkResolve = bulkResolve;
        this.clock = clock;
    }

    /** Finds what there is to resolve. Done when that is nothing, or when it cannot be told yet. */
    Step begin(Attempt attempt) {
        try {
            if (attempt.claim().open().isEmpty() && attempt.claim().unsettled().isEmpty()) {
                return new Step.Done(nothingOpen(attempt));
            }
            Account account = accounts.find(attempt.alert().workspaceId(), attempt.deadline());
            if (account instanceof Account.NotInstalled && attempt.binding().isNone()) {
                return new Step.Done(uninstalled(attempt));
            }
            return account instanceof Account.Active active
                    ? begin(attempt, active, true)
                    : new Step.Done(handBack.parked(attempt, account, false));
        } catch (RuntimeException awsFailed) {
            throw handBack.afterException(attempt, awsFailed, false);
        }
    }

    private Step begin(Attempt attempt, Account.Active account, boolean mayRereadToken) {
        Map<String, KnownIncident> open = new LinkedHashMap<>();
        Optional<OutOfSight> outOfSight = Optional.empty();
        attempt.claim().open().ifPresent(incident -> open.put(incident.id(), incident));
        Optional<UnsettledTry> unsettled = attempt.claim().unsettled();
        if (unsettled.isPresent()) {
            // A POST whose answer was lost may have opened an incident that the ledger does not know.
            boolean found = false;
            for (String serviceId : unsettled.get().serviceIds()) {
                Answer<Optional<Incident>> answer =
                        pagerDuty.findOpen(account.access(), attempt.incidentKey(), serviceId, attempt.deadline());
                if (answer instanceof Answer.Failed<Optional<Incident>> failed) {
                    if (failed.failure().kind().leavesItOpenWhetherThereIsOne()) {
                        return lookUpFailed(attempt, account, failed.failure(), mayRereadToken);
                    }
                    outOfSight = Optional.of(OutOfSight.of(serviceId, account, failed.failure()));
                }
                Optional<Incident> incident = answer.fold(i -> i, unseen -> Optional.empty());
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
            if (answer instanceof Answer.Failed<Incident> failed) {
                if (failed.failure().kind().leavesItOpenWhetherThereIsOne()) {
                    return lookUpFailed(attempt, account, failed.failure(), mayRereadToken);
                }
                if (failed.failure().kind() == Failure.Kind.NOT_FOUND) {
                    outOfSight = Optional.of(OutOfSight.of(known.get(), account, failed.failure()));
                    open.remove(known.get().id());
                }
            } else if (((Answer.Success<Incident>) answer).value().isResolved()) {
                open.remove(known.get().id());
            }
        }
        if (!open.isEmpty()) {
            return new Step.ToResolve(
                    attempt, account, List.copyOf(open.values()), outOfSight, UnaryOperator.identity());
        }
        return new Step.Done(
                outOfSight.map(unseen -> handBack.outOfSight(attempt, unseen)).orElseGet(() -> nothingOpen(attempt)));
    }

    /** There is no token to resolve it with, and no rule for which somebody would install one. */
    private NotifyOutcome uninstalled(Attempt attempt) {
        String detail = "workspace " + attempt.alert().workspaceId() + " was uninstalled; "
                + attempt.claim()
                        .open()
                        .map(open -> "incident " + open.number() + " is left as it is: resolve it in PagerDuty ("
                                + open.htmlUrl() + ")")
                        .orElse("if a lost call opened an incident, resolve it in PagerDuty");
        return ledger.settleResolved(attempt.key(), attempt.claim().leaseId(), Outcome.UNBOUND, detail)
                ? NotifyOutcome.done(Outcome.UNBOUND, detail)
                : handBack.leaseLost(attempt.receive());
    }

    private NotifyOutcome nothingOpen(Attempt attempt) {
        String detail = attempt.alert().withResolvedBecause("no incident is open for this alert");
        return ledger.settleResolved(attempt.key(), attempt.claim().leaseId(), Outcome.RESOLVE_SKIPPED, detail)
                ? NotifyOutcome.done(Outcome.RESOLVE_SKIPPED, detail)
                : handBack.leaseLost(attempt.receive());
    }

    private Step lookUpFailed(Attempt attempt, Account.Active account, Failure failure, boolean mayRereadToken) {
        if (failure.kind() != Failure.Kind.UNAUTHORIZED) {
            return new Step.Done(handBack.failed(attempt, account, failure, false));
        }
        AfterRefusal after = accounts.afterRefusal(account, failure, attempt.deadline());
        return mayRereadToken && after instanceof AfterRefusal.TryWith other
                ? begin(attempt, other.newer(), false)
                : new Step.Done(handBack.tokenRefused(attempt, account, failure, after, false));
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
     * Resolves the incidents of all {@code steps}, in one call if PagerDuty takes them all.
     *
     * @param steps of one call, see {@link #together}
     * @return what became of each, in the same order; never throws
     */
    List<NotifyOutcome> resolve(List<Step.ToResolve> steps) {
        return bulkResolve.resolve(steps);
    }

    private static int incidents(List<Step.ToResolve> steps) {
        return steps.stream().mapToInt(step -> step.incidents().size()).sum();
    }
}
