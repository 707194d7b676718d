package io.middleware.paging.chaos;

import java.time.Duration;

/**
 * One trouble that comes, strikes so many requests, and is over. It counts requests and not seconds, so that a slow machine
 * meets as many.
 *
 * @param at since its wave began
 * @param times how many requests it strikes at most; for {@code PAGERDUTY_GONE} how many tenths of a second it lasts; a kill
 *     strikes once
 * @param probability with which it strikes a request
 */
record Squall(Duration at, Trouble trouble, int times, double probability) {}
