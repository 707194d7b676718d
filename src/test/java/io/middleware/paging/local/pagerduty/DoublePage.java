package io.middleware.paging.local.pagerduty;

import java.util.List;

/** Incidents of one service and key that were open at the same time: what must never be. */
public record DoublePage(String serviceId, String incidentKey, List<String> incidentIds) {}
