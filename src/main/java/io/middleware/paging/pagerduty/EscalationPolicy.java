package io.middleware.paging.pagerduty;

/** Who is paged and in what order. */
public record EscalationPolicy(String id, String name) {}
