/**
 * The only room that knows PagerDuty's JSON, headers and status codes.
 *
 * <p>Read {@link io.middleware.paging.pagerduty.PagerDuty} first: what notify and install ask;
 * {@link io.middleware.paging.pagerduty.ServiceReads} and {@link io.middleware.paging.pagerduty.IncidentReads} answer people's
 * questions. Then
 * {@link io.middleware.paging.pagerduty.Failure}: every way in which it can be refused, mapped from the wire in one
 * place. {@link io.middleware.paging.pagerduty.Circuit} decides whether a call goes out at all. The promise of this room:
 * an expected refusal is a value, no call outlasts its time-out, a host that is down is left alone, and the token is in
 * no text that leaves it.
 */
package io.middleware.paging.pagerduty;
