package io.middleware.paging.bench;

import java.util.Locale;

import io.middleware.paging.local.lambda.SingleInstance;

/** A way to answer an alert on Lambda: a program, at a memory size. */
record Runner(String name, int memoryMegabytes, Start start) {

    /** As in tables. */
    static final String NODE = "Node.js";

    interface Start {
        SingleInstance process();
    }

    String label() {
        return name + ", " + String.format(Locale.ROOT, "%,d MB", memoryMegabytes);
    }
}
