package io.middleware.paging.installation;

import java.util.List;

import io.middleware.paging.pagerduty.ServiceList;

/** What came of installing. */
public sealed interface InstallResult {
    /** @param again whether the workspace was installed before */
    record Installed(Installation installation, ServiceList services, List<Warning> warnings, boolean again)
            implements InstallResult {}

    /** Nothing was changed. */
    record Refused(Refusal refusal) implements InstallResult {}
}
