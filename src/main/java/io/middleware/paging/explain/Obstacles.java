package io.middleware.paging.explain;

import static io.middleware.paging.explain.Words.at;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

import io.middleware.paging.binding.Finding;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings.Broken;
import io.middleware.paging.binding.RuleBindings.Listed;
import io.middleware.paging.binding.ServiceFindings;
import io.middleware.paging.binding.ServiceFindings.Self;
import io.middleware.paging.delivery.Episode;
import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.delivery.Reason;
import io.middleware.paging.explain.Judge.Judgement;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.pagerduty.IncidentDetail;

/** What keeps new alerts of a rule from paging a person now. Pure. */
final class Obstacles {
    private Obstacles() {}

    /** The first on an alert's way; empty when nothing that is known keeps it. */
    static Optional<Judgement> first(Facts facts) {
        return Stream.of(ofToken(facts), ofBinding(facts), ofService(facts), ofBudget(facts))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Why it cannot be said that nothing keeps it; empty when it can. */
    static Optional<String> unknown(Facts facts) {
        return Stream.of(
                        facts.installation().unknownBecause(),
                        facts.token().unknownBecause(),
                        facts.binding().unknownBecause(),
                        facts.service().flatMap(ServiceFindings::notChecked).map(Obstacles::withoutFullStop))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String withoutFullStop(Warning warning) {
        return warning.message().replaceFirst("\\. Try again.*$", "");
    }

    static Optional<Judgement> ofToken(Facts facts) {
        return facts.installation()
                .knownValue()
                .flatMap(found -> found.isEmpty()
                        ? Optional.of(new Judgement(Verdict.NOT_INSTALLED, "the workspace is not installed."))
                        : ofToken(found.get(), facts.token()));
    }

    private static Optional<Judgement> ofToken(Installation installation, Finding<Facts.Token> token) {
        Optional<String> wrong = token.knownValue().flatMap(found -> wrong(installation, found));
        boolean asksForReinstall = installation.status() == Installation.Status.REAUTH_REQUIRED;
        if (wrong.isEmpty() && !asksForReinstall) {
            return Optional.empty();
        }
        String since = asksForReinstall ? "since " + at(installation.since()) + " " : "";
        if (wrong.isPresent()) {
            return Optional.of(new Judgement(
                    Verdict.TOKEN_REFUSED, since + "the workspace has no token that works: " + wrong.get() + "."));
        }
        String known = installation.reason().orElse("PagerDuty refused it");
        if (token instanceof Finding.Known<?>) {
            // The probe finds it too: no person need act.
            return Optional.of(new Judgement(
                    Verdict.TOKEN_REFUSED,
                    since + "the workspace waits for a fresh token (" + known
                            + "). PagerDuty accepts the token again by now: the next probe"
                            + installation
                                    .nextProbeAt()
                                    .map(next -> ", due at " + at(next) + ",")
                                    .orElse("")
                            + " makes it active."));
        }
        return Optional.of(
                new Judgement(Verdict.TOKEN_REFUSED, since + "the workspace needs a fresh token (" + known + ")."));
    }

    /** What is wrong with a token; empty when PagerDuty accepts it and its user may open incidents. */
    static Optional<String> wrong(Installation installation, Facts.Token token) {
        if (token instanceof Facts.Token.Missing missing) {
            return Optional.of(missing.why());
        }
        if (token instanceof Facts.Token.Refused refused) {
            return Optional.of("PagerDuty refuses it (" + refused.how() + ")");
        }
        Facts.Token.Accepted accepted = (Facts.Token.Accepted) token;
        if (accepted.owner().isStakeholder()) {
            return Optional.of("its user " + accepted.owner().name() + " has the role "
                    + accepted.owner().role() + " (stakeholder) by now, which may not open incidents");
        }
        // Only the probe asks for the same user: what is active pages with any token that works.
        return installation.status() == Installation.Status.ACTIVE
                        || accepted.owner().isSameAs(installation.user())
                ? Optional.empty()
                : Optional.of(
                        "it belongs to PagerDuty user " + accepted.owner().id() + ", and the workspace was installed"
                                + " by " + installation.user().id());
    }

    static Optional<Judgement> ofBinding(Facts facts) {
        return facts.binding().knownValue().flatMap(found -> {
            if (found.isEmpty()) {
                return Optional.of(new Judgement(Verdict.RULE_NOT_BOUND, "it is bound to no service."));
            }
            return !found.get().binding().enabled()
                    ? Optional.of(new Judgement(Verdict.RULE_DISABLED, "its binding is disabled."))
                    : broken(facts, found.get());
        });
    }

    private static Optional<Judgement> broken(Facts facts, Listed marked) {
        return stillBroken(facts, marked)
                .map(mark -> new Judgement(
                        Verdict.SERVICE_FORBIDDEN,
                        "since " + at(mark.since()) + " PagerDuty refuses the service \""
                                + marked.binding().serviceName() + "\" to the token's user (" + mark.reason() + ")."));
    }

    /** The mark stays when alerts page again, with its first time: then it says nothing, until one waits for the same. */
    static Optional<Broken> stillBroken(Facts facts, Listed marked) {
        return marked.broken().filter(mark -> oneWaitsForTheRight(facts) || !hasPagedSince(facts, mark.since()));
    }

    private static boolean oneWaitsForTheRight(Facts facts) {
        return facts.latestAlerts().stream()
                .anyMatch(episode -> episode.outcome().equals(Optional.of(Outcome.WAITING))
                        && episode.reason().equals(Optional.of(Reason.FORBIDDEN)));
    }

    private static boolean hasPagedSince(Facts facts, Instant mark) {
        return Stream.concat(
                        facts.latestAlerts().stream().flatMap(episode -> lastKnownToPage(episode).stream()),
                        facts.knownIncident().flatMap(IncidentDetail::createdAt).stream())
                .anyMatch(paged -> paged.isAfter(mark));
    }

    /** Once it is over, only an incident that was resolved with its alert is sure to be this episode's own. */
    private static Optional<Instant> lastKnownToPage(Episode episode) {
        return episode.outcome().equals(Optional.of(Outcome.RESOLVED)) ? episode.beganAt() : episode.confirmedAt();
    }

    static Optional<Judgement> ofService(Facts facts) {
        return facts.service().flatMap(Obstacles::ofService);
    }

    private static Optional<Judgement> ofService(ServiceFindings service) {
        return Stream.of(
                        found(Verdict.SERVICE_NOT_FOUND, service.notThere()),
                        found(Verdict.SERVICE_DISABLED, service.disabled()),
                        found(Verdict.SERVICE_IN_MAINTENANCE, service.inMaintenance()),
                        found(Verdict.SERVICE_NOT_FOUND, service.policyNotThere()),
                        found(Verdict.NOBODY_ON_CALL, service.nobodyOnCall()),
                        found(
                                Verdict.SELF_ON_CALL,
                                service.self()
                                        .knownValue()
                                        .filter(Self.ALONE::equals)
                                        .flatMap(alone -> service.selfOnCall())))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Judgement> found(Verdict verdict, Optional<Warning> warning) {
        return warning.map(told -> new Judgement(verdict, told.message()));
    }

    private static Optional<Judgement> ofBudget(Facts facts) {
        return facts.budget()
                .knownValue()
                .flatMap(ahead -> ahead.blockedUntil())
                .filter(until -> until.isAfter(facts.now()))
                .map(until -> new Judgement(
                        Verdict.RATE_LIMIT_USED_UP,
                        "PagerDuty's rate limit is used up until " + at(until) + "; then they page."));
    }

    /** Of a rule that is bound. */
    static String named(RuleBinding binding) {
        return "\"" + binding.serviceName() + "\" (" + binding.serviceId() + ")";
    }
}
