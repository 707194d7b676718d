package io.middleware.paging.bench;

/** What is measured run by run. */
enum Measure {
    NEXT("exec → first `/next`", "ms"),
    COLD_PAGE("exec → PagerDuty has received the POST of a first alert", "ms"),
    WARM_PAGE("warm alert → PagerDuty has received the POST", "ms"),
    WARM_ANSWER("warm alert → done", "ms"),
    BATCH_OF_10("batch of 10 alerts, PagerDuty takes 200 ms", "ms"),
    BATCH_OF_100("batch of 100 alerts, PagerDuty takes 200 ms", "ms"),
    MEMORY_AT_NEXT("RSS at the first `/next`", "MiB"),
    MEMORY_AFTER_PAGE("RSS after a cold page", "MiB"),
    PEAK_AFTER_PAGE("most RSS until then", "MiB"),
    MEMORY_AFTER_BATCHES("RSS after all batches", "MiB");

    final String label;
    final String unit;

    Measure(String label, String unit) {
        this.label = label;
        this.unit = unit;
    }
}
