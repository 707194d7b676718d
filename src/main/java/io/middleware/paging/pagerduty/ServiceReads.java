package io.middleware.paging.pagerduty;

import static io.middleware.paging.pagerduty.PagerDuty.checkedId;
import static io.middleware.paging.pagerduty.PagerDutyCalls.authorization;

import java.util.Comparator;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * What PagerDuty knows of a service that decides whether a page on it would reach a person. What it means is told by
 * {@code binding.ServiceCheck}.
 *
 * <p>Thread-safe. Reads only.
 */
@ApplicationScoped
public class ServiceReads {
    private final PagerDutyCalls calls;

    ServiceReads(PagerDutyCalls calls) {
        this.calls = calls;
    }

    /**
     * A service with its rules. Fails with {@code NOT_FOUND} if there is none, or the token may not see it.
     *
     * @throws IllegalArgumentException if {@code id} is none of PagerDuty's, see {@link PagerDuty#isId}
     */
    public Answer<ServiceDetail> service(Access access, String id, Deadline deadline) {
        String checked = checkedId(id);
        return calls.read(
                access,
                deadline,
                api -> api.service(authorization(access), checked),
                body -> PagerDutyJson.serviceDetail(body.path("service")));
    }

    /** The services with exactly this name: PagerDuty keeps names unique per account, so more than one is a surprise. */
    public Answer<List<ServiceDetail>> servicesNamed(Access access, String name, Deadline deadline) {
        return calls.readAll(
                        access,
                        deadline,
                        (limit, offset) ->
                                api -> api.services(authorization(access), null, name, "name", limit, offset),
                        "services",
                        PagerDutyJson::serviceDetail)
                .map(listed -> listed.stream()
                        .filter(service -> service.service().name().equals(name))
                        .toList());
    }

    /**
     * Who is on call now on an escalation policy, first level first; empty when nobody is. A user who is so on one level by
     * several schedules comes once. PagerDuty limits this call by a limit of its own, besides that of the user; the number
     * is not published (its OpenAPI file, {@code x-pd-operation-limit}): ask once for a policy, not once for a rule.
     *
     * @throws IllegalArgumentException if {@code escalationPolicyId} is none of PagerDuty's, see {@link PagerDuty#isId}
     */
    public Answer<List<OnCall>> onCalls(Access access, String escalationPolicyId, Deadline deadline) {
        String checked = checkedId(escalationPolicyId);
        return calls.readAll(
                        access,
                        deadline,
                        (limit, offset) -> api -> api.onCalls(authorization(access), checked, true, limit, offset),
                        "oncalls",
                        PagerDutyJson::onCall)
                .map(onCalls -> onCalls.stream()
                        .sorted(Comparator.comparingInt(OnCall::level))
                        .toList());
    }

    /**
     * The maintenance windows of a service that are under way; empty when there are none.
     *
     * @throws IllegalArgumentException if {@code serviceId} is none of PagerDuty's, see {@link PagerDuty#isId}
     */
    public Answer<List<MaintenanceWindow>> ongoingMaintenance(Access access, String serviceId, Deadline deadline) {
        String checked = checkedId(serviceId);
        return calls.readAll(
                access,
                deadline,
                (limit, offset) ->
                        api -> api.maintenanceWindows(authorization(access), checked, "ongoing", limit, offset),
                "maintenance_windows",
                PagerDutyJson::maintenanceWindow);
    }
}
