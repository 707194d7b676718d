package io.middleware.paging.alert;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.WorkspaceId;

/**
 * Which workspace and rule an alert belongs to that was not written for us.
 *
 * <p>The message attributes {@code workspaceId} and {@code ruleId} decide (of SQS, or of SNS inside its envelope). Without
 * them it is what the alert itself says, then {@code PAGING_DEFAULT_WORKSPACE}.
 */
record ForeignNames(Map<String, String> attributes, Optional<String> defaultWorkspace) {
    private static final String WORKSPACE_ID = "workspaceId";
    private static final String RULE_ID = "ruleId";

    /** The message attributes that decide. */
    static final Set<String> ATTRIBUTES = Set.of(WORKSPACE_ID, RULE_ID);

    /** Those of the message attributes that decide. */
    Map<String, String> decisive() {
        Map<String, String> decisive = new HashMap<>(attributes);
        decisive.keySet().retainAll(ATTRIBUTES);
        return decisive;
    }

    /**
     * @param own what the alert says; empty when it says nothing
     * @param lastResort taken when nothing else names a workspace
     */
    Optional<WorkspaceId> workspaceId(Optional<String> own, Optional<String> lastResort, JsonFields fields) {
        Optional<String> name = Optional.ofNullable(attributes.get(WORKSPACE_ID))
                .or(() -> own)
                .or(() -> defaultWorkspace)
                .or(() -> lastResort);
        if (name.isEmpty()) {
            fields.problem("no workspace: set the message attribute workspaceId, a label workspaceId, or"
                    + " PAGING_DEFAULT_WORKSPACE");
        } else if (JsonFields.isBlank(name.get())) {
            // Not the next best: that could page the people of another workspace.
            fields.problem("the message attribute workspaceId is empty");
        } else if (!WorkspaceId.isValid(name.get())) {
            fields.problem("workspaceId must be " + WorkspaceId.RULE + ", found "
                    + JsonFields.offence(name.get(), WorkspaceId::isValid));
        } else {
            return name.map(WorkspaceId::new);
        }
        return Optional.empty();
    }

    /** @param own the name of the alarm or rule, any text; empty only if that was already noted as a problem */
    Optional<RuleId> ruleId(String own, JsonFields fields) {
        String name = attributes.getOrDefault(RULE_ID, own);
        if (attributes.containsKey(RULE_ID) && JsonFields.isBlank(name)) {
            fields.problem("the message attribute ruleId is empty");
        }
        return JsonFields.isBlank(name) ? Optional.empty() : Optional.of(RuleId.named(name));
    }

    /**
     * The same for an alert that may have no name.
     *
     * @param where that name belongs in the alert, for the reason
     */
    Optional<RuleId> ruleId(Optional<String> own, String where, JsonFields fields) {
        if (own.isEmpty() && !attributes.containsKey(RULE_ID)) {
            fields.problem("no rule: set the message attribute ruleId, or " + where);
        }
        return ruleId(own.orElse(""), fields);
    }
}
