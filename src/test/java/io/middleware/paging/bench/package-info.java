/**
 * How fast and how small the packaged product is, native and JVM side by side: {@code mvn -Pbench}. Nothing here asserts a
 * time; a number that misses its target is reported, not failed.
 *
 * <p>Reading order: {@link io.middleware.paging.bench.BenchMain} (what is run), {@code Measurements} (what is measured,
 * and how), {@code Stage} (what stands around the measured process), {@code CountingProxy} (calls on the wire), {@code
 * Report} and {@code Targets} (what is told of it).
 *
 * <p>The measured process is driven directly, without a queue and its poller: exec, first {@code /next}, event handed
 * out, {@code POST /incidents} received. Engines and fake PagerDuty answer over plain HTTP on the same machine, so their
 * time is in the numbers, and TLS is not.
 */
package io.middleware.paging.bench;
