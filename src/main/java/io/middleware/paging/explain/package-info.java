/**
 * Why did this alert, or this rule, page or not page?
 *
 * <p>Read {@link io.middleware.paging.explain.Explainer} first. It asks our tables, the queues and PagerDuty, all at the same
 * time, and puts the answers into {@link io.middleware.paging.explain.Facts}: each may be unknown by itself. What they mean is
 * decided by pure functions: {@link io.middleware.paging.explain.Judge} finds the {@link io.middleware.paging.explain.Verdict}
 * of an alert or a rule, {@link io.middleware.paging.explain.Checks} go through all that may keep a page from a person.
 * docs/explain.md lists both, and a test holds it to the code.
 *
 * <p>The promise of this package: it only reads, and an answer that fails makes its check unknown, never the whole
 * explanation.
 */
package io.middleware.paging.explain;
