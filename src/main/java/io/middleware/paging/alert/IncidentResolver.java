package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.delivery.Claim.UnsettledTry;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.installation.Accounts;
import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.pagerduty.Answer;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.pagerduty.Incident;
import io.middleware.paging.pagerduty.PagerDuty;

/** Resolves the incident of a claimed resolve. */
@ApplicationScoped
public class IncidentResolver {
    /**
     * PagerDuty's list may lag behind a creation; for this long an empty one proves nothing. After a crash only the time of
     * the claim is known, and the POST may have been sent as late as the function's time-out allowed.
     */
    static final Duration LIST_LAG = Duration.ofSeconds(60);

    private final Accounts accounts;
    private final PagerDuty pagerDuty;
    private final DeliveryLedger ledger;
    private final HandBack handBack;
    private final Clock clock;

    public IncidentResolver(
            Accounts accounts, PagerDuty pagerDuty, DeliveryLedger ledger, HandBack handBack, Clock clock) {
        this.accounts = accounts;
        this.pagerDuty = pagerDuty;
        this.ledger = ledger;
        this.handBack = handBack;
        this.clock = clock;
    }

    NotifyOutcome resolve(Attempt attempt) {
        try {
            if (attempt.claim().open().isEmpty() && attempt.claim().unsettled().isEmpty()) {
                return settle(attempt, Outcome.RESOLVE_SKIPPED, "no incident is open for this alert", Optional.empty());
            }
            Account account = accounts.find(attempt.alert().workspaceId());
            return account instanceof Account.Active active
                    ? resolve(attempt, active, true)
                    : handBack.parked(attempt, account, false);
        } catch (RuntimeException awsFailed) {
            throw handBack.afterException(attempt, awsFailed, false);
        }
    }

    private NotifyOutcome resolve(Attempt attempt, Account.Active account, boolean mayRereadToken) {
        Map<String, KnownIncident> open = new LinkedHashMap<>();
        attempt.claim().open().ifPresent(incident -> open.put(incident.id(), incident));
        Optional<UnsettledTry> unsettled = attempt.claim().unsettled();
        if (unsettled.isPresent()) {
            // A POST whose answer was lost may have opened an incident that the ledger does not know.
            boolean found = false;
            for (String serviceId : unsettled.get().serviceIds()) {
                Answer<Optional<Incident>> answer = pagerDuty.findOpen(
                        account.access(), attempt.alert().incidentKey(), serviceId, attempt.deadline());
                if (answer instanceof Answer.Failed<Optional<Incident>> failed
                        && failed.failure().kind().leavesItOpenWhetherThereIsOne()) {
                    return failed(attempt, account, failed.failure(), mayRereadToken);
                }
                Optional<Incident> incident = answer.fold(i -> i, outOfSight -> Optional.empty());
                incident.ifPresent(i -> open.putIfAbsent(i.id(), KnownIncident.of(i, serviceId)));
                found |= incident.isPresent();
            }
            if (!found && unsettled.get().isYoungerThan(LIST_LAG, clock)) {
                return handBack.again(attempt, "waiting to see whether a lost POST opened an incident", false);
            }
        }
        if (open.isEmpty()) {
            return settle(attempt, Outcome.RESOLVE_SKIPPED, "no incident is open for this alert", Optional.empty());
        }
        return resolveEach(attempt, account, List.copyOf(open.values()), mayRereadToken);
    }

    private NotifyOutcome resolveEach(
            Attempt attempt, Account.Active account, List<KnownIncident> open, boolean mayRereadToken) {
        String reason = "";
        for (KnownIncident incident : open) {
            Answer<String> answer = resolve(attempt, account, incident);
            if (answer instanceof Answer.Failed<String> failed) {
                return failed(attempt, account, failed.failure(), mayRereadToken);
            }
            reason = ((Answer.Success<String>) answer).value();
        }
        return settle(attempt, Outcome.RESOLVED, reason, Optional.of(open.get(open.size() - 1)));
    }

    /** Why it counts as resolved; empty when PagerDuty resolved it now. */
    private Answer<String> resolve(Attempt attempt, Account.Active account, KnownIncident incident) {
        Answer<String> answer = pagerDuty.resolve(
                account.access(),
                account.from(),
                incident.id(),
                "The alert resolved at " + attempt.alert().occurredAt() + ".",
                attempt.deadline());
        return answer.fold(
                id -> Answer.of(""),
                failure -> failure.kind() == Failure.Kind.REFUSED || failure.kind() == Failure.Kind.NOT_FOUND
                        ? resolvedAlready(attempt, account, incident, failure)
                        : Answer.failed(failure));
    }

    /** PagerDuty refuses to resolve what is resolved, merged or gone: for us that is done. Its state tells. */
    private Answer<String> resolvedAlready(
            Attempt attempt, Account.Active account, KnownIncident incident, Failure refusal) {
        Answer<Incident> answer = pagerDuty.incident(account.access(), incident.id(), attempt.deadline());
        return answer.fold(
                found -> found.isResolved() ? Answer.of("it was resolved already") : Answer.failed(refusal),
                failure -> failure.kind() == Failure.Kind.NOT_FOUND
                        ? Answer.of("it is gone from PagerDuty")
                        : Answer.failed(failure));
    }

    private NotifyOutcome failed(Attempt attempt, Account.Active account, Failure failure, boolean mayRereadToken) {
        if (failure.kind() != Failure.Kind.UNAUTHORIZED) {
            return handBack.failed(attempt, failure, false);
        }
        Account now = accounts.afterRefusal(account, failure);
        if (!(now instanceof Account.Active newer)) {
            return handBack.parked(attempt, now, false);
        }
        return mayRereadToken ? resolve(attempt, newer, false) : handBack.failed(attempt, failure, false);
    }

    private NotifyOutcome settle(Attempt attempt, Outcome outcome, String reason, Optional<KnownIncident> incident) {
        return ledger.settleResolved(attempt.key(), attempt.claim().leaseId(), outcome, reason)
                ? new NotifyOutcome(outcome, NotifyOutcome.Next.DONE, reason, Optional.empty(), incident)
                : handBack.leaseLost(attempt);
    }
}
