package io.middleware.paging.pagerduty;

/** How PagerDuty notifies: low urgency does not escalate. */
public enum Urgency {
    HIGH,
    LOW
}
