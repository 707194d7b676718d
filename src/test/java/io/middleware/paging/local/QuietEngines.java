package io.middleware.paging.local;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps what the engines log about themselves off the console, save warnings and errors. */
public final class QuietEngines {

    private QuietEngines() {}

    /** To be called before anything logs. */
    public static void apply() {
        // The engines log through this one; left to itself, it keeps everything for a Quarkus that never starts here.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler console = new ConsoleHandler();
        console.setLevel(Level.WARNING);
        root.addHandler(console);
        root.setLevel(Level.WARNING);
    }

    /** For the end, at which an engine complains that it is one. */
    public static void silence() {
        Logger.getLogger("").setLevel(Level.OFF);
    }
}
