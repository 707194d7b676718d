package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.jboss.logging.Logger;

import io.middleware.paging.binding.CachedRuleBindings;
import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.DeliveryLedger;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.delivery.Release;
import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.installation.Accounts.AfterRefusal;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pacing.Pacer;
import io.middleware.paging.pacing.Slot;
import io.middleware.paging.pacing.Turn;
import io.middleware.paging.pagerduty.AnswerHeaders;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.pagerduty.Urgency;

/** Ends a try that did not deliver: the claim is given back with the reason, and the message goes where it must. */
@ApplicationScoped
public class HandBack {
    private static final Logger LOG = Logger.getLogger(HandBack.class);

    /** A header that is misread, or a proxy's, must not keep a page back for hours. */
    private static final Duration LONGEST_TOLD = Duration.ofMinutes(10);

    /**
     * What was received so often no longer counts as the oldest message of a standard queue. A muted alert waits as it should,
     * and must not raise the alarm on that age. Source: AWS, "Available CloudWatch metrics for Amazon SQS".
     */
    private static final int RECEIVES_TO_BE_LEFT_OUT = 3;

    /** A few calls do for 10,000 bindings: what takes longer was left alone, and alerts wait for a person. */
    private static final Duration LONGEST_UNINSTALL = Duration.ofMinutes(5);

    private final DeliveryLedger ledger;
    private final Backoff backoff;
    private final Pacer pacer;
    private final CachedRuleBindings bindings;
    private final Clock clock;

    public HandBack(DeliveryLedger ledger, Backoff backoff, Pacer pacer, CachedRuleBindings bindings, Clock clock) {
        this.bindings = bindings;
        this.ledger = ledger;
        this.backoff = backoff;
        this.pacer = pacer;
        this.clock = clock;
    }

    /**
     * After PagerDuty failed or refused. 401 and 403 have ways of their own, see {@link #parked}.
     *
     * @param mayHaveActed whether an incident of this alert may exist that the ledger does not know
     */
    NotifyOutcome failed(Attempt attempt, Account.Active account, Failure failure, boolean mayHaveActed) {
        String detail = failure.describe();
        NotifyOutcome outcome =
                switch (failure.kind()) {
                    case RATE_LIMITED -> rateLimited(attempt, account, failure, mayHaveActed);
                    case SERVER_ERROR, TIMEOUT, CONNECTION_BROKEN, UNREACHABLE, CIRCUIT_OPEN ->
                        waiting(attempt, Reason.OUTAGE, detail, afterOutage(attempt, failure), mayHaveActed);
                    case NO_TIME_LEFT -> again(attempt, Reason.TIME, detail, mayHaveActed);
                    // No verdict on the token: the next try asks, if PagerDuty says so again.
                    case UNAUTHORIZED -> again(attempt, Reason.OUTAGE, detail, mayHaveActed);
                    case FORBIDDEN -> waiting(attempt, Reason.FORBIDDEN, detail, slow(attempt), mayHaveActed);
                    case NOT_FOUND -> refused(attempt, Reason.NOT_FOUND, detail, mayHaveActed);
                    case TOO_LARGE -> refused(attempt, Reason.TOO_LARGE, detail, mayHaveActed);
                    case REFUSED -> refused(attempt, Reason.BAD_REQUEST, detail, mayHaveActed);
                };
        return outcome.requestedAs(failure.headers().requestId());
    }

    /**
     * After a 401 or 403 that was not about one service, when no other token is to be tried now.
     *
     * @param after what became of the token
     */
    NotifyOutcome tokenRefused(
            Attempt attempt, Account.Active account, Failure refusal, AfterRefusal after, boolean mayHaveActed) {
        if (after instanceof AfterRefusal.Unusable unusable) {
            return parked(attempt, unusable.account(), mayHaveActed)
                    .requestedAs(refusal.headers().requestId());
        }
        if (after instanceof AfterRefusal.TryWith) {
            // One token after the other: the next try begins with the last of them.
            return failed(attempt, account, refusal, mayHaveActed);
        }
        return after instanceof AfterRefusal.Undecided undecided
                ? afterUndecidedRefusal(attempt, account, refusal, undecided.failure(), mayHaveActed)
                : afterStrayRefusal(attempt, refusal, mayHaveActed);
    }

    /** After a 401, when PagerDuty accepts the same token elsewhere: it must be a moment's fault. */
    private NotifyOutcome afterStrayRefusal(Attempt attempt, Failure refusal, boolean mayHaveActed) {
        return again(
                        attempt,
                        Reason.OUTAGE,
                        "PagerDuty refused this call alone, the token works: " + refusal.describe(),
                        mayHaveActed)
                .requestedAs(refusal.headers().requestId());
    }

    /**
     * After a 401 or 403, when PagerDuty does not say whether it accepts the token.
     *
     * @param doubt why it does not
     */
    private NotifyOutcome afterUndecidedRefusal(
            Attempt attempt, Account.Active account, Failure refusal, Failure doubt, boolean mayHaveActed) {
        if (doubt.kind() == Failure.Kind.RATE_LIMITED) {
            return failed(attempt, account, doubt, mayHaveActed);
        }
        return waiting(
                        attempt,
                        Reason.OUTAGE,
                        refusal.describe() + "; whether the token still works could not be asked: " + doubt.describe(),
                        afterOutage(attempt, doubt),
                        mayHaveActed)
                .requestedAs(refusal.headers().requestId());
    }

    /** PagerDuty may say itself how long; the jitter comes on top. */
    private Duration afterOutage(Attempt attempt, Failure failure) {
        Duration told = failure.retryAfter().orElse(Duration.ZERO);
        return backoff.exponential(attempt.receive().count())
                .plus(told.compareTo(LONGEST_TOLD) > 0 ? LONGEST_TOLD : told);
    }

    private NotifyOutcome rateLimited(Attempt attempt, Account.Active account, Failure failure, boolean mayHaveActed) {
        return rateLimited(attempt, failure, turnAfter(failure, account, attempt.urgency()), true, mayHaveActed);
    }

    /** After a 429: the budget waits for as long as PagerDuty asks, and this is the first turn after that. */
    Turn turnAfter(Failure refusal, Account.Active account, Urgency urgency) {
        pacer.refused(account.budget(), refusal.retryAfter());
        return pacer.turn(account.budget(), urgency, Optional.empty());
    }

    /** The headers of an answer that said yes may say that the next would be refused. Never throws. */
    void learn(Account.Active account, AnswerHeaders headers) {
        try {
            headers.rateLimit().ifPresent(limit -> pacer.learn(account.budget(), limit.remaining(), limit.reset()));
        } catch (RuntimeException awsFailed) {
            // What was done is done and must be recorded; what could not be noted here costs a 429 at most.
            LOG.debugf("Could not note that the rate limit is used up: %s", awsFailed.getMessage());
        }
    }

    /** @param keepsSlot whether the turn is this alert's own, and not that of another whose call will do for both */
    NotifyOutcome rateLimited(Attempt attempt, Failure failure, Turn turn, boolean keepsSlot, boolean mayHaveActed) {
        return turn instanceof Turn.Later later
                ? until(
                        attempt,
                        Reason.RATE_LIMITED,
                        failure.describe(),
                        later.slot().at(),
                        keepsSlot ? Optional.of(later.slot()) : Optional.empty(),
                        mayHaveActed)
                : waiting(attempt, Reason.RATE_LIMITED, failure.describe(), Backoff.MIN, mayHaveActed);
    }

    /** Until its turn to call PagerDuty. */
    NotifyOutcome paced(Attempt attempt, Turn.Later turn, boolean mayHaveActed) {
        return paced(attempt, turn, Optional.of(turn.slot()), mayHaveActed);
    }

    /** Until the turn of another, whose call will do for this one too. It keeps the slot that it has itself, if it has one. */
    NotifyOutcome pacedWith(Attempt attempt, Turn.Later turnOfAnother) {
        return paced(attempt, turnOfAnother, attempt.claim().slot(), false);
    }

    private NotifyOutcome paced(Attempt attempt, Turn.Later turn, Optional<Slot> kept, boolean mayHaveActed) {
        Instant at = turn.slot().at();
        return turn.blocked()
                ? until(
                        attempt,
                        Reason.RATE_LIMITED,
                        "PagerDuty's rate limit is used up; its turn comes at " + at,
                        at,
                        kept,
                        mayHaveActed)
                : until(attempt, Reason.PACED, "its turn to call PagerDuty comes at " + at, at, kept, mayHaveActed);
    }

    /**
     * While the sender of the alert mutes it until a known time.
     *
     * @return empty when that time is over, or when its message cannot be kept for so long: then it pages
     */
    Optional<NotifyOutcome> whileMuted(Attempt attempt) {
        return attempt.alert()
                .silence()
                .filter(silence -> attempt.receive().mayBeHeld())
                .flatMap(silence -> silence.until()
                        .filter(until -> until.isAfter(clock.instant()))
                        .map(until -> muted(attempt, silence, until)));
    }

    private NotifyOutcome muted(Attempt attempt, Alert.Silence silence, Instant until) {
        Duration delay = attempt.receive().count() < RECEIVES_TO_BE_LEFT_OUT ? Backoff.MIN : backoff.until(until);
        return release(
                attempt,
                NotifyOutcome.waiting(silence.reason(), silence.detail(), delay),
                until,
                false,
                attempt.claim().slot());
    }

    /** A slot farther ahead than SQS can hide a message is waited for in several steps: it stays in the claim. */
    private NotifyOutcome until(
            Attempt attempt, Reason reason, String detail, Instant at, Optional<Slot> kept, boolean mayHaveActed) {
        Duration delay = backoff.until(at);
        NotifyOutcome waiting = NotifyOutcome.waiting(reason, detail, delay);
        return release(attempt, waiting, at, mayHaveActed, kept);
    }

    /** While something stands in the way that only a person can fix. */
    NotifyOutcome slowly(Attempt attempt, Reason reason, String detail, boolean mayHaveActed) {
        return waiting(attempt, reason, detail, slow(attempt), mayHaveActed);
    }

    /**
     * Where PagerDuty opened no incident a moment ago. What waits counts from then, not from now: so that it comes back soon
     * after the service is mended, however late it was told.
     */
    NotifyOutcome notPageable(Attempt attempt, UnpageableServices.ReasonNotToCall reason, boolean mayHaveActed) {
        Duration delay = reason.refusedAt()
                .map(at -> backoff.until(at.plus(slow(attempt))))
                .orElseGet(backoff::moment);
        return waiting(attempt, reason.reason(), reason.detail(), delay, mayHaveActed);
    }

    private Duration slow(Attempt attempt) {
        return backoff.slow(attempt.receive().count());
    }

    /** While the workspace has no token that PagerDuty accepts: nothing is called. */
    NotifyOutcome parked(Attempt attempt, Account account, boolean mayHaveActed) {
        String workspace = attempt.alert().workspaceId().value();
        if (account instanceof Account.ReauthRequired reauth) {
            return slowly(
                    attempt,
                    Reason.TOKEN,
                    "workspace " + workspace + " needs a fresh token (" + reauth.reason() + "): install again",
                    mayHaveActed);
        }
        if (account instanceof Account.NotReadableYet fresh) {
            return waiting(
                    attempt,
                    Reason.AWS,
                    "the token of workspace " + workspace + " that was installed at " + fresh.installedAt()
                            + " cannot be read from Secrets Manager yet",
                    // What has waited for long must not wait for long again: a person has mended it.
                    backoff.exponential(attempt.receive().count(), fresh.readableAt()),
                    mayHaveActed);
        }
        return notInstalled(attempt, (Account.NotInstalled) account, mayHaveActed);
    }

    /** An uninstall removes the bindings too, and one that is remembered may be gone: then the next try finds none. */
    private NotifyOutcome notInstalled(Attempt attempt, Account.NotInstalled account, boolean mayHaveActed) {
        WorkspaceId workspaceId = attempt.alert().workspaceId();
        if (account.uninstallBegan().isPresent()) {
            return beingUninstalled(attempt, account.uninstallBegan().get(), mayHaveActed);
        }
        bindings.forget(workspaceId, attempt.alert().ruleId());
        return bindings.find(workspaceId, attempt.alert().ruleId()).isEmpty()
                ? again(attempt, Reason.IN_FLIGHT, "its rule was unbound a moment ago", mayHaveActed)
                : slowly(
                        attempt,
                        Reason.NOT_INSTALLED,
                        "workspace " + workspaceId + " is not installed: install a PagerDuty user token",
                        mayHaveActed);
    }

    /** Either somebody is at it, or it ended before its time and nobody has come back to it. */
    private NotifyOutcome beingUninstalled(Attempt attempt, Instant since, boolean mayHaveActed) {
        String detail = "workspace " + attempt.alert().workspaceId() + " is being uninstalled since " + since
                + ": run uninstall again to finish that, or install";
        return clock.instant().isBefore(since.plus(LONGEST_UNINSTALL))
                ? again(attempt, Reason.IN_FLIGHT, detail, mayHaveActed)
                : slowly(attempt, Reason.NOT_INSTALLED, detail, mayHaveActed);
    }

    /** While somebody else has a claim that lapses then, of this alert or of its rule. */
    NotifyOutcome inFlight(Attempt attempt, String detail, Claim.InFlight claim, boolean mayHaveActed) {
        return waiting(
                attempt,
                Reason.IN_FLIGHT,
                detail,
                backoff.exponential(attempt.receive().count(), claim.until()),
                mayHaveActed);
    }

    /** Soon again, with growing distance. */
    NotifyOutcome again(Attempt attempt, Reason reason, String detail, boolean mayHaveActed) {
        return waiting(
                attempt, reason, detail, backoff.exponential(attempt.receive().count()), mayHaveActed);
    }

    private NotifyOutcome waiting(Attempt attempt, Reason reason, String detail, Duration delay, boolean mayHaveActed) {
        return giveBack(attempt, NotifyOutcome.waiting(reason, detail, delay), mayHaveActed);
    }

    /** After everything else was resolved: a person must look, and until somebody does, nothing says that it is over. */
    NotifyOutcome outOfSight(Attempt attempt, OutOfSight unseen) {
        NotifyOutcome refused = refused(attempt, Reason.NOT_FOUND, unseen.detail(), false)
                .requestedAs(unseen.headers().requestId());
        return unseen.incident().map(refused::with).orElse(refused);
    }

    private NotifyOutcome refused(Attempt attempt, Reason reason, String detail, boolean mayHaveActed) {
        return giveBack(attempt, NotifyOutcome.refused(reason, detail), mayHaveActed);
    }

    /** Gives the claim back with this outcome: the alert's own, for one, after it became of the incident that it shares. */
    NotifyOutcome giveBack(Attempt attempt, NotifyOutcome outcome, boolean mayHaveActed) {
        return release(attempt, outcome, next(outcome), mayHaveActed, Optional.empty());
    }

    private Instant next(NotifyOutcome outcome) {
        return clock.instant().plus(outcome.delay().orElse(Duration.ZERO));
    }

    private NotifyOutcome release(
            Attempt attempt, NotifyOutcome outcome, Instant nextAttemptAt, boolean mayHaveActed, Optional<Slot> slot) {
        ledger.release(
                attempt.key(),
                attempt.claim(),
                new Release(
                        outcome.outcome(),
                        outcome.reason(),
                        outcome.detail(),
                        nextAttemptAt,
                        mayHaveActed,
                        attempt.lookUpFailingSince(),
                        slot));
        return outcome;
    }

    /** The lease ran out under a try that succeeded: whoever comes next finds its incident in PagerDuty. */
    NotifyOutcome leaseLost(Receive receive) {
        return NotifyOutcome.waiting(
                Reason.IN_FLIGHT,
                "the lease ran out before the outcome could be recorded",
                backoff.exponential(receive.count()));
    }

    /**
     * After DynamoDB or Secrets Manager failed under a claim: gives it back, if that much still works, so that the next try
     * need not wait for the lease.
     *
     * @return {@code failure}, to be thrown
     */
    RuntimeException afterException(Attempt attempt, RuntimeException failure, boolean mayHaveActed) {
        try {
            again(
                    attempt,
                    reasonOf(failure),
                    "failed with " + failure.getClass().getSimpleName(),
                    mayHaveActed);
        } catch (RuntimeException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
        return failure;
    }

    /** As {@link #afterException}, for who has nobody to throw it to. */
    NotifyOutcome outcomeAfter(Attempt attempt, RuntimeException failure, boolean mayHaveActed) {
        return outcomeOf(
                afterException(attempt, failure, mayHaveActed),
                attempt.receive().count());
    }

    /** What an exception or error means for its message: it comes again. */
    NotifyOutcome outcomeOf(Throwable failure, int receiveCount) {
        Reason reason = reasonOf(failure);
        if (reason == Reason.BUG) {
            // What AWS refuses is told by its message; only a bug needs its stack.
            LOG.errorf(failure, "A bug");
        }
        return NotifyOutcome.waiting(reason, failure.toString(), backoff.exponential(receiveCount));
    }

    private static Reason reasonOf(Throwable failure) {
        return failure.getClass().getName().startsWith("software.amazon.awssdk.") ? Reason.AWS : Reason.BUG;
    }
}
