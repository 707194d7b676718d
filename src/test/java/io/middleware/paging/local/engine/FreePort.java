package io.middleware.paging.local.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/** A port that nobody listens on now, for who will listen on it in a moment. */
public final class FreePort {
    /** Below those that systems give to outgoing connections, one of which could take it meanwhile. */
    private static final int FIRST = 15_000;

    private static final int LAST = 31_000;
    private static final int MOST_TRIES = 1_000;
    private static final int MOST_STARTS = 3;

    private FreePort() {}

    /**
     * What {@code start} makes of a free port. Another one is tried if it throws an IllegalStateException: somebody else
     * may have been faster.
     */
    static <T> T on(IntFunction<T> start) {
        for (int starts = 1; ; starts++) {
            try {
                return start.apply(find());
            } catch (IllegalStateException perhapsTaken) {
                if (starts == MOST_STARTS) {
                    throw perhapsTaken;
                }
            }
        }
    }

    public static int find() {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // The next one may be free.
            }
        }
        throw new IllegalStateException(
                "No free port between " + FIRST + " and " + LAST + " in " + MOST_TRIES + " tries");
    }
}
