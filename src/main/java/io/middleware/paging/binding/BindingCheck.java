package io.middleware.paging.binding;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonValue;

import io.middleware.paging.installation.AccountQuestions;
import io.middleware.paging.installation.AccountQuestions.Reply;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pacing.Pause;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.EscalationPolicy;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.PagerDutyConfig;
import io.middleware.paging.pagerduty.ServiceDetail;
import io.middleware.paging.pagerduty.ServiceReads;
import io.middleware.paging.pagerduty.SideBySide;

/**
 * Asks PagerDuty whether what rules are bound to still opens incidents: each service, and each escalation policy that is used
 * in the place of a service's own, once. What the answers mean is told by {@link ServiceFindings}.
 *
 * <p>Thread-safe. Four questions at a time, four a second at most, so that pages have the rest of PagerDuty's limit.
 */
@ApplicationScoped
public class BindingCheck {
    private static final int AT_A_TIME = 4;
    private static final Duration FOR_SO_MANY = Duration.ofSeconds(1);

    private final AccountQuestions account;
    private final ServiceReads services;
    private final PagerDuty pagerDuty;
    private final SideBySide sideBySide;
    private final PagerDutyConfig config;
    private final Pause pause;
    private final Clock clock;

    public BindingCheck(
            AccountQuestions account,
            ServiceReads services,
            PagerDuty pagerDuty,
            SideBySide sideBySide,
            PagerDutyConfig config,
            Pause pause,
            Clock clock) {
        this.account = account;
        this.services = services;
        this.pagerDuty = pagerDuty;
        this.sideBySide = sideBySide;
        this.config = config;
        this.pause = pause;
        this.clock = clock;
    }

    /** Whether a rule's alerts can open incidents where it is bound. */
    public enum Health {
        /** As far as PagerDuty tells. */
        OK,
        /** Not until a person does something. */
        BROKEN,
        /** PagerDuty did not say. */
        UNKNOWN;

        @JsonValue
        String wireName() {
            return name();
        }
    }

    /** @param reason as sentences, with what to do; empty where the word says it all */
    public record Verdict(Health health, Optional<String> reason) {}

    /** What came of checking. */
    public sealed interface Checked {
        /** @param verdicts on the first bindings, in their order; on fewer than there are when the time was up */
        record Verdicts(List<Verdict> verdicts) implements Checked {}

        /** Nothing can be asked: the workspace has no token that works. */
        record Refused(Refusal refusal) implements Checked {}
    }

    /** @return verdicts on at least the first binding, unless it is refused */
    public Checked check(WorkspaceId workspaceId, List<RuleBindings.Listed> bindings, Deadline deadline) {
        List<Question> questions = questions(bindings);
        Map<Question, Finding<?>> answers = new HashMap<>();
        for (int from = 0; from < questions.size(); from += AT_A_TIME) {
            if (from > 0
                    && !deadline.leavesTimeFor(
                            FOR_SO_MANY.plus(config.callTimeout().multipliedBy(2)))) {
                break;
            }
            Instant begun = clock.instant();
            List<Question> some = questions.subList(from, Math.min(from + AT_A_TIME, questions.size()));
            List<Supplier<Reply<?>>> asked = some.stream()
                    .map(question -> sideBySide.<Reply<?>>start(() -> ask(workspaceId, question, deadline)))
                    .toList();
            for (int i = 0; i < some.size(); i++) {
                Reply<?> reply = asked.get(i).get();
                if (reply instanceof Reply.Refused<?> refused && isOfTheWorkspace(refused.refusal())) {
                    return new Checked.Refused(refused.refusal());
                }
                answers.put(some.get(i), finding(reply));
            }
            if (from + AT_A_TIME < questions.size()) {
                pause.lasting(Duration.between(clock.instant(), begun.plus(FOR_SO_MANY)));
            }
        }
        return new Checked.Verdicts(bindings.stream()
                .takeWhile(listed -> answers.keySet().containsAll(questions(listed)))
                .map(listed -> verdict(listed, answers))
                .toList());
    }

    private sealed interface Question {
        String id();

        record OfService(String id) implements Question {}

        record OfPolicy(String id) implements Question {}
    }

    /** In the order of the bindings, so that whatever is answered in time is of the first of them. */
    private static List<Question> questions(List<RuleBindings.Listed> bindings) {
        Set<Question> distinct = new LinkedHashSet<>();
        bindings.forEach(listed -> distinct.addAll(questions(listed)));
        return List.copyOf(distinct);
    }

    private static List<Question> questions(RuleBindings.Listed listed) {
        RuleBinding binding = listed.binding();
        return Stream.concat(
                        Stream.<Question>of(new Question.OfService(binding.serviceId())),
                        binding.escalationPolicyId().<Question>map(Question.OfPolicy::new).stream())
                .toList();
    }

    /** What is no id of PagerDuty's is not sent: there is no such thing. */
    private Reply<?> ask(WorkspaceId workspaceId, Question question, Deadline deadline) {
        if (!PagerDuty.isId(question.id())) {
            return new Reply.NotThere<>();
        }
        return question instanceof Question.OfService
                ? account.ask(workspaceId, deadline, access -> services.service(access, question.id(), deadline))
                : account.ask(
                        workspaceId, deadline, access -> pagerDuty.escalationPolicy(access, question.id(), deadline));
    }

    private static boolean isOfTheWorkspace(Refusal refusal) {
        return refusal.code().equals("REAUTH_REQUIRED") || refusal.code().equals("NOT_INSTALLED");
    }

    private static <T> Finding<Optional<T>> finding(Reply<T> reply) {
        if (reply instanceof Reply.Told<T> told) {
            return Finding.known(Optional.of(told.value()));
        }
        return reply instanceof Reply.Refused<T> refused
                ? Finding.unknown(refused.refusal().message())
                : Finding.known(Optional.empty());
    }

    @SuppressWarnings("unchecked")
    private static Verdict verdict(RuleBindings.Listed listed, Map<Question, Finding<?>> answers) {
        RuleBinding binding = listed.binding();
        Finding<Optional<ServiceDetail>> service =
                (Finding<Optional<ServiceDetail>>) answers.get(new Question.OfService(binding.serviceId()));
        Finding<Optional<EscalationPolicy>> policy = binding.escalationPolicyId()
                .map(id -> (Finding<Optional<EscalationPolicy>>) answers.get(new Question.OfPolicy(id)))
                .orElseGet(BindingCheck::notAsked);
        ServiceFindings findings = new ServiceFindings("", service, notAsked(), policy, notAsked());
        Optional<Verdict> broken = Stream.of(findings.notThere(), findings.policyNotThere(), findings.disabled())
                .flatMap(Optional::stream)
                .findFirst()
                .map(warning -> new Verdict(Health.BROKEN, Optional.of(warning.message())));
        return broken.or(() -> listed.broken().map(BindingCheck::refused))
                .or(() -> service.unknownBecause()
                        .or(policyUnknownBecause(binding, policy))
                        .map(BindingCheck::unknown))
                .orElseGet(() -> new Verdict(Health.OK, note(binding, service, findings)));
    }

    private static Supplier<Optional<String>> policyUnknownBecause(
            RuleBinding binding, Finding<Optional<EscalationPolicy>> policy) {
        return () -> binding.escalationPolicyId().flatMap(id -> policy.unknownBecause());
    }

    private static <T> Finding<T> notAsked() {
        return Finding.unknown("it was not asked");
    }

    private static Verdict refused(RuleBindings.Broken broken) {
        return new Verdict(
                Health.BROKEN,
                Optional.of("PagerDuty refuses incidents of the token's user on this service since " + broken.since()
                        + ": " + broken.reason() + ". Give that user the role Responder there, and bind the rule again:"
                        + " that clears this mark."));
    }

    private static Verdict unknown(String because) {
        return new Verdict(Health.UNKNOWN, Optional.of(because));
    }

    /** A maintenance window ends by itself, and pages by id do not go by the name. */
    private static Optional<String> note(
            RuleBinding binding, Finding<Optional<ServiceDetail>> service, ServiceFindings findings) {
        return findings.inMaintenance()
                .map(warning -> warning.message())
                .or(() -> service.knownValue()
                        .flatMap(found -> found.map(it -> it.service().name()))
                        .filter(name -> !name.equals(binding.serviceName()))
                        .map(name -> "PagerDuty calls the service \"" + name
                                + "\" now. Bind the rule again to store that name."));
    }
}
