package io.middleware.paging.bench;

import java.io.PrintStream;

/** Tells a person that something goes on: a line for each measurement. */
final class Progress {

    private static final int STEPS = 10;

    private final PrintStream out;
    private int total;

    Progress(PrintStream out) {
        this.out = out;
    }

    void begin(String what, int rounds) {
        total = rounds;
        out.printf("  %-22s %4d rounds  ", what, rounds);
        out.flush();
    }

    void done(int rounds) {
        if (rounds * STEPS / total > (rounds - 1) * STEPS / total) {
            out.print(".".repeat(rounds * STEPS / total - (rounds - 1) * STEPS / total));
            out.flush();
        }
        if (rounds == total) {
            out.println();
        }
    }
}
