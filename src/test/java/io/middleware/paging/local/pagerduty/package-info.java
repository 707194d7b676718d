/**
 * A PagerDuty of our own: a real HTTP server that answers as PagerDuty's REST API v2 does, for the local cloud and every test.
 *
 * <p>Reading order: {@link io.middleware.paging.local.pagerduty.FakePagerDuty} starts it and is what tests hold;
 * {@link io.middleware.paging.local.pagerduty.Sample} lists the accounts and tokens it starts with. A request comes in at
 * {@code HttpDoor}, meets a {@link io.middleware.paging.local.pagerduty.Fault} if one is armed, is recorded as a
 * {@link io.middleware.paging.local.pagerduty.RecordedRequest} and answered by {@code RestApi}, which leaves reading the account to
 * {@code AccountApi} and incidents to {@code IncidentApi}. The state is an {@link io.middleware.paging.local.pagerduty.Account}
 * with its {@code IncidentBook}; how it looks in JSON is in {@code Shapes}. {@code ControlApi} does over HTTP what tests do in Java.
 *
 * <p>Where PagerDuty's documents are silent, the answer is a default in {@link io.middleware.paging.local.pagerduty.Quirks} that a test can
 * change. One account's state changes under one lock, so what it reports is exact however many requests are under way.
 */
package io.middleware.paging.local.pagerduty;
