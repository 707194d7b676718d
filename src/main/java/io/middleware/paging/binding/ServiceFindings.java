package io.middleware.paging.binding;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.middleware.paging.installation.Warning;
import io.middleware.paging.pagerduty.EscalationPolicy;
import io.middleware.paging.pagerduty.MaintenanceWindow;
import io.middleware.paging.pagerduty.OnCall;
import io.middleware.paging.pagerduty.Reference;
import io.middleware.paging.pagerduty.ServiceDetail;
import io.middleware.paging.pagerduty.ServiceUrgency;
import io.middleware.paging.pagerduty.SupportHours;
import io.middleware.paging.pagerduty.Urgency;

/**
 * What was found about a service: the one place that says whether a page on it would reach a person, and in which words.
 * Immutable.
 *
 * @param ownUserId the user whose token opens the incidents
 * @param service empty when there is none, or the token may not see it
 * @param windows of maintenance that are under way
 * @param policy by which pages go; empty when there is none, or the token may not see it
 * @param onCall now on that policy, first level first; empty when nobody is
 */
public record ServiceFindings(
        String ownUserId,
        Finding<Optional<ServiceDetail>> service,
        Finding<List<MaintenanceWindow>> windows,
        Finding<Optional<EscalationPolicy>> policy,
        Finding<List<OnCall>> onCall) {
    private static final String USE_A_BOT =
            "Install the token of a user who is on no schedule and no escalation policy.";

    public ServiceFindings {
        Objects.requireNonNull(ownUserId, "ownUserId is null");
        Objects.requireNonNull(service, "service is null");
        Objects.requireNonNull(windows, "windows is null");
        Objects.requireNonNull(policy, "policy is null");
        Objects.requireNonNull(onCall, "onCall is null");
    }

    /** @param until empty when PagerDuty does not say */
    public record Maintenance(Optional<Instant> until, String description) {}

    /** How the token's owner is on call on the level that is paged first. */
    public enum Self {
        NOT_ON_CALL,
        AMONG_OTHERS,
        ALONE
    }

    /** Whether the service exists and the token may see it. */
    public Finding<Boolean> isThere() {
        return service.map(Optional::isPresent);
    }

    /** Whether the service is not disabled. Unknown for one that is not there. */
    public Finding<Boolean> isEnabled() {
        return detail().map(it -> !it.service().isDisabled());
    }

    /** The maintenance that is under way, until the last of its windows ends; empty when there is none. */
    public Finding<Optional<Maintenance>> maintenance() {
        Optional<String> status = service.knownValue()
                .flatMap(found -> found.map(it -> it.service().status()));
        boolean isSo = status.filter("maintenance"::equals).isPresent();
        Optional<Maintenance> withoutEnd = isSo ? Optional.of(new Maintenance(Optional.empty(), "")) : Optional.empty();
        Finding<Optional<Maintenance>> byWindows =
                windows.map(found -> last(found).or(() -> withoutEnd));
        // The status tells it too, but not of a service that is disabled.
        return byWindows instanceof Finding.Unknown<?>
                        && status.filter(word -> !word.equals("disabled")).isPresent()
                ? Finding.known(withoutEnd)
                : byWindows;
    }

    private static Optional<Maintenance> last(List<MaintenanceWindow> windows) {
        return windows.stream()
                .max(Comparator.comparing(window -> window.end().orElse(Instant.MAX)))
                .map(window -> new Maintenance(window.end(), window.description()));
    }

    /** Those on call on the first level that has somebody: PagerDuty pages these first. Empty when nobody is on call. */
    public Finding<List<OnCall>> pagedFirst() {
        return onCall.map(all ->
                all.stream().filter(one -> one.level() == all.get(0).level()).toList());
    }

    /**
     * Whether PagerDuty would page the one who opens the incident. One that a user opens and is assigned to starts
     * acknowledged and notifies nobody. Source: PagerDuty, "Incidents"; whether one that others are assigned to as well does
     * so too is not documented.
     */
    public Finding<Self> self() {
        return pagedFirst().map(first -> {
            if (first.stream().noneMatch(one -> one.user().id().equals(ownUserId))) {
                return Self.NOT_ON_CALL;
            }
            boolean alone = first.stream().allMatch(one -> one.user().id().equals(ownUserId));
            return alone ? Self.ALONE : Self.AMONG_OTHERS;
        });
    }

    /**
     * The urgency of an incident that is opened at {@code at} and leaves it to the service. One "by severity" is high: our
     * incidents have no alert of PagerDuty's to take a severity from.
     */
    public Finding<Urgency> urgency(Instant at) {
        return detail().flatMap(it -> {
            if (it.urgency() instanceof ServiceUrgency.Constant constant) {
                return urgency(constant.urgency());
            }
            if (it.urgency() instanceof ServiceUrgency.BySupportHours rule) {
                if (rule.during().equals(rule.outside())) {
                    return urgency(rule.during());
                }
                return it.supportHours()
                        .map(hours -> urgency(hours.contain(at) ? rule.during() : rule.outside()))
                        .orElseGet(() ->
                                Finding.unknown("it goes by the service's support hours, which could not be read"));
            }
            return Finding.unknown("PagerDuty shows no urgency rule of the service");
        });
    }

    private static Finding<Urgency> urgency(Optional<String> word) {
        return word.map(text -> Finding.known(text.equals("low") ? Urgency.LOW : Urgency.HIGH))
                .orElseGet(() -> Finding.unknown("PagerDuty shows no urgency rule of the service"));
    }

    /** What keeps pages from reaching a person, or may do so, as far as it is known. Empty when nothing does. */
    public List<Warning> warnings() {
        return Stream.of(notThere(), disabled(), inMaintenance(), policyNotThere(), nobodyOnCall(), selfOnCall())
                .flatMap(Optional::stream)
                .toList();
    }

    /** One warning {@code NOT_CHECKED} for what could not be found out; empty when all is known. */
    public Optional<Warning> notChecked() {
        List<String> unknown = new ArrayList<>();
        service.unknownBecause().ifPresent(why -> unknown.add("whether the service opens incidents (" + why + ")"));
        maintenance()
                .unknownBecause()
                .ifPresent(why -> unknown.add("whether the service is in maintenance (" + why + ")"));
        // Of a service that is unknown or gone nobody can be asked who is on call.
        if (policy.knownValue().isPresent()
                && policyNotThere().isEmpty()
                && notThere().isEmpty()) {
            onCall.unknownBecause().ifPresent(why -> unknown.add("whether anybody is on call (" + why + ")"));
        } else if (service.knownValue().isPresent()) {
            policy.unknownBecause().ifPresent(why -> unknown.add("whether the escalation policy exists (" + why + ")"));
        }
        return unknown.isEmpty() ? Optional.empty() : Optional.of(notChecked(unknown));
    }

    static Warning notChecked(List<String> unknown) {
        return new Warning(
                "NOT_CHECKED",
                "Not checked: " + String.join("; ", unknown) + ". Try again in a minute, or look in PagerDuty.");
    }

    /**
     * Whether a page would reach a person: known to be false when something known keeps it from that, known to be true when
     * all is known and nothing does. That the token's owner is on call among others is no hindrance.
     */
    public Finding<Boolean> reachesSomebody() {
        boolean kept = Stream.of(notThere(), disabled(), inMaintenance(), policyNotThere(), nobodyOnCall())
                        .anyMatch(Optional::isPresent)
                || self().knownValue().filter(Self.ALONE::equals).isPresent();
        if (kept) {
            return Finding.known(false);
        }
        return notChecked()
                .<Finding<Boolean>>map(warning -> Finding.unknown(warning.message()))
                .orElseGet(() -> Finding.known(true));
    }

    /** {@code SERVICE_NOT_FOUND} */
    public Optional<Warning> notThere() {
        return when(
                isThere().map(there -> !there),
                "SERVICE_NOT_FOUND",
                "PagerDuty shows this token no service with this id: it was deleted, or belongs to a team that the token's"
                        + " user is not in. Bind the rule to another service, or give that user access.");
    }

    /** {@code SERVICE_DISABLED} */
    public Optional<Warning> disabled() {
        return when(
                isEnabled().map(enabled -> !enabled),
                "SERVICE_DISABLED",
                "The service " + serviceName() + " is disabled in PagerDuty and opens no incidents. Alerts wait and are"
                        + " tried again. Enable it, or bind another service.");
    }

    /** {@code SERVICE_IN_MAINTENANCE} */
    public Optional<Warning> inMaintenance() {
        Optional<Maintenance> now = maintenance().knownValue().flatMap(found -> found);
        return now.map(window -> new Warning(
                "SERVICE_IN_MAINTENANCE",
                "The service " + serviceName() + " is in a maintenance window"
                        + (window.description().isBlank() ? "" : " (" + window.description() + ")")
                        + " and opens no incidents until "
                        + window.until().map(Instant::toString).orElse("it ends")
                        + ". Alerts wait and are tried again. End the window in PagerDuty to page sooner."));
    }

    /** {@code ESCALATION_POLICY_NOT_FOUND} */
    public Optional<Warning> policyNotThere() {
        return when(
                isThere().flatMap(there -> policy.map(found -> there && found.isEmpty())),
                "ESCALATION_POLICY_NOT_FOUND",
                "PagerDuty shows this token no escalation policy by which to page: it was deleted, or belongs to a team"
                        + " that the token's user is not in. Bind the rule with another escalationPolicyId, or without one"
                        + " to use the service's own.");
    }

    /** {@code NOBODY_ON_CALL} */
    public Optional<Warning> nobodyOnCall() {
        return policyNotThere().isPresent()
                ? Optional.empty()
                : when(
                        onCall.map(List::isEmpty),
                        "NOBODY_ON_CALL",
                        "Nobody is on call now on " + policyName()
                                + ": PagerDuty opens no incident for it. Alerts wait and"
                                + " are tried again. Put somebody on one of its levels or schedules.");
    }

    /** {@code SELF_ON_CALL} */
    public Optional<Warning> selfOnCall() {
        return self().knownValue().flatMap(self -> switch (self) {
            case NOT_ON_CALL -> Optional.empty();
            case ALONE ->
                Optional.of(new Warning(
                        "SELF_ON_CALL",
                        "Only the owner of the token, " + own() + ", is on call now on " + policyName()
                                + ". PagerDuty acknowledges at once what a user opens and is assigned to: it notifies"
                                + " nobody. " + USE_A_BOT));
            case AMONG_OTHERS ->
                Optional.of(new Warning(
                        "SELF_ON_CALL",
                        "The owner of the token, " + own() + ", is on call now on " + policyName() + ", with "
                                + others() + ". PagerDuty acknowledges at once what a user opens and is assigned to:"
                                + " incidents may start acknowledged and notify nobody. " + USE_A_BOT));
        });
    }

    /**
     * {@code LOW_URGENCY}: no reason not to page, but perhaps one why it wakes nobody. Empty for high urgency, when it is
     * unknown, and when the alert's severity decides.
     *
     * @param rule of the binding
     * @param at when the incident is opened
     */
    public Optional<Warning> lowUrgency(UrgencyRule rule, Instant at) {
        boolean low =
                switch (rule) {
                    case HIGH, SEVERITY -> false;
                    case LOW -> true;
                    case SERVICE ->
                        urgency(at).knownValue().filter(Urgency.LOW::equals).isPresent();
                };
        if (!low) {
            return Optional.empty();
        }
        String why = rule == UrgencyRule.LOW
                ? "The rule is bound with urgency low"
                : "The service " + serviceName() + " gives its incidents low urgency" + hours(at);
        return Optional.of(new Warning(
                "LOW_URGENCY",
                why
                        + ": PagerDuty notifies by each person's rules for low urgency, and does not escalate. Bind the rule"
                        + " with urgency high to page at all hours."));
    }

    private String hours(Instant at) {
        Optional<ServiceDetail> it = service.knownValue().flatMap(found -> found);
        boolean byHours = it.filter(detail -> detail.urgency() instanceof ServiceUrgency.BySupportHours)
                .isPresent();
        Optional<SupportHours> hours = it.flatMap(ServiceDetail::supportHours);
        return byHours && hours.isPresent()
                ? hours.get().contain(at) ? " during its support hours" : " outside its support hours"
                : "";
    }

    private Finding<ServiceDetail> detail() {
        return service.flatMap(found -> found.map(Finding::known)
                .orElseGet(() -> Finding.unknown("PagerDuty shows this token no such service")));
    }

    private String serviceName() {
        return service.knownValue()
                .flatMap(found -> found.map(it -> "\"" + it.service().name() + "\""))
                .orElse("");
    }

    private String policyName() {
        return policy.knownValue()
                .flatMap(found -> found.flatMap(it -> Optional.ofNullable(it.name())))
                .map(name -> "the escalation policy \"" + name + "\"")
                .orElse("the escalation policy");
    }

    private String own() {
        return onCall.knownValue().stream()
                .flatMap(List::stream)
                .map(OnCall::user)
                .filter(user -> user.id().equals(ownUserId))
                .findFirst()
                .map(Reference::describe)
                .orElse(ownUserId);
    }

    private String others() {
        return pagedFirst().knownValue().stream()
                .flatMap(List::stream)
                .map(OnCall::user)
                .filter(user -> !user.id().equals(ownUserId))
                .map(Reference::describe)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static Optional<Warning> when(Finding<Boolean> so, String code, String message) {
        return so.knownValue().filter(Boolean::booleanValue).map(yes -> new Warning(code, message));
    }
}
