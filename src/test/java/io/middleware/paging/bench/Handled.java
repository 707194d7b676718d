package io.middleware.paging.bench;

/** The kinds of messages and requests whose calls are counted, in the order in which they are sent. */
enum Handled {
    FIRST_TRIGGER("trigger, first of a process"),
    TRIGGER("trigger"),
    SAME_AGAIN("the same message again"),
    REPEAT("repeat inside the window"),
    RESOLVE("resolve"),
    EXPLAIN("warm `explain` of an alert");

    final String label;

    Handled(String label) {
        this.label = label;
    }
}
