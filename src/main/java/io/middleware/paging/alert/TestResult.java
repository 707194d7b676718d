package io.middleware.paging.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.middleware.paging.binding.Finding;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.ServiceFindings;
import io.middleware.paging.delivery.KnownIncident;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.pagerduty.OnCall;

/** What came of a test, in the words a person reads. */
public sealed interface TestResult {
    /** No incident was opened, or none that is known of. */
    record Refused(Refusal refusal) implements TestResult {}

    /**
     * PagerDuty opened the incident.
     *
     * @param pagedNobody whether it started acknowledged
     * @param sentAt when the test was sent
     * @param newTestFrom when another can be sent; empty if this one was sent by this very call
     * @param notResolved why the incident may still be open; empty when it is resolved
     * @param findings what PagerDuty says of the service; empty if it could not be asked
     * @param now when that was asked
     */
    record Sent(
            RuleBinding binding,
            KnownIncident incident,
            boolean pagedNobody,
            Instant sentAt,
            Optional<Instant> newTestFrom,
            Optional<Warning> notResolved,
            Optional<ServiceFindings> findings,
            Instant now)
            implements TestResult {
        /** In PagerDuty's words, as far as it is known. */
        public String status() {
            if (notResolved.isEmpty()) {
                return "resolved";
            }
            return pagedNobody ? "acknowledged" : "triggered";
        }

        /** Whether an alert of the rule reaches a person now; empty when that is not known. */
        public Optional<Boolean> reachesSomebody() {
            return pagedNobody
                    ? Optional.of(false)
                    : findings.map(ServiceFindings::reachesSomebody).flatMap(Finding::knownValue);
        }

        /** The same in a sentence. */
        public String verdict() {
            if (pagedNobody) {
                return "An alert of this rule pages nobody: PagerDuty acknowledged the incident as soon as it was opened,"
                        + " and notified nobody.";
            }
            if (reachesSomebody().isEmpty()) {
                return "PagerDuty opened the incident and did not acknowledge it at once: an alert of this rule pages"
                        + " whoever is on call. Who that is could not be found out.";
            }
            return reachesSomebody().get()
                    ? "An alert of this rule pages " + people()
                            + (lowUrgency().isPresent() ? ", with low urgency." : ".")
                    : "PagerDuty opened the incident, but an alert of this rule pages nobody now: see the warnings.";
        }

        private String people() {
            String names = findings.map(ServiceFindings::pagedFirst).flatMap(Finding::knownValue).stream()
                    .flatMap(List::stream)
                    .map(OnCall::user)
                    .map(user -> user.describe())
                    .distinct()
                    .collect(Collectors.joining(", "));
            return names.isEmpty() ? "whoever is on call" : names;
        }

        private Optional<Warning> lowUrgency() {
            return findings.flatMap(found -> found.lowUrgency(binding.urgency(), now));
        }

        /** What may not be as the user expects. */
        public List<Warning> warnings() {
            List<Warning> warnings = new ArrayList<>();
            newTestFrom.ifPresent(from -> warnings.add(new Warning(
                    "EARLIER_TEST",
                    "This is the test that was sent at " + sentAt
                            + "; this call sent no second one. A new one can be sent after " + from
                            + ", or once the rule is bound again.")));
            notResolved.ifPresent(warnings::add);
            if (pagedNobody) {
                warnings.add(
                        new Warning(
                                "NOBODY_PAGED",
                                "Incident #" + incident.number()
                                        + " started acknowledged: the owner of the token is who is on call"
                                        + " for it. Install the token of a user who is on no schedule and no escalation policy."));
            }
            findings.ifPresent(found -> warnings.addAll(found.warnings()));
            lowUrgency().ifPresent(warnings::add);
            findings.map(ServiceFindings::notChecked)
                    .orElseGet(() -> Optional.of(new Warning(
                            "NOT_CHECKED", "Not checked: who is on call. Look at the service in PagerDuty.")))
                    .ifPresent(warnings::add);
            return warnings;
        }
    }
}
