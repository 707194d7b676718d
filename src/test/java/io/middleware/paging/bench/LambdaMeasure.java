package io.middleware.paging.bench;

/** What is measured of a process that is held as Lambda would hold it. */
enum LambdaMeasure {
    INIT("init"),
    COLD_PAGE("cold page"),
    FIRST_PAGE("first page after init"),
    FIRST_DONE("first page, done"),
    FIRST_CPU("its CPU time"),
    WARM_PAGE("warm page"),
    WARM_DONE("warm page, done"),
    WARM_ROUND_TRIPS("its round trips"),
    WARM_CPU("its CPU time"),
    MEMORY("RSS, MiB");

    final String label;

    LambdaMeasure(String label) {
        this.label = label;
    }
}
