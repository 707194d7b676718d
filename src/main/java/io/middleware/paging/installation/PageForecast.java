package io.middleware.paging.installation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.middleware.paging.installation.AccountQuestions.Reply;
import io.middleware.paging.pagerduty.User;

/**
 * What would happen to a page right now, by what PagerDuty just said of the token.
 *
 * @param page one sentence
 * @param owner of the token; empty when PagerDuty did not say
 */
public record PageForecast(String page, Optional<User> owner, List<Warning> warnings) {
    public PageForecast {
        warnings = List.copyOf(warnings);
    }

    /**
     * @param installation as it is after the question was asked; empty when there is none
     * @param me the answer to {@code GET /users/me}
     */
    public static PageForecast of(Optional<Installation> installation, Reply<User> me) {
        if (me instanceof Reply.Told<User> told && installation.isPresent()) {
            return ofOwner(installation.get().user(), told.value());
        }
        if (me instanceof Reply.Refused<User> refused) {
            return without(switch (refused.refusal().code()) {
                        case "REAUTH_REQUIRED" -> "would wait: ";
                        case "NOT_INSTALLED" -> "would not go out: ";
                        default -> "cannot be told: ";
                    }
                    + refused.refusal().message());
        }
        return without("cannot be told: PagerDuty knows no owner of the token.");
    }

    private static PageForecast without(String page) {
        return new PageForecast(page, Optional.empty(), List.of());
    }

    private static PageForecast ofOwner(User installed, User owner) {
        List<Warning> warnings = new ArrayList<>();
        Warning.ofRole(owner).ifPresent(warnings::add);
        if (!owner.isSameAs(installed)) {
            warnings.add(new Warning(
                    "OTHER_USER",
                    "The secret holds a token of " + owner.email() + ", and the workspace was installed by "
                            + installed.email() + ", under whose name incidents are opened. Run install with the token"
                            + " that is to be used."));
        } else if (!owner.email().equals(installed.email())) {
            warnings.add(new Warning(
                    "EMAIL_CHANGED",
                    "The token's owner is " + owner.email() + " now. Incidents are opened under " + installed.email()
                            + ", which PagerDuty may refuse. Run install again."));
        }
        if (owner.isStakeholder()) {
            return new PageForecast(
                    "would wait: the role " + owner.role() + " (stakeholder) of " + owner.email()
                            + " cannot create incidents.",
                    Optional.of(owner),
                    warnings);
        }
        return new PageForecast(
                "would go out, as an incident by " + installed.email()
                        + ". Whether a rule's service takes it, list-bindings tells with verify.",
                Optional.of(owner),
                warnings);
    }
}
