package io.middleware.paging.explain;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.middleware.paging.binding.Finding;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings.Listed;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.ServiceFindings;
import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.Episodes;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pacing.RateBudgets;
import io.middleware.paging.pagerduty.IncidentDetail;
import io.middleware.paging.pagerduty.IncidentLog;
import io.middleware.paging.pagerduty.User;

/**
 * All that was found out about an alert or a rule. Immutable, and without the token.
 *
 * @param alertId empty when the whole rule is asked about
 * @param installation empty when the workspace was never installed
 * @param binding empty when the rule is bound to nothing
 * @param episode of that alert, empty when the ledger does not know it; of no alert: that of the rule's latest one
 * @param latest of the rule
 * @param service empty when there was no service or no token to ask with
 * @param incident the episode's, as PagerDuty shows it: empty inside when the token cannot see it. Empty when the episode
 *     has none, or when there was no token to ask with
 * @param log of the same incident
 */
record Facts(
        Instant now,
        WorkspaceId workspaceId,
        RuleId ruleId,
        Optional<String> alertId,
        Finding<Optional<Installation>> installation,
        Finding<Token> token,
        Finding<Optional<Listed>> binding,
        Finding<Optional<Episode>> episode,
        Finding<Episodes.OfRule> latest,
        Finding<RateBudgets.Ahead> budget,
        Finding<QueueCounts> queue,
        Finding<QueueCounts> deadLetters,
        Optional<ServiceFindings> service,
        Optional<Finding<Optional<IncidentDetail>>> incident,
        Optional<Finding<IncidentLog>> log) {
    Facts {
        Objects.requireNonNull(now, "now is null");
        Objects.requireNonNull(workspaceId, "workspaceId is null");
        Objects.requireNonNull(ruleId, "ruleId is null");
        Objects.requireNonNull(alertId, "alertId is null");
    }

    /** What is known of the workspace's token. */
    sealed interface Token {
        /** @param why as the end of a sentence: "there is no secret pagerduty/acme" */
        record Missing(String why) implements Token {}

        /** @param how what PagerDuty said to it */
        record Refused(String how) implements Token {}

        record Accepted(User owner) implements Token {}
    }

    /** What the ledger knows, if it was read and knows the alert. */
    Optional<Episode> knownEpisode() {
        return episode.knownValue().flatMap(found -> found);
    }

    Optional<RuleBinding> knownBinding() {
        return binding.knownValue().flatMap(found -> found.map(Listed::binding));
    }

    Optional<Installation> knownInstallation() {
        return installation.knownValue().flatMap(found -> found);
    }

    Optional<IncidentDetail> knownIncident() {
        return incident.flatMap(Finding::knownValue).flatMap(found -> found);
    }

    Optional<IncidentLog> knownLog() {
        return log.flatMap(Finding::knownValue);
    }

    List<Episode> latestAlerts() {
        return latest.knownValue().map(Episodes.OfRule::alerts).orElse(List.of());
    }

    /**
     * The incident that may be this episode's own. An episode that is over may still name the one of an earlier episode: only
     * PagerDuty knows when it was created.
     */
    static Optional<KnownIncident> incidentOf(Episode episode) {
        boolean mayBeOwn = episode.isOpen() || episode.underWaySince().isEmpty();
        return mayBeOwn ? episode.incident() : Optional.empty();
    }
}
