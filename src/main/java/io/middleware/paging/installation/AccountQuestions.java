package io.middleware.paging.installation;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.installation.Accounts.Account;
import io.middleware.paging.installation.Accounts.AfterRefusal;
import io.middleware.paging.pagerduty.Access;
import io.middleware.paging.pagerduty.Answer;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.Failure;

/**
 * Questions a person asks of a workspace's PagerDuty account: every way to fail ends in words for that person.
 *
 * <p>Thread-safe.
 */
@ApplicationScoped
public class AccountQuestions {
    /** What helps a workspace that is {@code REAUTH_REQUIRED}. */
    public static final String INSTALL_AGAIN =
            "Run install again with a fresh user token. Rules stay bound; waiting alerts then page.";

    /** What helps a workspace that is {@code UNINSTALLING}. */
    public static final String FINISH_UNINSTALL = "Run uninstall again to finish it, or install to keep the workspace.";

    private final Accounts accounts;
    private final Installations installations;

    public AccountQuestions(Accounts accounts, Installations installations) {
        this.accounts = accounts;
        this.installations = installations;
    }

    /** What came of a question. */
    public sealed interface Reply<T> {
        record Told<T>(T value) implements Reply<T> {}

        /** 404: it does not exist, or the token may not see it. */
        record NotThere<T>() implements Reply<T> {}

        record Refused<T>(Refusal refusal) implements Reply<T> {}
    }

    /** Asks with the workspace's token; after a 401 or 403 once more, if a newer token was installed meanwhile. */
    public <T> Reply<T> ask(WorkspaceId workspaceId, Deadline deadline, Function<Access, Answer<T>> question) {
        return ask(accounts.find(workspaceId, deadline), workspaceId, deadline, question);
    }

    /**
     * As {@link #ask}, with nothing from memory; and a token that PagerDuty has refused is tried at once, due or not. If it
     * works again, the workspace is {@code ACTIVE} again.
     */
    public <T> Reply<T> askAnew(WorkspaceId workspaceId, Deadline deadline, Function<Access, Answer<T>> question) {
        return ask(accounts.findNow(workspaceId, deadline), workspaceId, deadline, question);
    }

    private <T> Reply<T> ask(
            Account account, WorkspaceId workspaceId, Deadline deadline, Function<Access, Answer<T>> question) {
        if (!(account instanceof Account.Active active)) {
            return new Reply.Refused<>(refusal(workspaceId, account));
        }
        Answer<T> answer = question.apply(active.access());
        if (!isAboutTheToken(answer)) {
            return reply(answer);
        }
        AfterRefusal after = accounts.afterRefusal(active, ((Answer.Failed<T>) answer).failure(), deadline);
        if (after instanceof AfterRefusal.TryWith other) {
            return reply(question.apply(other.newer().access()));
        }
        if (after instanceof AfterRefusal.Unusable unusable) {
            return new Reply.Refused<>(refusal(workspaceId, unusable.account()));
        }
        return after instanceof AfterRefusal.Undecided undecided ? unavailable(undecided.failure()) : reply(answer);
    }

    private static <T> boolean isAboutTheToken(Answer<T> answer) {
        return answer instanceof Answer.Failed<T> failed
                && (failed.failure().kind() == Failure.Kind.UNAUTHORIZED
                        || failed.failure().kind() == Failure.Kind.FORBIDDEN);
    }

    private static <T> Reply<T> reply(Answer<T> answer) {
        return answer.fold(Reply.Told::new, failure -> switch (failure.kind()) {
            case NOT_FOUND -> new Reply.NotThere<>();
            case FORBIDDEN ->
                new Reply.Refused<>(new Refusal(
                        "TOKEN_FORBIDDEN",
                        "The token's user may not do this in PagerDuty (" + failure.describe() + ").",
                        "Give that user the role Responder or higher, or install a token of a user who has it."));
            case UNAUTHORIZED, TOO_LARGE, REFUSED, RATE_LIMITED, SERVER_ERROR, TIMEOUT -> unavailable(failure);
            case CONNECTION_BROKEN, UNREACHABLE, NO_TIME_LEFT, CIRCUIT_OPEN -> unavailable(failure);
        });
    }

    private static <T> Reply<T> unavailable(Failure failure) {
        return new Reply.Refused<>(Refusal.pagerDutyUnavailable(failure.describe() + "."));
    }

    /** Why nothing can be asked of an account that is not active. */
    public static Refusal refusal(WorkspaceId workspaceId, Account account) {
        if (account instanceof Account.ReauthRequired reauth) {
            return new Refusal(
                    "REAUTH_REQUIRED",
                    "PagerDuty no longer accepts the token of workspace " + workspaceId + ": " + reauth.reason() + ".",
                    INSTALL_AGAIN);
        }
        if (account instanceof Account.NotReadableYet fresh) {
            return new Refusal(
                    "REAUTH_REQUIRED",
                    "The token of workspace " + workspaceId + " that was installed at " + fresh.installedAt()
                            + " cannot be read from Secrets Manager yet.",
                    "Try again in a minute. If it stays so, run install again with a fresh user token.");
        }
        return account instanceof Account.NotInstalled gone
                        && gone.uninstallBegan().isPresent()
                ? uninstalling(workspaceId, gone.uninstallBegan().get())
                : notInstalled(workspaceId);
    }

    private static Refusal notInstalled(WorkspaceId workspaceId) {
        return new Refusal(
                "NOT_INSTALLED",
                "Workspace " + workspaceId + " has no PagerDuty installation.",
                "Run install with a PagerDuty user token first.");
    }

    private static Refusal uninstalling(WorkspaceId workspaceId, Instant since) {
        return new Refusal(
                "NOT_INSTALLED",
                "An uninstall of workspace " + workspaceId + " began at " + since + " and is not finished.",
                FINISH_UNINSTALL);
    }

    /**
     * Why nothing may be bound, as the store says this moment: the workspace is not installed any more. Empty when it is,
     * whether or not its token works.
     */
    public Optional<Refusal> refusalIfNotInstalled(WorkspaceId workspaceId) {
        Optional<Installation> installation = installations.find(workspaceId);
        if (installation.isEmpty()) {
            return Optional.of(notInstalled(workspaceId));
        }
        return installation
                .filter(found -> found.status() == Installation.Status.UNINSTALLING)
                .map(found -> uninstalling(workspaceId, found.since()));
    }
}
