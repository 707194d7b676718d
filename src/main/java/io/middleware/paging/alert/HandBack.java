package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.pagerduty.Failure;

/** Ends a try that did not deliver: the claim is given back with the reason, and the message goes where it must. */
@ApplicationScoped
public class HandBack {
    /** PagerDuty's 429 sometimes comes without headers; its Terraform provider waits as long. */
    private static final Duration RATE_LIMIT_WITHOUT_HEADER = Duration.ofSeconds(5);

    private final DeliveryLedger ledger;
    private final Backoff backoff;
    private final Clock clock;

    public HandBack(DeliveryLedger ledger, Backoff backoff, Clock clock) {
        this.ledger = ledger;
        this.backoff = backoff;
        this.clock = clock;
    }

    /**
     * After PagerDuty failed or refused. 401 and 403 have ways of their own, see {@link #parked}.
     *
     * @param mayHaveActed whether an incident of this alert may exist that the ledger does not know
     */
    NotifyOutcome failed(Attempt attempt, Failure failure, boolean mayHaveActed) {
        String reason = failure.describe();
        return switch (failure.kind()) {
            case RATE_LIMITED ->
                waiting(
                        attempt,
                        reason,
                        backoff.after(failure.retryAfter().orElse(RATE_LIMIT_WITHOUT_HEADER)),
                        mayHaveActed);
            case SERVER_ERROR, TIMEOUT, CONNECTION_BROKEN, UNREACHABLE ->
                waiting(attempt, reason, backoff.exponential(attempt.receiveCount()), mayHaveActed);
            case NO_TIME_LEFT -> waiting(attempt, reason, backoff.exponential(1), mayHaveActed);
            case UNAUTHORIZED, FORBIDDEN -> waiting(attempt, reason, backoff.slow(), mayHaveActed);
            case NOT_FOUND, TOO_LARGE, REFUSED -> {
                ledger.release(attempt.key(), attempt.claim(), Outcome.REFUSED, reason, clock.instant(), mayHaveActed);
                yield NotifyOutcome.refused(reason);
            }
        };
    }

    /** While something stands in the way that only a person can mend. */
    NotifyOutcome slowly(Attempt attempt, String reason, boolean mayHaveActed) {
        return waiting(attempt, reason, backoff.slow(), mayHaveActed);
    }

    /** While the workspace has no token that PagerDuty accepts: nothing is called. */
    NotifyOutcome parked(Attempt attempt, Account account, boolean mayHaveActed) {
        String workspace = attempt.alert().workspaceId().value();
        if (account instanceof Account.ReauthRequired reauth) {
            return slowly(
                    attempt,
                    "workspace " + workspace + " needs a fresh token (" + reauth.reason() + "): install again",
                    mayHaveActed);
        }
        return slowly(
                attempt, "workspace " + workspace + " is not installed: install a PagerDuty user token", mayHaveActed);
    }

    NotifyOutcome waiting(Attempt attempt, String reason, Duration delay, boolean mayHaveActed) {
        ledger.release(
                attempt.key(),
                attempt.claim(),
                Outcome.WAITING,
                reason,
                clock.instant().plus(delay),
                mayHaveActed);
        return NotifyOutcome.waiting(reason, delay);
    }

    /** The lease ran out under a try that succeeded: whoever comes next finds its incident in PagerDuty. */
    NotifyOutcome leaseLost(Attempt attempt) {
        return NotifyOutcome.waiting(
                "the lease ran out before the outcome could be recorded", backoff.exponential(attempt.receiveCount()));
    }

    /**
     * After DynamoDB or Secrets Manager failed under a claim: gives it back, if that much still works, so that the next try
     * need not wait for the lease.
     *
     * @return {@code failure}, to be thrown
     */
    RuntimeException afterException(Attempt attempt, RuntimeException failure, boolean mayHaveActed) {
        try {
            again(attempt, "AWS failed: " + failure.getClass().getSimpleName(), mayHaveActed);
        } catch (RuntimeException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
        return failure;
    }

    NotifyOutcome again(Attempt attempt, String reason, boolean mayHaveActed) {
        return waiting(attempt, reason, backoff.exponential(attempt.receiveCount()), mayHaveActed);
    }
}
