package io.middleware.paging.binding;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.pagerduty.Access;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.EscalationPolicy;
import io.middleware.paging.pagerduty.MaintenanceWindow;
import io.middleware.paging.pagerduty.OnCall;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.ServiceDetail;
import io.middleware.paging.pagerduty.ServiceReads;
import io.middleware.paging.pagerduty.SideBySide;

/**
 * Looks whether a page on a service would reach a person. What the answers mean is told by {@link ServiceFindings}.
 *
 * <p>Thread-safe. Reads only. Questions that need not wait for each other are asked at the same time: two calls one after the
 * other are the longest way, since only the service names its escalation policy. Each may fail alone.
 */
@ApplicationScoped
public class ServiceCheck {
    private final ServiceReads reads;
    private final PagerDuty pagerDuty;
    private final SideBySide sideBySide;

    public ServiceCheck(ServiceReads reads, PagerDuty pagerDuty, SideBySide sideBySide) {
        this.reads = reads;
        this.pagerDuty = pagerDuty;
        this.sideBySide = sideBySide;
    }

    /**
     * What is paged.
     *
     * @param escalationPolicyId overrides the service's own policy; empty keeps it
     */
    public record Target(String serviceId, Optional<String> escalationPolicyId) {
        public static Target of(RuleBinding binding) {
            return new Target(binding.serviceId(), binding.escalationPolicyId());
        }
    }

    /**
     * Asks everything, in three calls; in four if the target has a policy of its own. What is no id of PagerDuty's is not sent:
     * there is no such service or policy.
     *
     * @param ownUserId the user whose token opens the incidents
     */
    public ServiceFindings look(Access access, String ownUserId, Target target, Deadline deadline) {
        Supplier<Finding<List<MaintenanceWindow>>> maintenance =
                sideBySide.start(() -> maintenance(access, target.serviceId(), deadline));
        Supplier<Finding<Optional<ServiceDetail>>> service =
                sideBySide.start(() -> service(access, target.serviceId(), deadline));
        if (target.escalationPolicyId().isEmpty()) {
            Finding<Optional<EscalationPolicy>> policy = service.get().map(ServiceCheck::policyOf);
            Finding<List<OnCall>> onCall =
                    policy.flatMap(found -> onCall(access, found.map(EscalationPolicy::id), deadline));
            return new ServiceFindings(ownUserId, service.get(), maintenance.get(), policy, onCall);
        }
        String policyId = target.escalationPolicyId().get();
        Supplier<Finding<Optional<EscalationPolicy>>> policy =
                sideBySide.start(() -> policy(access, policyId, deadline));
        Finding<List<OnCall>> onCall = onCall(access, Optional.of(policyId), deadline);
        return new ServiceFindings(ownUserId, service.get(), maintenance.get(), policy.get(), onCall);
    }

    /**
     * Asks what is still open about a service that was read a moment ago: who is on call, and, if it is in maintenance, until
     * when.
     *
     * @param override the policy that is used in the place of the service's own
     */
    public ServiceFindings lookFurther(
            Access access,
            String ownUserId,
            ServiceDetail service,
            Optional<EscalationPolicy> override,
            Deadline deadline) {
        String serviceId = service.service().id();
        Supplier<Finding<List<MaintenanceWindow>>> maintenance =
                service.service().isInMaintenance()
                        ? sideBySide.start(() -> maintenance(access, serviceId, deadline))
                        : () -> Finding.known(List.of());
        Optional<EscalationPolicy> policy = override.or(() -> policyOf(Optional.of(service)));
        Finding<List<OnCall>> onCall = onCall(access, policy.map(EscalationPolicy::id), deadline);
        return new ServiceFindings(
                ownUserId, Finding.known(Optional.of(service)), maintenance.get(), Finding.known(policy), onCall);
    }

    private Finding<Optional<ServiceDetail>> service(Access access, String id, Deadline deadline) {
        return PagerDuty.isId(id)
                ? Finding.ofOptional(reads.service(access, id, deadline))
                : Finding.known(Optional.empty());
    }

    private Finding<List<MaintenanceWindow>> maintenance(Access access, String serviceId, Deadline deadline) {
        return PagerDuty.isId(serviceId)
                ? Finding.of(reads.ongoingMaintenance(access, serviceId, deadline))
                : Finding.known(List.of());
    }

    private Finding<Optional<EscalationPolicy>> policy(Access access, String id, Deadline deadline) {
        return PagerDuty.isId(id)
                ? Finding.ofOptional(pagerDuty.escalationPolicy(access, id, deadline))
                : Finding.known(Optional.empty());
    }

    private Finding<List<OnCall>> onCall(Access access, Optional<String> policyId, Deadline deadline) {
        return policyId.filter(PagerDuty::isId)
                .map(id -> Finding.of(reads.onCalls(access, id, deadline)))
                .orElseGet(() -> Finding.unknown("PagerDuty shows no escalation policy to ask about"));
    }

    private static Optional<EscalationPolicy> policyOf(Optional<ServiceDetail> service) {
        return service.flatMap(it -> Optional.ofNullable(it.service().escalationPolicy()));
    }
}
