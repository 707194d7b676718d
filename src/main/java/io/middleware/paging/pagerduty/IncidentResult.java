package io.middleware.paging.pagerduty;

/** What came of opening an incident. */
public sealed interface IncidentResult {
    /** 201: it exists, whether or not somebody is paged by it. */
    record Opened(Incident incident, AnswerHeaders headers) implements IncidentResult {}

    /** An incident with this key is open on this service. PagerDuty does not say which. */
    record AlreadyOpen(AnswerHeaders headers) implements IncidentResult {}

    /** Nobody on call, a disabled service, a maintenance window: not now, but the account may heal. */
    record NotPageable(Failure failure) implements IncidentResult {}

    record Failed(Failure failure) implements IncidentResult {}
}
