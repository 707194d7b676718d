package io.middleware.paging.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Puts a server as far away as it is from Lambda: what is sent arrives half a round trip later, either way, and a connection
 * costs a whole one before it carries anything. It knows nothing of what it carries, so that a TLS handshake pays for each of
 * its flights. Thread-safe.
 */
final class FarAway implements AutoCloseable {

    private static final int CHUNK_BYTES = 64 * 1024;

    private final ServerSocket socket;
    private final int behind;
    private final Duration roundTrip;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private FarAway(int behind, Duration roundTrip) throws IOException {
        this.behind = behind;
        this.roundTrip = roundTrip;
        this.socket = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    }

    /** @param behind a port of this machine */
    static FarAway start(int behind, Duration roundTrip) {
        try {
            FarAway proxy = new FarAway(behind, roundTrip);
            thread(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("No port for a proxy of port " + behind, e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        closeQuietly(socket);
        open.forEach(FarAway::closeQuietly);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket near = socket.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), behind);
                open.add(near);
                open.add(far);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                carry(near, far, Schedule.afterConnecting(roundTrip));
                carry(far, near, Schedule.ofAnswers(roundTrip));
            } catch (IOException closedOrNobodyBehind) {
                // Whoever connected sees it: the connection ends or never comes.
            }
        }
    }

    private void carry(Socket from, Socket to, Schedule schedule) {
        BlockingQueue<Chunk> underWay = new LinkedBlockingQueue<>();
        thread(() -> {
            byte[] buffer = new byte[CHUNK_BYTES];
            try {
                InputStream in = from.getInputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    underWay.add(new Chunk(Arrays.copyOf(buffer, length), schedule.arrival(System.nanoTime())));
                }
            } catch (IOException broken) {
                // The same as an end for the other side.
            }
            underWay.add(new Chunk(new byte[0], schedule.arrival(System.nanoTime())));
        });
        thread(() -> {
            try {
                OutputStream out = to.getOutputStream();
                for (Chunk chunk = underWay.take(); chunk.bytes().length > 0; chunk = underWay.take()) {
                    awaitNanoTime(chunk.arrival());
                    out.write(chunk.bytes());
                    out.flush();
                }
                to.shutdownOutput();
            } catch (IOException broken) {
                closeQuietly(from);
                closeQuietly(to);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void awaitNanoTime(long moment) {
        for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "far-away");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception closedAlready) {
            // That is what was wanted.
        }
    }

    private record Chunk(byte[] bytes, long arrival) {}

    /** When what is sent one way arrives, in nanoseconds of the clock that it is asked with. Used by one thread. */
    static final class Schedule {

        private final long delay;
        private long connecting;
        private long last = Long.MIN_VALUE;

        private Schedule(long delay, long connecting) {
            this.delay = delay;
            this.connecting = connecting;
        }

        /** Of the side that opened the connection: its first bytes could only be sent when the other side had answered. */
        static Schedule afterConnecting(Duration roundTrip) {
            return new Schedule(roundTrip.toNanos() / 2, roundTrip.toNanos());
        }

        static Schedule ofAnswers(Duration roundTrip) {
            return new Schedule(roundTrip.toNanos() / 2, 0);
        }

        /** Never before what was sent earlier. */
        long arrival(long sentAt) {
            last = Math.max(last, sentAt + delay + connecting);
            connecting = 0;
            return last;
        }
    }
}
