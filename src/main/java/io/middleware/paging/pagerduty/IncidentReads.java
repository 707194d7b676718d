package io.middleware.paging.pagerduty;

import static io.middleware.paging.pagerduty.PagerDuty.checkedId;
import static io.middleware.paging.pagerduty.PagerDutyCalls.authorization;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * What became of an incident, and whom PagerDuty notified of it.
 *
 * <p>Thread-safe. Reads only.
 */
@ApplicationScoped
public class IncidentReads {
    private final PagerDutyCalls calls;

    IncidentReads(PagerDutyCalls calls) {
        this.calls = calls;
    }

    /**
     * An incident with its history in short. Fails with {@code NOT_FOUND} if there is none, or the token may not see it.
     *
     * @throws IllegalArgumentException if {@code id} is none of PagerDuty's, see {@link PagerDuty#isId}
     */
    public Answer<IncidentDetail> incident(Access access, String id, Deadline deadline) {
        String checked = checkedId(id);
        return calls.read(
                access,
                deadline,
                api -> api.incident(authorization(access), checked),
                body -> PagerDutyJson.incidentDetail(body.path("incident")));
    }

    /**
     * The newest {@value PagerDutyCalls#PAGE} entries of an incident's log, notifications included.
     *
     * @throws IllegalArgumentException if {@code incidentId} is none of PagerDuty's, see {@link PagerDuty#isId}
     */
    public Answer<IncidentLog> log(Access access, String incidentId, Deadline deadline) {
        String checked = checkedId(incidentId);
        return calls.read(
                access,
                deadline,
                // An overview leaves out the notifications, and without its channel none says how it went out.
                api -> api.logEntries(authorization(access), checked, false, "channels", PagerDutyCalls.PAGE),
                PagerDutyJson::incidentLog);
    }
}
