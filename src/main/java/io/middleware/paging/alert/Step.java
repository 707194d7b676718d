package io.middleware.paging.alert;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.installation.Accounts.Account;

/** How far an alert has come by itself. */
sealed interface Step {
    record Done(NotifyOutcome outcome) implements Step {}

    /**
     * Its incidents are to be resolved, best together with those of other alerts.
     *
     * @param outOfSight what else there is or may be, and the token cannot see; empty if nothing
     * @param then what follows for the alert from what became of its incidents
     */
    record ToResolve(
            Attempt attempt,
            Account.Active account,
            List<KnownIncident> incidents,
            Optional<OutOfSight> outOfSight,
            UnaryOperator<NotifyOutcome> then)
            implements Step {
        public ToResolve {
            incidents = List.copyOf(incidents);
        }

        ToResolve then(UnaryOperator<NotifyOutcome> next) {
            return new ToResolve(attempt, account, incidents, outOfSight, outcome -> next.apply(then.apply(outcome)));
        }
    }
}
