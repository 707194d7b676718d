package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
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
    /** PagerDuty's list may lag behind a creation; for this long an empty one proves nothing. */
    private static final Duration LIST_LAG = Duration.ofSeconds(30);

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
        if (attempt.claim().open().isEmpty() && attempt.claim().unsettled().isEmpty()) {
            return settle(attempt, Outcome.RESOLVE_SKIPPED, "no incident is open for this alert", Optional.empty());
        }
        Account account = accounts.find(attempt.alert().workspaceId());
        return account instanceof Account.Active active
                ? resolve(attempt, active, true)
                : handBack.parked(attempt, account);
    }

    private NotifyOutcome resolve(Attempt attempt, Account.Active account, boolean mayRereadToken) {
        Optional<KnownIncident> target = attempt.claim().open();
        Optional<UnsettledTry> unsettled = attempt.claim().unsettled();
        if (unsettled.isPresent()) {
            // A POST whose answer was lost may have opened an incident that the ledger does not know.
            Answer<Optional<Incident>> answer = pagerDuty.findOpen(
                    account.access(),
                    attempt.alert().incidentKey(),
                    unsettled.get().serviceId(),
                    attempt.deadline());
            if (answer instanceof Answer.Failed<Optional<Incident>> failed) {
                return failed(attempt, account, failed.failure(), mayRereadToken);
            }
            Optional<Incident> found = ((Answer.Success<Optional<Incident>>) answer).value();
            if (found.isEmpty()
                    && clock.instant().isBefore(unsettled.get().startedAt().plus(LIST_LAG))) {
                return handBack.again(attempt, "waiting to see whether a lost POST opened an incident", true);
            }
            target = found.map(incident -> known(incident, unsettled.get().serviceId()))
                    .or(() -> attempt.claim().open());
        }
        if (target.isEmpty()) {
            return settle(attempt, Outcome.RESOLVE_SKIPPED, "no incident is open for this alert", Optional.empty());
        }
        return resolve(attempt, account, target.get(), mayRereadToken);
    }

    private NotifyOutcome resolve(
            Attempt attempt, Account.Active account, KnownIncident incident, boolean mayRereadToken) {
        Answer<Incident> answer = pagerDuty.resolve(
                account.access(),
                account.from(),
                incident.id(),
                "The alert resolved at " + attempt.alert().occurredAt() + ".",
                attempt.deadline());
        if (answer instanceof Answer.Success<Incident>) {
            return settle(attempt, Outcome.RESOLVED, "", Optional.of(incident));
        }
        Failure failure = ((Answer.Failed<Incident>) answer).failure();
        return switch (failure.kind()) {
            case REFUSED, NOT_FOUND -> resolvedAlready(attempt, account, incident, failure, mayRereadToken);
            case UNAUTHORIZED, FORBIDDEN, TOO_LARGE, RATE_LIMITED, SERVER_ERROR ->
                failed(attempt, account, failure, mayRereadToken);
            case TIMEOUT, CONNECTION_BROKEN, UNREACHABLE, NO_TIME_LEFT ->
                failed(attempt, account, failure, mayRereadToken);
        };
    }

    /** PagerDuty refuses to resolve what is resolved, merged or gone: for us that is done. Its state tells. */
    private NotifyOutcome resolvedAlready(
            Attempt attempt, Account.Active account, KnownIncident incident, Failure refusal, boolean mayRereadToken) {
        Answer<Incident> answer = pagerDuty.incident(account.access(), incident.id(), attempt.deadline());
        if (answer instanceof Answer.Success<Incident> found) {
            return found.value().isResolved()
                    ? settle(attempt, Outcome.RESOLVED, "it was resolved already", Optional.of(incident))
                    : handBack.failed(attempt, refusal, false);
        }
        Failure failure = ((Answer.Failed<Incident>) answer).failure();
        return failure.kind() == Failure.Kind.NOT_FOUND
                ? settle(attempt, Outcome.RESOLVED, "it is gone from PagerDuty", Optional.of(incident))
                : failed(attempt, account, failure, mayRereadToken);
    }

    private NotifyOutcome failed(Attempt attempt, Account.Active account, Failure failure, boolean mayRereadToken) {
        if (failure.kind() != Failure.Kind.UNAUTHORIZED) {
            return handBack.failed(attempt, failure, false);
        }
        Account now = accounts.afterRefusal(account, failure);
        if (!(now instanceof Account.Active newer)) {
            return handBack.parked(attempt, now);
        }
        return mayRereadToken ? resolve(attempt, newer, false) : handBack.failed(attempt, failure, false);
    }

    private NotifyOutcome settle(Attempt attempt, Outcome outcome, String reason, Optional<KnownIncident> incident) {
        return ledger.settleResolved(attempt.key(), attempt.claim().leaseId(), outcome, reason)
                ? new NotifyOutcome(outcome, NotifyOutcome.Next.DONE, reason, Optional.empty(), incident)
                : handBack.leaseLost(attempt);
    }

    private static KnownIncident known(Incident incident, String serviceId) {
        return new KnownIncident(incident.id(), incident.number(), incident.htmlUrl(), serviceId);
    }
}
