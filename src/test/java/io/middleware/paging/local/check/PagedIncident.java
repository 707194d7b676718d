package io.middleware.paging.local.check;

/**
 * An incident as PagerDuty lists it.
 *
 * @param key its {@code incident_key}
 * @param status {@code triggered}, {@code acknowledged} or {@code resolved}
 */
public record PagedIncident(String id, String key, String serviceId, String status) {

    boolean isOpen() {
        return !status.equals("resolved");
    }

    /** Our keys are SHA-256 in hexadecimal; those of other tools hardly ever are. */
    boolean hasKeyLikeOurs() {
        return key.matches("[0-9a-f]{64}");
    }

    @Override
    public String toString() {
        return "incident " + id + " (" + status + ", service " + serviceId + ")";
    }
}
