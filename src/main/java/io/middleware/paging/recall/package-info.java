/**
 * What a warm function remembers, so that it need not read it again.
 *
 * <p>One class, {@link io.middleware.paging.recall.Recall}. The promise of this room: what is remembered is forgotten in
 * time, by the clock that is passed in, and memory has a bound.
 */
package io.middleware.paging.recall;
