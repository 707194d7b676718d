/**
 * A thousand alerts while everything fails: processes are killed, answers get lost, AWS throttles, PagerDuty is late, wrong or
 * gone. Reading order: {@code ChaosPlan} draws from one seed what is sent and what goes wrong when, {@code Weather} lets it
 * happen, {@code FaultProxy} stands before each store, {@code ChaosIT} judges with
 * {@link io.middleware.paging.local.check.InvariantCheck}.
 */
package io.middleware.paging.chaos;
