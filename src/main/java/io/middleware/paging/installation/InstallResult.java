package io.middleware.paging.installation;

import java.util.List;
import java.util.Optional;

import io.middleware.paging.pagerduty.ServiceList;

/** What came of installing. */
public sealed interface InstallResult {
    /** @param before what this install replaced; empty for the first one of the workspace */
    record Installed(
            Installation installation, ServiceList services, List<Warning> warnings, Optional<Installation> before)
            implements InstallResult {}

    /** Nothing was changed. */
    record Refused(Refusal refusal) implements InstallResult {}
}
