package io.middleware.paging.installation;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.ServiceList;
import io.middleware.paging.pagerduty.User;

/** Something that works, and may not do what the user expects. The message says what to do. */
public record Warning(String code, String message) {
    private static final String NO_SERVICE_AT_ALL =
            "The token can see no service. Create one in PagerDuty (Services, New Service), or give the token's user"
                    + " access to the team that owns it; then list the services again.";

    public Warning {
        Objects.requireNonNull(code, "code is null");
        Objects.requireNonNull(message, "message is null");
    }

    /**
     * What a list of services gives cause to say.
     *
     * @param query by which the list was narrowed; empty when it should hold all that the token can see
     */
    public static List<Warning> of(ServiceList services, Optional<String> query) {
        if (services.services().isEmpty()) {
            return List.of(new Warning(
                    "NO_SERVICES", query.map(Warning::noServiceMatches).orElse(NO_SERVICE_AT_ALL)));
        }
        return services.cut() ? List.of(servicesCut(services)) : List.of();
    }

    /** {@code ROLE_MAY_NOT_PAGE}; empty when the user's role lets it page every service that it can see. */
    static Optional<Warning> ofRole(User user) {
        return user.pagesOnlyServicesOfItsTeams()
                ? Optional.of(new Warning(
                        "ROLE_MAY_NOT_PAGE",
                        user.email() + " has the role " + user.role() + ", which may open incidents only on services of"
                                + " teams where it is a Responder or higher. Give it such a team role, or use the token"
                                + " of a Responder."))
                : Optional.empty();
    }

    private static String noServiceMatches(String query) {
        return "The token can see no service whose name contains \"" + query + "\". Leave query out to see all.";
    }

    private static Warning servicesCut(ServiceList services) {
        String why = services.stoppedBy()
                .map(failure -> "Only the first " + services.services().size()
                        + " services were read: PagerDuty did not list the others in time (" + failure.describe()
                        + "). List them again, or use query to find one by a part of its name.")
                .orElse("PagerDuty lists " + PagerDuty.MAX_LISTED
                        + " services at most, and there are more. Use query to find the others by a part of their"
                        + " name.");
        return new Warning("SERVICES_CUT", why);
    }
}
