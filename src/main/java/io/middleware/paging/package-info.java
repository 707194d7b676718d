/**
 * The doors: one class for each deployed function. A door decodes its event, calls a room, and encodes the answer.
 *
 * <p>The folders are the rooms, and their alphabet is the flow: {@code alert}, {@code binding}, {@code delivery}, {@code
 * installation}, {@code metrics}, {@code pacing}, {@code pagerduty}, {@code recall}. Imports point only down that list; every
 * room may be used by a door, and no door by a room. {@code explain} stands beside {@code alert}: it reads what all of them know.
 */
package io.middleware.paging;
