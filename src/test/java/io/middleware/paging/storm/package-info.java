/**
 * Proofs under load: thousands of alerts through the real {@code notify}, hours of them within a minute, because queue,
 * PagerDuty and function share a clock that {@link io.middleware.paging.harness.EventSource} drives.
 *
 * <p>Read {@code StormTest} first. {@code Storm} is the scene that the proofs share, {@code StormReport} what came of it.
 */
package io.middleware.paging.storm;
