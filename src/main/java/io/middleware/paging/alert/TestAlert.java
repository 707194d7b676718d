package io.middleware.paging.alert;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.WorkspaceId;

/**
 * The alert by which {@code send-test} tests a rule. All tests of a rule are episodes of one alert, under an id that no
 * producer's trigger may have.
 */
final class TestAlert {
    static final String ID = "send-test";

    /** Why a message with a trigger of that id is malformed. */
    static final String RESERVED =
            "alertId \"" + ID + "\" belongs to the function send-test; give this alert another alertId";

    private static final String MARK = "Test: ";
    private static final String REMARK =
            "This is a test of the paging integration, sent by send-test. Nobody needs to do anything: it is resolved at once.";

    private TestAlert() {}

    static Alert triggered(WorkspaceId workspaceId, RuleId ruleId, Instant at) {
        return alert(workspaceId, ruleId, Alert.Status.TRIGGERED, at, "");
    }

    /** @param because see {@link Alert#resolvedBecause} */
    static Alert resolved(WorkspaceId workspaceId, RuleId ruleId, Instant at, String because) {
        return alert(workspaceId, ruleId, Alert.Status.RESOLVED, at, because);
    }

    private static Alert alert(
            WorkspaceId workspaceId, RuleId ruleId, Alert.Status status, Instant at, String resolvedBecause) {
        return new Alert(
                workspaceId,
                ruleId,
                ID,
                status,
                "alerts of rule " + ruleId + " arrive here",
                Optional.empty(),
                Severity.ERROR,
                at,
                Optional.of(ID),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                resolvedBecause);
    }

    /** Says that it is a test before all else, whatever the rule's own title and note are. */
    static IncidentText marked(IncidentText text) {
        return new IncidentText(
                IncidentText.cut(MARK + text.title(), IncidentText.MAX_TITLE_CHARS),
                IncidentText.cut(REMARK + "\n\n" + text.details(), IncidentText.MAX_DETAILS_CHARS));
    }
}
