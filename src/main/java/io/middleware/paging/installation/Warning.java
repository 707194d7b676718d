package io.middleware.paging.installation;

import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.ServiceList;
import java.util.List;
import java.util.Objects;

/** Something that works, and may not do what the user expects. The message says what to do. */
public record Warning(String code, String message) {
    public Warning {
        Objects.requireNonNull(code, "code is null");
        Objects.requireNonNull(message, "message is null");
    }

    /** What a list of all services that a token can see gives cause to say. */
    static List<Warning> of(ServiceList services) {
        if (services.services().isEmpty()) {
            return List.of(new Warning(
                    "NO_SERVICES",
                    "The token can see no service. Create one in PagerDuty (Services, New Service), or give the"
                            + " token's user access to the team that owns it; then list the services again."));
        }
        return services.cut() ? List.of(servicesCut()) : List.of();
    }

    private static Warning servicesCut() {
        return new Warning(
                "SERVICES_CUT",
                "PagerDuty lists " + PagerDuty.MAX_LISTED + " services at most, and there are more. Use query to find"
                        + " the others by a part of their name.");
    }
}
