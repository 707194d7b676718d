package io.middleware.paging.bench;

/** What is measured run by run. */
enum Measure {
    NEXT("exec → first `/next`", "ms"),
    COLD_PAGE("exec → PagerDuty has received the POST of a first alert", "ms"),
    FIRST_ALERT("first alert handed out → PagerDuty has received the POST", "ms"),
    FIRST_ALERT_CPU("CPU time of that invocation", "ms"),
    LAZY_NEXT("PAGING_WARM_UP=false: exec → first `/next`", "ms"),
    LAZY_COLD_PAGE("PAGING_WARM_UP=false: exec → POST of a first alert", "ms"),
    LAZY_FIRST_ALERT("PAGING_WARM_UP=false: first alert handed out → POST", "ms"),
    LAZY_FIRST_ALERT_CPU("PAGING_WARM_UP=false: CPU time of that invocation", "ms"),
    WARM_PAGE("warm alert → PagerDuty has received the POST", "ms"),
    WARM_ANSWER("warm alert → done", "ms"),
    BATCH_OF_10("batch of 10 alerts, PagerDuty takes 200 ms", "ms"),
    BATCH_OF_100("batch of 100 alerts, PagerDuty takes 200 ms", "ms"),
    COLD_STATUS("cold `status`, without `verify`: exec → answer", "ms"),
    WARM_EXPLAIN("warm `explain` of an alert, each call to PagerDuty takes 200 ms", "ms"),
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
