package io.middleware.paging.local;

import java.io.PrintStream;

import io.middleware.paging.local.template.FunctionDefinition;

/** Shows that the local cloud works, in front of the user. */
final class Tour {

    private Tour() {}

    /** Invokes what can be invoked without harm, and says what came of it. Returns whether all of it held. */
    static boolean run(LocalCloud cloud, PrintStream out) {
        boolean held = true;
        for (FunctionDefinition function : cloud.functions()) {
            if (function.eventSources().isEmpty()) {
                boolean answered = !cloud.tryInvoke(function.exportName(), "{}").functionError();
                out.println("  " + function.exportName() + (answered ? " answers" : " fails, see its log"));
                held &= answered;
            }
        }
        return held;
    }
}
