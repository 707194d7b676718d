/**
 * What tests of the rooms stand on: real engines and a fake PagerDuty behind real HTTP, under a clock that only the test
 * moves.
 *
 * <p>Read {@link io.middleware.paging.harness.TestCloud} first. The stories, which run the packaged functions, stand on
 * {@code io.middleware.paging.local} instead.
 */
package io.middleware.paging.harness;
