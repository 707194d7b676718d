package io.middleware.paging.bench;

/**
 * What we would like to reach.
 *
 * @param value what was measured; a dash if that could not be measured here
 */
record Target(String text, String value, Verdict verdict) {

    enum Verdict {
        REACHED("reached"),
        NOT_REACHED("not reached"),
        NOT_MEASURED("not measured");

        final String label;

        Verdict(String label) {
            this.label = label;
        }
    }
}
